"""The driver of ArubaOS-Switch, which has neither candidate nor revert timer.

What it has is ``reload after``: it starts anew with what was saved last, and what was not saved is
lost. So a change is sent line by line under a scheduled reload, and only if what runs *is* what was
saved: nothing else could be brought back. It is saved while the reload still waits, so that there
is no moment in which an unsaved change runs and nothing would take it back.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from ipaddress import IPv4Address

from netmiko.exceptions import ReadException

from muniform.devices import procurve_reading as reading
from muniform.devices.cli_driver import CliDriver
from muniform.devices.cli_session import login_of
from muniform.devices.configuration import Change, Path, difference, normalise, show
from muniform.devices.driver import Facts, Health, Snapshot
from muniform.devices.opening import Access
from muniform.devices.procurve_remediation import remediate
from muniform.devices.procurve_session import ProcurveSession
from muniform.devices.secret_lines import mask_line
from muniform.devices.translating import translated
from muniform.devices.typing_lines import check_typeable
from muniform.errors import CandidateRejected, DeviceError, LoginRefused
from muniform.model import Device
from muniform.reach import Endpoint

_PLATFORM = "procurve"
_RUNNING, _STARTUP = "show running-config", "show config"
_SCHEDULES = ("show reload after", "show reload at")
_LONGEST_MINUTES = 999
_SNMPV3 = "snmpv3 enable"
_NOTHING = "terminal width 1920"
"""A command that changes nothing: the session's lines are that wide."""


