"""The simulated switch under NAPALM's own eos driver, unmodified, over real HTTPS on loopback."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import napalm
import pytest
from napalm.base.exceptions import (
    CommitError,
    MergeConfigException,
    ReplaceConfigException,
    SessionLockedException,
)
from pyeapi.eapilib import ConnectionError as EapiConnectionError
from pyeapi.eapilib import EapiError

import eos_lab
from eos_lab import Bench
from muniform.lab.simulated.fabric import Announcement, End, Fabric
from muniform.lab.simulated.faults import Condition, Point, Strike
from simulated_devices import Identities

pytestmark = [pytest.mark.lab]
SCALE = 30.0


Open = Callable[..., Any]
"""Opens a fresh driver."""


@pytest.fixture
def opened() -> Iterator[Open]:
    drivers: list[Any] = []

    def open_driver(bench: Bench, **options: object) -> Any:
        driver = napalm.get_network_driver("eos")(
            bench.address,
            eos_lab.USER,
            eos_lab.PASSWORD,
            timeout=5,
            optional_args={"port": eos_lab.WEB_PORT, **options},
        )
        drivers.append(driver)
        driver.open()
        return driver

    yield open_driver
    for driver in drivers:
        # A NAPALM driver that is garbage collected, in whatever thread, aborts its session.
        driver.config_session = None
        if driver.device is not None:
            driver.device.connection.transport.close()


@pytest.fixture
def bench(identities: Identities) -> Iterator[Bench]:
    with eos_lab.served(identities, eos_lab.spec(11), SCALE) as served:
        yield served


@pytest.fixture(params=["4.31.4M", "4.33.2F"])
def any_release(request: pytest.FixtureRequest, identities: Identities) -> Iterator[Bench]:
    """One that tells of the commit timer in the session, and one that tells beside it."""
    with eos_lab.served(identities, eos_lab.spec(12, version=request.param), SCALE) as served:
        yield served


class Neighbour:
    """Another device of the fabric."""

    def announces(self, port: str) -> Announcement | None:
        return Announcement("fs03-rtr1", port, "02:00:00:00:00:01", "FRR")

    def is_up(self, port: str) -> bool:
        return port == "eth1"


def test_getters(bench: Bench, opened: Open) -> None:
    driver = opened(bench)
    facts = driver.get_facts()
    assert facts["hostname"] == "fs03-sw1"
    assert facts["fqdn"] == "fs03-sw1.portaurelia.example"
    assert facts["vendor"] == "Arista"
    assert facts["model"] == "CCS-720XP-48ZC2"
    assert facts["serial_number"] == "JPE12345678"
    assert facts["os_version"].startswith("4.33.2F")
    assert facts["interface_list"] == [*eos_lab.PORTS, "Management1", "Vlan999"]
    interfaces = driver.get_interfaces()
    assert interfaces["Ethernet1"]["description"] == "uplink"
    assert interfaces["Ethernet1"]["is_up"]
    assert not interfaces["Ethernet2"]["is_up"]
    assert interfaces["Vlan999"]["mac_address"].startswith("44:4C:A8")
    assert driver.get_vlans()["20"] == {"name": "users", "interfaces": ["Ethernet1", "Ethernet2"]}
    assert [entry["ip"] for entry in driver.get_arp_table()] == ["10.97.1.1"]
    assert driver.get_interfaces_ip()["Vlan999"]["ipv4"] == {"10.97.1.11": {"prefix_length": 24}}
    assert "success" in driver.ping("10.97.1.1")
    assert driver.ping("10.97.1.77")["success"]["packet_loss"] == 0
    bench.switch.fabric.answering = frozenset()
    assert driver.ping("10.97.1.77")["success"]["packet_loss"] == 5
    assert driver.is_alive()["is_alive"]


def test_neighbours(bench: Bench, opened: Open) -> None:
    fabric = Fabric([(End("fs03-sw1", "Ethernet2"), End("fs03-rtr1", "eth1"))])
    fabric.devices["fs03-rtr1"] = Neighbour()
    bench.switch.fabric = fabric
    driver = opened(bench)
    assert driver.get_lldp_neighbors() == {"Ethernet2": [{"hostname": "fs03-rtr1", "port": "eth1"}]}
    detail = driver.get_lldp_neighbors_detail()["Ethernet2"][0]
    assert detail["remote_port"] == "eth1"
    assert detail["remote_chassis_id"] == "02:00:00:00:00:01"


def test_what_was_read_can_be_loaded_back_and_changes_nothing(bench: Bench, opened: Open) -> None:
    driver = opened(bench)
    text = driver.get_config(retrieve="running")["running"]
    driver.load_replace_candidate(config=text)
    assert driver.compare_config() == ""
    driver.commit_config()
    assert bench.switch.startup == bench.switch.running


def test_replace(bench: Bench, opened: Open) -> None:
    driver = opened(bench)
    driver.load_replace_candidate(config=bench.candidate(eos_lab.RENAMED))
    assert driver.compare_config() == "vlan 20\n-   name users\n+   name people"
    candidate = driver.get_config(retrieve="candidate")["candidate"]
    assert "name people" in candidate
    driver.commit_config()
    assert "name people" in bench.switch.running
    assert "name people" in bench.switch.startup
    assert "Property of Port Aurelia" in bench.switch.running


def test_merge_and_rollback(bench: Bench, opened: Open) -> None:
    before = bench.switch.running
    driver = opened(bench)
    bench.background.call(lambda: bench.switch.save("test"))
    driver.load_merge_candidate(config="vlan 30\n   name phones\nno ntp server 10.1.1.10")
    assert "+   name phones" in driver.compare_config()
    driver.commit_config()
    assert "vlan 30" in bench.switch.running
    assert "ntp server" not in bench.switch.running
    driver.rollback()
    assert bench.switch.running == before


def test_discard_leaves_nothing(bench: Bench, opened: Open) -> None:
    driver = opened(bench)
    driver.load_merge_candidate(config="vlan 30")
    driver.discard_config()
    assert bench.switch.sessions.all == {}
    assert "vlan 30" not in bench.switch.running


def test_commit_confirm(any_release: Bench, opened: Open) -> None:
    bench = any_release
    driver = opened(bench)
    driver.load_replace_candidate(config=bench.candidate(eos_lab.RENAMED))
    driver.commit_config(revert_in=120)
    assert driver.has_pending_commit()
    assert "name people" in bench.switch.running
    assert "name people" not in bench.switch.startup
    driver.confirm_commit()
    assert not driver.has_pending_commit()
    assert "name people" in bench.switch.startup


def test_an_unconfirmed_commit_reverts(any_release: Bench, opened: Open) -> None:
    bench = any_release
    before = bench.switch.running
    driver = opened(bench)
    driver.load_replace_candidate(config=bench.candidate(eos_lab.RENAMED))
    driver.commit_config(revert_in=30)
    assert bench.switch.running != before
    bench.wait_until(lambda: bench.switch.running == before)
    assert not driver.has_pending_commit()
    with pytest.raises(CommitError):
        driver.confirm_commit()


def test_a_pending_commit_can_be_rolled_back(any_release: Bench, opened: Open) -> None:
    bench = any_release
    before = bench.switch.running
    driver = opened(bench)
    driver.load_replace_candidate(config=bench.candidate(eos_lab.RENAMED))
    driver.commit_config(revert_in=600)
    driver.rollback()
    assert bench.switch.running == before


def test_closing_a_driver_aborts_its_pending_commit(bench: Bench, opened: Open) -> None:
    """The pitfall for which a transaction keeps the session's name."""
    before = bench.switch.running
    driver = opened(bench)
    driver.load_replace_candidate(config=bench.candidate(eos_lab.RENAMED))
    driver.commit_config(revert_in=600)
    name = driver.config_session
    fresh = opened(bench)
    with pytest.raises(CommitError):
        fresh.confirm_commit()
    fresh.config_session = name
    fresh.confirm_commit()
    assert "name people" in bench.switch.startup
    second = opened(bench)
    second.load_replace_candidate(config=before)
    second.commit_config(revert_in=600)
    second.close()
    assert "name people" in bench.switch.running


