"""What any NAPALM driver gives without a detour: facts, neighbours, pings."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from ipaddress import IPv4Address
from typing import Any

from muniform.devices.driver import Facts, Health, Neighbour
from muniform.devices.translating import translated


class NapalmDriver:
    """The part of a Driver that only reads, on top of a NAPALM driver that is open."""

    def __init__(self, name: str, napalm: Any) -> None:
        self._name = name
        self._napalm = napalm

    def facts(self) -> Facts:
        with translated(self._name):
            told = self._napalm.get_facts()
        return Facts(
            vendor=told["vendor"],
            model=told["model"],
            version=told["os_version"],
            serial=told["serial_number"],
            hostname=told["hostname"],
            uptime=float(told["uptime"]),
        )

    def health(self, addresses: Sequence[IPv4Address]) -> Health:
        with translated(self._name):
            found = self._napalm.get_lldp_neighbors()
            answering = frozenset(address for address in addresses if self._answers(address))
        neighbours = frozenset(
            Neighbour(port, each["hostname"].partition(".")[0])
            for port, heard in found.items()
            for each in heard
        )
        return Health(neighbours, answering)

    def close(self) -> None:
        # A link that is gone can't be closed politely, and nothing depends on it.
        with contextlib.suppress(Exception):
            self._napalm.close()

    def _answers(self, address: IPv4Address) -> bool:
        """One that isn't told how many were lost counts as silent."""
        told = self._napalm.ping(str(address), count=2).get("success", {})
        return bool(told) and told["packet_loss"] < told["probes_sent"]
