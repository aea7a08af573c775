"""A call that hangs is left behind; its session is closed and not used again."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from muniform.devices import Snapshot, deadlines
from muniform.devices.deadlines import DEFAULT, BoundedDriver, Deadlines, open_within
from muniform.errors import CandidateRejected, Unreachable

SHORT = Deadlines().over(600)


class Silent:
    """A driver whose calls end only when it is closed."""

    def __init__(self) -> None:
        self.closed = threading.Event()
        self.reads = 0

    def snapshot(self) -> Snapshot:
        self.reads += 1
        assert self.closed.wait(30)
        raise OSError("the socket was closed")

    def save(self, _: str) -> None:
        raise CandidateRejected("sw: the device refused")

    def confirm(self, _: str) -> None:
        raise TimeoutError("of its own")

    def close(self) -> None:
        self.closed.set()


@pytest.fixture
def silent() -> Iterator[Silent]:
    made = Silent()
    yield made
    made.closed.set()


def bounded(driver: Silent) -> BoundedDriver:
    return BoundedDriver("sw", driver, SHORT)  # type: ignore[arg-type]


def test_a_hanging_call_is_unreachable_and_closing_ends_it(silent: Silent) -> None:
    driver = bounded(silent)
    with pytest.raises(Unreachable, match=r"sw: no answer within 0\.15 s \(reading\)"):
        driver.snapshot()
    with pytest.raises(Unreachable, match="its session hangs"):
        driver.save("")
    driver.close()
    assert silent.closed.is_set()
    assert silent.reads == 1


def test_what_a_call_raises_comes_through(silent: Silent) -> None:
    driver = bounded(silent)
    with pytest.raises(CandidateRejected):
        driver.save("")
    with pytest.raises(TimeoutError, match="of its own"):
        driver.confirm("")
    driver.close()


def test_a_login_that_comes_too_late_is_closed(silent: Silent) -> None:
    go = threading.Event()

    def late() -> Silent:
        assert go.wait(30)
        return silent

    with pytest.raises(Unreachable, match="the login"):
        open_within(SHORT, "sw", late)  # type: ignore[arg-type]
    go.set()
    assert silent.closed.wait(10)


class AtTheLastMoment:
    """A future that is done between the end of the wait for it and the look at it."""

    def __init__(self, value: object) -> None:
        self.value = value
        self.waits = 0

    def result(self, _: float | None = None) -> object:
        self.waits += 1
        if self.waits == 1:
            raise TimeoutError
        return self.value

    def done(self) -> bool:
        return True


def test_a_call_that_ends_at_the_last_moment_counts(
    silent: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Snapshot("hostname a\n", "", pending=False)
    with monkeypatch.context() as patched:
        patched.setattr(deadlines, "started", lambda _: AtTheLastMoment(found))
        assert bounded(silent).snapshot() is found
        patched.setattr(deadlines, "started", lambda _: AtTheLastMoment(silent))
        driver = open_within(SHORT, "sw", lambda: silent)  # type: ignore[arg-type, return-value]
    driver.close()
    assert silent.closed.is_set()


def test_a_close_that_hangs_is_left_behind() -> None:
    never = threading.Event()

    class Stuck(Silent):
        def close(self) -> None:
            never.wait(30)

    bounded(Stuck()).close()
    never.set()


def test_deadlines_are_divided_for_tests_only() -> None:
    assert SHORT.committing == DEFAULT.committing / 600
