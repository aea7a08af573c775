"""Desktops, servers and the operating systems of routers: shown to Ansible, and run by it."""

from muniform.hosts.changes import HostChange, TaskChange
from muniform.hosts.connecting import Expression
from muniform.hosts.deviation import deviation
from muniform.hosts.events import HostOutcome
from muniform.hosts.inventory import CityInventory, InventoryGroup, city_inventory
from muniform.hosts.run_secrets import run_city, run_secrets
from muniform.hosts.runner import outcomes, run
from muniform.hosts.settings import RunSettings
from muniform.hosts.variables import HostTarget, host_variables, targets

__all__ = [
    "CityInventory",
    "Expression",
    "HostChange",
    "HostOutcome",
    "HostTarget",
    "InventoryGroup",
    "RunSettings",
    "TaskChange",
    "city_inventory",
    "deviation",
    "host_variables",
    "outcomes",
    "run",
    "run_city",
    "run_secrets",
    "targets",
]
