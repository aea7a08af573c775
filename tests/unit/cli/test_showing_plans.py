"""How much of a plan is shown: all of it, or of very long ones each diff's beginning."""

from __future__ import annotations

import pytest

from muniform.cli import showplan
from muniform.plan import Kind, Plan, TargetPlan, Verdict


def target(name: str, lines: int) -> TargetPlan:
    diff = tuple(f"+ line {number} of {name}" for number in range(lines))
    return TargetPlan(name, "site", Kind.DEVICE, Verdict.CHANGE, "offline", diff=diff)


def shown(capsys: pytest.CaptureFixture[str], *targets: TargetPlan) -> str:
    showplan.plan(Plan("c", "i", (), targets))
    return capsys.readouterr().out


def test_a_plan_that_a_person_can_read_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    said = shown(capsys, target("sw1", 300), target("sw2", 300))
    assert "+ line 299 of sw1" in said
    assert "more lines" not in said


def test_of_a_very_long_plan_the_beginnings_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    said = shown(capsys, target("sw1", 900), target("sw2", 200))
    assert "+ line 7 of sw1" in said
    assert "+ line 8 of sw1" not in said
    assert "... 892 more lines: muniform plan sw1" in said
    assert "... 192 more lines: muniform plan sw2" in said


def test_one_long_diff_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert "+ line 4999 of sw1" in shown(capsys, target("sw1", 5000))
