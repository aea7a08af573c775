"""IOS-XR through NAPALM's NETCONF driver, with the confirmed commit that NAPALM leaves out.

RFC 6241 (8.4): a confirmed commit with a name outlives its session; whoever knows the name confirms
or cancels it from another. What is committed is what the router boots with, and an unconfirmed
commit is not kept over a reload. NETCONF has no question for "does a commit wait": the running
datastore can't be locked while one does, so a lock is tried and given back at once.

Never run on a device: built from the RFC, Cisco's NETCONF guides and NAPALM's code, and tested
against a router made of text.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address

import paramiko
from napalm.base.exceptions import CommitError
from napalm.iosxr_netconf.iosxr_netconf import IOSXRNETCONFDriver
from ncclient.operations.rpc import RPCError  # type: ignore[import-untyped]

from muniform.devices.configuration import Change, difference, normalise
from muniform.devices.driver import Health, Snapshot
from muniform.devices.napalm_driver import NapalmDriver
from muniform.devices.opening import Access
from muniform.devices.translating import translated
from muniform.errors import HostKeyMismatch
from muniform.model import Device
from muniform.reach import Endpoint

NAME = "muniform"
"""Of the confirmed commit."""
_LOCKED = ("lock-denied", "in-use")


def open_iosxr(device: Device, endpoint: Endpoint, access: Access) -> IosxrDriver:
    """Log in over SSH with the account's password; only the enrolled host key is accepted."""
    router = IOSXRNETCONFDriver(
        hostname=endpoint.host,
        username=device.baseline.account.name,
        password=access.password(device),
        timeout=60,
        optional_args={
            "port": endpoint.port,
            "hostkey_b64": _enrolled(device, endpoint, access),
            "allow_agent": False,
            "look_for_keys": False,
        },
    )
    with translated(device.name):
        router.open()
    return IosxrDriver(device.name, router)


def _enrolled(device: Device, endpoint: Endpoint, access: Access) -> str:
    """The host key in base 64. Raises HostKeyMismatch if none was enrolled."""
    keys = paramiko.HostKeys()
    with contextlib.suppress(OSError):
        keys.load(str(access.known_hosts))
    found = keys.lookup(f"[{endpoint.host}]:{endpoint.port}") or {}
    for key in found.values():
        return str(key.get_base64())
    raise HostKeyMismatch(
        f"{device.name}: no host key was enrolled for it",
        "enroll it in the state folder's known_hosts, from its console",
    )


class IosxrDriver(NapalmDriver):
    """One connection to one router."""

    def health(self, addresses: Sequence[IPv4Address]) -> Health:  # noqa: ARG002 - the protocol's
        """Neighbours only: NAPALM's NETCONF driver can't ping, so no address is ever asked."""
        return super().health(())

    def snapshot(self) -> Snapshot:
        with translated(self._name):
            running = self._napalm.get_config(retrieve="running")["running"]
            pending = self._waits()
        return Snapshot(running, running, pending)

    def stage(self, intended: str, running: str) -> frozenset[Change]:
        """The candidate as the router read it, against what runs."""
        with translated(self._name):
            self._napalm.load_replace_candidate(config=intended)
            candidate = self._napalm.get_config(retrieve="candidate")["candidate"]
        return difference(normalise(running, "iosxr"), normalise(candidate, "iosxr"))

    def commit(self, revert_seconds: int) -> None:
        with self._refusals():
            self._napalm.device.commit(confirmed=True, timeout=str(revert_seconds), persist=NAME)

    def confirm(self, _: str) -> None:
        with self._refusals():
            self._napalm.device.commit(persist_id=NAME)

    def rollback(self) -> None:
        with self._refusals():
            self._napalm.device.cancel_commit(persist_id=NAME)

    def save(self, _: str) -> None:
        """A commit is saved when it is made."""

    def discard(self) -> None:
        with self._refusals():
            self._napalm.discard_config()

    def _waits(self) -> bool:
        session = self._napalm.device
        try:
            session.lock(target="running")
        except RPCError as error:
            if error.tag in _LOCKED:
                return True
            raise
        session.unlock(target="running")
        return False

    @contextlib.contextmanager
    def _refusals(self) -> Iterator[None]:
        """What the router answers with an error is a refusal; all else a broken connection."""
        with translated(self._name):
            try:
                yield
            except RPCError as error:
                raise CommitError(str(error)) from error
