"""What exists of a site: its Pulumi program, and running the engine with it."""

from muniform.provision.program import run_site_stack, site_program
from muniform.provision.settings import ProvisionSettings
from muniform.provision.site import drift, preview, retire, up
from muniform.provision.steps import SitePlan, SiteResult, SiteStep, StepOp

__all__ = [
    "ProvisionSettings",
    "SitePlan",
    "SiteResult",
    "SiteStep",
    "StepOp",
    "drift",
    "preview",
    "retire",
    "run_site_stack",
    "site_program",
    "up",
]
