"""The simulated switches without a network: their own load, commit, revert and save, on a clock
that a test moves. A driver in front of them lets whole transactions run in an instant.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address
from typing import Protocol, TypeVar, cast

from muniform.devices import (
    Change,
    Driver,
    Facts,
    Health,
    Snapshot,
    difference,
    normalise,
)
from muniform.devices.procurve_remediation import remediate
from muniform.errors import CandidateRejected, Unreachable
from muniform.lab.eos import EosSwitch
from muniform.lab.ios import IosSwitch
from muniform.lab.junos import JunosDevice
from muniform.lab.junos.device import CommitRefused
from muniform.lab.junos.loading import Action, load_text
from muniform.lab.procurve import ProcurveSwitch
from muniform.lab.procurve.editor import Editor
from muniform.lab.procurve.matching import Refused
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.device import SimulatedDevice
from muniform.lab.simulated.spec import DeviceSpec
from muniform.model import Device

USER = "muniform"
T = TypeVar("T")


class _NoLoop:
    """What a timer handle asks of its event loop."""

    def get_debug(self) -> bool:
        return False

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Cancelled timers are skipped when their time comes."""


class VirtualClock(Clock):
    """Device time that passes when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self._seconds = 0.0
        self._waiting: list[tuple[asyncio.TimerHandle, Callable[[], None]]] = []

    def elapsed(self) -> float:
        return self._seconds

    def call_later(self, device_seconds: float, action: Callable[[], None]) -> asyncio.TimerHandle:
        loop = cast(asyncio.AbstractEventLoop, _NoLoop())
        handle = asyncio.TimerHandle(self._seconds + device_seconds, action, (), loop)
        self._waiting.append((handle, action))
        return handle

    def advance(self, seconds: float) -> None:
        """Let time pass; what is due meanwhile happens in its order."""
        end = self._seconds + seconds
        while due := [each for each in self._waiting if each[0].when() <= end]:
            first = min(due, key=lambda each: each[0].when())
            self._waiting.remove(first)
            handle, action = first
            self._seconds = max(self._seconds, handle.when())
            if not handle.cancelled():
                action()
        self._seconds = end


class Engine(Protocol):
    """One simulated switch. Every call is what one command of a client does."""

    @property
    def device(self) -> SimulatedDevice: ...

    def running(self) -> str: ...

    def startup(self) -> str: ...

    def is_pending(self) -> bool: ...

    def commit(self, text: str, seconds: int) -> None:
        """Run ``text`` until it is confirmed or time is over. Raises CandidateRejected."""

    def confirm(self) -> None: ...

    def rollback(self) -> None: ...


class IosEngine:
    """``configure replace … force revert trigger error timer``."""

    def __init__(self, spec: DeviceSpec, clock: Clock) -> None:
        self.device = IosSwitch(spec, clock)

    def running(self) -> str:
        return self.device.running

    def startup(self) -> str:
        return self.device.startup

    def is_pending(self) -> bool:
        return self.device.pending is not None

    def commit(self, text: str, seconds: int) -> None:
        self.device.start_revert(seconds // 60, USER)
        done = self.device.replace(text, USER, revert_on_error=True)
        if not done.is_applied:
            self.device.confirm()
            raise CandidateRejected("; ".join(done.lines))

    def confirm(self) -> None:
        self.device.confirm()
        self.device.save()

    def rollback(self) -> None:
        self.device.revert_now()


class EosEngine:
    """A session that starts from nothing, and its commit timer."""

    def __init__(self, spec: DeviceSpec, clock: Clock) -> None:
        self.device = EosSwitch(spec, clock)

    def running(self) -> str:
        return self.device.running

    def startup(self) -> str:
        return self.device.startup

    def is_pending(self) -> bool:
        return self.device.sessions.pending is not None

    def commit(self, text: str, seconds: int) -> None:
        sessions = self.device.sessions
        candidate = sessions.enter(None, USER)
        sessions.roll_back(candidate)
        rejected = sessions.load(candidate, text)
        if rejected:
            sessions.abort(candidate)
            raise CandidateRejected("; ".join(str(each) for each in rejected))
        sessions.commit(candidate, USER, seconds)

    def confirm(self) -> None:
        pending = self.device.sessions.pending
        assert pending is not None
        self.device.sessions.commit(pending.candidate, USER, None)
        self.device.save(USER)

    def rollback(self) -> None:
        pending = self.device.sessions.pending
        assert pending is not None
        self.device.sessions.abort(pending.candidate)


class JunosEngine:
    """``load override`` and ``commit confirmed``, under the lock."""

    def __init__(self, spec: DeviceSpec, clock: Clock) -> None:
        self.device = JunosDevice(spec, clock)

    def running(self) -> str:
        return self.device.running

    def startup(self) -> str:
        return self.device.running

    def is_pending(self) -> bool:
        return self.device.pending is not None

    def commit(self, text: str, seconds: int) -> None:
        device, editor = self.device, self.device.editor(USER, "netconf")
        device.lock(editor)
        try:
            loaded = load_text(text, device.database.of(editor), Action.OVERRIDE)
            if loaded.errors:
                raise CandidateRejected("; ".join(each.message for each in loaded.errors))
            device.stage(editor, loaded)
            device.commit(editor, minutes=seconds // 60)
        except CommitRefused as refusal:
            raise CandidateRejected(str(refusal)) from refusal
        finally:
            device.database.leave(editor)

    def confirm(self) -> None:
        self.device.commit(self.device.editor(USER, "netconf"))

    def rollback(self) -> None:
        past = self.device.database.past(1)
        assert past is not None
        editor = self.device.editor(USER, "netconf")
        self.device.database.change(editor, past)
        self.device.commit(editor)


class ProcurveEngine:
    """The remediation's commands, under a scheduled reload."""

    def __init__(self, spec: DeviceSpec, clock: Clock) -> None:
        self.device = ProcurveSwitch(spec, clock)

    def running(self) -> str:
        return self.device.running

    def startup(self) -> str:
        return self.device.saved

    def is_pending(self) -> bool:
        return self.device.schedule is not None

    def commit(self, text: str, seconds: int) -> None:
        remediation = remediate(self.device.running, text)
        if remediation.missing or remediation.remaining:
            raise CandidateRejected(f"{remediation.missing} {remediation.remaining}")
        was_cut = self.device.cut is not None  # then somebody is at its console
        self.device.reload_in(timedelta(seconds=seconds))
        editor = Editor(self.device.state)
        for command in remediation.commands:
            try:
                editor.load(command)
            except Refused as refusal:
                raise CandidateRejected(f"{command}: {refusal}") from refusal
            self.device.changed()
            if self.device.cut is not None and not was_cut:
                return  # nobody is there to send the rest

    def confirm(self) -> None:
        self.device.save()
        self.device.cancel_reload()

    def rollback(self) -> None:
        self.device.reload()


