"""The control sequences with which the switch paints its terminal: it thinks of it as a VT100."""

from __future__ import annotations

_ESC = "\x1b["
_LAST = 24
"""The screen's last row, where it always types."""


def prompt(text: str) -> str:
    """A prompt at the bottom of the screen, with the cursor behind it."""
    row = f"{_ESC}{_LAST};1H"
    after = f"{_ESC}{_LAST};{len(text) + 1}H"
    return f"{row}{_ESC}2K{row}{_ESC}?25h{row}{row}{text}{row}{after}{row}{_ESC}?25h{after}"


def cleared() -> str:
    """What is sent before the first prompt: the screen's modes, and an empty screen."""
    return f"{_ESC}?6l{_ESC}1;{_LAST}r{_ESC}?7h{_ESC}2J{_ESC}1;1H"


def erased() -> str:
    """Takes the line away that asks for a key."""
    return f"{_ESC}{_LAST};1H{_ESC}2K{_ESC}{_LAST};1H"
