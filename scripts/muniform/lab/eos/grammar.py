"""How EOS understands a line.

A person may shorten a keyword to any unambiguous prefix; eAPI takes only whole words, unless a
request asks for completion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from muniform.lab.eos.arguments import READERS, Hardware, Reading
from muniform.lab.eos.faults import ambiguous, incomplete, invalid
from muniform.lab.simulated.language.grammar import Branch, Match, Table, load_table


@dataclass(frozen=True)
class Grammar(Table):
    """The commands of one table."""

    def match(
        self,
        mode: str,
        words: Sequence[str],
        hardware: Hardware,
        shortens: bool = True,
        first: int = 0,
    ) -> Match:
        """Walk ``words`` through the mode's trie as far as they go. Raises CliError.

        ``first`` is the place of the first of them on its line, for messages.
        """
        canonical: list[str] = []
        arguments: list[str] = []
        branch, position = self.modes[mode].root, 0
        while position < len(words):
            reading = Reading(words, position, hardware, shortens, self.choices)
            keyword = _exact(branch, words[position])
            taken = None if keyword is not None else _argument(branch, reading)
            if taken is not None:
                text, count, branch = taken
                canonical += text.split(" ")
                arguments.append(text)
                position += count
                continue
            keyword = keyword or _shortened(branch, reading, first + position)
            canonical.append(keyword)
            branch, position = branch.keywords[keyword], position + 1
        return Match(tuple(canonical), tuple(arguments), branch)

    def complete(
        self, mode: str, words: Sequence[str], hardware: Hardware, shortens: bool = True
    ) -> Match:
        """A line that must be a whole command. Raises CliError."""
        match = self.match(mode, words, hardware, shortens)
        if match.rule is None:
            raise incomplete(len(words))
        return match

    def help(self, mode: str, line: str, hardware: Hardware) -> list[str]:
        """What may follow ``line``; with a partial last word, its completions. Raises CliError."""
        words = line.split()
        partial = words.pop().lower() if words and not line.endswith(" ") else ""
        return self.match(mode, words, hardware).branch.help(partial)


def _exact(branch: Branch, word: str) -> str | None:
    lowered = word.lower()
    return next((keyword for keyword in branch.keywords if keyword.lower() == lowered), None)


def _argument(branch: Branch, reading: Reading) -> tuple[str, int, Branch] | None:
    for token, following in branch.arguments.items():
        kind, _, parameter = token[1:-1].partition(":")
        taken = READERS[kind](reading, parameter)
        if taken is not None:
            return taken[0], taken[1], following
    return None


def _shortened(branch: Branch, reading: Reading, place: int) -> str:
    """The one keyword that a word abbreviates, where no argument fits. Raises CliError."""
    word = reading.word.lower()
    found = [keyword for keyword in branch.keywords if keyword.lower().startswith(word)]
    if not reading.shortens or not found:
        raise invalid(place, reading.word)
    if len(found) > 1:
        raise ambiguous(place, reading.word)
    return found[0]


@cache
def load_grammar(file: str) -> Grammar:
    """Compile one of this package's tables: ``configuration.yml`` or ``exec.yml``."""
    table = load_table(__package__, file)
    return Grammar(table.modes, table.choices)
