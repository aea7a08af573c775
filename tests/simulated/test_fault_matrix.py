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
from functools import partial
from pathlib import Path

import pytest

from device_fleet import EXAMPLES, Fleet, Member, fleet
from muniform.devices import normalise
from muniform.lab.simulated.faults import Condition, Point, Strike
from muniform.model import City, load_city
from muniform.results import Result, Status
from simulated_devices import Identities

# The first test waits for all cases: they run side by side, in the fixture.
pytestmark = [pytest.mark.lab, pytest.mark.slow, pytest.mark.timeout(1200)]

NETWORKS = {"ios": "127.90.1", "eos": "127.90.2", "junos": "127.90.3", "procurve": "127.90.4"}


C, R, N, F = (
    Status.CHANGED,
    Status.REVERTED,
    Status.UNREACHABLE,
    Status.REFUSED,
)
BEFORE = {Strike.DROP, Strike.HANG, Strike.REBOOT, Strike.REFUSE}
"""Strikes that keep the device from acting."""


@dataclass(frozen=True)
class Case:
    """One fault, what may come of it, and how the change or its start differ from the usual."""

    id: str
    allowed: frozenset[Status]
    strike: tuple[Strike, Point] | None = None
    when: str = ""
    """The step of the transaction from which on it strikes; "" from the beginning."""
    conditions: tuple[Condition, ...] = ()
    latency: float = 0.0
    cuts_itself: bool = False
    is_blank: bool = False


def _struck(strike: Strike, point: Point, when: str = "") -> Case:
    name = f"{strike.value}@{point.value}" + (f"_after_{when}" if when else "")
    conditions = (Condition.COMMITS_OTHER,) if point is Point.ROLLBACK else ()
    return Case(name, frozenset(_allowed(strike, point, when)), (strike, point), when, conditions)


def _allowed(strike: Strike, point: Point, when: str) -> set[Status]:
    """What may come of a strike at a point. Where the device is then, ``ENDS_ON`` says."""
    is_answered = strike in (Strike.GARBAGE, Strike.REFUSE)
    if when:
        # The timer runs, or all is confirmed.
        return {C, R}
    if point in (Point.CONFIRM, Point.SAVE):
        return {C, R} if strike in BEFORE or strike is Strike.REBOOT_AFTER else {C}
    allowed = {
        Point.COMMIT: {R, F, C} if strike is Strike.GARBAGE else {R, F},
        Point.ROLLBACK: {R},
        Point.CLEAN: {C},
        # What gives no sensible answer before the change is not asked after it.
        Point.PROBE: {N, F, C} if is_answered else {N, F},
    }
    return allowed.get(point, {N, F})


CASES = [
    Case("none", frozenset({C})),
    Case("latency_600", frozenset({C}), latency=600),
    Case("cuts_itself", frozenset({R}), cuts_itself=True),
    Case("from_blank", frozenset({C}), is_blank=True),
    Case("refuse_login", frozenset({F}), conditions=(Condition.REFUSE_LOGIN,)),
    Case("wrong_host_key", frozenset({F}), conditions=(Condition.WRONG_HOST_KEY,)),
    Case("locked", frozenset({F}), conditions=(Condition.LOCKED,)),
    Case("flash_full", frozenset({F, R}), conditions=(Condition.FLASH_FULL,)),
    Case("partial_load", frozenset({F, R}), conditions=(Condition.PARTIAL_LOAD,)),
    Case("commits_other", frozenset({R}), conditions=(Condition.COMMITS_OTHER,)),
    Case("early_timer", frozenset({R}), conditions=(Condition.EARLY_TIMER,)),
    *(_struck(strike, point) for strike in Strike for point in Point),
    *(_struck(strike, Point.READ, when) for strike in Strike for when in ("reconnect", "confirm")),
    *(_struck(strike, Point.PROBE, "reconnect") for strike in Strike),
]
# Lines are typed into the running configuration of ArubaOS-Switch, under a reload that was
# scheduled first: nothing is staged beside it, compared on it or cleaned from it.
STAGED_WHILE_COMMITTING = frozenset({C, R, F})
# Junos: the lock is given back as a part of the commit.
CLEANED_WHILE_COMMITTING = frozenset({C, R})
NEVER_REACHED = {
    "ios": frozenset[Point](),
    "eos": frozenset({Point.CLEAN}),  # a session that was committed is gone
    "junos": frozenset({Point.SAVE}),  # a commit is saved
    "procurve": frozenset({Point.COMPARE, Point.CLEAN}),
}
ENDS_ON = {C: "after", R: "before", F: "before", N: "before"}


