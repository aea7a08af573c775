"""Arguments of one word: what EOS stores for it, or None. Pure."""

from __future__ import annotations

import re
from ipaddress import IPv4Address

from muniform.lab.simulated.language.vlans import vlan_set
from muniform.lab.simulated.language.words import address

_TIMER = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})")


def area(word: str) -> str | None:
    """An OSPF area: EOS prints a dotted quad."""
    if word.isdigit() and int(word) < 2**32:
        return str(IPv4Address(int(word)))
    return address(word)


def watts(word: str) -> str | None:
    return f"{float(word):.2f}" if re.fullmatch(r"\d{1,2}(\.\d{1,2})?", word) else None


def level(word: str) -> str | None:
    """Per cent of the bandwidth: EOS drops what it needn't print."""
    is_number = re.fullmatch(r"\d{1,3}(\.\d{1,2})?", word)
    return f"{float(word):g}" if is_number and 0.01 <= float(word) <= 100 else None


def duration(word: str) -> str | None:
    """``hh:mm:ss``, not zero."""
    match = _TIMER.fullmatch(word)
    if match is None or int(match[2]) > 59 or int(match[3]) > 59:
        return None
    return word if any(int(part) for part in match.groups()) else None


def seconds(duration: str) -> int:
    """The seconds of an ``hh:mm:ss``."""
    hours, minutes, rest = (int(part) for part in duration.split(":"))
    return hours * 3600 + minutes * 60 + rest


def vlan_text(vlans: set[int]) -> str:
    """A list of VLANs as EOS prints it: two or more in a row become a range."""
    runs: list[list[int]] = []
    for vlan in sorted(vlans):
        if runs and vlan == runs[-1][-1] + 1:
            runs[-1].append(vlan)
        else:
            runs.append([vlan])
    return ",".join(str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs)


def vlans(word: str) -> str | None:
    found = vlan_set(word)
    return None if found is None else vlan_text(found)
