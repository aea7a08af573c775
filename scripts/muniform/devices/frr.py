"""The driver for FRR on Linux: our NAPALM driver behind the protocol."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address

from muniform.devices.configuration import Change, difference, normalise
from muniform.devices.driver import Health, Snapshot
from muniform.devices.frr_facts import neighbours_of
from muniform.devices.napalm_driver import NapalmDriver
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


class FrrDriver(NapalmDriver):
    """One connection to one router. Its systemd holds the revert timer (``frr_agent``)."""

    def snapshot(self) -> Snapshot:
        with translated(self._name):
            stores = self._napalm.get_config()
            pending = self._napalm.has_pending_commit()
        return Snapshot(stores["running"], stores["startup"], pending)

    def health(self, addresses: Sequence[IPv4Address]) -> Health:
        with translated(self._name):
            seen = self._napalm.look([str(address) for address in addresses])
            neighbours = neighbours_of(seen)
        answering = frozenset(IPv4Address(address) for address in seen["answering"])
        return Health(neighbours, answering)

    def stage(self, intended: str, running: str) -> frozenset[Change]:
        with translated(self._name):
            self._napalm.load_replace_candidate(config=intended)
        # frr-reload's words are commands, not lines: what was read is compared with what was
        # loaded. After the commit the router compares again, see ``frr_agent.Agent.commit``.
        return difference(normalise(running, _PLATFORM), normalise(intended, _PLATFORM))

    def commit(self, revert_seconds: int) -> None:
        with translated(self._name):
            self._napalm.commit_config(revert_in=revert_seconds)

    def confirm(self, _: str) -> None:
        with translated(self._name):
            self._napalm.confirm_commit()

    def rollback(self) -> None:
        with translated(self._name):
            self._napalm.rollback()

    def save(self, _: str) -> None:
        with translated(self._name):
            self._napalm.save_config()

    def discard(self) -> None:
        with translated(self._name):
            self._napalm.discard_config()
            self._napalm.tidy()
