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
from muniform.masking import Secret
from muniform.plan import Kind, Plan, TargetPlan, Verdict, parse_plan, read_plan, write_plan
from muniform.plan.files import seal, sealed_json
from muniform.plan.plan import content_digest

KEY = Secret("hash_key", "of the city")
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
    assert parse_plan(sealed_json(plan, KEY), "it", KEY) == plan


def test_a_file_is_for_this_account_alone(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("an older one, open to all")
    path.chmod(0o644)
    write_plan(path, PLAN, KEY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_plan(path, KEY) == PLAN
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("field", ["pre_hash", "post_hash", "diff_digest", "name", "verdict"])
def test_what_was_altered_is_noticed(field: str) -> None:
    content = json.loads(sealed_json(PLAN, KEY))
    content["targets"][0][field] = "unchanged" if field == "verdict" else "other"
    with pytest.raises(RolloutError, match="another digest than it says"):
        parse_plan(json.dumps(content), "it", KEY)


@pytest.mark.parametrize("field", ["diff", "risk", "revert", "post_hash"])
def test_a_digest_can_be_made_anew_and_a_seal_cannot(field: str) -> None:
    content = json.loads(sealed_json(PLAN, KEY))
    shown = content["targets"][0][field]
    content["targets"][0][field] = [] if isinstance(shown, list) else "other"
    unsealed = {name: content[name] for name in content if name not in ("digest", "seal")}
    content["digest"] = content_digest(unsealed)
    with pytest.raises(RolloutError, match="its seal is that of another content"):
        parse_plan(json.dumps(content), "it", KEY)
    del content["seal"]
    with pytest.raises(RolloutError, match="its seal is that of another content"):
        parse_plan(json.dumps(content), "it", KEY)


def test_a_plan_sealed_with_another_key_is_refused() -> None:
    with pytest.raises(RolloutError, match="another secret hash_key"):
        parse_plan(sealed_json(PLAN, Secret("hash_key", "replaced")), "it", KEY)


def test_a_seal_and_a_digest_alone_make_no_plan() -> None:
    for content, said in (
        ({"targets": 1}, "is no plan"),
        (asdict(PLAN) | {"more": 1}, "another version of muniform"),
        (asdict(PLAN) | {"targets": [{"name": "x"}]}, "is no plan: targets"),
    ):
        ends = {"digest": content_digest(content), "seal": seal(content, KEY)}
        text = json.dumps({**ends, **content})
        with pytest.raises(RolloutError, match=said):
            parse_plan(text, "it", KEY)


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "{}"])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(RolloutError):
        parse_plan(text, "it", KEY)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_plan(tmp_path / "none.json", KEY)
    with pytest.raises(UsageError, match="can't be written"):
        write_plan(tmp_path / "none" / "plan.json", PLAN, KEY)
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="it is no text"):
        read_plan(tmp_path / "binary", KEY)


def test_a_part_of_a_plan_is_another_plan() -> None:
    assert PLAN.only(["fs03-sw1"]) == PLAN
    assert PLAN.only([]).digest != PLAN.digest
