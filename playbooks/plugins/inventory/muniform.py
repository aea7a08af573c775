"""Ansible inventory plugin: the declared city, as hosts, groups and variables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin

try:
    from muniform.errors import MuniformError
    from muniform.hosts import inventory_hosts
    from muniform.model import load_city
    from muniform.places import find_places
except ImportError as missing:
    MISSING: ImportError | None = missing
else:
    MISSING = None

DOCUMENTATION = """
name: muniform
short_description: The hosts of a declared city
description:
  - Reads the city that C(inventory/city.yml) and the folders beside it declare, and shows its
    servers, its desktops and the operating systems of its Linux routers to Ansible.
  - Network devices with an operating system of their own are configured by other means and are
    left out.
  - Groups are C(servers), C(desktops), C(wan_routers), one for each site, named by the site's id,
    and one for each profile, named C(profile_) and the profile.
  - In a city with C(reach=lab) whose lab is not running every host has the variable
    C(muniform_reach_error), and an address at which nothing answers.
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
            hosts = inventory_hosts(
                load_city(city_file), find_places(os.environ, Path.cwd(), city_file).state
            )
        except MuniformError as error:
            raise AnsibleParserError(str(error)) from None
        for host in hosts:
            for group in host.groups:
                inventory.add_group(group)
                inventory.add_host(host.name, group=group)
            for name, value in host.variables.items():
                inventory.set_variable(host.name, name, value)
