"""Opens drivers: the address, the account, the enrolled host key, the platform's driver."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napalm import get_network_driver

from muniform.devices.channel import watch
from muniform.devices.driver import Driver
from muniform.devices.napalm_driver import NapalmDriver
from muniform.devices.temporary import temporary_folders
from muniform.devices.translating import translated
from muniform.model import Device
from muniform.reach import Reach
from muniform.secrets import SecretStore

SSH_PORT = 22
_CONNECT_SECONDS = 10


@dataclass(frozen=True)
class Connector:
    """Opens drivers: resolves the address, the account and the known host keys."""

    reach: Reach
    secrets: SecretStore
    state: Path
    """The city's state folder: enrolled host keys, and the private place for candidates."""

    def __call__(self, device: Device) -> Driver:
        """Open a new connection. Raises ReachError, LoginRefused, HostKeyMismatch, Unreachable."""
        endpoint = self.reach.resolve(device.management.address.ip, SSH_PORT)
        account = device.baseline.account
        optional = {
            "port": endpoint.port,
            "ssh_strict": True,
            "alt_host_keys": True,
            "alt_key_file": str(self.state / "known_hosts"),
            "allow_agent": False,
            "conn_timeout": _CONNECT_SECONDS,
            **self._platform_arguments(device),
        }
        driver = get_network_driver(device.platform)(
            hostname=endpoint.host,
            username=account.name,
            password=self._password(device),
            timeout=60,
            optional_args=optional,
        )
        with translated(device.name):
            driver.open()
        if device.platform == "ios":
            watch(driver.device)
        return NapalmDriver(device, driver, temporary_folders(self.state))

    def clock_scale(self, device: Device) -> float:
        """How much faster than ours the device's clock runs: 1, but for simulated devices."""
        return self.reach.resolve(device.management.address.ip, SSH_PORT).clock_scale

    def _password(self, device: Device) -> str:
        if device.platform == "frr":
            return ""  # Linux hosts take keys only.
        return self.secrets.get(device.baseline.account.password.name).reveal()

    def _platform_arguments(self, device: Device) -> dict[str, Any]:
        if device.platform == "frr":
            key = self.secrets.path(device.baseline.account.private_key.name)
            return {"use_keys": True, "key_file": str(key)}
        # The line stands in every intended configuration, so that NAPALM need not add it
        # before a commit: a revert would bring it back (see docs/architecture.md).
        return {"auto_file_prompt": False}
