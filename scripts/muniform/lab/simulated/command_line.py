"""What stands behind a terminal: the command line of a platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Pager:
    """What is shown where output stops for a key, and what takes it away again."""

    more: str
    erased: str


def plain_pager(more: str) -> Pager:
    """One whose text is overwritten with blanks."""
    return Pager(more, "\r" + " " * (len(more) + 8) + "\r")


class CommandLine(Protocol):
    """What stands behind a terminal: a line in, the lines that are printed, the next prompt."""

    page_length: int
    """Lines after which output stops until a key is pressed; 0: never."""

    @property
    def pager(self) -> Pager: ...

    @property
    def greeting(self) -> list[str]:
        """What is printed after a login."""

    @property
    def prompt(self) -> str: ...

    @property
    def is_over(self) -> bool:
        """The client left, or lost its connection."""

    @property
    def is_frozen(self) -> bool:
        """Nothing is taken in or printed any more."""

    @property
    def is_hidden(self) -> bool:
        """What is typed now must not be echoed."""

    @property
    def takes_key(self) -> bool:
        """One key is the whole answer."""

    @property
    def takes_text(self) -> bool:
        """What is typed now is text, in which ``?``, tab and control characters mean nothing."""

    def enter(self, line: str) -> list[str]:
        """Take a line that was typed."""

    def end_configuration(self) -> list[str]:
        """Control-Z."""

    def end_text(self) -> list[str] | None:
        """Control-D; None where it means nothing."""

    def help(self, line: str) -> list[str]:
        """What ``?`` prints after ``line``."""

    def completed(self, line: str) -> str:
        """``line`` with its last keyword written out, if there is only one."""
