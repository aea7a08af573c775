"""The simulated switch under NAPALM's own ios driver, unmodified, over real SSH on loopback."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any

import napalm
import pytest
from napalm.base.exceptions import (
    CommandErrorException,
    CommitConfirmException,
    ConnectionException,
    ReplaceConfigException,
)
from netmiko.exceptions import NetmikoAuthenticationException, ReadTimeout

import small_catalyst
from muniform.lab.ios import IosSwitch, listeners
from muniform.lab.simulated.background import Background, serving
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.fabric import End, Fabric
from muniform.lab.simulated.faults import Condition, Point, Strike
from muniform.lab.simulated.spec import DeviceSpec, Wiring
from muniform.lab.type9 import type9_hash
from simulated_devices import Identities

pytestmark = [pytest.mark.lab]
ADDRESS, PORT, SCALE = "127.98.1.11", 20022, 30.0
PORTS = tuple(f"TenGigabitEthernet1/0/{number}" for number in range(1, 5))
STARTUP = f"""
hostname fs03-sw1
username muniform privilege 15 secret 9 {type9_hash("right", "abcdefghijklmn")}
ip routing
ip domain name portaurelia.example
vtp mode transparent
no ip http server
no ip http secure-server
archive
 path flash:archive
 maximum 5
vlan 20
 name users
vlan 999
 name management
interface {PORTS[0]}
 description uplink
 switchport trunk allowed vlan 20,999
 switchport mode trunk
interface Vlan999
 ip address 10.99.1.11 255.255.255.0
ip route 0.0.0.0 0.0.0.0 10.99.1.1
ip scp server enable
ip access-list standard MGMT
 10 permit 10.1.254.0 0.0.0.255
banner login ^C
Property of Port Aurelia # authorised use only >
^C
line vty 0 15
 access-class MGMT in vrf-also
 login local
 transport input ssh
