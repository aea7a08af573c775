"""The arguments of commands: which words a grammar's ``<type>`` accepts, and how IOS stores them.

An argument reads words from a position and answers with the canonical text and the number of
words it took, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from muniform.lab.ios import acl, names
from muniform.lab.simulated.language.vlans import vlan_set
from muniform.lab.simulated.language.words import address, host


@dataclass(frozen=True)
class Word:
    """One word of a line and the column at which it starts."""

    text: str
    column: int


@dataclass(frozen=True)
class Hardware:
    """What the chassis has. Physical interfaces can't be made by a configuration."""

    ports: frozenset[str]
    version: str = "17.12"
    serial: str = ""


@dataclass(frozen=True)
class Reading:
    """What an argument may look at."""

    line: str
    words: Sequence[Word]
    position: int
    hardware: Hardware
    parameter: str = ""
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def word(self) -> str:
        return self.words[self.position].text


Taken = tuple[str, int]
Reader = Callable[[Reading], Taken | None]


def _single(accept: Callable[[str], str | None]) -> Reader:
    def read(reading: Reading) -> Taken | None:
        canonical = accept(reading.word)
        return None if canonical is None else (canonical, 1)

    return read


def _mask(word: str) -> str | None:
    canonical = address(word)
    if canonical is None:
        return None
    inverted = ~int(IPv4Address(canonical)) & 0xFFFFFFFF
    return canonical if inverted & (inverted + 1) == 0 else None


def _hostname(word: str) -> str | None:
    return word if re.fullmatch(r"[A-Za-z]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?", word) else None


def _hex(word: str) -> str | None:
    return word.upper() if re.fullmatch(r"[0-9A-Fa-f]{2,8}", word) else None


def _percent(word: str) -> str | None:
    """Storm-control levels: IOS stores two decimals."""
    if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", word) or float(word) > 100:
        return None
    return f"{float(word):.2f}"


def vlan_text(vlans: set[int]) -> str:
    """A VLAN list as IOS prints it: three or more in a row become a range."""
    parts: list[str] = []
    run: list[int] = []
    for vlan in [*sorted(vlans), None]:
        if run and vlan is not None and vlan == run[-1] + 1:
            run.append(vlan)
            continue
        if len(run) > 2:
            parts.append(f"{run[0]}-{run[-1]}")
        else:
            parts.extend(str(each) for each in run)
        run = [] if vlan is None else [vlan]
    return ",".join(parts)


def _vlans(word: str) -> str | None:
    found = vlan_set(word)
    return None if found is None else vlan_text(found)


def _integer(reading: Reading) -> Taken | None:
    if not re.fullmatch(r"-?\d{1,10}", reading.word):
        return None
    low, high = reading.parameter.split("..")
    value = int(reading.word)
    return (str(value), 1) if int(low) <= value <= int(high) else None


def _interface(reading: Reading) -> Taken | None:
    """One or two words: ``te1/0/1`` or ``te 1/0/1``. ``<interface:new>`` may name a new SVI."""
    text, count = reading.word, 1
    following = reading.words[reading.position + 1 :]
    if re.fullmatch(r"[A-Za-z-]+", text) and following and following[0].text[0].isdigit():
        text, count = text + following[0].text, 2
    parts = names.split(text)
    if parts is None:
        return None
    name = parts[0] + parts[1]
    if names.is_logical(name):
        known = parts[1].isdigit() and int(parts[1]) in names.LOGICAL_RANGES[parts[0]]
    else:
        known = name in reading.hardware.ports
    return (name, count) if known else None


def _text(reading: Reading) -> Taken | None:
    """The rest of the line as it was typed, at most ``<text:N>`` characters."""
    rest = reading.line[reading.words[reading.position].column :].rstrip()
    limit = int(reading.parameter or 240)
    return (rest, len(reading.words) - reading.position) if len(rest) <= limit else None


def _list(reading: Reading) -> Taken | None:
    """``<list:ciphers>``: one or more distinct words out of a named set of choices."""
    allowed = reading.choices[reading.parameter]
    words = [word.text for word in reading.words[reading.position :]]
    if len(set(words)) != len(words) or not all(word in allowed for word in words):
        return None
    return " ".join(words), len(words)


def _methods(reading: Reading) -> Taken | None:
    """``<methods:choices>``: ``group NAME`` and words of a named set, tried from left to right."""
    allowed = reading.choices[reading.parameter]
    words = [word.text for word in reading.words[reading.position :]]
    for index, word in enumerate(words):
        is_name = index > 0 and words[index - 1] == "group"
        if not is_name and word != "group" and word not in allowed:
            raise acl.Misread(index)
    if words[-1] == "group":
        raise acl.Misread(None)
    return " ".join(words), len(words)


def _ace(reading: Reading) -> Taken | None:
    """The rest of an entry of an extended access list."""
    rest = [word.text for word in reading.words[reading.position :]]
    return acl.canonical(rest), len(rest)


def _ping(reading: Reading) -> Taken | None:
    """What may follow a ping's target, in any order: pairs of a word and its value."""
    words = [word.text.lower() for word in reading.words[reading.position :]]
    taken: list[str] = []
    for name, value in zip(words[::2], words[1::2], strict=False):
        known = [option for option in _PING_LIMITS if option.startswith(name)]
        if len(known) != 1 or not value.isdigit() or int(value) not in _PING_LIMITS[known[0]]:
            raise acl.Misread(len(taken))
        taken += [known[0], value]
    if len(words) % 2:
        raise acl.Misread(None)
    return " ".join(taken), len(words)


_PING_LIMITS = {"repeat": range(1, 2**31), "timeout": range(3601), "size": range(36, 18025)}
_DSCP = {0: "default", 46: "ef"}
_DSCP |= {8 * level: f"cs{level}" for level in range(1, 8)}
_DSCP |= {8 * c + 2 * drop: f"af{c}{drop}" for c in range(1, 5) for drop in range(1, 4)}


def _dscps(reading: Reading) -> Taken | None:
    """One or more DSCP values; those that have a name are printed by it."""
    taken: list[str] = []
    for word in reading.words[reading.position :]:
        text = word.text.lower()
        if text.isdigit() and int(text) < 64:
            taken.append(_DSCP.get(int(text), text))
        elif text in _DSCP.values():
            taken.append(text)
        else:
            break
    # Two blanks: IOS prints one after each value, and one before each.
    return ("  ".join(taken), len(taken)) if taken else None


def _engine(word: str) -> str | None:
    """An SNMP engine id: 5 to 32 bytes (RFC 3411)."""
    return word.upper() if re.fullmatch(r"([0-9A-Fa-f]{2}){5,32}", word) else None


def _hex_words(reading: Reading) -> Taken | None:
    words = [_hex(word.text) for word in reading.words[reading.position :]]
    known = [word for word in words if word is not None]
    return (" ".join(known), len(words)) if len(known) == len(words) else None


READERS: Mapping[str, Reader] = {
    "word": _single(lambda word: word),
    "name": _single(lambda word: word if re.fullmatch(r"[!-~]{1,64}", word) else None),
    "hostname": _single(_hostname),
    "host": _single(host),
    "ipv4": _single(address),
    "mask": _single(_mask),
    "wildcard": _single(address),
    "vlans": _single(_vlans),
    "hex": _single(_hex),
    "percent": _single(_percent),
    "int": _integer,
    "interface": _interface,
    "text": _text,
    "list": _list,
    "hexwords": _hex_words,
    "methods": _methods,
    "ace": _ace,
    "dscps": _dscps,
    "engine": _single(_engine),
    "ping": _ping,
}
