"""How the switch matches a line against its grammar. Pure.

Keywords may be abbreviated to any unambiguous prefix. A list of ports or VLANs stands for each of
them: a match names its elements and keeps ``*`` in their place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from muniform.lab.procurve.arguments import LISTS, READERS, Hardware, Misread
from muniform.lab.procurve.grammar import Argument, Branch, Mode, Rule

STAR = "*"
_WORD = re.compile(r'"(?:\\.|[^"\\])*"|\S+')


class Refused(Exception):
    """A line that the switch refuses, with what it says; ``at`` counts the words it understood."""

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True)
class Match:
    """A line that was understood. ``rest`` is what follows a section's own words on its line."""

    rule: Rule
    words: tuple[str, ...]
    elements: tuple[str, ...] = ()
    negative: bool = False
    rest: str = ""


def words_of(line: str) -> list[str]:
    """A line's words; what stands in quotation marks is one."""
    return _WORD.findall(line)


def match(mode: Mode, line: str, hardware: Hardware) -> Match:
    """The command that ``line`` is in ``mode``. Raises Refused in the switch's words."""
    words = words_of(line)
    negative = len(words) > 1 and words[0].lower() == "no"
    return _Matching(mode, words[1:] if negative else words, negative, hardware).result()


@dataclass(frozen=True)
class _Path:
    """How far a line was followed, in one way of reading its words."""

    branch: Branch
    words: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    listing: Argument | None = None
    """In a list that goes on over several words: VLAN ids with blanks between."""

    @property
    def rule(self) -> Rule | None:
        return self.branch.rule


class _Matching:
    def __init__(
        self, mode: Mode, words: Sequence[str], negative: bool, hardware: Hardware
    ) -> None:
        self._words = words
        self._negative = negative
        self._hardware = hardware
        self._paths = [_Path(mode.root)]
        self._at = 0

    def result(self) -> Match:
        for at, word in enumerate(self._words):
            self._at = at
            section = self._section()
            self._paths = self._step(word, section is not None)
            if not self._paths and section is not None:
                return section
        for path in self._paths:
            rule = self._complete(path)
            if rule is not None:
                return self._found(path, rule)
        last = self._words[-1] if self._words else ""
        raise Refused(f"Incomplete input: {last}", len(self._words))

    def _section(self) -> Match | None:
        """A command that opens a section and is complete here: the rest is one for in there."""
        if not self._at or self._negative:
            return None
        for path in self._paths:
            if path.rule is not None and path.rule.opens:
                rest = " ".join(self._words[self._at :])
                return replace(self._found(path, path.rule), rest=rest)
        return None

    def _complete(self, path: _Path) -> Rule | None:
        """The command that is written out, or named as far as ``no`` needs it."""
        if path.rule is not None or not self._negative:
            return path.rule
        count = len(path.words)
        fitting = (rule for rule in path.branch.passing if rule.key is not None)
        return next((rule for rule in fitting if count >= (rule.key or 0)), None)

    def _found(self, path: _Path, rule: Rule) -> Match:
        return Match(rule, path.words, path.elements, self._negative)

    def _step(self, word: str, may_end: bool) -> list[_Path]:
        low = word.lower()
        literals = {
            keyword
            for path in self._paths
            for keyword in path.branch.keywords
            if keyword.startswith(low)
        }
        exact = low in literals
        chosen = {low} if exact else literals
        taken = [
            replace(path, branch=path.branch.keywords[keyword], words=(*path.words, keyword),
                    listing=None)
            for path in self._paths
            for keyword in chosen & path.branch.keywords.keys()
        ]  # fmt: skip
        argued, misread = self._arguments(word)
        if len(chosen) > 1 and not any(path.elements for path in argued):
            raise Refused(f"Ambiguous input: {word}", self._at)
        # A keyword written out is never taken for a value.
        taken += [] if exact else argued
        if not taken and not may_end:
            raise Refused(str(misread or f"Invalid input: {word}"), self._at)
        return taken

    def _arguments(self, word: str) -> tuple[list[_Path], Misread | None]:
        found: list[_Path] = []
        misread: Misread | None = None
        for path in self._paths:
            ways = [*path.branch.arguments.items()]
            ways += [(path.listing, path.branch)] if path.listing else []
            for argument, branch in ways:
                try:
                    argued = self._argue(path, argument, branch, word)
                except Misread as error:
                    misread = error
                else:
                    found += [argued] if argued else []
        return found, misread

    def _argue(self, path: _Path, argument: Argument, branch: Branch, word: str) -> _Path | None:
        if argument.kind not in LISTS:
            value = READERS[argument.kind](word, argument.parameter)
            return None if value is None else _Path(branch, (*path.words, value), path.elements)
        elements = LISTS[argument.kind](word, self._hardware)
        if elements is None:
            return None
        words = path.words if argument is path.listing else (*path.words, STAR)
        goes_on = argument if argument.kind == "vlans" else None
        return _Path(branch, words, (*path.elements, *elements), goes_on)