def test_a_change_that_cuts_management_reverts(bench: Bench, opened: Open) -> None:
    before = bench.switch.running
    driver = opened(bench)
    driver.load_replace_candidate(config=bench.candidate(eos_lab.CUT_OFF))
    with pytest.raises(EapiError):
        driver.commit_config(revert_in=60)
    assert bench.switch.cut is not None
    with pytest.raises(EapiError):
        opened(bench)
    bench.wait_until(lambda: bench.switch.cut is None)
    assert bench.switch.running == before
    assert opened(bench).get_facts()["hostname"] == "fs03-sw1"


def test_shutting_eapi_drops_its_clients_and_leaves_ssh(bench: Bench, opened: Open) -> None:
    driver = opened(bench)
    driver.load_merge_candidate(config="management api http-commands\n   shutdown")
    with pytest.raises(EapiError):
        driver.commit_config(revert_in=60)
    with pytest.raises(EapiError):
        opened(bench)
    assert bench.switch.cut is None
    assert bench.background.call(lambda: bench.switch.service_fault(443)) == "eAPI is shut down"
    bench.wait_until(lambda: bench.switch.service_fault(443) is None)
    opened(bench)


@pytest.mark.parametrize(
    ("load", "error"),
    [
        ("load_replace_candidate", ReplaceConfigException),
        ("load_merge_candidate", MergeConfigException),
    ],
)
def test_a_bad_line_is_refused_and_the_session_dropped(
    bench: Bench, opened: Open, load: str, error: type[Exception]
) -> None:
    before = bench.switch.running
    driver = opened(bench)
    with pytest.raises(error, match=r"Invalid input \(at token 1: 'mode'\)"):
        getattr(driver, load)(config="hostname other\nntp mode banana")
    assert bench.switch.sessions.all == {}
    assert bench.switch.running == before


