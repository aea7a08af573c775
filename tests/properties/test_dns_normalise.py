"""Normal forms: applying one twice changes nothing, and spelling never matters."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

from hypothesis import given
from hypothesis import strategies as st

from muniform.services import normalise, record_set

LABELS = st.from_regex(r"[a-z0-9_]([a-z0-9_-]{0,20}[a-z0-9_])?", fullmatch=True)
NAMES = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
NUMBERS = st.integers(0, 65535)
VALUES = {
    "A": st.ip_addresses(v=4).map(str),
    "AAAA": st.ip_addresses(v=6).map(str),
    "PTR": NAMES,
    "MX": st.tuples(NUMBERS, NAMES).map(lambda v: f"{v[0]} {v[1]}"),
    "SRV": st.tuples(NUMBERS, NUMBERS, NUMBERS, NAMES).map(lambda v: " ".join(map(str, v))),
}
SETS = st.sampled_from(sorted(VALUES)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.lists(VALUES[kind], min_size=1, max_size=5))
)


@given(zone=NAMES, label=LABELS, ttl=st.integers(0, 2**31 - 1), typed=SETS, data=st.data())
def test_normal_form(
    zone: str, label: str, ttl: int, typed: tuple[str, list[str]], data: st.DataObject
) -> None:
    kind, values = typed
    first = record_set(zone, f"{label}.{zone}", kind, ttl, values)
    again = record_set(first.zone, first.name, first.type, first.ttl, first.values)
    assert again == first
    shuffled = data.draw(st.permutations(values + values[:1]))
    loud = [v.upper() for v in shuffled]
    assert (
        record_set(zone.upper() + ".", f"{label}.{zone}".upper(), kind.lower(), ttl, loud) == first
    )


@given(st.ip_addresses(v=4))
def test_an_address_keeps_its_meaning(address: IPv4Address) -> None:
    good, problems = normalise({"type": "A", "values": [str(address)]})
    assert not problems
    assert [IPv4Address(v) for v in good["values"]] == [address]  # type: ignore[attr-defined]


@given(st.ip_addresses(v=6))
def test_a_long_address_keeps_its_meaning(address: IPv6Address) -> None:
    good, problems = normalise({"type": "AAAA", "values": [address.exploded.upper()]})
    assert not problems
    assert [IPv6Address(v) for v in good["values"]] == [address]  # type: ignore[attr-defined]


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_nonsense_is_judged_and_never_breaks(zone: str, name: str, value: str) -> None:
    for kind in ("A", "AAAA", "CNAME", "MX", "PTR", "SRV", "TXT"):
        good, problems = normalise(
            {"zone": zone, "name": name, "type": kind, "ttl": 60, "values": [value]}
        )
        assert set(good) | set(problems) == {"zone", "name", "type", "ttl", "values"}
