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
