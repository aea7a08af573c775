"""What EOS says to a line that it refuses."""

from __future__ import annotations

from enum import IntEnum


class Code(IntEnum):
    """eAPI's error codes."""

    FAILED = 1000
    """The command could not be carried out."""
    INVALID = 1002
    """The command is none, or may not be run at this privilege."""
    UNCONVERTED = 1003
    """The command has no structured output."""
    UNAUTHORIZED = 1005


class CliError(Exception):
    """A refused command. A terminal shows ``% `` before the message, eAPI does not."""

    def __init__(self, message: str, code: Code = Code.FAILED, shown: list[str] | None = None):
        super().__init__(message)
        self.message = message
        self.code = code
        self.shown = shown or []
        """What was printed before the message."""

    @property
    def lines(self) -> list[str]:
        return [*self.shown, f"% {self.message}"]


def invalid(position: int, word: str) -> CliError:
    return CliError(f"Invalid input (at token {position}: '{word}')", Code.INVALID)


def ambiguous(position: int, word: str) -> CliError:
    return CliError(f"Ambiguous command (at token {position}: '{word}')", Code.INVALID)


def incomplete(position: int) -> CliError:
    return CliError(f"Incomplete command (at token {position}: None)", Code.INVALID)
