"""Turning the live configuration into another one, command by command.

A switch has no second copy to prepare: each line of the configlet works at once. What a line cuts
is cut, even if a later line would mend it. Then it compares again, five times at most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from muniform.lab.ios import users, vlans
from muniform.lab.ios.arguments import Hardware
from muniform.lab.ios.configlet import arrange, configlet, forget_states
from muniform.lab.ios.defaults import settle
from muniform.lab.ios.editor import Editor
from muniform.lab.ios.grammar import CommandError
from muniform.lab.ios.in_use import refusal
from muniform.lab.simulated.language.tree import Node

PASSES = 5
_WAY_IN = ("interface", "vlan", "ip", "router", "vtp")
"""What a packet's way to the switch depends on; everything else matters at a login."""
_WAY_IN_OF_PORT = ("switchport", "shutdown", "ip", "channel-group")
"""The same, of what stands under an interface."""


@dataclass(frozen=True)
class Applied:
    """How often the switch had to go through it, and what it could not do to the end."""

    passes: int
    refused: Sequence[str]

    @property
    def is_complete(self) -> bool:
        return not self.refused


def apply(root: Node, wanted: Node, hardware: Hardware, watch: Callable[[], None]) -> Applied:
    """Make ``root`` what ``wanted`` is; ``watch`` is called after each line that may have changed
    the way in. What neither shows (users, a VLAN database that isn't printed) stays."""
    vlans.keep(root, wanted)
    users.keep(root, wanted)
    previous: list[str] = []
    refused: list[str] = []
    for number in range(PASSES + 1):
        commands = configlet(root, wanted)
        if not commands:
            arrange(root, wanted)
            return Applied(number, [])
        if commands == previous:
            # The passes that are left would end like this one.
            break
        if number < PASSES:
            refused = _run(root, commands, hardware, watch)
            forget_states(root, wanted)
            settle(root, hardware)
            previous = commands
    return Applied(PASSES, refused or commands)


def _run(
    root: Node, commands: Sequence[str], hardware: Hardware, watch: Callable[[], None]
) -> list[str]:
    """One pass: every line, whatever became of those before it. Returns what was refused."""
    editor = Editor(root, hardware, strict=True)
    section, refused = "", []
    for command in commands:
        if editor.is_collecting:
            editor.feed(command)
            continue
        is_top = not command.startswith(" ")
        try:
            _feed(editor, "" if is_top else section, command)
        except CommandError:
            refused.append(command)
        section = command if is_top else section
        if _concerns_way_in(section, command):
            watch()
    return refused


def _feed(editor: Editor, section: str, command: str) -> None:
    why = refusal(editor.root, section, command)
    if why is not None:
        raise CommandError(why)
    editor.feed(command)
    if section.startswith("interface Port-channel") and "switchport" in command.split()[:2]:
        _pass_on(editor, section.split()[1], command)


def _pass_on(editor: Editor, bundle: str, command: str) -> None:
    """What is set on a bundle, the switch sets on its members as well."""
    number = bundle.removeprefix("Port-channel")
    for port in editor.root.starting("interface"):
        if (port.value("channel-group") or ("",))[0] == number:
            member = Editor(editor.root, editor.hardware, strict=True)
            member.feed(port.line)
            member.feed(command)


def _concerns_way_in(section: str, command: str) -> bool:
    if not section.removeprefix("no ").startswith(_WAY_IN):
        return False
    if not section.startswith("interface "):
        return True
    return command.lstrip().removeprefix("no ").startswith(_WAY_IN_OF_PORT)


def seen_by_sessions(root: Node, start: Node) -> Node:
    """The configuration as far as it bears on a session that is already there: what decides who
    may log in is taken from the ``start``, since a session outlives its account and its list."""
    children = [node for node in root.children if node.words[0] in _WAY_IN]
    children = [node for node in children if node.words[1] != "access-list"]
    kept = [
        node
        for node in start.children
        if node.words[0] not in _WAY_IN or node.words[1] == "access-list"
    ]
    return Node(children=[*children, *kept])
