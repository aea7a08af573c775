"""One job of a peer on the fleet: ``netmiko`` or ``nornir``, ``push`` or ``check``.

Started by devices.py. The peers do what they do by themselves, and nothing more: no lease, journal
or backup, no new connection after the change, no reading back.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from fleet import INVENTORY, PORT, fleet, place
from netmiko import ConnectHandler
from nornir.core import Nornir
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.task import Result, Task
from nornir.plugins.runners import ThreadedRunner
from nornir_napalm.plugins.connections import Napalm
from nornir_napalm.plugins.tasks import napalm_configure, napalm_get
from ours import AT_ONCE, changed

from muniform.devices import difference, normalise
from muniform.model import Device, load_city
from muniform.render import render
from muniform.secrets import SecretStore

ACCOUNT = "muniform"


def lines(device: Device) -> list[str]:
    """The lines that a person would type for the change."""
    return [line.strip() for line in indented(device)]


def indented(device: Device) -> list[str]:
    """The same as a part of a configuration."""
    old, new = (normalise(render(each), "ios") for each in (device, changed(device)))
    added = sorted(change.path for change in difference(old, new) if change.sign == "+")
    return [" " * depth + line for path in added for depth, line in enumerate(path)]


def bare_netmiko(devices: list[Device], account: dict[str, str], job: str) -> None:
    def one(device: Device) -> None:
        with ConnectHandler(
            device_type="cisco_ios", host=place(device), port=PORT, ssh_strict=False, **account
        ) as session:
            said = session.send_command("show running-config", read_timeout=60)
            if job == "push":
                said = session.send_config_set(lines(device), read_timeout=60)
                said += session.save_config()
            if not said or "Invalid" in said:
                raise SystemExit(f"{device.name}: {said[-200:]}")

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        list(pool.map(one, devices))


def nornir_napalm(devices: list[Device], account: dict[str, str], job: str) -> None:
    ConnectionPluginRegister.register("napalm", Napalm)
    hosts = Hosts()
    for device in devices:
        hosts[device.name] = Host(
            device.name, place(device), PORT, account["username"], account["password"], "ios"
        )
    nornir = Nornir(Inventory(hosts, Groups(), Defaults()), runner=ThreadedRunner(AT_ONCE))
    found = nornir.run(task=_napalm, devices={each.name: each for each in devices}, job=job)
    if found.failed:
        raise SystemExit("\n".join(str(each) for each in found.failed_hosts.values())[:3000])


def _napalm(task: Task, devices: dict[str, Device], job: str) -> Result:
    if job == "push":
        text = "\n".join(lines(devices[task.host.name]))
        done: Any = task.run(napalm_configure, configuration=text, dry_run=False)
    else:
        done = task.run(napalm_get, getters=["config"])
    task.host.close_connections()
    return Result(host=task.host, result=done.result)


PEERS: dict[str, Callable[[list[Device], dict[str, str], str], None]] = {
    "netmiko": bare_netmiko,
    "nornir": nornir_napalm,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer", choices=sorted(PEERS))
    parser.add_argument("job", choices=["push", "check"])
    parser.add_argument("state", type=Path)
    parser.add_argument("--devices", type=int, default=200)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    devices = fleet(load_city(INVENTORY), options.devices)
    password = SecretStore(options.state / "secrets").get("automation_password").reveal()
    account = {"username": ACCOUNT, "password": password}
    PEERS[options.peer](devices, account, options.job)


if __name__ == "__main__":
    main()
