"""``configure replace``: how a file is read, and what the switch says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from muniform.lab.ios import loading, users
from muniform.lab.ios.arguments import Hardware
from muniform.lab.ios.defaults import blank, settle
from muniform.lab.ios.editor import Rejected, load
from muniform.lab.simulated.faults import Faults
from muniform.lab.simulated.language.tree import Node

_ABORTED = "Rollback aborted after 5 passes"
_STARS = "********"


@dataclass(frozen=True)
class Replaced:
    """What came of ``configure replace``."""

    lines: list[str]
    is_applied: bool


NO_CONFIGURATION = Replaced(["%The input file is not a valid config file."], False)


@dataclass(frozen=True)
class Candidate:
    """A file that was read, and the lines of it that the parser refused."""

    root: Node
    rejected: Sequence[Rejected]

    @property
    def unseen(self) -> list[str]:
        """Lines that were taken and will never be printed."""
        return [node.line for node in users.users(self.root)]

    def taken_back(self, refused: Sequence[str]) -> Replaced:
        """With ``revert trigger error`` a refused line means that nothing changes in the end."""
        lines = [
            *_failures([*self._bad, *refused]),
            _ABORTED,
            "Reverting to the original configuration",
            "The original configuration has been successfully restored.",
        ]
        return Replaced(lines, False)

    def applied(self, passes: int, refused: Sequence[str], unseen: Sequence[str]) -> Replaced:
        """IOS compares again after each pass: a line of the file that it never prints stays a
        difference, until it gives up. Everything else is applied all the same."""
        if self.rejected or refused:
            failures = _failures([*self._bad, *refused])
            return Replaced([*failures, "Total number of passes: 5", _ABORTED, ""], True)
        if unseen:
            head = "The rollback configlet from the last pass is listed below:"
            configlet = ["!List of Rollback Commands:", *unseen, "end"]
            return Replaced([head, _STARS, *configlet, _STARS, "", "", _ABORTED, ""], True)
        return Replaced([f"Total number of passes: {passes}", "Rollback Done", ""], True)

    @property
    def _bad(self) -> list[str]:
        return [each.line for each in self.rejected]


def _failures(lines: Sequence[str]) -> list[str]:
    head = "The following commands are failed to apply to the IOS image."
    return [head, _STARS, *lines, _STARS, ""]


def is_configuration(text: str) -> bool:
    """A file to replace with has a version and an end."""
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    has_version = any(line.startswith("version ") for line in lines)
    return has_version and lines[-1].strip() == "end"


def read(text: str, hardware: Hardware, faults: Faults) -> Candidate | None:
    """The configuration in a file; None if it isn't one."""
    if not is_configuration(text):
        return None
    root = blank(hardware)
    rejected = load(text, root, hardware, strict=True)
    loading.disturb(root, faults)
    settle(root, hardware)
    return Candidate(root, rejected)
