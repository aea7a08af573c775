"""How IOS understands a line: keywords may be abbreviated to any unambiguous prefix."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from muniform.lab.ios.acl import Misread
from muniform.lab.ios.arguments import READERS, Hardware, Reading, Word
from muniform.lab.simulated.language.grammar import Branch, Match, Table, load_table


class CommandError(Exception):
    """A line that IOS refuses. ``column`` is where its caret points, or None."""

    def __init__(self, message: str, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.column = column

    def render(self, indent: int = 0) -> str:
        """What the terminal shows; ``indent`` is the width of the prompt before the line."""
        if self.column is None:
            return self.message
        return " " * (indent + self.column) + "^\n" + self.message


INVALID = "% Invalid input detected at '^' marker."
INCOMPLETE = "% Incomplete command."


@dataclass(frozen=True)
class Grammar(Table):
    """The commands of one table."""

    def match(self, mode: str, line: str, hardware: Hardware) -> Match:
        """Walk ``line`` through the mode's trie as far as it goes; raises CommandError."""
        words = split_words(line)
        canonical: list[str] = []
        arguments: list[str] = []
        branch, position = self.modes[mode].root, 0
        while position < len(words):
            step = self._keyword(branch, words[position], line)
            if step is not None:
                keyword, branch = step
                canonical.append(keyword)
                position += 1
                continue
            reading = Reading(line, words, position, hardware, choices=self.choices)
            text, count, branch = self._argument(branch, reading)
            canonical.append(text)
            arguments.append(text)
            position += count
        return Match(tuple(canonical), tuple(arguments), branch)

    def _keyword(self, branch: Branch, word: Word, line: str) -> tuple[str, Branch] | None:
        lowered = word.text.lower()
        if lowered in branch.keywords:
            return lowered, branch.keywords[lowered]
        found = [keyword for keyword in branch.keywords if keyword.lower().startswith(lowered)]
        if len(found) > 1:
            raise CommandError(f'% Ambiguous command:  "{line.strip()}"')
        return (found[0], branch.keywords[found[0]]) if found else None

    def _argument(self, branch: Branch, reading: Reading) -> tuple[str, int, Branch]:
        for token, following in branch.arguments.items():
            kind, _, parameter = token[1:-1].partition(":")
            tried = Reading(
                reading.line,
                reading.words,
                reading.position,
                reading.hardware,
                parameter,
                reading.choices,
            )
            try:
                taken = READERS[kind](tried)
            except Misread as fault:
                raise _misread(fault, reading) from None
            if taken is not None:
                return taken[0], taken[1], following
        word = reading.words[reading.position]
        raise CommandError(INVALID, word.column + _common_prefix(word.text, branch.keywords))

    def help(self, mode: str, line: str, hardware: Hardware) -> list[str]:
        """What may follow ``line``; with a partial last word, its completions."""
        words = split_words(line)
        partial = words[-1].text.lower() if words and not line.endswith(" ") else ""
        before = line[: words[-1].column] if partial else line
        branch = self.match(mode, before, hardware).branch if before.strip() else None
        branch = branch or self.modes[mode].root
        return branch.help(partial)


def _misread(fault: Misread, reading: Reading) -> CommandError:
    if fault.index is None:
        return CommandError(INCOMPLETE)
    return CommandError(INVALID, reading.words[reading.position + fault.index].column)


def split_words(line: str) -> list[Word]:
    """The words of a line with their columns."""
    return [Word(match[0], match.start()) for match in re.finditer(r"\S+", line)]


def _common_prefix(word: str, keywords: Iterable[str]) -> int:
    """IOS puts the caret under the first character that fits no keyword."""
    best = 0
    for keyword in keywords:
        length = 0
        for left, right in zip(word.lower(), keyword.lower(), strict=False):
            if left != right:
                break
            length += 1
        best = max(best, length)
    return best if best < len(word) else 0


@cache
def load_grammar(file: str) -> Grammar:
    """Compile one of this package's tables: ``configuration.yml`` or ``exec.yml``."""
    table = load_table(__package__, file)
    return Grammar(table.modes, table.choices)
