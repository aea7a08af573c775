"""Lets faults strike: the same at every point of every platform."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from muniform.lab.simulated.device import Connection, SimulatedDevice
from muniform.lab.simulated.faults import Point, Strike

NOISE = "\x07\x1b[?~ \ufffd\ufffd#% }{ \ufffd 0x7f: \x08"
"""What a terminal shows when something between it and the device is broken."""

Reply = TypeVar("Reply")


@dataclass(frozen=True)
class Answers(Generic[Reply]):
    """What a platform says when it does not answer as it should."""

    silence: Reply
    """Given back where the client sees nothing of it: its session is gone or hangs."""
    noise: Reply
    refusal: Reply
    """An error of the platform's kind."""


def under_fault(
    device: SimulatedDevice,
    link: Connection,
    point: Point | None,
    act: Callable[[], Reply],
    answers: Answers[Reply],
) -> Reply:
    """Carry out a command that belongs to a point, or let the fault that is on strike there."""
    strike = device.faults.take(point) if point is not None else None
    if strike is None:
        return act()
    if strike is Strike.REFUSE:
        return answers.refusal
    if strike in _BEFORE:
        _BEFORE[strike](device, link)
        return answers.silence
    act()
    if strike is Strike.GARBAGE:
        return answers.noise
    _AFTER[strike](device, link)
    return answers.silence


_Effect = Callable[[SimulatedDevice, Connection], None]
_BEFORE: dict[Strike, _Effect] = {
    Strike.DROP: lambda _, link: link.abort(),
    Strike.HANG: lambda _, link: link.freeze(),
    Strike.REBOOT: lambda device, _: device.reload(),
}
_AFTER: dict[Strike, _Effect] = {
    Strike.DROP_AFTER: lambda _, link: link.abort(),
    Strike.HANG_AFTER: lambda _, link: link.freeze(),
    Strike.REBOOT_AFTER: lambda device, _: device.reload(),
}
