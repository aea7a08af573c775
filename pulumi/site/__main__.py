"""The stack of one site. Its program stands in the package, so that every caller runs the same."""

from muniform.provision import run_site_stack

run_site_stack()
