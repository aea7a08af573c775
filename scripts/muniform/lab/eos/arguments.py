"""The arguments of commands: which words a table's ``<type>`` takes, and how EOS stores them.

A reader looks at the words from a position on and answers with the canonical text and how many
words it took, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Interface, IPv4Network

from muniform.lab.eos import acl, names, words
from muniform.lab.simulated.language import words as shared
from muniform.lab.simulated.language.vlans import vlan_set


@dataclass(frozen=True)
class Hardware:
    """What the chassis has. Physical interfaces can't be made by a configuration."""

    ports: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """What a reader may look at."""

    words: Sequence[str]
    position: int
    hardware: Hardware
    shortens: bool = True
    """Whether names may be abbreviated."""
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def word(self) -> str:
        return self.words[self.position]

    @property
    def rest(self) -> Sequence[str]:
        return self.words[self.position :]


Taken = tuple[str, int]
Reader = Callable[[Reading, str], Taken | None]


def _single(accept: Callable[[str], str | None]) -> Reader:
    def read(reading: Reading, _: str) -> Taken | None:
        canonical = accept(reading.word)
        return None if canonical is None else (canonical, 1)

    return read


def _matching(pattern: str) -> Reader:
    compiled = re.compile(pattern)
    return _single(lambda word: word if compiled.fullmatch(word) else None)


def _integer(reading: Reading, parameter: str) -> Taken | None:
    if not re.fullmatch(r"\d{1,10}", reading.word):
        return None
    low, high = parameter.split("..")
    value = int(reading.word)
    return (str(value), 1) if int(low) <= value <= int(high) else None


def _range(reading: Reading, parameter: str) -> Taken | None:
    """``3`` or ``3-7`` within bounds."""
    low, high = (int(bound) for bound in parameter.split(".."))
    match = re.fullmatch(r"(\d+)(?:-(\d+))?", reading.word)
    if match is None:
        return None
    first, last = int(match[1]), int(match[2] or match[1])
    return (reading.word, 1) if low <= first <= last <= high else None


def _integers(reading: Reading, parameter: str) -> Taken | None:
    """One or more numbers, as in ``qos map dscp 8 10 to …``."""
    taken: list[str] = []
    for offset in range(len(reading.rest)):
        following = Reading(reading.words, reading.position + offset, reading.hardware)
        number = _integer(following, parameter)
        if number is None:
            break
        taken.append(number[0])
    return (" ".join(taken), len(taken)) if taken else None


def _known(reading: Reading, name: str) -> str | None:
    canonical = names.full(name, reading.shortens)
    if canonical is None:
        return None
    is_there = canonical in reading.hardware.ports or names.can_be_made(canonical)
    return canonical if is_there else None


def _interface(reading: Reading, _: str) -> Taken | None:
    """One or two words: ``Ethernet1`` or ``Ethernet 1``."""
    text, count = reading.word, 1
    if re.fullmatch(r"[A-Za-z-]+", text) and len(reading.rest) > 1:
        text, count = text + reading.rest[1], 2
    name = _known(reading, text)
    return (name, count) if name else None


def _interfaces(reading: Reading, _: str) -> Taken | None:
    """One interface, or several: ``Ethernet1-4,7``. The canonical text has commas between."""
    single = _interface(reading, "")
    if single is not None:
        return single
    text = "".join(reading.rest[:2]) if reading.word.isalpha() else reading.word
    match = re.fullmatch(r"([A-Za-z-]*[A-Za-z])([\d,-]+)", text)
    numbers = vlan_set(match[2]) if match else None
    if match is None or numbers is None:
        return None
    found = [_known(reading, f"{match[1]}{number}") for number in sorted(numbers)]
    known = [name for name in found if name]
    count = 1 if text == reading.word else 2
    return (",".join(known), count) if len(known) == len(found) else None


def _text(reading: Reading, parameter: str) -> Taken | None:
    """The rest of the line, at most ``<text:N>`` characters."""
    rest = " ".join(reading.rest)
    return (rest, len(reading.rest)) if len(rest) <= int(parameter or 240) else None


def _choice(reading: Reading, parameter: str) -> Taken | None:
    word = reading.word.lower()
    return (word, 1) if word in reading.choices[parameter] else None


def _words(reading: Reading, parameter: str) -> Taken | None:
    """One or more distinct words out of a named set."""
    allowed = reading.choices[parameter]
    words = list(reading.rest)
    if len(set(words)) != len(words) or not all(word in allowed for word in words):
        return None
    return " ".join(words), len(words)


def _methods(reading: Reading, parameter: str) -> Taken | None:
    """``group NAME`` and words of a named set, tried from left to right."""
    words = list(reading.rest)
    position = 0
    while position < len(words):
        is_group = words[position] == "group" and position + 1 < len(words)
        if not is_group and words[position] not in reading.choices[parameter]:
            return None
        position += 2 if is_group else 1
    return " ".join(words), len(words)


def _prefix(reading: Reading, _: str) -> Taken | None:
    """An address with its length, or with its mask behind it."""
    return _with_length(reading, lambda text: str(IPv4Interface(text)))


def _network(reading: Reading, _: str) -> Taken | None:
    return _with_length(reading, lambda text: str(IPv4Network(text)))


def _with_length(reading: Reading, accept: Callable[[str], str]) -> Taken | None:
    text, count = reading.word, 1
    if "/" not in text:
        mask = shared.address(reading.rest[1]) if len(reading.rest) > 1 else None
        if mask is None:
            return None
        text, count = f"{text}/{mask}", 2
    try:
        return accept(text), count
    except ValueError:
        return None


def _ace(reading: Reading, _: str) -> Taken | None:
    canonical = acl.extended(list(reading.rest))
    return (canonical, len(reading.rest)) if canonical else None


def _source(reading: Reading, _: str) -> Taken | None:
    canonical = acl.standard(list(reading.rest))
    return (canonical, len(reading.rest)) if canonical else None


READERS: Mapping[str, Reader] = {
    "word": _single(lambda word: word),
    "path": _single(lambda word: word),
    "name": _matching(r"[!-~]{1,200}"),
    "hostname": _matching(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?"),
    "crypt": _matching(r"\$6\$(rounds=\d+\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{86}"),
    "hex": _matching(r"([0-9A-Fa-f]{2}){5,32}"),
    "host": _single(shared.host),
    "ipv4": _single(shared.address),
    "vlans": _single(words.vlans),
    "area": _single(words.area),
    "watts": _single(words.watts),
    "level": _single(words.level),
    "duration": _single(words.duration),
    "int": _integer,
    "integers": _integers,
    "range": _range,
    "interface": _interface,
    "interfaces": _interfaces,
    "text": _text,
    "choice": _choice,
    "words": _words,
    "methods": _methods,
    "prefix": _prefix,
    "network": _network,
    "ace": _ace,
    "source": _source,
}
