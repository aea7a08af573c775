"""``no`` and ``default`` before a command of configuration mode."""

from __future__ import annotations

from muniform.lab.ios.grammar import INCOMPLETE, CommandError, Grammar
from muniform.lab.simulated.language.grammar import Match, Rule


def negation(grammar: Grammar, line: str, mode: str = "global") -> tuple[bool, int]:
    """Whether a line begins with ``no`` or ``default``, and where its command starts.

    In some modes ``default`` is a command of its own.
    """
    stripped = line.lstrip()
    indent = len(line) - len(stripped)
    word, _, rest = stripped.partition(" ")
    own = grammar.modes[mode].root.keywords.get("default")
    if mode == "global":
        own = own if rest.lstrip().lower().startswith("int") else None
    if word.lower() == "no" or (word.lower() == "default" and own is None):
        return True, len(line) - len(rest.lstrip()) if rest.strip() else indent + len(word)
    return False, 0


def rule_of_prefix(match: Match, negative: bool) -> Rule:
    """``no description`` names a setting without its value; anything else is incomplete."""
    count = len(match.words)
    if negative and count:
        for rule in match.branch.rules():
            if rule.identity == count:
                return rule
    raise CommandError(INCOMPLETE)
