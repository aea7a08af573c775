"""What a command may know of the session that runs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from muniform.lab.eos.device import EosSwitch
from muniform.lab.eos.replies import Reply
from muniform.lab.eos.sessions import Candidate
from muniform.lab.simulated.language.grammar import Match


class Context(Protocol):
    """A command line's session."""

    switch: EosSwitch
    user: str
    privilege: int
    page_length: int

    @property
    def candidate(self) -> Candidate | None:
        """The configuration session that was entered."""

    def configure(self, candidate: Candidate | None) -> None:
        """Enter configuration mode: of a session, or of what runs."""

    def end(self) -> None:
        """Leave configuration mode."""

    def leave(self) -> None:
        """End the session."""


Command = Callable[[Context, Match], Reply]


def named(*commands: Command) -> dict[str, Command]:
    """Commands by the names that ``exec.yml`` calls them."""
    return {command.__name__: command for command in commands}
