"""DNS record sets as values: normalised, comparable, checked. Nothing here does I/O.

A record set is everything a server holds under one name and type (RFC 2181, section 5). Two
that mean the same are equal here, however they were written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype

from muniform.errors import ServiceError

TYPES = ("A", "AAAA", "CNAME", "MX", "PTR", "SRV", "TXT")
"""What a site may own. SOA and NS belong to the zone, which its server's owner makes."""

FIELDS = ("zone", "name", "type", "ttl", "values")
MAX_TTL = 2**31 - 1  # RFC 2181, section 8
# Host names, service labels (RFC 2782), a wildcard, and "/" for classless reverse zones (RFC 2317).
LABEL = re.compile(r"\*|[a-z0-9_](?:[a-z0-9_/-]*[a-z0-9_])?")


class RecordSetError(ServiceError):
    """What was declared is not a record set. ``problems`` names each field and what is wrong."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        text = "; ".join(f"{field}: {problem}" for field, problem in problems.items())
        super().__init__(f"not a DNS record set: {text}", "correct the named fields")


@dataclass(frozen=True, order=True)
class RecordSet:
    """One record set. Build it with ``record_set``. Names are absolute, ``ttl`` is in seconds."""

    zone: str
    name: str
    type: str
    ttl: int
    values: tuple[str, ...]

    @property
    def label(self) -> str:
        """How people name it: ``fs03-sw1.net.example A``."""
        return f"{self.name.rstrip('.')} {self.type}"

    @property
    def content(self) -> str:
        """What it answers: its values and TTL, for messages."""
        return f"{', '.join(self.values)} (ttl {self.ttl})"


def record_set(zone: str, name: str, type: str, ttl: int, values: Sequence[str]) -> RecordSet:
    """A normalised record set. Raises RecordSetError, naming everything that is wrong."""
    fields = {"zone": zone, "name": name, "type": type, "ttl": ttl, "values": values}
    good, problems = normalise(fields)
    if problems:
        raise RecordSetError(problems)
    return RecordSet(**good)  # type: ignore[arg-type]  # normalise returns the field's own types


def normalise(fields: Mapping[str, object]) -> tuple[dict[str, object], dict[str, str]]:
    """The known fields in normal form, and what is wrong with each of the others.

    A field that is missing isn't known yet and isn't judged, nor is what depends on it.
    """
    good: dict[str, object] = {}
    problems: dict[str, str] = {}
    rules: dict[str, Callable[[object], object]] = {
        "zone": _name,
        "name": _name,
        "type": _type,
        "ttl": _ttl,
        "values": lambda value: _values(value, good.get("type")),
    }
    for field in FIELDS:
        if field in fields:
            try:
                good[field] = rules[field](fields[field])
            except ValueError as error:
                problems[field] = str(error)
    zone, name = good.get("zone"), good.get("name")
    if isinstance(zone, str) and isinstance(name, str) and not _within(name, zone):
        problems["name"] = f"{name!r} is not in the zone {zone!r}: write the whole name"
    return good, problems


def _name(value: object) -> str:
    """An absolute name in lower case with its final dot, which may be left out when written."""
    if not isinstance(value, str) or not value.strip("."):
        raise ValueError("a DNS name is needed, such as fs03-sw1.net.example")
    text = value.lower().removesuffix(".") + "."
    for label in text[:-1].split("."):
        if not LABEL.fullmatch(label):
            raise ValueError(f"{value!r} has a part that no DNS name may have: {label!r}")
    try:
        return dns.name.from_text(text).to_text()
    except dns.exception.DNSException as error:
        raise ValueError(f"{value!r} is not a DNS name: {error}") from None


def _type(value: object) -> str:
    text = value.upper() if isinstance(value, str) else ""
    if text not in TYPES:
        raise ValueError(f"{value!r} is not supported; one of {', '.join(TYPES)}")
    return text


def _ttl(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_TTL:
        raise ValueError(f"{value!r} is not a number of seconds from 0 to {MAX_TTL}")
    return value


def _values(value: object, rdtype: object) -> tuple[str, ...]:
    """Each value once, sorted, in the one spelling its type has."""
    if isinstance(value, str) or not isinstance(value, Sequence) or not value:
        raise ValueError("a list of at least one value is needed")
    texts = [item for item in value if isinstance(item, str)]
    if len(texts) != len(value):
        raise ValueError("every value must be a text")
    if not isinstance(rdtype, str):
        return tuple(sorted(set(texts)))
    normal = tuple(sorted({_value(text, rdtype) for text in texts}))
    if rdtype == "CNAME" and len(normal) > 1:
        raise ValueError("a CNAME has exactly one value (RFC 2181, section 10.1)")
    return normal


def _value(text: str, rdtype: str) -> str:
    """One value in canonical form (RFC 4034, section 6.2), so that spelling is no difference."""
    kind = dns.rdatatype.from_text(rdtype)
    try:
        parsed = dns.rdata.from_text(
            dns.rdataclass.IN, kind, text, origin=dns.name.root, relativize=False
        )
        wire = parsed.to_digestable()
        canonical = dns.rdata.from_wire(dns.rdataclass.IN, kind, wire, 0, len(wire))
    except (dns.exception.DNSException, ValueError) as error:
        raise ValueError(f"{text!r} is not a value of type {rdtype}: {error}") from None
    return canonical.to_text()


def _within(name: str, zone: str) -> bool:
    return dns.name.from_text(name).is_subdomain(dns.name.from_text(zone))
