"""The driver without a router: how NAPALM finds it, and what it refuses before it connects."""

from __future__ import annotations

import pytest
from napalm import get_network_driver
from napalm.base.exceptions import CommitError, ConnectionClosedException

from muniform.devices.napalm_frr import FRRDriver


def driver() -> FRRDriver:
    return FRRDriver("127.0.0.1", "muniform", "")


def test_napalm_finds_it() -> None:
    assert get_network_driver("frr") is FRRDriver


def test_it_says_what_it_does_not_do() -> None:
    with pytest.raises(NotImplementedError, match="replaced, never merged"):
        driver().load_merge_candidate(config="hostname x")
    with pytest.raises(NotImplementedError, match="message"):
        driver().commit_config(message="why")
    with pytest.raises(NotImplementedError, match="json"):
        driver().get_config(format="json")
    with pytest.raises(ValueError, match="no such configuration"):
        driver().get_config(retrieve="everything")


def test_without_a_session_or_a_candidate() -> None:
    closed = driver()
    assert closed.is_alive() == {"is_alive": False}
    assert closed.compare_config() == ""
    with pytest.raises(CommitError, match="no candidate"):
        closed.commit_config(revert_in=60)
    with pytest.raises(ConnectionClosedException, match="open it first"):
        closed.get_config()
    closed.close()


@pytest.mark.parametrize(("revert_in", "patience"), [(300, 300), (10, 10), (None, 60)])
def test_a_commit_is_waited_for_until_it_would_revert(
    monkeypatch: pytest.MonkeyPatch, revert_in: int | None, patience: int
) -> None:
    waited: dict[str, float] = {}

    def answered(_session: object, timeout: float, do: str, **_: object) -> dict[str, str]:
        waited[do] = timeout
        return {"previous": ""}

    monkeypatch.setattr("muniform.devices.napalm_frr.request", answered)
    open_one = driver()
    open_one.session = object()
    open_one.load_replace_candidate(config="hostname x")
    open_one.commit_config(revert_in=revert_in)
    assert waited["commit"] == patience
    assert waited["check"] == open_one.timeout
