"""IOS's two ways to compare configurations: contextual differences and incremental commands.

Both compare texts line by line within their sections, as the device does: a file is not run
through the parser first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from muniform.lab.ios.tree import ETX

NO_CHANGES = "!No changes were found"
_ORDERED = re.compile(r"policy-map |aaa group server ")
"""Sections in which a line's place counts: the first class that fits serves, the first server that
answers decides. Access lists number their entries."""


@dataclass
class Outline:
    """A line and the lines indented below it. A banner is one line with breaks in it."""

    line: str = ""
    children: list[Outline] = field(default_factory=list)


def outline(text: str) -> Outline:
    """A configuration text by its indentation. Comments and the volatile head are left out."""
    root = Outline()
    stack = [(-1, root)]
    for line in _joined_banners(text.replace("\r\n", "\n").split("\n")):
        stripped = line.strip()
        if not stripped or stripped.startswith(("!", "Building conf", "Current conf", "Using ")):
            continue
        depth = len(line) - len(line.lstrip(" "))
        while stack[-1][0] >= depth:
            stack.pop()
        node = Outline(line.rstrip(" ")[depth:])
        stack[-1][1].children.append(node)
        stack.append((depth, node))
    return root


def _joined_banners(lines: Sequence[str]) -> list[str]:
    joined: list[str] = []
    open_banner = ""
    for line in lines:
        if open_banner:
            joined[-1] += "\n" + line
            if open_banner in line:
                open_banner = ""
            continue
        joined.append(line)
        words = line.split(maxsplit=2)
        if len(words) == 3 and words[0] == "banner":
            delimiter = "^C" if words[2].startswith("^C") else words[2][0]
            if delimiter not in words[2][len(delimiter) :]:
                open_banner = delimiter
    return joined


def contextual(old: str, new: str) -> list[str]:
    """What ``show archive config differences`` prints: first what ``new`` adds, then what it
    lacks; each under its unchanged parents, the sign after the indentation."""
    before, after = outline(old), outline(new)
    added = _one_sided(after, before, "+", 0)
    removed = _one_sided(before, after, "-", 0)
    return ["!Contextual Config Diffs:", *(added + removed or [NO_CHANGES])]


def _one_sided(here: Outline, there: Outline, sign: str, depth: int) -> list[str]:
    lines: list[str] = []
    for node, twin in _pairs(here, there, str):
        if twin is None:
            lines.extend(_signed(node, sign, depth))
            continue
        below = _one_sided(node, twin, sign, depth + 1)
        if below:
            lines.extend([" " * depth + node.line, *below])
    return lines


def _signed(node: Outline, sign: str, depth: int) -> list[str]:
    lines = [" " * depth + sign + node.line]
    for child in node.children:
        lines.extend(_signed(child, sign, depth + 1))
    return lines


def _pairs(
    here: Outline, there: Outline, fold: Callable[[str], str]
) -> list[tuple[Outline, Outline | None]]:
    """Every line here with the line there that equals it, each of which is used once."""
    if _ORDERED.match(here.line):
        return _pairs_in_order(here, there, fold)
    unused: dict[str, list[Outline]] = {}
    for node in there.children:
        unused.setdefault(fold(node.line), []).append(node)
    pairs: list[tuple[Outline, Outline | None]] = []
    for node in here.children:
        twins = unused.get(fold(node.line))
        pairs.append((node, twins.pop(0) if twins else None))
    return pairs


def _pairs_in_order(
    here: Outline, there: Outline, fold: Callable[[str], str]
) -> list[tuple[Outline, Outline | None]]:
    """Lines that stand in the same order on both sides; what moved has no twin."""
    sides = [[fold(node.line) for node in side.children] for side in (here, there)]
    # The matcher is not symmetric: both directions of a comparison must see the same moves.
    is_swapped = sides[1] < sides[0]
    matcher = SequenceMatcher(None, sides[is_swapped], sides[not is_swapped], autojunk=False)
    twins: dict[int, Outline] = {}
    for first, second, size in matcher.get_matching_blocks():
        ours, theirs = (second, first) if is_swapped else (first, second)
        twins |= {ours + step: there.children[theirs + step] for step in range(size)}
    return [(node, twins.get(at)) for at, node in enumerate(here.children)]


def incremental(
    running: str, merged: str, ignore_case: bool, on_by_default: frozenset[str] = frozenset()
) -> list[str]:
    """What ``show archive config incremental-diffs`` prints: the commands of a file to merge that
    would change something. ``on_by_default`` are those of which only ``no …`` is ever printed."""
    fold: Callable[[str], str] = str.lower if ignore_case else str
    commands = _missing(outline(merged), outline(running), _Rules(fold, on_by_default), 0)
    found = [line for line in commands if line.strip() != "end"]
    return ["!List of Commands:", *found, "end", *([] if found else [NO_CHANGES])]


@dataclass(frozen=True)
class _Rules:
    fold: Callable[[str], str]
    on_by_default: frozenset[str]

    def changes_nothing(self, line: str, section: Outline) -> bool:
        """``no X`` where X is neither configured nor on by default."""
        if not line.startswith("no ") or line[3:] in self.on_by_default:
            return False
        prefix = self.fold(line[3:])
        return not any(self.fold(child.line).startswith(prefix) for child in section.children)


def _missing(here: Outline, there: Outline, rules: _Rules, depth: int) -> list[str]:
    lines: list[str] = []
    for node, twin in _pairs(here, there, rules.fold):
        below = _missing(node, twin or Outline(), rules, depth + 1)
        is_new = twin is None and not rules.changes_nothing(node.line, there)
        if is_new or below:
            lines.extend([" " * depth + node.line, *below])
    return lines


def visible(lines: Sequence[str]) -> list[str]:
    """Differences as a terminal shows them."""
    return [line.replace(ETX, "^C") for line in lines]
