"""How Ansible connects to what: variables of groups, and the address of each thing.

Credentials are never among them. A Linux host is entered with the account's key; for Windows and
network devices an engineer names a password or ticket in group_vars or on the command line.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from muniform.errors import ReachError
from muniform.hosts.groups import LINUX, WINDOWS, platform_group
from muniform.hosts.variables import LINUX_PLATFORMS
from muniform.model import City, Host, ReachMode, SystemFamily
from muniform.reach import Outlook, Reach, lab_endpoint
from muniform.secrets import SecretStore

SSH_PORT = 22
WINRM_PORT = 5986
"""WinRM over TLS; without it nothing is contacted."""

REACH_ERROR = "muniform_reach_error"
"""Set where nothing may be contacted: playbooks stop with its text before they connect."""


@dataclass(frozen=True)
class Expression:
    """A Jinja expression that Ansible evaluates for each host."""

    text: str


@dataclass(frozen=True)
class _Platform:
    """How collections reach a platform. Without ``network_os`` no collection is known for it."""

    port: int
    network_os: str = ""
    connection: str = ""


_PLATFORMS = {
    "ios": _Platform(SSH_PORT, "cisco.ios.ios", "ansible.netcommon.network_cli"),
    "eos": _Platform(443, "arista.eos.eos", "ansible.netcommon.httpapi"),
    "junos": _Platform(830, "junipernetworks.junos.junos", "ansible.netcommon.netconf"),
}


class Connections:
    """What may be reached now, asked once and answered for every host of the city."""

    def __init__(self, city: City, state: Path) -> None:
        self.city = city
        self.state = state
        self.refusal = ""
        self.outlook: Outlook | None = None
        try:
            self.outlook = Reach(city.reach, state).look()
        except ReachError as refused:
            self.refusal = str(refused)

    def of_group(self) -> dict[str, dict[str, object]]:
        """Connection variables by group. What nothing can reach learns no way to be reached."""
        found: dict[str, dict[str, object]] = {LINUX: self._linux()}
        if self.refusal:
            return found | {"all": {REACH_ERROR: self.refusal}}
        found[WINDOWS] = self._windows()
        for name in sorted({device.platform for device in self.city.devices}):
            if name not in LINUX_PLATFORMS:
                found[platform_group(name)] = self._platform(name)
        return found

    def of_device(self, platform: str, address: IPv4Address) -> dict[str, object]:
        known = _PLATFORMS.get(platform)
        return self._place(address, known.port if known else SSH_PORT)

    def of_host(self, host: Host) -> dict[str, object]:
        windows = self.city.family(host.os) is SystemFamily.WINDOWS
        return self._place(host.address.ip, WINRM_PORT if windows else SSH_PORT)

    def _place(self, address: IPv4Address, port: int) -> dict[str, object]:
        """A refused host keeps the lab's loopback address: no packet leaves."""
        if self.outlook is None:
            return {"ansible_host": lab_endpoint(address, port)[0]}
        try:
            return {"ansible_host": self.outlook.resolve(address, port).host}
        except ReachError as refused:
            return {"ansible_host": lab_endpoint(address, port)[0], REACH_ERROR: str(refused)}

    def _port(self, port: int) -> int:
        """A lab's ports are shifted alike for every address."""
        if self.city.reach is ReachMode.PRODUCTION:
            return port
        return lab_endpoint(self.city.controller, port)[1]

    def _linux(self) -> dict[str, object]:
        account = self.city.baseline.account
        key = SecretStore(self.state / "secrets").path(account.private_key.name)
        arguments = ssh_arguments(
            self.city.reach, "{{ inventory_hostname }}", self.state / "known_hosts"
        )
        return {
            "ansible_port": self._port(SSH_PORT),
            "ansible_user": account.name,
            "ansible_ssh_private_key_file": str(key),
            "ansible_ssh_common_args": Expression(arguments),
            "ansible_become": True,
            "ansible_python_interpreter": "/usr/bin/python3",
        }

    def _windows(self) -> dict[str, object]:
        return {
            "ansible_port": self._port(WINRM_PORT),
            "ansible_connection": "psrp",
            "ansible_psrp_protocol": "https",
            "ansible_psrp_auth": "kerberos",
            "ansible_psrp_cert_validation": "validate",
        }

    def _platform(self, name: str) -> dict[str, object]:
        known = _PLATFORMS.get(name)
        if known is None:
            return {"ansible_port": self._port(SSH_PORT)}
        tls = {"ansible_httpapi_use_ssl": True} if known.connection.endswith("httpapi") else {}
        return {
            "ansible_port": self._port(known.port),
            "ansible_user": self.city.baseline.account.name,
            "ansible_connection": known.connection,
            "ansible_network_os": known.network_os,
            **tls,
        }


def ssh_arguments(mode: ReachMode, alias: str, known_hosts: Path) -> str:
    """Options of ssh: only an enrolled host key counts, and only the one key is offered.

    A lab ignores the engineer's own ssh configuration, which could lead a packet out.
    """
    options = {
        "UserKnownHostsFile": f'"{known_hosts}"',
        "GlobalKnownHostsFile": "none",
        "StrictHostKeyChecking": "yes",
        "HostKeyAlias": alias,
        "IdentitiesOnly": "yes",
    }
    words = ["-F", "none"] if mode is ReachMode.LAB else []
    for option, value in options.items():
        words += ["-o", f"{option}={value}"]
    return shlex.join(words)
