"""Configuration sessions as EOS tells them before and from 4.32 on."""

from __future__ import annotations

import json

import pytest

from muniform.devices.eos_sessions import read_sessions

EDITED = {"state": "pending", "completedTime": 0.0}
DONE = {"state": "completed", "completedTime": 1.0}
TIMED = {"state": "pendingCommitTimer", "commitBy": 1234.5}


def told(sessions: dict[str, object], **more: object) -> str:
    return json.dumps({"sessions": sessions, "maxSavedSessions": 1, "maxOpenSessions": 5, **more})


def test_before_the_change_the_state_tells_the_timer() -> None:
    found = read_sessions(told({"muniform-1": TIMED, "old": DONE}))
    assert found.unconfirmed == "muniform-1"
    assert found.open == ()


@pytest.mark.parametrize("state", [TIMED, EDITED, DONE])
def test_since_then_the_session_is_named(state: object) -> None:
    text = told(
        {"muniform-1": state}, commitTimerSessionName="muniform-1", commitTimerExpireTime=99.0
    )
    found = read_sessions(text)
    assert found.unconfirmed == "muniform-1"
    assert found.ours == ()


@pytest.mark.parametrize("name", ["", None])
def test_a_name_that_is_none(name: str | None) -> None:
    assert read_sessions(told({}, commitTimerSessionName=name)).unconfirmed == ""


def test_ours_are_told_from_others() -> None:
    found = read_sessions(told({"muniform-1": EDITED, "napalm_7": EDITED, "cvp": DONE}))
    assert found.ours == ("muniform-1",)
    assert found.others == ("napalm_7",)
    assert found.unconfirmed == ""


@pytest.mark.parametrize("text", ["", "noise", "[]", "{}", '{"sessions": 5}'])
def test_what_is_no_list_of_sessions(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_sessions(text)