ENGINES: Mapping[str, Callable[[DeviceSpec, Clock], Engine]] = {
    "ios": IosEngine,
    "eos": EosEngine,
    "junos": JunosEngine,
    "procurve": ProcurveEngine,
}


@dataclass(eq=False)
class EngineDriver:
    """A session that a switch drops as it drops any other. A ``Driver``."""

    engine: Engine
    platform: str
    is_dropped: bool = False
    is_frozen: bool = False
    _candidate: str = ""

    def abort(self) -> None:
        self.is_dropped = True

    def freeze(self) -> None:
        self.is_frozen = True

    def facts(self) -> Facts:
        return Facts("nobody", "none", "1", "1", self._do(lambda engine: engine.device.spec.name))

    def snapshot(self) -> Snapshot:
        return self._do(lambda e: Snapshot(e.running(), e.startup(), e.is_pending()))

    def health(self, addresses: Sequence[IPv4Address]) -> Health:
        return self._do(lambda _: Health(frozenset(), frozenset(addresses)))

    def stage(self, intended: str, running: str) -> frozenset[Change]:
        self._candidate = intended
        return self._do(
            lambda _: difference(
                normalise(running, self.platform), normalise(intended, self.platform)
            )
        )

    def commit(self, revert_seconds: int) -> None:
        self._do(lambda engine: engine.commit(self._candidate, revert_seconds))

    def confirm(self, intended: str) -> None:  # noqa: ARG002 - all of it can be read
        self._do(lambda engine: engine.confirm())

    def rollback(self) -> None:
        self._do(lambda engine: engine.rollback())

    def save(self) -> None:
        self._do(lambda engine: engine.confirm())

    def discard(self) -> None:
        self._candidate = ""

    def close(self) -> None:
        self.engine.device.connections.discard(self)

    def _do(self, act: Callable[[Engine], T]) -> T:
        """What is asked may be done although its answer is lost."""
        if self.is_dropped:
            raise Unreachable("sw: the connection broke")
        done = act(self.engine)
        if self.is_dropped:
            raise Unreachable("sw: the connection broke")
        return done


def connector(engine: Engine) -> Callable[[Device], Driver]:
    """Opens sessions as long as the switch has a way in."""

    def connect(device: Device) -> Driver:
        if engine.device.cut is not None:
            raise Unreachable(f"{device.name}: no answer: {engine.device.cut}")
        driver = EngineDriver(engine, device.platform)
        engine.device.connections.add(driver)
        return driver

    return connect
