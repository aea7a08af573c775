"""Faults of a real FRR router. It has none of its own: they are made around it.

Its link drops or hangs before a request has left or after its answer has come (``faulty_wire``).
Its power goes. What its shell says is disturbed: the account's ``.bashrc`` looks for files in a
folder that we fill. The rest is done by hand at its console.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faulty_wire import Blow, Passage
from frr_router import LEFTOVERS, Containers, Router, playing
from muniform.devices import Driver
from muniform.devices.deadlines import Deadlines, open_within
from muniform.devices.frr import FrrDriver
from muniform.devices.frr_session import agent_source
from muniform.devices.napalm_frr import FRRDriver
from muniform.devices.translating import translated
from muniform.lab.simulated.faults import Strike
from muniform.model import Device

NOISE, REFUSAL, TELL, DONE = "noise", "refusal", "tell", "done"
_SHELL = f"""\
cat > /home/muniform/.bashrc <<'END'
[ -e /faults/{NOISE} ] && printf '\\a\\033[?~ #%% }}{{ 0x7f: '
[ -e /faults/{REFUSAL} ] && {{ echo 'no work is done here today' >&2; exit 1; }}
[ -e /faults/{TELL} ] && trap 'touch /faults/{DONE}' EXIT
:
END
"""
_BETWEEN = "=== startup"
_STORES = f"vtysh -c 'show running-config no-header'; echo '{_BETWEEN}'; cat /etc/frr/frr.conf"
_LEFT_ELSEWHERE = """\
find /tmp /var/tmp /home/muniform /root -newer /home/muniform/.bashrc -type f \\
    -not -path "/var/tmp/frr/*" -not -name .history_frr -not -name .bash_history
pgrep -afx '/usr/bin/python3 -I -' || true
"""


@dataclass
class Trap:
    """Something that happens once, just before a request, as soon as ``after`` was requested."""

    request: str
    act: Callable[[], None]
    after: str = ""


@dataclass
class StruckRouter:
    """A router, what lies between it and us, and what is to go wrong."""

    router: Router
    volume: Path
    deadlines: Deadlines
    traps: list[Trap] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    """Whatever was asked of it since the last reset."""
    acted: list[bool] = field(default_factory=list)
    """Of each strike after a request: whether that was carried out before it."""

    def connect(self, device: Device) -> Driver:
        """As ``Connector`` does it, with traps."""
        router = self.router

        def opened() -> Driver:
            watched = _WatchedDriver(
                router.address, "muniform", "", 30, router.settings(conn_timeout=10)
            )
            watched.watcher = self
            with translated(device.name):
                watched.open()
            return FrrDriver(device.name, watched)

        return open_within(self.deadlines, device.name, opened)

    def before(self, request: str) -> None:
        """A driver is about to make a request."""
        for trap in self.traps:
            if trap.request == request and (not trap.after or trap.after in self.requests):
                self.traps.remove(trap)
                trap.act()
                break
        self.requests.append(request)

    def after(self) -> None:
        """The request has ended, somehow."""
        for name in (NOISE, REFUSAL, TELL, DONE):
            (self.volume / name).unlink(missing_ok=True)

    def strike(self, strike: Strike) -> None:
        """Let it happen to the request that comes now."""
        if strike in (Strike.GARBAGE, Strike.REFUSE):
            (self.volume / (NOISE if strike is Strike.GARBAGE else REFUSAL)).touch()
            return
        acts: dict[str, Callable[[Passage], None]] = {
            "drop": Passage.cut,
            "hang": Passage.freeze,
            "reboot": self._power_off,
        }
        name, _, after = strike.value.partition("_")
        if after:
            (self.volume / DONE).unlink(missing_ok=True)
            (self.volume / TELL).touch()
        self.router.forwarder.wire.blow = Blow(
            (lambda passage: self._once_done(passage, acts[name])) if after else acts[name],
            len(agent_source()) if after else 0,
        )

    def _once_done(self, passage: Passage, act: Callable[[Passage], None]) -> None:
        """The answer is held back until what was asked is done: the account's shell tells."""
        tell, done = self.volume / TELL, self.volume / DONE
        while tell.exists() and not done.exists():
            time.sleep(0.01)
        # Whoever asked has given up, where nobody is to be told any more.
        self.acted.append(done.exists())
        if self.acted[-1]:
            act(passage)

    def _power_off(self, passage: Passage) -> None:
        passage.freeze()
        self.router.podman.run(["restart", "--time", "0", self.router.name])
        passage.cut()

    def mend(self) -> None:
        """Nothing goes wrong any more."""
        self.traps.clear()
        self.after()
        self.router.forwarder.wire.mend()

    def reset(self) -> None:
        """As it was when it came, if it isn't."""
        self.mend()
        self.requests.clear()
        self.acted.clear()
        stores = self.router.sh(_STORES).split(_BETWEEN)
        if any(self.router.base.strip() not in text for text in stores):
            self.router.reset()

    def left(self) -> str:
        """What a transaction has left: files, units, programs that still run."""
        return self.router.sh(LEFTOVERS + _LEFT_ELSEWHERE).strip()


class _WatchedDriver(FRRDriver):
    """The real one, which says what it is about to ask."""

    watcher: StruckRouter

    def _send(self, do: str, timeout: float | None = None, **arguments: Any) -> dict[str, Any]:
        self.watcher.before(do)
        try:
            return super()._send(do, timeout, **arguments)
        finally:
            self.watcher.after()


@contextmanager
def struck(
    started_by: Containers, folder: Path, address: str, key: Path, deadlines: Deadlines
) -> Iterator[StruckRouter]:
    """A router at ``address`` while the block runs."""
    own = folder / address
    own.mkdir()
    volume = own / "faults"
    volume.mkdir()
    volume.chmod(0o777)
    with playing(started_by, own, address, key, volume) as router:
        router.sh(_SHELL)
        router.reset()
        yield StruckRouter(router, volume, deadlines)
