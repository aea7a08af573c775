"""Ansible inventory plugin: the declared city, as hosts, groups and variables."""

from __future__ import annotations

import gc
import os
import re
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin
from ansible.template import trust_as_template

try:
    from muniform.errors import MuniformError
    from muniform.hosts import CityInventory, Expression, city_inventory, run_city
    from muniform.model import SecretRef
    from muniform.places import find_places
except ImportError as missing:
    MISSING: ImportError | None = missing
else:
    MISSING = None

DOCUMENTATION = """
name: muniform
short_description: The hosts of a declared city
description:
  - Reads the city that C(inventory/city.yml) and the folders beside it declare, and shows all of
    its hosts and network devices to Ansible.
  - C(linux) is what roles look after, hosts and routers on Linux; C(windows) is apart from it.
    Plays name their hosts as C(servers:&linux), never C(all), since switches are in it as well.
  - C(hosts) is made of C(servers), C(desktops), C(laptops), C(kiosks), C(dispatch_positions) and
    C(vehicle_terminals); C(network_devices) of C(wan_routers), C(access_switches),
    C(distribution_switches), C(core_switches) and C(firewalls).
  - There is a group for each site, named by its id, and one each for what begins with
    C(archetype_), C(region_), C(change_), C(platform_) and C(profile_). An archetype's group has
    its plain name as well where that means nothing else, as in C(--limit fire_station).
  - What most hosts share is set on groups, so that group_vars/ beside C(city.yml) takes precedence;
    what is one host's own, such as its address, is set on the host, and only host_vars/ does.
  - Network devices get the variables of their vendors' collections, but no password. The plugin's
    own playbooks leave them alone, muniform's device layer changes them.
  - In a city with C(reach=lab) whose lab is not running every host has the variable
    C(muniform_reach_error), an address at which nothing answers, and no way to connect to a
    network device. Playbooks begin with C(tasks/reach.yml), which stops there.
  - A secret among the variables is an expression that looks it up (P(muniform_secret#lookup)).
notes:
  - The state folder is C(.muniform/) beside the inventory, or what C(MUNIFORM_STATE) says.
requirements:
  - the Python package muniform, in the environment Ansible runs in
author: muniform
options: {}
"""

EXAMPLES = """
# ansible.cfg
# [defaults]
# inventory = inventory/city.yml
# inventory_plugins = playbooks/plugins/inventory
# [inventory]
# enable_plugins = muniform

# ansible-inventory --graph
# ansible-playbook playbooks/servers.yml --check --diff --limit fire_station_3
"""


class InventoryModule(BaseInventoryPlugin):
    NAME = "muniform"

    def verify_file(self, path: str) -> bool:
        """Only a city's own file, never the YAML files beside it."""
        return Path(path).parts[-2:] == ("inventory", "city.yml")

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        if MISSING is not None:
            raise AnsibleParserError(
                f"the Python package muniform is missing ({MISSING}): activate the environment in "
                "which it is installed, usually with: . .venv/bin/activate"
            )
        city_file = Path(path).resolve()
        try:
            found = city_inventory(
                run_city(city_file), find_places(os.environ, Path.cwd(), city_file).state
            )
        except MuniformError as error:
            raise AnsibleParserError(str(error)) from None
        _fill(inventory, found)
        # The city stays until the end: the collector need not walk through it again and again.
        gc.freeze()


def _fill(inventory: Any, found: CityInventory) -> None:
    """Groups of groups come first: Ansible passes each new parent on to every host below it."""
    for name in found.groups:
        inventory.add_group(name)
    for name, group in found.groups.items():
        for child in group.children:
            inventory.add_group(child)
            inventory.add_child(name, child)
        for variable, value in group.variables.items():
            inventory.set_variable(name, variable, _lazy(value))
    for name, variables in found.hosts.items():
        inventory.add_host(name)
        for variable, value in variables.items():
            inventory.set_variable(name, variable, _lazy(value))
    for name, group in found.groups.items():
        for host in group.hosts:
            inventory.add_child(name, host)


# Neither a brace nor the '#' of a '#jinja2:' line, which gives templates other brackets.
_HARMLESS = re.compile(r"[A-Za-z0-9 ._:/@=+,~'\"-]*")


def _lazy(value: object) -> object:
    """What Ansible evaluates when a task needs it, such as a secret; everything else as it is.

    What people wrote is never a template, whatever it looks like. Words that can't be one are
    marked as trusted all the same, because C(ansible-inventory) then prints them plainly.
    """
    if isinstance(value, SecretRef):
        return trust_as_template(f"{{{{ lookup('muniform_secret', '{value}') }}}}")
    if isinstance(value, Expression):
        return trust_as_template(value.text)
    if isinstance(value, str):
        return trust_as_template(value) if _HARMLESS.fullmatch(value) else value
    if isinstance(value, list):
        return [_lazy(item) for item in value]
    if isinstance(value, dict):
        return {key: _lazy(item) for key, item in value.items()}
    return value
