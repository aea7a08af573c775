"""What may stand in place of an argument, and how the switch writes it. Pure.

A reader gives the value as it is printed, or None where a word cannot be meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address

from muniform.lab.procurve.ports import TRUNK, expand, numbers

_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){4,}")
_LONGEST = 255


class Misread(Exception):
    """A word of the right kind that names what does not exist."""


@dataclass
class Hardware:
    """The ports that can be named: those of the chassis, and the aggregations that exist."""

    chassis: Collection[str]
    trunks: set[str] = field(default_factory=set)

    @property
    def ports(self) -> set[str]:
        return {*self.chassis, *self.trunks}


def _integer(word: str, parameter: str) -> str | None:
    low, _, high = parameter.partition("..")
    fits = word.isdigit() and len(word) < 12 and int(low) <= int(word) <= int(high)
    return str(int(word)) if fits else None


def _bits(word: str, parameter: str) -> str | None:
    return word if re.fullmatch(rf"[01]{{{parameter}}}", word) else None


def _vlan(word: str, _: str) -> str | None:
    return _integer(word, "1..4094")


def _text(word: str, parameter: str) -> str | None:
    """Always printed in quotation marks."""
    if word.startswith('"'):
        inner = word[1:-1] if len(word) > 1 and word.endswith('"') else None
    else:
        inner = word
    if inner is None or '"' in re.sub(r"\\.", "", inner):
        return None
    length = len(re.sub(r"\\(.)", r"\1", inner))
    return f'"{inner}"' if length <= int(parameter or _LONGEST) else None


def _word(word: str, _: str) -> str | None:
    return word.strip('"') or None


def _address(word: str, _: str) -> str | None:
    try:
        return str(IPv4Address(word))
    except AddressValueError:
        return None


def _mask(word: str, _: str) -> str | None:
    address = _address(word, "")
    if address is None:
        return None
    gap = ~int(IPv4Address(address)) & 0xFFFFFFFF
    return address if gap & (gap + 1) == 0 else None


def _hexadecimal(word: str, _: str) -> str | None:
    bare = word.strip('"').lower()
    return f'"{bare}"' if _MAC.fullmatch(bare) or re.fullmatch(r"[0-9a-f]+", bare) else None


def _trunk(word: str, _: str) -> str | None:
    found = re.fullmatch(r"trk(\d{1,3})", word.lower())
    return f"{TRUNK}{int(found[1])}" if found and int(found[1]) else None


READERS: Mapping[str, Callable[[str, str], str | None]] = {
    "int": _integer,
    "bits": _bits,
    "vlan": _vlan,
    "text": _text,
    "word": _word,
    "ip": _address,
    "mask": _mask,
    "hex": _hexadecimal,
    "trunk": _trunk,
}


def _ports(word: str, hardware: Hardware) -> list[str] | None:
    if not re.match(r"(\d|[A-Za-z]\d|trk\d|all$)", word, re.IGNORECASE):
        return None
    found = expand(word, hardware.ports)
    if found is None:
        raise Misread(f"Module not present for port or invalid port: {word}")
    return found


def _vlans(word: str, _: Hardware) -> list[str] | None:
    found = [numbers(part) for part in word.split(",")]
    if any(each is None for each in found):
        return None
    return [str(number) for part in found for number in part or ()]


LISTS: Mapping[str, Callable[[str, Hardware], list[str] | None]] = {
    "ports": _ports,
    "vlans": _vlans,
}
