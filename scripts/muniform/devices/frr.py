"""The driver for FRR on Linux: our NAPALM driver behind the protocol."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from ipaddress import IPv4Address

from muniform.devices.configuration import Change, difference, normalise
from muniform.devices.driver import Facts, Health, Snapshot
from muniform.devices.frr_facts import neighbours_of
from muniform.devices.napalm_frr import FRRDriver
from muniform.devices.opening import Access, ssh_arguments
from muniform.devices.translating import translated
from muniform.model import Device
from muniform.reach import Endpoint

_ANSWER_SECONDS = 60
_PLATFORM = "frr"


def open_frr(device: Device, endpoint: Endpoint, access: Access) -> FrrDriver:
    """Log in with the account's key: Linux hosts take no password."""
    router = FRRDriver(
        hostname=endpoint.host,
        username=device.baseline.account.name,
        password="",
        timeout=_ANSWER_SECONDS,
        optional_args={
            **ssh_arguments(endpoint, access),
            "use_keys": True,
            "key_file": str(access.key_file(device)),
        },
    )
    with translated(device.name):
        router.open()
    return FrrDriver(device.name, router)


class FrrDriver:
    """One connection to one router. Its systemd holds the revert timer (``frr_agent``)."""

    def __init__(self, name: str, router: FRRDriver) -> None:
        self._name = name
        self._router = router

    def facts(self) -> Facts:
        with translated(self._name):
            told = self._router.get_facts()
        return Facts(
            vendor=told["vendor"],
            model=told["model"],
            version=told["os_version"],
            serial=told["serial_number"],
            hostname=told["hostname"],
            uptime=told["uptime"],
        )

    def snapshot(self) -> Snapshot:
        with translated(self._name):
            stores = self._router.get_config()
            pending = self._router.has_pending_commit()
        return Snapshot(stores["running"], stores["startup"], pending)

    def health(self, addresses: Sequence[IPv4Address]) -> Health:
        with translated(self._name):
            seen = self._router.look([str(address) for address in addresses])
            neighbours = neighbours_of(seen)
        answering = frozenset(IPv4Address(address) for address in seen["answering"])
        return Health(neighbours, answering)

    def stage(self, intended: str, running: str) -> frozenset[Change]:
        with translated(self._name):
            self._router.load_replace_candidate(config=intended)
        # frr-reload's words are commands, not lines: what was read is compared with what was
        # loaded. After the commit the router compares again, see ``frr_agent.Agent.commit``.
        return difference(normalise(running, _PLATFORM), normalise(intended, _PLATFORM))

    def commit(self, revert_seconds: int) -> None:
        with translated(self._name):
            self._router.commit_config(revert_in=revert_seconds)

    def confirm(self, _: str) -> None:
        with translated(self._name):
            self._router.confirm_commit()

    def rollback(self) -> None:
        with translated(self._name):
            self._router.rollback()

    def save(self) -> None:
        with translated(self._name):
            self._router.save_config()

    def discard(self) -> None:
        with translated(self._name):
            self._router.discard_config()
            self._router.tidy()

    def close(self) -> None:
        # A link that is gone can't be closed politely, and nothing depends on it.
        with contextlib.suppress(Exception):
            self._router.close()