@dataclass(frozen=True)
class Outcome:
    """What came of a case."""

    result: Result
    standing: str
    is_saved: bool
    left: tuple[str, ...]
    kinds: tuple[str, ...]
    struck: tuple[Point, ...]

    def __str__(self) -> str:
        said = f"{self.result.status}: {self.result.message}"
        return f"{said}\n{self.result.evidence}\n{self.kinds} struck at {self.struck}"


@pytest.fixture(scope="module")
def big_city(root: Path) -> City:
    return load_city(root / "inventory")


@pytest.fixture(scope="module", params=sorted(EXAMPLES))
def platform(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def outcomes(
    platform: str,
    big_city: City,
    tmp_path_factory: pytest.TempPathFactory,
    identities: Identities,
) -> Iterator[dict[str, Outcome]]:
    folder = tmp_path_factory.mktemp(platform)
    blank = [number for number, case in enumerate(CASES) if case.is_blank]
    with fleet(
        big_city, platform, len(CASES), NETWORKS[platform], folder, identities, blank
    ) as playing:
        pairs = list(zip(CASES, playing.members, strict=True))
        with ThreadPoolExecutor(max_workers=24) as pool:
            found = pool.map(lambda pair: _run(playing, *pair), pairs)
            yield {case.id: outcome for case, outcome in zip(CASES, found, strict=True)}


def _run(playing: Fleet, case: Case, member: Member) -> Outcome:
    _prepare(playing, case, member)
    faults = member.simulated.faults
    for condition in case.conditions:
        faults.set(condition)
    if case.strike is not None and not case.when:
        faults.strike(*case.strike)
    elif case.strike is not None:
        member.notes.at[case.when] = partial(faults.strike, *case.strike)
    result = playing.carry_out(member)
    struck = tuple(faults.struck)
    playing.background.call(faults.clear)
    _await_way_in(member)
    standing = playing.standing(member)
    kinds = tuple(member.notes.kinds)
    left, is_saved = playing.background.call(lambda: _inside(member))
    return Outcome(result, standing, is_saved, left, kinds, struck)


def _prepare(playing: Fleet, case: Case, member: Member) -> None:
    if case.latency or case.is_blank:
        playing.slow_down(member, case.latency)
    if case.cuts_itself:
        member.after = playing.cut_off(member)
    if case.is_blank:
        playing.begin_blank(member)


def _inside(member: Member) -> tuple[tuple[str, ...], bool]:
    """What is left on a switch, and whether it would boot with what it runs. In its thread."""
    simulated, platform = member.simulated, member.device.platform
    texts = (getattr(simulated, "startup", simulated.running), simulated.running)
    saved, running = (
        # IOS keeps SNMPv3 users beside its configuration.
        {path for path in normalise(text, platform) if not path[0].startswith("SNMPv3 user")}
        for text in texts
    )
    return tuple(simulated.residue()), saved == running


def _await_way_in(member: Member) -> None:
    """A switch may still be starting."""
    deadline = time.monotonic() + 30
    while member.simulated.cut is not None:
        assert time.monotonic() < deadline, member.simulated.cut
        time.sleep(0.1)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_whatever_happens_the_switch_is_old_or_new_and_the_record_says_which(
    outcomes: dict[str, Outcome], platform: str, case: Case
) -> None:
    outcome = outcomes[case.id]
    status = outcome.result.status
    assert status in _expected(case, platform), outcome
    assert outcome.standing == ENDS_ON[status], outcome
    assert outcome.is_saved, outcome
    assert outcome.left == (), outcome
    assert outcome.result.evidence, outcome
    assert outcome.kinds[-1] == status.value, outcome
    if case.strike is not None:
        is_reached = case.strike[1] not in NEVER_REACHED[platform]
        assert outcome.struck == ((case.strike[1],) if is_reached else ()), outcome


def _expected(case: Case, platform: str) -> frozenset[Status]:
    if case.strike is None:
        return case.allowed
    if case.strike[1] in NEVER_REACHED[platform]:
        return frozenset({C})
    if platform == "procurve" and case.strike[1] is Point.STAGE:
        return STAGED_WHILE_COMMITTING
    if platform == "junos" and case.strike[1] is Point.CLEAN:
        return CLEANED_WHILE_COMMITTING
    return case.allowed
