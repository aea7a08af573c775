"""The checks can fail: a spoilt line is noticed nine times out of ten."""

from __future__ import annotations

import random

import pytest

from muniform.render import render
from readback.devices import devices
from readback.expected import expected
from readback.mutation import Kind, changes_meaning, mutate
from readback.references import undefined_references
from readback.verdict import verdict

DEVICES = devices()
SEED, EACH, FLOOR = 7, 4, 0.9


def test_spoilt_lines_are_caught() -> None:
    chance = random.Random(SEED)  # noqa: S311 - repeatable on purpose
    meant, missed = 0, []
    for name, device in DEVICES.items():
        text, facts = render(device), expected(device)
        for kind in [kind for kind in Kind for _ in range(EACH)]:
            mutation = mutate(text, kind, chance)
            if mutation.means:
                meant += 1
                if not verdict(device, mutation.text, facts):
                    missed.append(f"{name} {kind}: {mutation.before} -> {mutation.after}")
    assert meant > len(DEVICES) * EACH * 2
    assert 1 - len(missed) / meant >= FLOOR, missed


@pytest.mark.parametrize(
    ("name", "before", "after", "complaint"),
    [
        ("ios-access", "vlan 210\n name Cameras\n", "", "VLAN 210 is used and not defined"),
        (
            "ios-gateway",
            "ip access-group FROM-CORPORATE in",
            "ip access-group FROM-CORPORAT in",
            "access list FROM-CORPORAT is used and not defined",
        ),
        (
            "eos-gateway",
            "aaa group server radius RADIUS",
            "aaa group server radius RADIU",
            "server group RADIUS is used and not defined",
        ),
        ("procurve-access", "trunk 13-14 trk1 lacp", "", "port trk1 is used and not defined"),
        (
            "junos-gateway",
            "filter FROM-CORPORATE {",
            "filter FROM-CORPORAT {",
            "filter FROM-CORPORATE is used and not defined",
        ),
    ],
)
def test_a_name_that_leads_nowhere_is_named(
    name: str, before: str, after: str, complaint: str
) -> None:
    device = DEVICES[name]
    text = render(device)
    assert before in text
    assert complaint in undefined_references(device.platform, text.replace(before, after, 1))


@pytest.mark.parametrize(
    ("lines", "index", "kind", "means"),
    [
        (["!", "vlan 20"], 0, Kind.DROPPED, False),
        (["vlan 20"], 0, Kind.DROPPED, True),
        (["vlan 20"], 0, Kind.DOUBLED, False),
        (["system {", "}"], 0, Kind.DOUBLED, True),
        (["banner login ^C", "Welcome", "^C"], 1, Kind.DOUBLED, True),
        (["ip access-list X", "   10 remark names"], 1, Kind.LETTER, False),
    ],
)
def test_what_counts_as_a_change_of_meaning(
    lines: list[str], index: int, kind: Kind, means: bool
) -> None:
    assert changes_meaning(lines, index, kind) is means
