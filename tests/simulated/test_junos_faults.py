"""What goes wrong with a simulated Junos switch when it is told to, seen through NETCONF."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest
from ncclient import manager
from ncclient.operations.errors import TimeoutExpiredError
from ncclient.operations.rpc import RPCError
from ncclient.transport.errors import AuthenticationError, SSHError, TransportError

from muniform.lab.simulated.faults import Condition, Point, Strike
from simulated_devices import Identities
from simulated_junos import PASSWORD, STARTUP, USER, Played, playing

pytestmark = pytest.mark.slow
SCALE = 100
CHANGE = STARTUP.replace("Desk 1", "Desk 9").replace("UPLINK;", "TO-CORE;")


@pytest.fixture
def played(identities: Identities) -> Iterator[Played]:
    with playing(identities, "127.96.6.1", scale=SCALE) as found:
        yield found


def connected(played: Played, known_hosts: bool = False) -> Any:
    session = manager.connect(
        host=played.address,
        port=played.netconf,
        username=USER,
        password=PASSWORD,
        hostkey_verify=known_hosts,
        allow_agent=False,
        look_for_keys=False,
        device_params={"name": "junos"},
    )
    session.timeout = 0.7
    return session


def again(played: Played) -> Any:
    """A new session, which a device that starts anew gives only after a while."""
    error: Exception | None = None
    for _ in range(100):
        try:
            return connected(played)
        except (SSHError, OSError) as refused:
            error = refused
            Event().wait(0.05)
    raise AssertionError("the device did not come back") from error


def load(session: Any, text: str = CHANGE) -> None:
    session.load_configuration(action="override", format="text", config=text)


ACTS: dict[Point, Callable[[Any], object]] = {
    Point.READ: lambda session: session.get_configuration(format="text"),
    Point.STAGE: load,
    Point.COMPARE: lambda session: session.compare_configuration(),
    Point.COMMIT: lambda session: session.rpc(
        "<commit-configuration><confirmed/><confirm-timeout>600</confirm-timeout>"
        "</commit-configuration>"
    ),
    Point.CONFIRM: lambda session: session.commit(),
    Point.CLEAN: lambda session: session.discard_changes(),
    Point.ROLLBACK: lambda session: session.rollback(1),
    Point.PROBE: lambda session: session.rpc("<get-lldp-neighbors-information/>"),
}


def come_to(session: Any, point: Point) -> None:
    """Everything a client does before ``point``."""
    session.lock()
    if point in (Point.COMPARE, Point.COMMIT, Point.CONFIRM, Point.CLEAN):
        load(session)
    if point is Point.CONFIRM:
        ACTS[Point.COMMIT](session)


@pytest.mark.parametrize("strike", list(Strike))
@pytest.mark.parametrize("point", list(ACTS))
def test_every_fault_at_every_point(played: Played, point: Point, strike: Strike) -> None:
    """Afterwards the old or the new configuration runs, and a new session works."""
    session = connected(played)
    come_to(session, point)
    played.device.faults.strike(strike, point)
    with pytest.raises((RPCError, TransportError, TimeoutExpiredError, OSError, ValueError)):
        ACTS[point](session)
    played.device.faults.clear()
    played.call(played.device.drop_all)
    fresh = again(played)
    running = played.call(lambda: played.device.running)
    is_new = "Desk 9" in running
    happened = strike not in (Strike.DROP, Strike.HANG, Strike.REBOOT, Strike.REFUSE)
    rebooted = strike in (Strike.REBOOT, Strike.REBOOT_AFTER)
    if point is Point.COMMIT:
        assert is_new is (happened and not rebooted)
    elif point is Point.CONFIRM:
        assert is_new is (happened or not rebooted)
        assert (played.device.pending is None) is (happened or rebooted)
    else:
        assert not is_new
    assert "Desk" in fresh.get_configuration(format="text").data_xml
    fresh.close_session()


def test_a_lock_dies_with_its_session(played: Played) -> None:
    session = connected(played)
    session.lock()
    load(session)
    played.call(played.device.drop_all)
    other = again(played)
    other.lock()
    assert played.call(lambda: played.device.database.is_modified) is False
    other.close_session()


def test_no_space_left(played: Played) -> None:
    session = connected(played)
    session.lock()
    load(session)
    played.device.faults.set(Condition.FLASH_FULL)
    with pytest.raises(RPCError, match="No space left on device"):
        session.commit()
    assert "Desk 9" not in played.call(lambda: played.device.running)


def test_part_of_a_load_is_lost(played: Played) -> None:
    session = connected(played)
    session.lock()
    played.device.faults.set(Condition.PARTIAL_LOAD)
    load(session)
    difference = session.compare_configuration().xpath("//configuration-output")[0].text
    assert ("Desk 9" in difference) != ("TO-CORE" in difference)


def test_another_thing_is_committed(played: Played) -> None:
    session = connected(played)
    session.lock()
    load(session)
    played.device.faults.set(Condition.COMMITS_OTHER)
    session.commit()
    assert "TO-CORE" not in played.call(lambda: played.device.running)


def test_the_timer_ends_too_early(played: Played) -> None:
    session = connected(played)
    session.lock()
    load(session)
    played.device.faults.set(Condition.EARLY_TIMER)
    ACTS[Point.COMMIT](session)
    Event().wait(0.1)
    assert "Desk 1" in played.call(lambda: played.device.running)
    assert played.device.pending is None


def test_a_stranger_holds_the_lock(played: Played) -> None:
    session = connected(played)
    played.device.faults.set(Condition.LOCKED)
    with pytest.raises(RPCError, match="configuration database locked by"):
        session.lock()
    with pytest.raises(RPCError, match="configuration database locked by"):
        load(session)
    with pytest.raises(RPCError, match="configuration database locked by"):
        session.commit()


def test_nobody_gets_in(played: Played) -> None:
    played.device.faults.set(Condition.REFUSE_LOGIN)
    with pytest.raises(AuthenticationError):
        connected(played)


def test_a_change_that_cuts_itself_off_comes_back(played: Played) -> None:
    session = connected(played)
    session.lock()
    session.load_configuration(action="set", config=["delete routing-options"])
    with pytest.raises((TransportError, TimeoutExpiredError)):
        session.rpc(
            "<commit-configuration><confirmed/><confirm-timeout>1</confirm-timeout>"
            "</commit-configuration>"
        )
    assert played.device.cut == "no route to 10.1.254.10 through 10.96.99.1"
    with pytest.raises((SSHError, OSError)):
        connected(played)
    fresh = again(played)
    assert played.device.cut is None
    assert "next-hop 10.96.99.1" in fresh.get_configuration(format="text").data_xml
    fresh.close_session()
