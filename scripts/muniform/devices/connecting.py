"""Opens drivers: which platform is spoken to at which port, by which driver.

A new platform's driver is one function (``opening.Open``) in its own module and one line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from muniform.devices.deadlines import DEFAULT, Deadlines, open_within
from muniform.devices.driver import Driver
from muniform.devices.eos import open_eos
from muniform.devices.frr import open_frr
from muniform.devices.ios import open_ios
from muniform.devices.iosxr import open_iosxr
from muniform.devices.junos import open_junos
from muniform.devices.nxos import open_nxos
from muniform.devices.opening import Access, Open
from muniform.devices.procurve import open_procurve
from muniform.errors import DeviceError
from muniform.model import Device
from muniform.reach import Endpoint, Reach
from muniform.secrets import SecretStore

SSH, HTTPS, NETCONF = 22, 443, 830
UNTRIED = "(not run on a device)"


@dataclass(frozen=True)
class Way:
    """How devices of a platform are changed."""

    port: int
    open: Open
    revert: str
    """What takes an unconfirmed change back, in the words of a plan."""


WAYS: Mapping[str, Way] = {
    "eos": Way(HTTPS, open_eos, "a configuration session with a commit timer"),
    "frr": Way(SSH, open_frr, "a timer of its systemd"),
    "ios": Way(SSH, open_ios, "configure replace with a timer"),
    "iosxr": Way(NETCONF, open_iosxr, f"a confirmed NETCONF commit {UNTRIED}"),
    "junos": Way(NETCONF, open_junos, "commit confirmed"),
    "nxos": Way(SSH, open_nxos, f"a checkpoint and a scheduled rollback to it {UNTRIED}"),
    "procurve": Way(SSH, open_procurve, "a scheduled reload of what it has saved"),
}


def way_of(platform: str) -> Way:
    """Raises DeviceError for a platform that nothing here can change."""
    if platform not in WAYS:
        raise DeviceError(
            f"no driver is there for the platform {platform!r}",
            f"drivers are there for {', '.join(sorted(WAYS))}",
        )
    return WAYS[platform]


@dataclass(frozen=True)
class Connector:
    """Opens drivers: resolves the address, the account and the known host keys."""

    reach: Reach
    secrets: SecretStore
    state: Path
    """The city's state folder: enrolled host keys, and the private place for candidates."""
    deadlines: Deadlines = DEFAULT

    def __call__(self, device: Device) -> Driver:
        """Open a new connection.

        Raises ReachError, SecretError, LoginRefused, HostKeyMismatch, Unreachable or DeviceError.
        """
        way = way_of(device.platform)
        endpoint = self._endpoint(device, way)
        access = Access(self.secrets, self.state)
        return open_within(self.deadlines, device.name, lambda: way.open(device, endpoint, access))

    def clock_scale(self, device: Device) -> float:
        """How much faster than ours the device's clock runs: 1, but for simulated devices."""
        return self._endpoint(device, way_of(device.platform)).clock_scale

    def _endpoint(self, device: Device, way: Way) -> Endpoint:
        return self.reach.resolve(device.management.address.ip, way.port)
