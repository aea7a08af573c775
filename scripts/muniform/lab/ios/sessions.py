"""What a command of exec mode may know of its session, and do to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from muniform.lab.ios.device import IosSwitch
from muniform.lab.ios.replies import Reply
from muniform.lab.simulated.language.grammar import Match


class Session(Protocol):
    """What a command may know of and do to its session."""

    switch: IosSwitch
    user: str
    privilege: int
    page_length: int

    def configure(self) -> None:
        """Enter configuration mode."""

    def tcl(self) -> None:
        """Enter the Tcl shell."""

    def leave(self) -> None:
        """End the session."""


Command = Callable[[Session, Match], Reply]
