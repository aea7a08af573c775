"""The driver for Arista EOS: eAPI, and a configuration session under a commit timer.

NAPALM's driver opens the connection. Its transaction is bypassed: it copies the startup
configuration to flash and leaves it there, its ``close`` takes a pending commit back, and only the
object that committed can confirm.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from ipaddress import IPv4Address

from napalm.eos import EOSDriver
from pyeapi.eapilib import CommandError  # type: ignore[import-untyped]

from muniform.devices.configuration import Change, difference, normalise
from muniform.devices.configuration.eos import Command, commands
from muniform.devices.driver import Facts, Health, Neighbour, Snapshot
from muniform.devices.eos_api import PinnedEapi, refusal
from muniform.devices.eos_sessions import PREFIX, Sessions, is_ours, read_sessions
from muniform.devices.opening import Access
from muniform.devices.translating import translated
from muniform.errors import CandidateRejected, DeviceError
from muniform.model import Device
from muniform.reach import Endpoint

# The timer is given in hours, minutes and seconds of one day.
_LONGEST_TIMER = 24 * 60 * 60
_SESSIONS = "show configuration sessions detail | json"
_RUNNING = "show running-config"
_STARTUP = "show startup-config"
_FREE = re.compile(r"\((\d+) bytes free\)")
# A startup configuration is written beside the old one before it takes its place.
_COPIES = 2
_ANSWERED = re.compile(r"\b([1-9]\d*) (packets )?received")


def open_eos(device: Device, endpoint: Endpoint, access: Access) -> EosDriver:
    """See ``opening``. The device shows its certificate before we show the password."""
    driver = EOSDriver(
        endpoint.host,
        device.baseline.account.name,
        access.password(device),
        optional_args={
            "transport": PinnedEapi,
            "port": endpoint.port,
            "certificate": access.certificate(device),
            "device": device.name,
        },
    )
    with translated(device.name):
        driver.open()
    return EosDriver(device, driver)


class EosDriver:
    """A Driver for Arista EOS. Each method is one request, as far as it can be."""

    def __init__(self, device: Device, napalm: EOSDriver) -> None:
        self._device = device
        self._eapi: PinnedEapi = napalm.device.connection
        self._session = ""
        """The session that this driver staged."""
        self._unconfirmed = ""
        """Our session under the commit timer, as last read."""

    def facts(self) -> Facts:
        answers = self._show("show version | json", "show hostname | json")
        with self._understood():
            version, name = (json.loads(answer) for answer in answers)
            return Facts(
                vendor="Arista",
                model=str(version["modelName"]),
                version=str(version["version"]),
                serial=str(version["serialNumber"]),
                hostname=str(name["hostname"]),
                uptime=float(version.get("uptime", -1.0)),
            )

    def snapshot(self) -> Snapshot:
        running, startup, told = self._show(_RUNNING, _STARTUP, _SESSIONS)
        sessions = self._sessions(told)
        return Snapshot(running, startup, bool(sessions.unconfirmed))

    def health(self, addresses: Sequence[IPv4Address]) -> Health:
        pings = [f"ping {address} timeout 1 repeat 2" for address in addresses]
        told, *answers = self._show("show lldp neighbors | json", *pings)
        with self._understood():
            neighbours = frozenset(
                Neighbour(str(each["port"]), str(each["neighborDevice"]).partition(".")[0])
                for each in json.loads(told)["lldpNeighbors"]
            )
        answering = frozenset(
            address
            for address, answer in zip(addresses, answers, strict=True)
            if _ANSWERED.search(answer)
        )
        return Health(neighbours, answering)

    def stage(self, intended: str, running: str) -> frozenset[Change]:
        name = PREFIX + secrets.token_hex(4)
        self._session = name
        with self._discarding():
            *_, candidate, told, flash = self._change(
                f"configure session {name}",
                "rollback clean-config",
                *commands(intended, running),
                "end",
                f"show session-config named {name}",
                _SESSIONS,
                "dir flash:",
            )
            self._refuse_company(self._sessions(told))
            self._refuse_full_flash(flash, len(intended.encode()))
        platform = self._device.platform
        return difference(normalise(running, platform), normalise(candidate, platform))

    def commit(self, revert_seconds: int) -> None:
        if revert_seconds >= _LONGEST_TIMER:
            raise CandidateRejected(
                f"{self._device.name}: a commit timer of {revert_seconds} s is beyond a day",
                "declare fewer confirm_seconds in the city's change standard",
            )
        minutes, seconds = divmod(revert_seconds, 60)
        timer = f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
        self._change(f"configure session {self._session} commit timer {timer}")
        self._unconfirmed, self._session = self._session, ""

    def confirm(self, intended: str) -> None:
        keeping = [] if self._is_kept(intended) else [f"configure session {self._ours()} commit"]
        self._change(*keeping, "write memory")
        self._unconfirmed = ""

    def rollback(self) -> None:
        self._change(f"configure session {self._ours()} abort")
        self._unconfirmed = ""

    def save(self, _: str) -> None:
        self._change("write memory")

    def discard(self) -> None:
        """Nothing of ours is on flash: a session is kept in memory."""
        (told,) = self._show(_SESSIONS)
        ours = self._sessions(told).ours
        if ours:
            self._change(*(f"configure session {name} abort" for name in ours))
        self._session = ""

    def close(self) -> None:
        self._eapi.close()

    def _refuse_company(self, sessions: Sessions) -> None:
        if sessions.others:
            raise CandidateRejected(
                f"{self._device.name}: somebody is editing its configuration: "
                f"session {', '.join(sessions.others)}",
                "wait until it is committed, or end it on the device: "
                f"configure session {sessions.others[0]} abort",
            )

    def _refuse_full_flash(self, listing: str, size: int) -> None:
        """A change that was confirmed and can't be saved would be lost with the next reload."""
        free = _FREE.search(listing)
        if free and int(free[1]) < _COPIES * size:
            raise CandidateRejected(
                f"{self._device.name}: its flash is full: {free[1]} bytes are free",
                "make room on the device: dir flash:, delete flash:FILE",
            )

    def _is_kept(self, intended: str) -> bool:
        """Whether a confirmation that was cut short came through: nothing waits, ours runs."""
        if self._waiting():
            return False
        (running,) = self._show(_RUNNING)
        platform = self._device.platform
        return normalise(running, platform) == normalise(intended, platform)

    def _waiting(self) -> str:
        """The session that waits for its confirmation, of whomever; "" if none does."""
        if not self._unconfirmed:
            (told,) = self._show(_SESSIONS)
            self._sessions(told)
        return self._unconfirmed

    def _ours(self) -> str:
        """Our session that waits for its confirmation. Raises DeviceError if there is none."""
        self._waiting()
        if not is_ours(self._unconfirmed):
            waiting = f"session {self._unconfirmed} waits" if self._unconfirmed else "none waits"
            raise DeviceError(
                f"{self._device.name}: no commit of ours waits for a confirmation ({waiting})",
                "its timer may have run out: read the device again",
            )
        return self._unconfirmed

    def _sessions(self, told: str) -> Sessions:
        with self._understood():
            sessions = read_sessions(told)
        self._unconfirmed = sessions.unconfirmed
        return sessions

    @contextmanager
    def _discarding(self) -> Iterator[None]:
        """Leave no session behind if the device refuses."""
        try:
            yield
        except CandidateRejected:
            with suppress(DeviceError):
                self.discard()
            raise

    @contextmanager
    def _understood(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise DeviceError(
                f"{self._device.name}: its answer makes no sense",
                f"look at what {self._device.name} prints: it may be another release than the "
                "driver knows",
            ) from error

    def _show(self, *lines: str) -> list[str]:
        """What commands print that change nothing."""
        hint = "check what the account may do on the device, and its EOS release"
        return self._run(lines, DeviceError, hint)

    def _change(self, *lines: Command) -> list[str]:
        """What commands print that change the device. Raises CandidateRejected."""
        hint = "compare the platform's templates with what this release accepts"
        return self._run(lines, CandidateRejected, hint)

    def _run(self, lines: Sequence[Command], refused: type[DeviceError], hint: str) -> list[str]:
        asked = ["enable", *lines]
        try:
            answer = self._eapi.execute(asked, encoding="text")
        except CommandError as error:
            raise refused(
                f"{self._device.name}: the device refused {refusal(error, asked)}", hint
            ) from error
        with self._understood():
            _, *answers = (str(each.get("output", "")) for each in answer["result"])
            if len(answers) != len(lines):
                raise ValueError("not as many answers as commands")
            return answers
