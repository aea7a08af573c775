"""A result shows the facts that led to it where somebody needs them."""

from __future__ import annotations

import pytest

from muniform.cli import showplan
from muniform.results import Result, Status

FACTS = ("read: running is what the plan read", "committed with a 300 s timer")


@pytest.mark.parametrize(
    ("status", "asked", "shown"),
    [
        (Status.CHANGED, False, False),
        (Status.CHANGED, True, True),
        (Status.REVERTED, False, True),
        (Status.UNKNOWN, False, True),
    ],
)
def test_evidence_is_shown_when_it_went_wrong_or_on_request(
    capsys: pytest.CaptureFixture[str], status: Status, asked: bool, shown: bool
) -> None:
    showplan.result(Result("sw1", status, evidence=FACTS), evidence=asked)
    said = capsys.readouterr().out
    assert f"sw1: {status.value}" in said
    assert all(fact in said for fact in FACTS) is shown
