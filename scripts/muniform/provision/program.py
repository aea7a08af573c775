"""The Pulumi program of a site: one function, whoever runs it.

``pulumi/site/__main__.py`` calls it for ``pulumi up`` in a shell, ``muniform.provision.site``
hands it to the engine as an inline program.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pulumi

from muniform.errors import MuniformError, UsageError
from muniform.model import City, Site, load_city
from muniform.places import find_places
from muniform.provision import resources
from muniform.services import site_records


def site_program(city: City, site: Site) -> Callable[[], None]:
    """The program that declares a site. What is wrong with the site is raised here, not in it."""
    args = resources.SiteArgs(records=site_records(city, site))

    def program() -> None:
        resources.Site(site.id, args)

    return program


def run_site_stack() -> None:
    """Declare the site after which the selected stack is named, for ``pulumi up`` in a shell.

    Raises pulumi.RunError, which the engine shows without a traceback.
    """
    try:
        city = load_city(find_places(os.environ, Path.cwd()).inventory)
        site_program(city, _named(city, pulumi.get_stack()))()
    except MuniformError as error:
        raise pulumi.RunError(str(error)) from None


def _named(city: City, stack: str) -> Site:
    for site in city.sites:
        if site.id == stack:
            return site
    sites = ", ".join(sorted(site.id for site in city.sites))
    raise UsageError(f"the stack {stack} is no site of {city.name}", f"one of: {sites}")