ntp server 10.1.1.10 prefer
"""


@dataclass
class Bench:
    """One served switch and the drivers that talk to it."""

    switch: IosSwitch
    background: Background
    stack: ExitStack

    def driver(self, **options: object) -> Any:
        """A fresh driver on a new connection."""
        driver = napalm.get_network_driver("ios")(
            ADDRESS, "muniform", "right", timeout=10, optional_args={"port": PORT, **options}
        )
        driver.open()
        self.stack.callback(_close, driver)
        return driver

    def candidate(self, *changes: tuple[str, str]) -> str:
        """What runs, changed."""
        text = self.switch.running
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return text

    def wait_until(self, condition: Callable[[], bool], seconds: float = 5.0) -> None:
        deadline = time.monotonic() + seconds
        while not self.background.call(condition):
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(0.05)


def _close(driver: Any) -> None:
    """Close a driver whose session may be gone: NAPALM wants to clean up on the device first."""
    with suppress(OSError):
        driver.close()


@pytest.fixture
def bench(identities: Identities) -> Iterator[Bench]:
    spec = DeviceSpec(
        name="fs03-sw1",
        model="C9300-24UX",
        serial="FOC2231X0YZ",
        ports=PORTS,
        startup=STARTUP,
        wiring=Wiring((PORTS[0],), IPv4Address("10.99.1.1"), IPv4Address("10.1.254.10")),
        address=ADDRESS,
        port=PORT,
        management=IPv4Address("10.99.1.11"),
    )
    switch = IosSwitch(spec, Clock(SCALE))
    assert switch.boot_messages == []
    assert switch.cut is None
    with serving(listeners(switch, *identities)) as background, ExitStack() as stack:
        yield Bench(switch, background, stack)


RENAMED = (" name users", " name people")
CUT_OFF = ("switchport trunk allowed vlan 20,999", "switchport trunk allowed vlan 20")


def test_getters(bench: Bench) -> None:
    driver = bench.driver()
    facts = driver.get_facts()
    assert facts["hostname"] == "fs03-sw1"
    assert facts["fqdn"] == "fs03-sw1.portaurelia.example"
    assert facts["model"] == "C9300-24UX"
    assert facts["serial_number"] == "FOC2231X0YZ"
    assert "17.12.4" in facts["os_version"]
    assert [*PORTS, "Vlan1", "Vlan999"] == facts["interface_list"]
    interfaces = driver.get_interfaces()
    assert interfaces[PORTS[0]]["description"] == "uplink"
    assert interfaces[PORTS[0]]["is_up"]
    assert not interfaces[PORTS[1]]["is_up"]
    assert driver.is_alive()["is_alive"]


def test_neighbours_and_ping(bench: Bench) -> None:
    other = small_catalyst.switch("127.98.1.12", "fs03-sw2")
    ends = End("fs03-sw1", PORTS[1]), End("fs03-sw2", small_catalyst.PORTS[0])
    bench.switch.fabric = other.fabric = Fabric([ends])
    bench.switch.fabric.devices |= {"fs03-sw1": bench.switch, "fs03-sw2": other}
    driver = bench.driver()
    assert driver.get_lldp_neighbors() == {}
    bench.background.call(lambda: bench.switch.merge("lldp run\n", ""))
    heard = {"hostname": "fs03-sw2.portaurelia.example", "port": "Te1/0/1"}
    assert driver.get_lldp_neighbors() == {PORTS[1]: [heard]}
    (detail,) = driver.get_lldp_neighbors_detail()[PORTS[1]]
    assert detail["remote_chassis_id"].startswith("00:A3:D1:")
    assert "Cisco IOS Software" in detail["remote_system_description"]
    assert driver.get_interfaces_ip() == {
        "Vlan999": {"ipv4": {"10.99.1.11": {"prefix_length": 24}}}
    }
    assert {row["ip"] for row in driver.get_arp_table()} == {"10.99.1.11", "10.99.1.1"}
    learned = [row["interface"] for row in driver.get_mac_address_table() if not row["static"]]
    assert learned == ["Te1/0/2"]
    assert driver.ping("10.99.1.1")["success"]["packet_loss"] == 0
    bench.background.call(
        lambda: bench.switch.merge(
            "no ip route 0.0.0.0 0.0.0.0 10.99.1.1\nip route 10.1.254.0 255.255.255.0 10.99.1.1\n",
            "",
        )
    )
    assert driver.ping("10.1.1.30")["success"]["packet_loss"] == 5


def test_a_merge_is_discarded(bench: Bench) -> None:
    driver = bench.driver()
    before = bench.switch.running
    driver.load_merge_candidate(config="vlan 30\n name voice\nend\n")
    assert "+vlan 30" in driver.compare_config()
    driver.discard_config()
    assert driver.compare_config() == ""
    driver.close()
    assert bench.switch.running == before


def test_somebody_elses_lock_is_respected(bench: Bench) -> None:
    driver = bench.driver(auto_file_prompt=False)
    bench.background.call(lambda: bench.switch.merge("file prompt quiet\n", ""))
    driver.load_replace_candidate(config=bench.candidate(RENAMED))
    bench.switch.faults.set(Condition.LOCKED)
    assert driver.has_pending_commit()
    with pytest.raises(CommandErrorException, match="already in progress"):
        driver.commit_config(revert_in=60)
    with pytest.raises(CommitConfirmException, match="not owned by muniform"):
        driver.confirm_commit()
    assert "name users" in bench.switch.running


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (Condition.FLASH_FULL, "Insufficient space"),
        (Condition.PARTIAL_LOAD, "transfer to remote device failed"),
    ],
)
def test_a_file_that_does_not_arrive_is_told(
    bench: Bench, condition: Condition, message: str
) -> None:
    bench.switch.faults.set(condition)
    with pytest.raises(ReplaceConfigException, match=message):
        bench.driver().load_replace_candidate(config=bench.candidate(RENAMED))


def test_what_was_read_can_be_loaded_back_and_changes_nothing(bench: Bench) -> None:
    driver = bench.driver()
    # The terminal shows the character ETX as ^C; a replace file needs the character.
    text = driver.get_config(retrieve="running")["running"].replace("^C", "\x03")
    driver.load_replace_candidate(config=text)
    before = bench.switch.running
    assert driver.compare_config() == ""
    driver.commit_config()
    # NAPALM's own "file prompt quiet" is gone again: the candidate did not have it.
    assert bench.switch.running == before


def test_replace_is_confirmed_by_a_fresh_driver(bench: Bench) -> None:
    driver = bench.driver()
    assert not driver.has_pending_commit()
    driver.load_replace_candidate(config=bench.candidate(RENAMED))
    assert driver.compare_config().split("\n") == [
        "vlan 20",
        " +name people",
        "vlan 20",
        " -name users",
    ]
    driver.commit_config(revert_in=60)
    assert "name people" in bench.switch.running
    assert "name people" not in bench.switch.startup
    fresh = bench.driver()
    assert fresh.has_pending_commit()
    fresh.confirm_commit()
    assert not fresh.has_pending_commit()
    assert "name people" in bench.switch.startup
    time.sleep(60 / SCALE + 0.3)
    assert "name people" in bench.switch.running


def test_the_same_driver_confirms(bench: Bench) -> None:
    driver = bench.driver()
    driver.load_replace_candidate(config=bench.candidate(RENAMED))
    driver.commit_config(revert_in=120)
    driver.confirm_commit()
    assert bench.switch.pending is None
    assert "name people" in bench.switch.startup


def test_an_unconfirmed_change_reverts_with_nobody_connected(bench: Bench) -> None:
    driver = bench.driver()
    driver.load_replace_candidate(config=bench.candidate(RENAMED))
    driver.commit_config(revert_in=60)
    driver.close()
    assert "name people" in bench.switch.running
    bench.wait_until(lambda: bench.switch.pending is None)
    assert "name users" in bench.switch.running
    with pytest.raises(CommitConfirmException, match="No pending"):
        bench.driver().confirm_commit()


def test_rollback_of_a_pending_and_of_a_finished_change(bench: Bench) -> None:
    driver = bench.driver()
    driver.load_replace_candidate(config=bench.candidate(RENAMED))
    driver.commit_config(revert_in=120)
    driver.rollback()
    assert "name users" in bench.switch.running
    assert bench.switch.pending is None
    driver.load_replace_candidate(config=bench.candidate(RENAMED))
    driver.commit_config()
    assert "name people" in bench.switch.startup
    driver.rollback()
    assert "name users" in bench.switch.running
    assert "name users" in bench.switch.startup


def test_a_bad_line_is_refused_with_nothing_applied(bench: Bench) -> None:
    driver = bench.driver()
    broken = (" switchport mode trunk", " switchport mode trunk\n switchport acess vlan banana")
    driver.load_replace_candidate(config=bench.candidate(RENAMED, broken))
    with pytest.raises(ReplaceConfigException, match="switchport acess vlan banana"):
        driver.commit_config(revert_in=60)
    assert "name users" in bench.switch.running
    assert not driver.has_pending_commit()


def test_discard_overwrites_the_candidate(bench: Bench) -> None:
    driver = bench.driver()
    driver.load_replace_candidate(config=bench.candidate(RENAMED))
    driver.discard_config()
    assert driver.compare_config() == ""
    merged = bench.switch.flash.read("flash:/merge_config.txt")
    assert merged is not None
    assert merged.content == b""


def test_merge_compare_commit_and_rollback(bench: Bench) -> None:
    driver = bench.driver()
    driver.load_merge_candidate(config="vlan 30\n name voice\nntp server 10.1.1.10 prefer\nend\n")
    assert driver.compare_config().split("\n") == ["+vlan 30", "+ name voice"]
    driver.commit_config()
    assert "vlan 30\n name voice" in bench.switch.startup
    driver.rollback()
    assert "name voice" not in bench.switch.running


def test_a_merge_under_a_timer_reverts(bench: Bench) -> None:
    driver = bench.driver()
    driver.load_merge_candidate(config="vlan 30\n name voice\nend\n")
    driver.commit_config(revert_in=60)
    assert "name voice" in bench.switch.running
    bench.wait_until(lambda: "name voice" not in bench.switch.running)


def test_transfer_inside_the_session(bench: Bench) -> None:
    driver = bench.driver(inline_transfer=True)
    driver.load_replace_candidate(config=bench.candidate(RENAMED))
    assert "+name people" in driver.compare_config()
    driver.commit_config()
    assert "name people" in bench.switch.startup
    assert "banner login \x03\nProperty" in bench.switch.startup


def test_a_change_that_cuts_itself_off_comes_back(bench: Bench) -> None:
    # Netmiko does not notice that its channel is closed: it waits out its timeout (90 s).
    driver = bench.driver(read_timeout_override=4)
    driver.load_replace_candidate(config=bench.candidate(CUT_OFF))
    with pytest.raises(ReadTimeout):
        driver.commit_config(revert_in=240)
    assert bench.switch.cut == "VLAN 999 is not allowed on Te1/0/1"
    with pytest.raises(ConnectionException):
        bench.driver()
    bench.wait_until(lambda: bench.switch.cut is None)
    assert "vlan 20,999" in bench.driver().get_config(retrieve="running")["running"]
    assert bench.switch.pending is None


def test_a_session_that_dies_after_the_commit_leaves_the_change_pending(bench: Bench) -> None:
    bench.switch.faults.strike(Strike.DROP_AFTER, Point.COMMIT)
    driver = bench.driver(read_timeout_override=4)
    driver.load_replace_candidate(config=bench.candidate(RENAMED))
    with pytest.raises(ReadTimeout):
        driver.commit_config(revert_in=600)
    assert "name people" in bench.switch.running
    bench.driver().confirm_commit()
    assert "name people" in bench.switch.startup


def test_a_refused_login(bench: Bench) -> None:
    bench.switch.faults.set(Condition.REFUSE_LOGIN)
    with pytest.raises(NetmikoAuthenticationException):
        bench.driver()
    bench.switch.faults.clear()
    assert bench.driver().is_alive()["is_alive"]


def test_another_host_key(bench: Bench, identities: Identities) -> None:
    def offered() -> str:
        transport = bench.driver().device.remote_conn_pre.get_transport()
        return str(transport.get_remote_server_key().fingerprint)

    assert offered() == identities[0].host_key.get_fingerprint()
    bench.switch.faults.set(Condition.WRONG_HOST_KEY)
    assert offered() == identities[1].host_key.get_fingerprint()


def test_scp_must_be_enabled(bench: Bench) -> None:
    bench.background.call(lambda: bench.switch.merge("no ip scp server enable\n", ""))
    with pytest.raises(CommandErrorException, match="ip scp server enable"):
        bench.driver().load_replace_candidate(config=bench.candidate())
    assert bench.switch.flash.names == ()


def test_a_timer_needs_the_archive(bench: Bench) -> None:
    bench.background.call(lambda: bench.switch.merge("no archive\n", ""))
    driver = bench.driver()
    driver.load_replace_candidate(config=bench.candidate(RENAMED))
    with pytest.raises(CommitConfirmException, match="archive"):
        driver.commit_config(revert_in=60)
    assert "name users" in bench.switch.running


def test_only_one_change_can_be_pending(bench: Bench) -> None:
    driver = bench.driver()
    driver.load_replace_candidate(config=bench.candidate(RENAMED))
    driver.commit_config(revert_in=120)
    driver.load_replace_candidate(config=bench.candidate(("hostname fs03-sw1", "hostname x")))
    with pytest.raises(CommandErrorException, match="already in progress"):
        driver.commit_config(revert_in=120)
    assert bench.switch.hostname == "fs03-sw1"


def test_removing_an_account_is_asked_about(bench: Bench) -> None:
    add = "username other privilege 1 secret something\n"
    bench.background.call(lambda: bench.switch.merge(add, ""))
    driver = bench.driver()
    lines = bench.switch.running.split("\n")
    without = [line for line in lines if not line.startswith("username other")]
    driver.load_replace_candidate(config="\n".join(without))
    driver.commit_config()
    assert "username other" not in bench.switch.startup
