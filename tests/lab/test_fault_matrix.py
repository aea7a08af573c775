"""Every platform, every fault, every step: a switch is on its old or on its new configuration.

All cases of a platform run at the same time, each on a simulated switch of its own: a fault is
switched on, the whole transaction runs through the real driver, the fault is switched off. Then the
switch is asked over a new connection, and looked into.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from device_fleet import EXAMPLES, Fleet, Member, fleet
from muniform.lab.simulated.faults import Condition, Point, Strike
from muniform.model import City, load_city
from muniform.results import Result, Status
from simulated_devices import Identities

pytestmark = [pytest.mark.lab, pytest.mark.slow]

NETWORKS = {"ios": "127.90.1", "eos": "127.90.2", "junos": "127.90.3", "procurve": "127.90.4"}


@dataclass(frozen=True)
class Case:
    """One fault: a condition, or a strike at a point that happens once or as long as it is on."""

    fault: Condition | Strike | None
    point: Point | None = None
    latency: float = 0.0

    @property
    def id(self) -> str:
        if self.fault is None:
            return f"latency_{self.latency:g}" if self.latency else "none"
        return self.fault.value + (f"@{self.point.value}" if self.point else "")


CASES = [
    Case(None),
    Case(None, latency=600),
    *(Case(condition) for condition in Condition),
    *(Case(strike, point) for strike in Strike for point in Point),
]
# What a person may hear of a fault, and where the switch is then.
ENDS_ON = {
    Status.CHANGED: "after",
    Status.UNCHANGED: "after",
    Status.REVERTED: "before",
    Status.REFUSED: "before",
    Status.STALE: "before",
    Status.UNREACHABLE: "before",
}


@dataclass(frozen=True)
class Outcome:
    """What came of a case."""

    result: Result
    standing: str
    left: tuple[str, ...]
    kinds: tuple[str, ...]


@pytest.fixture(scope="module")
def big_city(root: Path) -> City:
    return load_city(root / "inventory")


@pytest.fixture(scope="module", params=sorted(EXAMPLES))
def outcomes(
    request: pytest.FixtureRequest,
    big_city: City,
    tmp_path_factory: pytest.TempPathFactory,
    identities: Identities,
) -> Iterator[dict[str, Outcome]]:
    platform = request.param
    folder = tmp_path_factory.mktemp(platform)
    with fleet(big_city, platform, len(CASES), NETWORKS[platform], folder, identities) as playing:
        pairs = list(zip(CASES, playing.members, strict=True))
        with ThreadPoolExecutor(max_workers=24) as pool:
            found = pool.map(lambda pair: _run(playing, *pair), pairs)
            yield {case.id: outcome for case, outcome in zip(CASES, found, strict=True)}


def _run(playing: Fleet, case: Case, member: Member) -> Outcome:
    faults = member.simulated.faults
    if case.latency:
        playing.slow_down(member, case.latency)
    if isinstance(case.fault, Condition):
        faults.set(case.fault)
    elif case.fault is not None and case.point is not None:
        faults.strike(case.fault, case.point)
    result = playing.carry_out(member)
    playing.background.call(faults.clear)
    _await_way_in(member)
    standing = playing.standing(member)
    left = playing.background.call(lambda: member.simulated.residue())
    return Outcome(result, standing, tuple(left), tuple(member.notes.kinds))


def _await_way_in(member: Member) -> None:
    """A switch may still be starting."""
    deadline = time.monotonic() + 30
    while member.simulated.cut is not None and time.monotonic() < deadline:
        time.sleep(0.1)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_whatever_happens_the_switch_is_old_or_new_and_the_record_says_which(
    outcomes: dict[str, Outcome], case: Case
) -> None:
    outcome = outcomes[case.id]
    said = f"{outcome.result.status}: {outcome.result.message} {outcome.kinds}"
    assert outcome.result.status in ENDS_ON, said
    assert outcome.standing == ENDS_ON[outcome.result.status], said
    assert outcome.left == (), said
    assert outcome.result.evidence, said


def test_without_a_fault_it_is_changed(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["none"].result.status is Status.CHANGED
    assert outcomes["latency_600"].result.status is Status.CHANGED
