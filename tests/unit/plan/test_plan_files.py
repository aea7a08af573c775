"""A plan survives its file, and nothing else passes for one."""

from __future__ import annotations

import json
import stat
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniform.errors import RolloutError, UsageError
from muniform.plan import Kind, Plan, TargetPlan, Verdict, parse_plan, read_plan, write_plan
from muniform.plan.plan import content_digest

TARGET = TargetPlan(
    "fs03-sw1",
    "fire_station_3",
    Kind.DEVICE,
    Verdict.CHANGE,
    "offline",
    pre_hash="1",
    post_hash="2",
    diff_digest="3",
    diff=("- ip http server", "+ é"),
    revert="a timer",
    risk=("public safety depends on it",),
)
PLAN = Plan("c0ffee", "d1", (("muniform", "0.1.0"),), (TARGET,))

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
targets = st.builds(
    TargetPlan,
    name=texts,
    site=texts,
    kind=st.sampled_from(Kind),
    verdict=st.sampled_from(Verdict),
    fidelity=texts,
    pre_hash=texts,
    post_hash=texts,
    diff_digest=texts,
    diff=st.lists(texts, max_size=3).map(tuple),
    message=texts,
    hint=texts,
    revert=texts,
    risk=st.lists(texts, max_size=2).map(tuple),
)
plans = st.builds(
    Plan,
    commit=texts,
    inventory_digest=texts,
    versions=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
    targets=st.lists(targets, max_size=3).map(tuple),
)


@given(plans)
def test_what_is_written_is_what_is_read(plan: Plan) -> None:
    assert parse_plan(plan.to_json(), "it") == plan


def test_a_file_is_for_this_account_alone(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("an older one, open to all")
    path.chmod(0o644)
    write_plan(path, PLAN)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_plan(path) == PLAN
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("field", ["pre_hash", "post_hash", "diff_digest", "name", "verdict"])
def test_what_was_altered_is_noticed(field: str) -> None:
    content = json.loads(PLAN.to_json())
    content["targets"][0][field] = "unchanged" if field == "verdict" else "other"
    with pytest.raises(RolloutError, match="another digest than it says"):
        parse_plan(json.dumps(content), "it")


def test_a_digest_alone_makes_no_plan() -> None:
    for content, said in (
        ({"targets": 1}, "is no plan"),
        (asdict(PLAN) | {"more": 1}, "another version of muniform"),
        (asdict(PLAN) | {"targets": [{"name": "x"}]}, "is no plan: targets"),
    ):
        text = json.dumps({"digest": content_digest(content), **content})
        with pytest.raises(RolloutError, match=said):
            parse_plan(text, "it")


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "{}"])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(RolloutError):
        parse_plan(text, "it")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_plan(tmp_path / "none.json")
    with pytest.raises(UsageError, match="can't be written"):
        write_plan(tmp_path / "none" / "plan.json", PLAN)
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="it is no text"):
        read_plan(tmp_path / "binary")


def test_a_part_of_a_plan_is_another_plan() -> None:
    assert PLAN.only(["fs03-sw1"]) == PLAN
    assert PLAN.only([]).digest != PLAN.digest
