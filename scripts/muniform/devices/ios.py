"""The driver of IOS-XE: few turns of talk, and every check that makes a change safe.

A candidate goes to flash over SCP and is verified there; ``configure replace`` runs under the
device's own timer, which needs ``archive`` on the device and no other change that waits. What the
device says is looked at for words of refusal *and* for its word of success.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address

from muniform.devices import ios_reading as reading
from muniform.devices.cli_driver import CliDriver
from muniform.devices.cli_session import login_of
from muniform.devices.configuration import Change, difference, normalise
from muniform.devices.configuration.ios import parse_difference, unprinted
from muniform.devices.driver import Facts, Health, Snapshot
from muniform.devices.ios_candidate import NAME, PATH, flash_candidate, upload
from muniform.devices.ios_session import IosSession
from muniform.devices.ios_users import (
    differing_users,
    same_users,
    told_users,
    user_lines,
    with_users,
)
from muniform.devices.opening import Access
from muniform.devices.translating import translated
from muniform.devices.typing_lines import check_typeable
from muniform.errors import CandidateRejected, DeviceError, LoginRefused
from muniform.model import Device
from muniform.reach import Endpoint

_PLATFORM = "ios"
_MINUTES = range(1, 121)
_TIMER = "show archive config rollback timer"
_DIFFERENCES = f"show archive config differences system:/running-config {PATH}"
_PING = "repeat 3 timeout 1"


class IosDriver(CliDriver[IosSession]):
    """One session on one device. A ``Driver``."""

    def __init__(self, name: str, user: str, session: IosSession) -> None:
        super().__init__(name, session)
        self._user = user
        self._staged = ""

    def facts(self) -> Facts:
        with self._work():
            (version,) = self._session.ask("show version")
            return reading.facts(version)

    def snapshot(self) -> Snapshot:
        with self._work():
            running, startup, archive, pending, users = self._session.ask(
                reading.RUNNING,
                reading.STARTUP,
                "show archive",
                _TIMER,
                "show snmp user",
            )
            told = told_users(users)
            return Snapshot(
                with_users(reading.configuration(running, reading.RUNNING), told),
                with_users(reading.configuration(startup, reading.STARTUP), told),
                reading.has_archive(archive) and reading.timer(pending) is not None,
            )

    def health(self, addresses: Sequence[IPv4Address]) -> Health:
        with self._work():
            pings = [f"ping {address} {_PING}" for address in addresses]
            *pinged, neighbours = self._session.ask(*pings, reading.NEIGHBOURS)
            answering = frozenset(
                address
                for address, answer in zip(addresses, pinged, strict=True)
                if reading.answers_ping(answer)
            )
            return Health(reading.neighbours(neighbours), answering)

    def stage(self, intended: str, running: str) -> frozenset[Change]:
        with self._work():
            check_typeable(user_lines(intended))
            content = flash_candidate(intended, running).encode()
            (listing,) = self._session.ask("dir flash:")
            self._check_space(listing, len(content) + len(running.encode()))
            upload(self._session, content)
            checksum, printed, archive, pending = self._session.ask(
                f"verify /md5 {PATH}", _DIFFERENCES, "show archive", _TIMER
            )
            self._check_file(checksum, content)
            self._check_timer(archive, pending)
            if not printed.lstrip().startswith("!"):
                raise reading.nonsense(_DIFFERENCES, printed)
        self._staged = intended
        before, after = (normalise(text, _PLATFORM) for text in (running, intended))
        return parse_difference(printed) | unprinted(difference(before, after))

    def commit(self, revert_seconds: int) -> None:
        # Rounded down: never later than it was promised.
        minutes = revert_seconds // 60
        if minutes not in _MINUTES:
            raise DeviceError(
                f"{self._name}: IOS has no timer of {revert_seconds} s, but of 1 to 120 minutes",
                "correct confirm_seconds in the standards of its devices",
            )
        command = f"configure replace {PATH} force revert trigger error timer {minutes}"
        with self._work():
            said = self._session.say(command, is_long=True)
            reading.replaced(said)
            self._set_users(differing_users)

    def confirm(self, intended: str) -> None:
        with self._work():
            self._staged = intended
            if not self._is_kept():
                self._keep()
            self._finish()

    def rollback(self) -> None:
        with self._work():
            self._check_own()
            said = self._session.say("configure revert now", is_long=True)
            if "Rollback Done" not in said:
                raise DeviceError(
                    f"the device did not go back at once: {reading.shortened(said)}",
                    "its timer takes the change back",
                )

    def save(self, intended: str) -> None:
        with self._work():
            self._staged = intended
            self._finish()

    def discard(self) -> None:
        with self._work():
            (listing,) = self._session.ask("dir flash:")
            if not reading.has_file(listing, NAME):
                return
            said = self._session.say(f"delete /force {PATH}")
            if not reading.accepted(said):
                raise DeviceError(
                    f"the candidate stays on flash: {reading.shortened(said)}",
                    f"it holds secrets, remove it: delete /force {PATH}",
                )

    def _check_space(self, listing: str, needed: int) -> None:
        """The candidate needs room, and so does the copy that the revert timer keeps."""
        free = reading.free_bytes(listing)
        if free < needed:
            raise CandidateRejected(
                f"flash is full: {free} bytes are free, {needed} are needed",
                "free some: install remove inactive",
            )

    def _check_file(self, checksum: str, content: bytes) -> None:
        """What arrived is what was sent. A checksum of a transfer, not a protection."""
        if reading.md5(checksum) != hashlib.md5(content, usedforsecurity=False).hexdigest():
            raise CandidateRejected(
                "the candidate did not arrive whole on flash",
                "run the rollout again; if this stays, check the flash with 'show flash:'",
            )

    def _check_timer(self, archive: str, pending: str) -> None:
        """A replace can only be taken back with an archive, and one at a time."""
        if not reading.has_archive(archive):
            raise CandidateRejected(
                "its archive is off, so it has no revert timer",
                "configure 'archive' with 'path flash:archive', as its first boot does",
            )
        if other := reading.timer(pending):
            raise DeviceError(
                f"a change of {other.user} waits for its confirmation on the device",
                "it reverts by itself when its timer ends; then run the rollout again",
            )

    def _is_kept(self) -> bool:
        """Whether a confirmation that was cut short came through: nothing waits, ours runs."""
        if self._waiting():
            return False
        running = normalise(self.snapshot().running, _PLATFORM)
        return running == normalise(self._staged, _PLATFORM)

    def _keep(self) -> None:
        self._check_own()
        said = self._session.say("configure confirm")
        if not reading.accepted(said):
            raise CandidateRejected(
                f"the device did not confirm: {reading.shortened(said)}",
                "its timer takes the change back; then make a new plan",
            )

    def _check_own(self) -> None:
        """Raises CandidateRejected unless a change of our own account waits for confirmation."""
        found = self._waiting()
        if found is None or found.user != self._user:
            whose = f"only one of {found.user}" if found else "none"
            raise CandidateRejected(
                f"no change of {self._user} waits for its confirmation, {whose}",
                "its timer may have run out: make a new plan",
            )

    def _waiting(self) -> reading.Timer | None:
        (pending,) = self._session.ask(_TIMER)
        return reading.timer(pending)

    def _set_users(self, chosen: Callable[[str, str], list[str]]) -> None:
        (shown,) = self._session.ask("show snmp user")
        commands = chosen(self._staged, shown)
        if not commands:
            return
        if not all(reading.accepted(said) for said in self._session.configure(commands)):
            # Without what was said: it may repeat the keys.
            raise CandidateRejected(
                "the device refused an SNMPv3 user",
                "look at the secrets of baseline.snmp: IOS takes 8 to 64 characters without blanks",
            )

    def _finish(self) -> None:
        # Keys are outside of what a timer takes back, so they wait until nothing will be.
        self._set_users(same_users)
        said = self._session.say("write memory", is_long=True)
        if "[OK]" not in said:
            raise DeviceError(
                f"the device did not save: {reading.shortened(said)}",
                "look at its NVRAM; the change runs, and is lost when it restarts",
            )


def open_ios(device: Device, endpoint: Endpoint, access: Access) -> IosDriver:
    """Log in. Raises SecretError, LoginRefused, HostKeyMismatch or Unreachable."""
    login = login_of(device, endpoint, access)
    with translated(device.name):
        session = IosSession(login)
    driver = IosDriver(device.name, login.user, session)
    if not session.is_privileged:
        driver.close()
        raise LoginRefused(
            f"{device.name}: the account {login.user} is let in without privilege",
            "give it privilege 15, or let its AAA server do so: "
            f"username {login.user} privilege 15",
        )
    return driver