class ProcurveDriver(CliDriver[ProcurveSession]):
    """One session on one device. A ``Driver``."""

    def __init__(self, name: str, session: ProcurveSession) -> None:
        super().__init__(name, session)
        self._commands: tuple[str, ...] = ()

    def facts(self) -> Facts:
        with self._work():
            return reading.facts(*self._session.ask("show system", "show modules"))

    def snapshot(self) -> Snapshot:
        with self._work():
            running, startup, *schedules = self._session.ask(_RUNNING, _STARTUP, *_SCHEDULES)
            return Snapshot(
                reading.configuration(running, _RUNNING),
                reading.configuration(startup, _STARTUP),
                _is_scheduled(schedules),
            )

    def health(self, addresses: Sequence[IPv4Address]) -> Health:
        with self._work():
            pings = [f"ping {address}" for address in addresses]
            # What a neighbour writes comes last. Behind it an echo that has no room in a name:
            # no neighbour can have the answer end early.
            *answers, told, _ = self._session.ask(*pings, reading.NEIGHBOURS, _NOTHING)
            answering = frozenset(
                address
                for address, answer in zip(addresses, answers, strict=True)
                if reading.answers_ping(answer)
            )
            return Health(reading.neighbours(told), answering)

    def stage(self, intended: str, running: str) -> frozenset[Change]:
        """Work out what to send, and what will run then. The device sees nothing of it."""
        with self._work():
            remediation = remediate(running, intended)
            check_typeable(remediation.commands)
            if remediation.missing or remediation.remaining:
                raise _unreachable_intent(remediation.missing, remediation.remaining)
            if _SNMPV3 in remediation.commands:
                raise CandidateRejected(
                    "it has no SNMPv3 yet: it asks for passwords when that is switched on",
                    f"type {_SNMPV3!r} at its console, answer, 'write memory', and make a new "
                    "plan: that removes the user which the switch makes",
                )
            before = normalise(running, _PLATFORM)
            (startup,) = self._session.ask(_STARTUP)
            if normalise(reading.configuration(startup, _STARTUP), _PLATFORM) != before:
                raise CandidateRejected(
                    "what it runs is not saved, so its reload would not bring that back",
                    "look at both, then 'write memory' or 'reload' by hand; then make a new plan",
                )
            self._commands = remediation.commands
            return difference(before, normalise(intended, _PLATFORM))

    def commit(self, revert_seconds: int) -> None:
        # Rounded up: the switch counts in minutes, and must not go back while we still verify.
        minutes = -(-revert_seconds // 60)
        if not 1 <= minutes <= _LONGEST_MINUTES:
            raise DeviceError(
                f"{self._name}: a reload can't be scheduled in {revert_seconds} s",
                "correct confirm_seconds in the standards of its devices",
            )
        with self._work():
            self._arm(minutes)
            self._carry_out("configure")
            if not self._session.is_configuring:
                raise self._refused("configure", "no configuration mode")
            for command in self._commands:
                self._carry_out(command)
            self._carry_out("end")

    def confirm(self, _: str) -> None:
        with self._work():
            if not self._is_armed():
                raise CandidateRejected(
                    "no reload is scheduled, so no change waits for its confirmation",
                    "its timer may have run out: make a new plan",
                )
            self._save()
            self._disarm()

    def rollback(self) -> None:
        """The reload now; it ends the session. What runs is not saved."""
        with self._work():
            running, startup, *schedules = self._session.ask(_RUNNING, _STARTUP, *_SCHEDULES)
            if not _is_scheduled(schedules):
                raise CandidateRejected(
                    "no reload is scheduled, so there is no change of ours to take back",
                    "look at what runs: make a new plan",
                )
            if _is_saved(running, startup):
                # Kept and not yet disarmed, or armed and not yet changed: nobody needs a restart.
                self._disarm()
                raise CandidateRejected(
                    "what it runs is what it has saved, so there is nothing to take back; its "
                    "reload was cancelled",
                    "look at what runs: make a new plan",
                )
            with contextlib.suppress(ReadException, OSError, EOFError):
                said = self._session.say("reload")
                raise DeviceError(
                    f"the device did not reload at once: {reading.shortened(said)}",
                    "the scheduled reload takes the change back",
                )

    def save(self, _: str) -> None:
        with self._work():
            self._save()

    def discard(self) -> None:
        """Nothing of ours is on the device. A scheduled reload stays: it is what protects it."""
        self._commands = ()

    # The scheduled reload

    def _is_armed(self) -> bool:
        return _is_scheduled(self._session.ask(*_SCHEDULES))

    def _arm(self, minutes: int) -> None:
        """Nothing may change before the reload that takes it back is known to wait."""
        said = self._session.say(f"reload after {minutes}")
        if reading.refusal(said) or not self._is_armed():
            raise CandidateRejected(
                f"the reload that would take the change back can't be scheduled: "
                f"{reading.shortened(said)}",
                "look at the device: 'show reload after'",
            )

    def _disarm(self) -> None:
        said = self._session.say("no reload")
        if self._is_armed():
            raise DeviceError(
                f"its reload is still scheduled: {reading.shortened(said)}",
                "the change is saved, so the reload keeps it; or cancel it: 'no reload'",
            )

    # Changing it

    def _carry_out(self, command: str) -> None:
        """Raises CandidateRejected for any word of refusal. The scheduled reload still waits."""
        refusal = reading.refusal(self._session.say(command))
        if refusal:
            raise self._refused(command, refusal)

    @staticmethod
    def _refused(command: str, refusal: str) -> CandidateRejected:
        return CandidateRejected(
            f"the device refused {mask_line(command)!r}: {refusal}",
            "its scheduled reload takes back what was sent before; correct the template",
        )

    def _save(self) -> None:
        """Saved is what reads back as saved."""
        said = self._session.say("write memory")
        running, startup = self._session.ask(_RUNNING, _STARTUP)
        if not _is_saved(running, startup):
            raise DeviceError(
                f"the device did not save: {reading.shortened(said)}",
                "look at its flash; the change runs, and is lost when it restarts",
            )


def _is_saved(running: str, startup: str) -> bool:
    """Whether a reload would bring back what runs, from the two answers."""
    run, saved = (
        normalise(reading.configuration(answer, command), _PLATFORM)
        for answer, command in ((running, _RUNNING), (startup, _STARTUP))
    )
    return run == saved


def _is_scheduled(answers: Sequence[str]) -> bool:
    """Whether any kind of reload waits. All answers must make sense."""
    return any([reading.is_scheduled(*each) for each in zip(answers, _SCHEDULES, strict=True)])


def _unreachable_intent(missing: frozenset[Path], remaining: frozenset[Path]) -> CandidateRejected:
    """The commands that we know would lead elsewhere: none is sent."""
    lines = show([*(Change(p, "+") for p in missing), *(Change(p, "-") for p in remaining)])
    return CandidateRejected(
        f"no commands are known that make these lines: {'; '.join(lines[:6])}",
        "the platform's table of settings needs a rule for them",
    )


def open_procurve(device: Device, endpoint: Endpoint, access: Access) -> ProcurveDriver:
    """Log in. Raises SecretError, LoginRefused, HostKeyMismatch or Unreachable."""
    login = login_of(device, endpoint, access)
    with translated(device.name):
        session = ProcurveSession(login)
    driver = ProcurveDriver(device.name, session)
    if not session.is_manager:
        driver.close()
        raise LoginRefused(
            f"{device.name}: the account {login.user} is let in without a manager's rights",
            f"make it a manager: password manager user-name {login.user}",
        )
    return driver
