"""A Driver on top of a NAPALM driver."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from muniform.devices.configuration import Change, difference, normalise
from muniform.devices.configuration.ios import parse_difference, unprinted
from muniform.devices.driver import Facts, Health, Neighbour, Snapshot
from muniform.devices.ios import (
    flash_candidate,
    read_users,
    remove_flash_files,
    set_users,
    with_users,
)
from muniform.devices.temporary import private_temporary_folder
from muniform.devices.translating import translated
from muniform.model import Device


class NapalmDriver:
    """A Driver on top of any NAPALM driver with replace, commit-confirm and confirm."""

    def __init__(self, device: Device, napalm: Any, folders: Path) -> None:
        self._device = device
        self._napalm = napalm
        self._folders = folders
        self._staged = ""

    def snapshot(self) -> Snapshot:
        with translated(self._device.name):
            config = self._napalm.get_config(retrieve="all")
            pending = bool(self._napalm.has_pending_commit())
            users = read_users(self._napalm.device) if self._device.platform == "ios" else ""
        running, startup = (with_users(config[kind], users) for kind in ("running", "startup"))
        return Snapshot(running, startup, pending)

    def facts(self) -> Facts:
        with translated(self._device.name):
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
        with translated(self._device.name):
            found = self._napalm.get_lldp_neighbors()
            answering = frozenset(
                address
                for address in addresses
                if self._napalm.ping(str(address)).get("success", {}).get("probes_sent")
            )
        neighbours = frozenset(
            Neighbour(port, each["hostname"].partition(".")[0])
            for port, heard in found.items()
            for each in heard
        )
        return Health(neighbours, answering)

    def stage(self, intended: str, running: str) -> frozenset[Change]:
        name, platform = self._device.name, self._device.platform
        candidate = flash_candidate(intended, running) if platform == "ios" else intended
        with translated(name), private_temporary_folder(self._folders):
            self._napalm.load_replace_candidate(config=candidate)
            printed = self._napalm.compare_config()
        self._staged = intended
        ours = difference(normalise(running, platform), normalise(intended, platform))
        if platform == "ios":
            return parse_difference(printed) | unprinted(ours)
        # No usable diff is printed: what was just read is compared with what was loaded.
        return ours

    def commit(self, revert_seconds: int) -> None:
        with translated(self._device.name):
            self._napalm.commit_config(revert_in=revert_seconds)
            if self._device.platform == "ios":
                set_users(self._napalm.device, self._staged)

    def confirm(self) -> None:
        with translated(self._device.name):
            self._napalm.confirm_commit()

    def rollback(self) -> None:
        with translated(self._device.name):
            self._napalm.rollback()

    def save(self) -> None:
        with translated(self._device.name):
            if self._device.platform == "ios":
                self._napalm.device.save_config()
            else:
                self._napalm.cli(["write memory"])

    def discard(self) -> None:
        with translated(self._device.name):
            if self._device.platform == "ios":
                remove_flash_files(self._napalm.device)
            else:
                self._napalm.discard_config()

    def close(self) -> None:
        # A link that is gone can't be closed politely, and nothing depends on it.
        with contextlib.suppress(Exception):
            self._napalm.close()
