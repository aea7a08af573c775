"""Desktops, servers and the operating systems of routers: shown to Ansible, and run by it."""

from muniform.hosts.changes import HostChange, TaskChange
from muniform.hosts.deviation import deviation
from muniform.hosts.events import HostOutcome
from muniform.hosts.inventory import InventoryHost, inventory_hosts
from muniform.hosts.runner import outcomes, run
from muniform.hosts.settings import RunSettings
from muniform.hosts.variables import HostTarget, host_variables, targets

__all__ = [
    "HostChange",
    "HostOutcome",
    "HostTarget",
    "InventoryHost",
    "RunSettings",
    "TaskChange",
    "deviation",
    "host_variables",
    "inventory_hosts",
    "outcomes",
    "run",
    "targets",
]
