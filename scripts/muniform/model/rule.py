"""What a rule over the inventory's files is, and how it says where something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass

from muniform.errors import Finding
from muniform.model.declaration import Declaration
from muniform.model.source import Loc

Rule = Callable[[Declaration], Iterator[Finding]]


def at(declared: Declaration, file: str, loc: Loc, problem: str, remedy: str) -> Finding:
    """A finding at a path of one of the files."""
    return declared.sources[file].finding(loc, problem, remedy)


def choice(names: Iterable[str], none: str = "declare one first") -> str:
    """A remedy that lists what could be used, cut where there is much; ``none`` if nothing."""
    known = list(names)
    more = ", ..." if len(known) > 8 else ""
    return f"use one of: {', '.join(known[:8])}{more}" if known else none


@dataclass(frozen=True)
class Claim:
    """Somebody takes a value that only one may have. ``file`` and ``loc`` say where."""

    value: Hashable
    owner: str
    file: str
    loc: Loc


def rivals(claims: Iterable[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Each claim of a value that was already claimed, and the first claim of it.

    What stands in one place (an archetype that many sites use) is reported once.
    """
    first: dict[Hashable, Claim] = {}
    reported = set()
    for claim in claims:
        holder = first.setdefault(claim.value, claim)
        place = (claim.file, claim.loc)
        if holder is not claim and place not in reported:
            reported.add(place)
            yield claim, holder
