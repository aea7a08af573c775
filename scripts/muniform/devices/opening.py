"""What a platform's driver is opened with. Each platform has one function of this shape.

    def open_x(device: Device, endpoint: Endpoint, access: Access) -> Driver

It makes one connection to ``endpoint``, proves who the device is (host key in
``access.known_hosts``, or certificate at ``access.certificate(device)``) before it shows a
password, and logs in. It wraps what its library raises in ``translating.translated``. It stands in
the platform's own module and has one line in ``connecting.WAYS``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muniform.devices.driver import Driver
from muniform.devices.temporary import temporary_folders
from muniform.model import Device
from muniform.reach import Endpoint
from muniform.secrets import SecretStore

CONNECT_SECONDS = 10
"""For TCP and the handshake; a link over LTE has 600 ms of round trip."""


@dataclass(frozen=True)
class Access:
    """The account's credentials and the enrolled identities, looked up when they are asked for."""

    secrets: SecretStore
    state: Path

    def password(self, device: Device) -> str:
        """The account's password. Raises SecretError."""
        return self.secrets.get(device.baseline.account.password.name).reveal()

    def key_file(self, device: Device) -> Path:
        """The account's private SSH key. Raises SecretError."""
        return self.secrets.path(device.baseline.account.private_key.name)

    @property
    def known_hosts(self) -> Path:
        """OpenSSH's known_hosts with every enrolled device, as ``[host]:port``."""
        return self.state / "known_hosts"

    def certificate(self, device: Device) -> Path:
        """The one certificate (PEM) that a device which is reached over TLS may show."""
        return self.state / "certificates" / f"{device.name}.pem"

    @property
    def temporary(self) -> Path:
        """Where files on their way to a device may lie, see ``temporary``."""
        return temporary_folders(self.state)


Open = Callable[[Device, Endpoint, Access], Driver]


def ssh_arguments(endpoint: Endpoint, access: Access) -> dict[str, Any]:
    """Netmiko's arguments for a connection that trusts enrolled host keys and nothing else."""
    return {
        "port": endpoint.port,
        "ssh_strict": True,
        "alt_host_keys": True,
        "alt_key_file": str(access.known_hosts),
        "allow_agent": False,
        "conn_timeout": CONNECT_SECONDS,
    }
