"""What a reading and the intent say together: the verdict, the diff, and what takes it back."""

from __future__ import annotations

from muniform.devices import Snapshot, way_of
from muniform.model import City
from muniform.plan import Kind, TargetPlan, Verdict
from muniform.plan.devices import compare
from transactions import KEY, NAME, NEW, OLD, approved


def planned(city: City, running: str, startup: str, *, pending: bool = False) -> TargetPlan:
    return compare(city.device(NAME), NEW, Snapshot(running, startup, pending), KEY)


def test_a_difference_is_a_change_with_its_digests_and_its_way_back(city: City) -> None:
    found = planned(city, OLD, OLD)
    assert (found.kind, found.verdict) == (Kind.DEVICE, Verdict.CHANGE)
    assert (found.pre_hash, found.post_hash, found.diff_digest) == (
        approved().pre_hash,
        approved().post_hash,
        approved().diff_digest,
    )
    assert found.revert == way_of("ios").revert != ""
    assert found.fidelity == "offline"
    assert "$9$" not in "\n".join(found.diff)


def test_what_runs_and_is_saved_is_unchanged(city: City) -> None:
    assert planned(city, NEW, NEW).verdict is Verdict.UNCHANGED


def test_what_runs_and_is_not_saved_is_a_change(city: City) -> None:
    found = planned(city, NEW, OLD)
    assert found.verdict is Verdict.CHANGE
    assert "save it" in found.diff[0]


def test_a_pending_change_blocks(city: City) -> None:
    found = planned(city, OLD, OLD, pending=True)
    assert found.verdict is Verdict.BLOCKED
    assert "waits for its confirmation" in found.message
