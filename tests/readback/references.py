"""Names that a configuration uses and does not define, defines twice, or defines in vain.

Each rule pairs the lines that define a kind of name with the lines that use it. The rules are
ours: no parser of others follows references on all platforms.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain

from readback.junos_references import undefined as undefined_junos
from readback.reference_rules import RULES, Rule


def undefined_references(platform: str, text: str) -> list[str]:
    """Every name used and not defined, defined twice or not used; none for a sound text."""
    if platform == "junos":
        return undefined_junos(text)
    lines = list(paths(text))
    found = [problem for rule in RULES[platform] for problem in _check(rule, lines)]
    return [*found, *_twice(text), *_sequences(lines)]


def paths(text: str) -> Iterator[str]:
    """Every line below those it belongs to, joined by `` / ``."""
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        content = line.strip()
        if not content or content in ("!", "exit"):
            continue
        indent = len(line) - len(line.lstrip())
        while above and above[-1][0] >= indent:
            above.pop()
        above.append((indent, content))
        yield " / ".join(part for _, part in above)


def _names(rule: Rule, patterns: tuple[str, ...], lines: list[str]) -> Iterator[str]:
    compiled = [re.compile(pattern) for pattern in patterns]
    for line in lines:
        for match in filter(None, (pattern.fullmatch(line) for pattern in compiled)):
            texts = [group for group in match.groups() if group]
            yield from chain.from_iterable(rule.lists(text) for text in texts)


def _check(rule: Rule, lines: list[str]) -> Iterator[str]:
    defined = set(_names(rule, (rule.defines,), lines)) | rule.always
    used = set(_names(rule, rule.uses, lines))
    for name in sorted(used - defined):
        yield f"{rule.kind} {name} is used and not defined"
    if rule.unused_matters:
        for name in sorted(defined - used - rule.always):
            yield f"{rule.kind} {name} is defined and not used"


SEQUENCE = re.compile(r"ip access-list (?:standard |extended )?(\S+) / (\d+) .*")


def _sequences(lines: list[str]) -> Iterator[str]:
    """A later entry takes the place of an earlier one of the same number."""
    numbered = Counter(match.groups() for match in map(SEQUENCE.fullmatch, lines) if match)
    for (name, number), times in numbered.items():
        if times > 1:
            yield f"access list {name} has {times} entries {number}"


SECTION = re.compile(r"(interface|vlan|router|ip access-list|class-map|policy-map|line) \S.*")


def _twice(text: str) -> Iterator[str]:
    heads = [line for line in text.splitlines() if SECTION.fullmatch(line)]
    for head, times in Counter(heads).items():
        if times > 1:
            yield f"{head} stands {times} times"
