"""NAPALM's junos driver, unmodified, against a simulated Junos switch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from napalm import get_network_driver
from napalm.base.exceptions import LockError, ReplaceConfigException

from muniform.lab.simulated.faults import Condition
from simulated_devices import Identities
from simulated_junos import NEIGHBOUR, PASSWORD, STARTUP, UPLINK, USER, Played, playing

NEW_NAME = STARTUP.replace("host-name ops-sw1", "host-name ops-sw7")


@pytest.fixture(scope="module")
def played(identities: Identities) -> Iterator[Played]:
    with playing(identities, "127.96.1.1", scale=60) as found:
        yield found


@pytest.fixture
def driver(played: Played) -> Iterator[Any]:
    found = opened(played)
    yield found
    found.close()


def opened(played: Played) -> Any:
    """An open driver, as anybody would make one."""
    driver = get_network_driver("junos")(
        played.address, USER, PASSWORD, optional_args={"port": played.netconf}
    )
    driver.open()
    return driver


def running(driver: Any) -> str:
    return str(driver.get_config(retrieve="running")["running"])


def test_facts(driver: Any) -> None:
    facts = driver.get_facts()
    assert facts["vendor"] == "Juniper"
    assert facts["hostname"] == "ops-sw1"
    assert facts["fqdn"] == "ops-sw1.net.example.org"
    assert facts["model"] == "EX4400-24MP"
    assert facts["serial_number"] == "ZE1234567890"
    assert facts["os_version"] == "23.4R2-S4.5"
    assert facts["uptime"] >= 0
    assert {UPLINK, "ge-0/0/0", "irb"} <= set(facts["interface_list"])


def test_interfaces(driver: Any) -> None:
    found = driver.get_interfaces()
    assert found[UPLINK]["is_up"] is True
    assert found[UPLINK]["description"] == "UPLINK"
    assert found[UPLINK]["speed"] == 10000.0
    assert found["ge-0/0/1"]["is_up"] is False
    assert found["ge-0/0/1"]["is_enabled"] is True


def test_neighbours(driver: Any) -> None:
    found = driver.get_lldp_neighbors()
    assert found == {UPLINK: [{"hostname": NEIGHBOUR.device, "port": NEIGHBOUR.port}]}


def test_configurations(driver: Any) -> None:
    found = driver.get_config()
    assert "## Last commit: " in found["running"]
    assert "version 23.4R2-S4.5;" in found["running"]
    assert "host-name ops-sw1;" in found["candidate"]
    assert " ## SECRET-DATA" in found["running"]


def test_vlans_and_addresses(driver: Any) -> None:
    assert driver.get_interfaces_ip()["irb.999"]["ipv4"] == {"10.96.99.21": {"prefix_length": 24}}
    assert driver.cli(["show version"])["show version"].startswith("\nHostname: ops-sw1")


def test_what_runs_is_no_change(driver: Any) -> None:
    driver.load_replace_candidate(config=running(driver))
    assert driver.compare_config() == ""
    driver.discard_config()


def test_replace_commit_and_rollback(driver: Any) -> None:
    before = running(driver).partition("version ")[2]
    driver.load_replace_candidate(config=NEW_NAME)
    assert driver.compare_config() == (
        "[edit system]\n-   host-name ops-sw1;\n+   host-name ops-sw7;"
    )
    driver.commit_config(message="a new name")
    assert "host-name ops-sw7;" in running(driver)
    driver.rollback()
    assert running(driver).partition("version ")[2] == before


def test_merge_and_discard(driver: Any) -> None:
    driver.load_merge_candidate(config='set interfaces ge-0/0/1 description "Desk 2"')
    assert "+   ge-0/0/1 {" in driver.compare_config()
    driver.discard_config()
    assert driver.compare_config() == ""
    driver.load_merge_candidate(config="snmp { contact NOC; }")
    assert driver.compare_config() == "[edit snmp]\n+   contact NOC;"
    driver.discard_config()


def test_a_bad_statement_is_refused(driver: Any) -> None:
    with pytest.raises(ReplaceConfigException, match="syntax error"):
        driver.load_replace_candidate(config=STARTUP + "nonsense { here; }\n")
    assert driver.compare_config() == ""


def test_a_commit_that_is_confirmed_over_a_new_session_stays(played: Played) -> None:
    first = opened(played)
    first.load_replace_candidate(config=NEW_NAME)
    first.commit_config(revert_in=600)
    assert first.has_pending_commit()
    first.close()
    second = opened(played)
    assert second.has_pending_commit()
    second.confirm_commit()
    assert not second.has_pending_commit()
    assert "ops-sw7" in running(second)
    second.load_replace_candidate(config=STARTUP)
    second.commit_config()
    second.close()


def test_a_commit_that_nobody_confirms_is_taken_back(played: Played) -> None:
    """The device's clock runs sixty times faster: a minute is a second."""
    driver = opened(played)
    driver.load_replace_candidate(config=NEW_NAME)
    driver.commit_config(revert_in=60)
    assert "ops-sw7" in running(driver)
    pending = played.call(lambda: played.device.pending)
    assert pending is not None
    played.call(played.device.run_out)
    assert "ops-sw1" in running(driver)
    assert not driver.has_pending_commit()
    driver.close()


def test_rolling_back_what_waits_for_confirmation(driver: Any) -> None:
    driver.load_replace_candidate(config=NEW_NAME)
    driver.commit_config(revert_in=600)
    driver.rollback()
    assert "ops-sw1" in running(driver)
    assert not driver.has_pending_commit()


def test_another_session_holds_the_lock(played: Played, driver: Any) -> None:
    other = opened(played)
    other.load_merge_candidate(config="snmp { contact NOC; }")
    with pytest.raises(LockError, match="configuration database locked by"):
        driver.load_merge_candidate(config="snmp { contact OTHER; }")
    other.close()  # A session that ends gives its lock back and loses its changes.
    driver.load_merge_candidate(config="snmp { contact OTHER; }")
    assert driver.compare_config() == "[edit snmp]\n+   contact OTHER;"
    driver.discard_config()


def test_a_stranger_holds_the_lock(played: Played, driver: Any) -> None:
    played.device.faults.set(Condition.LOCKED)
    try:
        with pytest.raises(LockError, match="netops"):
            driver.load_merge_candidate(config="snmp { contact NOC; }")
    finally:
        played.device.faults.clear()
