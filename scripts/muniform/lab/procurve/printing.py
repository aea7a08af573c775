"""The configuration as the switch prints it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from muniform.lab.procurve.grammar import load_grammar
from muniform.lab.procurve.ports import natural, ranges
from muniform.lab.procurve.state import (
    DEFAULT_VLAN,
    TRUNK_PRIORITY,
    Section,
    Setting,
    State,
    Vlan,
)

_INDENT = "   "
GRAMMAR = load_grammar("configuration.yml")


def printed(state: State) -> list[str]:
    """All lines, without the volatile head."""
    blocks = [*_settings(state), *_sections(state)]
    return [line for _, lines in sorted(blocks, key=lambda block: block[0]) for line in lines]


_Place = tuple[int, tuple[bool, str, int], int]
_Block = tuple[_Place, list[str]]


def _settings(state: State) -> Iterator[_Block]:
    """Passwords stand outside the configuration unless credentials are included in it."""
    shows_passwords = state.root.has("include-credentials")
    for place, line in lines_of(state.root):
        if shows_passwords or not line.startswith(("password manager", "password operator")):
            yield place, [line]


def lines_of(section: Section) -> list[tuple[_Place, str]]:
    """The lines of one section, each with its place."""
    lists: dict[tuple[str, ...], list[Setting]] = {}
    found: list[tuple[_Place, str]] = []
    for setting in section.settings.values():
        if setting.rule.prints == "list":
            lists.setdefault(setting.words, []).append(setting)
        else:
            found.append((_place(setting), setting.line))
    for settings in lists.values():
        first = settings[0]
        listed = ranges(setting.element for setting in settings)
        # VLANs are listed with blanks between, ports with commas.
        listed = listed.replace(",", " ") if "vlan" in first.words else listed
        found.append(((first.rule.group, natural(""), first.rule.order), first.line_for(listed)))
    return sorted(_joined(found), key=lambda each: each[0])


def _joined(lines: Iterable[tuple[_Place, str]]) -> list[tuple[_Place, str]]:
    """Contact and location of SNMP share a line."""
    kept, parts, place = [], [], None
    for at, line in lines:
        if line.startswith(("snmp-server contact ", "snmp-server location ")):
            place = place or at
            parts.append(line.removeprefix("snmp-server "))
        else:
            kept.append((at, line))
    if place is not None:
        kept.append((place, " ".join(["snmp-server", *sorted(parts)])))
    return kept


def _place(setting: Setting) -> _Place:
    return setting.rule.group, natural(setting.element), setting.rule.order


def _sections(state: State) -> Iterator[_Block]:
    group = {str(sequel.tokens[0]): sequel.rule.group for sequel in GRAMMAR["global"].sequels}
    for name, trunk in state.trunks.items():
        line = f"trunk {ranges(trunk.members)} {name.lower()} {trunk.kind}"
        yield (group["trunk"], natural(name), 0), [line]
    yield from _trunk_priorities(state)
    for port, section in state.interfaces.items():
        if section.settings:
            body = [line for _, line in lines_of(section)]
            yield (group["interface"], natural(port), 0), _block(f"interface {port}", body)
    for number, vlan in state.vlans.items():
        body = list(_vlan_lines(state, number, vlan))
        yield (group["vlan"], natural(str(number)), 0), _block(f"vlan {number}", body)
    for words, section in state.named.items():
        entries = sorted(section.settings.values(), key=lambda each: int(each.words[0]))
        body = [f"  {entry.line}" for entry in entries]
        kind = int(words[0] == "policy")
        yield (group["class"], natural(""), kind), _block(" ".join(words), body)


def _trunk_priorities(state: State) -> Iterator[_Block]:
    rule = next(s.rule for s in GRAMMAR["global"].sequels if s.rule.action == "port_priority")
    for name in state.trunks:
        if ("spanning-tree", name, "priority") not in state.root.settings:
            line = f"spanning-tree {name} priority {TRUNK_PRIORITY}"
            yield (rule.group, natural(name), rule.order), [line]


def _vlan_lines(state: State, number: int, vlan: Vlan) -> Iterator[str]:
    yield f"name {vlan_name(number, vlan)}"
    if number == DEFAULT_VLAN and (out := set(state.switched()) - vlan.untagged):
        yield f"no untagged {ranges(out)}"
    if vlan.untagged:
        yield f"untagged {ranges(vlan.untagged)}"
    if vlan.tagged:
        yield f"tagged {ranges(vlan.tagged)}"
    if ("ip", "address") not in vlan.section.settings:
        yield "ip address dhcp-bootp" if number == DEFAULT_VLAN else "no ip address"
    for _, line in lines_of(vlan.section):
        if not line.startswith("name "):
            yield line


def vlan_name(number: int, vlan: Vlan) -> str:
    """In quotation marks, as it is printed."""
    default = "DEFAULT_VLAN" if number == DEFAULT_VLAN else f"VLAN{number}"
    return (vlan.section.value("name") or (f'"{default}"',))[0]


def _block(head: str, body: Iterable[str]) -> list[str]:
    return [head, *(f"{_INDENT}{line}" for line in body), f"{_INDENT}exit"]
