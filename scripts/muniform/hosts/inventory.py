"""The city as Ansible sees it: groups, hosts, roles' variables, and how to connect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from muniform.hosts.connecting import Connections
from muniform.hosts.groups import LINUX, child_groups, device_groups, host_groups
from muniform.hosts.sharing import Variables, shared
from muniform.hosts.variables import target_variables, targets
from muniform.model import City


@dataclass
class InventoryGroup:
    """A group: the groups and hosts in it, and what all of them are told."""

    children: tuple[str, ...] = ()
    hosts: list[str] = field(default_factory=list)
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True)
class CityInventory:
    """Everything an inventory says. ``hosts`` holds what is told to one host alone."""

    groups: Mapping[str, InventoryGroup]
    hosts: Mapping[str, Variables]

    def variables(self, host: str) -> Variables:
        """All variables of a host, as Ansible merges them: the outermost group's first."""
        found: Variables = {}
        for name, group in self.groups.items():
            if name == "all" or host in group.hosts:
                found |= group.variables
        return found | self.hosts[host]


def city_inventory(city: City, state: Path) -> CityInventory:
    """Every host and network device. Of the state folder only the lab's description is read."""
    connections = Connections(city, state)
    groups = {"all": InventoryGroup()}
    for parent, children in child_groups(city).items():
        groups[parent] = InventoryGroup(children=children)
    hosts: dict[str, Variables] = {}

    def add(name: str, member_of: tuple[str, ...], variables: Variables) -> None:
        hosts[name] = variables
        for group in member_of:
            groups.setdefault(group, InventoryGroup()).hosts.append(name)

    for site in city.sites:
        for device in site.devices:
            address = device.management.address.ip
            place = connections.of_device(device.platform, address)
            add(device.name, device_groups(device), place)
        for host in site.hosts:
            add(host.name, host_groups(city, site, host), connections.of_host(host))
    common, own = shared({t.name: target_variables(city, t) for t in targets(city)})
    groups[LINUX].variables |= common
    for name, variables in own.items():
        hosts[name] |= variables
    for name, variables in connections.of_group().items():
        groups[name].variables |= variables
    return CityInventory(groups, hosts)
