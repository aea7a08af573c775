"""The resource ``DnsRecordSet``: one record set on the city's primary DNS server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

from muniform.errors import UsageError
from muniform.provision.provider.properties import UNKNOWN, Properties, known
from muniform.provision.provider.resource import Checked, Difference, compare
from muniform.services import RecordSet, normalise, record_set

FIELDS = ("zone", "name", "type", "ttl", "values")
IDENTITY = ("zone", "name", "type")
SCHEMA: Mapping[str, object] = {
    "zone": {"type": "string", "description": "The zone, as its server names it."},
    "name": {"type": "string", "description": "The whole name, inside the zone."},
    "type": {"type": "string", "description": "A, AAAA, CNAME, MX, PTR, SRV or TXT."},
    "ttl": {"type": "integer", "description": "How long an answer may be kept, in seconds."},
    "values": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Every value of the set, in any order.",
    },
}


class RecordSets(Protocol):
    """What this resource needs of a DNS client; ``muniform.services.DnsClient`` is one."""

    def read(self, zone: str, name: str, rdtype: str) -> RecordSet | None: ...

    def create(self, wanted: RecordSet) -> None: ...

    def refuse_conflict(self, wanted: RecordSet) -> None: ...

    def update(self, before: RecordSet, wanted: RecordSet) -> None: ...

    def delete(self, before: RecordSet) -> None: ...


class DnsRecordSetType:
    """Serves ``muniform:index:DnsRecordSet``."""

    token = "muniform:index:DnsRecordSet"  # noqa: S105  # a type's name
    schema: Mapping[str, object] = {
        "description": "One record set of a zone, changed by RFC 2136 with TSIG.",
        "inputProperties": SCHEMA,
        "requiredInputs": list(FIELDS),
        "properties": SCHEMA,
        "required": list(FIELDS),
    }

    def __init__(self, client: RecordSets) -> None:
        self._client = client

    def check(self, inputs: Properties) -> Checked:
        """Normal form of what is known. What is unknown in a preview is judged in the update."""
        judged = {key: value for key, value in inputs.items() if key in FIELDS and known(value)}
        good, problems = normalise(judged)
        strangers = sorted(set(inputs) - set(FIELDS))
        problems.update({key: "no such property" for key in strangers})
        missing = [key for key in FIELDS if inputs.get(key) is None]
        problems.update({key: "is required" for key in missing})
        unknown = {key: UNKNOWN for key, value in inputs.items() if not known(value)}
        return Checked({**good, **unknown}, problems)

    def diff(self, old: Properties, new: Properties) -> Difference:
        changed, replacing = compare(_comparable(old), _comparable(new), IDENTITY)
        # Two types at one name exclude each other if one is a CNAME, so the old one goes first.
        return Difference(changed, replacing, delete_first=replacing == ("type",))

    def create(self, inputs: Properties, preview: bool) -> str:
        if not all(known(inputs[field]) for field in FIELDS):
            return ""  # only in a preview: the id is unknown as well
        wanted = _record_set(inputs)
        if preview:
            self._client.refuse_conflict(wanted)
        else:
            self._client.create(wanted)
        return identity(wanted)

    def read(self, identity: str) -> Properties | None:
        zone, name, rdtype = parts(identity)
        found = self._client.read(zone, name, rdtype)
        return None if found is None else properties(found)

    def update(self, old: Properties, new: Properties, preview: bool) -> None:
        if not preview:
            self._client.update(_record_set(old), _record_set(new))

    def delete(self, old: Properties) -> None:
        self._client.delete(_record_set(old))


def identity(record: RecordSet) -> str:
    """The resource's id, also what ``pulumi import`` is given: ``TYPE:NAME@ZONE``."""
    return f"{record.type}:{record.name}@{record.zone}"


def parts(text: str) -> tuple[str, str, str]:
    """Zone, name and type of an id. Raises UsageError."""
    rdtype, colon, rest = text.partition(":")
    name, at, zone = rest.partition("@")
    good, problems = normalise({"zone": zone, "name": name, "type": rdtype})
    if not colon or not at or problems:
        found = "".join(f"; {key}: {problem}" for key, problem in problems.items())
        raise UsageError(
            f"{text!r} is not the id of a DNS record set{found}",
            "write TYPE:NAME@ZONE, such as A:fs03-sw1.net.example.@net.example.",
        )
    return str(good["zone"]), str(good["name"]), str(good["type"])


def properties(record: RecordSet) -> dict[str, object]:
    """A record set as inputs and outputs."""
    return {**{field: getattr(record, field) for field in FIELDS}, "values": list(record.values)}


def _record_set(values: Properties) -> RecordSet:
    return record_set(
        str(values["zone"]),
        str(values["name"]),
        str(values["type"]),
        cast(int, values["ttl"]),
        cast(list[str], values["values"]),
    )


def _comparable(values: Properties) -> Properties:
    """In normal form, so that a difference in spelling (an old state, an import) is none."""
    judged = {key: values[key] for key in FIELDS if key in values and known(values[key])}
    good, _ = normalise(judged)
    return {key: good.get(key, values.get(key)) for key in FIELDS}
