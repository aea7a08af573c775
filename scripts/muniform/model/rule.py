"""What a rule over the inventory's files is, and how it says where something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from muniform.errors import Finding
from muniform.model.declaration import Declaration
from muniform.model.source import Loc

Rule = Callable[[Declaration], Iterator[Finding]]


def at(declared: Declaration, file: str, loc: Loc, problem: str, remedy: str) -> Finding:
    """A finding at a path of one of the files."""
    return declared.sources[file].finding(loc, problem, remedy)