def test_abbreviations_need_to_be_asked_for(bench: Bench, opened: Open) -> None:
    with pytest.raises(MergeConfigException):
        opened(bench).load_merge_candidate(config="int Et1\n desc other")
    driver = opened(bench, eos_autoComplete=True)
    driver.load_merge_candidate(config="int Et1\n desc other")
    assert "+   description other" in driver.compare_config()


def test_a_session_overwrites_what_changed_meanwhile(bench: Bench, opened: Open) -> None:
    driver = opened(bench)
    driver.load_merge_candidate(config="vlan 30")
    bench.background.call(lambda: bench.switch.merge("vlan 40"))
    driver.commit_config()
    assert "vlan 30" in bench.switch.running
    assert "vlan 40" not in bench.switch.running


# Faults


def test_somebody_elses_session(
    bench: Bench, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = opened(bench)
    bench.switch.faults.set(Condition.LOCKED)
    monkeypatch.setattr("napalm.eos.eos.time.sleep", lambda _: None)
    monkeypatch.setattr("napalm.eos.eos.time.time", iter(range(0, 1000, 5)).__next__)
    with pytest.raises(SessionLockedException):
        driver.load_merge_candidate(config="vlan 30")


def test_five_sessions_are_the_limit(bench: Bench, opened: Open) -> None:
    driver = opened(bench, lock_disable=True)
    for number in range(5):
        driver.config_session = f"mine-{number}"
        driver.load_merge_candidate(config=f"vlan {30 + number}")
    driver.config_session = "mine-5"
    with pytest.raises(EapiError, match="does not exist"):
        # NAPALM aborts a session that it could not open.
        driver.load_merge_candidate(config="vlan 40")
    assert len(bench.switch.sessions.all) == 5


def test_a_full_flash(bench: Bench, opened: Open) -> None:
    driver = opened(bench)
    bench.switch.faults.set(Condition.FLASH_FULL)
    driver.load_merge_candidate(config="vlan 30")
    with pytest.raises(EapiError, match="No space left"):
        driver.commit_config()
    assert "vlan 30" not in bench.switch.running


def test_a_refused_login(bench: Bench, opened: Open) -> None:
    bench.switch.faults.set(Condition.REFUSE_LOGIN)
    with pytest.raises(EapiConnectionError, match="Unauthorized"):
        opened(bench)


def test_another_certificate(bench: Bench, opened: Open, identities: Identities) -> None:
    context = ssl.create_default_context(cafile=str(identities[0].certificate))
    context.check_hostname = False
    assert opened(bench, context=context).get_facts()["hostname"] == "fs03-sw1"
    bench.switch.faults.set(Condition.WRONG_HOST_KEY)
    with pytest.raises(EapiConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
        opened(bench, context=context)


def test_a_part_of_the_candidate_is_lost_in_silence(bench: Bench, opened: Open) -> None:
    driver = opened(bench)
    bench.switch.faults.set(Condition.PARTIAL_LOAD)
    driver.load_merge_candidate(config="vlan 30\nvlan 31\nvlan 32")
    assert driver.compare_config().splitlines() == ["+vlan 30", "+vlan 31"]


def test_something_else_is_committed(bench: Bench, opened: Open) -> None:
    driver = opened(bench)
    bench.switch.faults.set(Condition.COMMITS_OTHER)
    intended = bench.candidate(eos_lab.RENAMED)
    driver.load_replace_candidate(config=intended)
    driver.commit_config()
    assert "name people" in bench.switch.running
    assert bench.switch.running != intended


def test_a_timer_that_ends_at_once(bench: Bench, opened: Open) -> None:
    before = bench.switch.running
    driver = opened(bench)
    bench.switch.faults.set(Condition.EARLY_TIMER)
    driver.load_replace_candidate(config=bench.candidate(eos_lab.RENAMED))
    driver.commit_config(revert_in=7200)
    bench.wait_until(lambda: bench.switch.running == before)


@pytest.mark.parametrize("strike", [s for s in Strike if not s.value.startswith("hang")])
@pytest.mark.parametrize("point", [Point.STAGE, Point.COMPARE, Point.COMMIT, Point.SAVE])
def test_every_strike_leaves_the_old_or_the_new(
    bench: Bench, opened: Open, strike: Strike, point: Point
) -> None:
    """And the device answers again afterwards."""
    before, after = bench.switch.running, bench.candidate(eos_lab.RENAMED)
    bench.switch.faults.strike(strike, point)
    driver = opened(bench)
    with suppress(EapiError, ReplaceConfigException):
        driver.load_replace_candidate(config=after)
        driver.compare_config()
        driver.commit_config()
    assert point.value not in " ".join(bench.switch.faults.described())
    bench.wait_until(lambda: bench.switch.cut is None)
    assert bench.switch.running in (before, after)
    assert opened(bench).get_facts()["hostname"] == "fs03-sw1"


def test_a_device_that_hangs(bench: Bench, opened: Open) -> None:
    bench.switch.faults.strike(Strike.HANG_AFTER, Point.COMMIT)
    driver = opened(bench)
    driver.device.connection.transport.timeout = 0.5
    driver.load_replace_candidate(config=bench.candidate(eos_lab.RENAMED))
    with pytest.raises(EapiError, match="timed out"):
        driver.commit_config(revert_in=60)
    assert "name people" in bench.switch.running
    bench.wait_until(lambda: "name users" in bench.switch.running)


def test_latency_is_felt(bench: Bench, opened: Open) -> None:
    bench.switch.faults.latency = 20
    bench.switch.is_metered = True
    assert opened(bench).get_facts()["hostname"] == "fs03-sw1"
    assert bench.switch.turns >= 4
