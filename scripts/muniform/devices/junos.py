"""The driver for Junos: NETCONF, an exclusive lock, and commit confirmed.

What is committed is what the device boots with, so running and startup are one configuration. All
that a session of ours holds, its lock and its candidate, ends with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from ipaddress import IPv4Address
from typing import Any

from jnpr.junos.exception import RpcError, RpcTimeoutError  # type: ignore[import-untyped]

from muniform.devices.configuration import Change, difference, normalise
from muniform.devices.driver import Facts, Health, Neighbour, Snapshot
from muniform.devices.junos_session import (
    VerifiedJunos,
    cut,
    open_session,
    told,
    told_of_candidate,
)
from muniform.devices.opening import Access
from muniform.devices.threads import started
from muniform.devices.translating import translated
from muniform.errors import CandidateRejected, DeviceError, Unreachable
from muniform.model import Device
from muniform.reach import Endpoint

_SECONDS_PER_MINUTE = 60
_MARK = "muniform: waits for its confirmation"
"""The log of a commit of ours, by which it is told from one that somebody made on top of it."""
_LOCKED = "somebody else holds its configuration, or left changes in it that are not committed"


def open_junos(device: Device, endpoint: Endpoint, access: Access) -> JunosDriver:
    """See ``opening``. The device shows its host key before we show the password."""
    with translated(device.name):
        return JunosDriver(device, open_session(device, endpoint, access))


class JunosDriver:
    """A Driver for Junos on one NETCONF session."""

    def __init__(self, device: Device, napalm: VerifiedJunos) -> None:
        self._device = device
        self._napalm = napalm
        self._rpc: Any = napalm.device.rpc
        self._config: Any = napalm.device.cu
        self._is_locked = False
        self._is_dead = False

    def facts(self) -> Facts:
        with self._asking():
            found = self._napalm.device.facts
            uptime = self._napalm.device.uptime
            return Facts(
                vendor="Juniper",
                model=str(found["model"]),
                version=str(found["version"]),
                serial=str(found["serialnumber"]),
                hostname=str(found["hostname"]),
                uptime=float(uptime or -1.0),
            )

    def snapshot(self) -> Snapshot:
        with self._asking():
            committed, history = self._together(
                lambda: self._printed("committed"), self._rpc.get_commit_information
            )
        return Snapshot(committed, committed, is_unconfirmed(history))

    def health(self, addresses: Sequence[IPv4Address]) -> Health:
        pings = [partial(self._answers, address) for address in addresses]
        with self._asking():
            heard, *answers = self._together(self._rpc.get_lldp_neighbors_information, *pings)
        answered = zip(addresses, answers, strict=True)
        return Health(neighbours(heard), frozenset(each for each, is_there in answered if is_there))

    def stage(self, intended: str, running: str) -> frozenset[Change]:
        self._lock()
        with self._restoring(), self._asking(), told_of_candidate(self._device.name):
            # Warnings tell of statements without effect: what came of them is read back.
            self._rpc.load_config(intended, ignore_warning=True, action="override", format="text")
            candidate = self._printed("candidate")
        platform = self._device.platform
        return difference(normalise(running, platform), normalise(candidate, platform))

    def commit(self, revert_seconds: int) -> None:
        minutes = -(-revert_seconds // _SECONDS_PER_MINUTE)
        with self._restoring(), self._asking(), told_of_candidate(self._device.name):
            self._rpc.commit_configuration(
                confirmed=True, confirm_timeout=str(minutes), log=_MARK, ignore_warning=True
            )
        # Another session must be able to confirm; the end of this one gives the lock back, too.
        with suppress(DeviceError):
            self._unlock()

    def confirm(self, _: str) -> None:
        # Under the lock: a plain commit would also commit what somebody else is editing.
        self._lock()
        with self._restoring(), self._asking():
            self._check_own()
            self._rpc.commit_configuration(ignore_warning=True)
        self._unlock()

    def rollback(self) -> None:
        self._lock()
        with self._restoring(), self._asking():
            self._check_own()
            self._config.rollback(rb_id=1)
            self._rpc.commit_configuration(ignore_warning=True)
        self._unlock()

    def save(self, _: str) -> None:
        """A commit is saved when it is made."""

    def discard(self) -> None:
        if self._is_locked:
            with self._asking():
                self._config.rollback(rb_id=0)
            self._unlock()

    def close(self) -> None:
        # Without a goodbye, which takes a round trip and may get no answer: the device drops what
        # the session held either way.
        cut(self._napalm)

    def _check_own(self) -> None:
        """Raises CandidateRejected unless the newest commit is ours and waits.

        To be asked under the lock. A commit that somebody made on top of ours may hold ours too:
        then any further commit, a way back as well, would end its timer and keep what nobody wants.
        """
        history = self._rpc.get_commit_information()
        if not is_unconfirmed(history):
            raise CandidateRejected(
                f"{self._device.name}: no commit waits for a confirmation",
                "its timer may have run out: read the device again",
            )
        if not is_ours(history):
            raise CandidateRejected(
                f"{self._device.name}: the commit that waits for a confirmation is not ours, or "
                "somebody committed on top of it",
                "its timer takes it back; see who works there: show system commit",
            )

    def _printed(self, database: str) -> str:
        reply = self._rpc.get_config(options={"database": database, "format": "text"})
        text = getattr(reply, "text", None)
        if not text or not text.strip():
            raise DeviceError(
                f"{self._device.name}: it prints no {database} configuration",
                f"check what the account may see on {self._device.name}",
            )
        return str(text)

    def _answers(self, address: IPv4Address) -> bool:
        try:
            return is_answered(self._rpc.ping(host=str(address), count="2", wait="1", rapid=True))
        except RpcTimeoutError:
            raise
        except RpcError:
            return False  # it knows no way there

    def _together(self, *questions: Callable[[], Any]) -> list[Any]:
        """Ask several at a time, which takes one round trip. In no order, so only to read."""
        return [each.result() for each in [started(ask) for ask in questions]]

    def _lock(self) -> None:
        hint = f"{_LOCKED}: look at it with show system users and show | compare on the device"
        with self._asking(), told(self._device.name, DeviceError, hint):
            self._rpc.lock_configuration()
        self._is_locked = True

    def _unlock(self) -> None:
        with self._asking():
            self._rpc.unlock_configuration()
        self._is_locked = False

    @contextmanager
    def _restoring(self) -> Iterator[None]:
        """Leave neither lock nor candidate behind if the block fails; they end with a session."""
        try:
            yield
        except DeviceError:
            if not self._is_dead:
                with suppress(DeviceError):
                    self.discard()
            raise

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Errors as ours; a session that broke is not spoken to any more."""
        try:
            with translated(self._device.name), told(self._device.name):
                yield
        except Unreachable:
            self._is_dead = True
            raise


def is_unconfirmed(history: Any) -> bool:
    """Whether the latest commit in a reply of ``get-commit-information`` waits. Pure."""
    latest = history.find(".//commit-history")
    comment = "" if latest is None else str(latest.findtext("comment") or "")
    return "commit confirmed" in comment and "rollback in" in comment


def is_ours(history: Any) -> bool:
    """Whether the latest commit in a reply of ``get-commit-information`` bears our mark. Pure."""
    latest = history.find(".//commit-history")
    return latest is not None and str(latest.findtext("log") or "").strip() == _MARK


def is_answered(probes: Any) -> bool:
    """Whether a reply of ``ping`` tells of an answer. Pure."""
    return str(probes.findtext(".//responses-received") or "0").strip() != "0"


def neighbours(heard: Any) -> frozenset[Neighbour]:
    """Who is told in a reply of ``get-lldp-neighbors-information``. Pure."""
    found = set()
    for each in heard.iter("lldp-neighbor-information"):
        port = each.findtext("lldp-local-port-id") or each.findtext("lldp-local-interface") or ""
        name = each.findtext("lldp-remote-system-name") or ""
        if port.strip() and name.strip():
            found.add(Neighbour(port.strip(), name.strip().partition(".")[0]))
    return frozenset(found)
