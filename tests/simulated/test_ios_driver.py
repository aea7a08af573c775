"""Our IOS driver over real SSH: how little it asks, and what it makes of a device that fights."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest

import catalyst_lab
import small_catalyst
from muniform.devices import Neighbour, difference, normalise
from muniform.devices.cli_session import Login, Silence
from muniform.devices.ios import IosDriver
from muniform.devices.ios_candidate import PATH
from muniform.devices.ios_session import IosSession
from muniform.devices.opening import Access
from muniform.errors import (
    CandidateRejected,
    DeviceError,
    HostKeyMismatch,
    LoginRefused,
    Unreachable,
)
from muniform.lab.ios import IosSwitch, listeners
from muniform.lab.ios.users import users
from muniform.lab.simulated.background import Background, serving
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.fabric import Announcement, End, Fabric
from muniform.lab.simulated.faults import Condition, Point, Strike
from muniform.model import Device
from muniform.render import render
from muniform.secrets import SecretStore
from simulated_devices import Identities

pytestmark = [pytest.mark.lab]
SCALE = 20.0
TRANSACTION, NO_OP = 30, 3
"""Round trips after logins that are allowed."""


@dataclass
class Bench:
    """A switch that runs its standard, and what is to be changed on it."""

    device: Device
    store: SecretStore
    switch: IosSwitch
    background: Background
    access: Access
    stack: ExitStack

    def driver(self) -> IosDriver:
        driver = catalyst_lab.driver(self.device, self.switch, self.access)
        self.stack.callback(driver.close)
        return driver

    @property
    def gateway(self) -> IPv4Address:
        gateway = self.device.management.gateway
        assert gateway is not None
        return gateway

    @property
    def changed(self) -> str:
        """What shall run: one port has another description."""
        ports = (*self.device.ports[:-1], replace(self.device.ports[-1], description="SPARE"))
        return self.store.resolve(render(replace(self.device, ports=ports)))

    @property
    def intended(self) -> str:
        return self.store.resolve(render(self.device))

    def login(self, driver: IosDriver | None = None) -> int:
        """Round trips that a login takes: of a session, or of the connection for a file."""
        before = self.switch.turns
        if driver is None:
            self.driver().close()
        else:
            driver._session.sibling().close()
        return self.switch.turns - before

    def running(self) -> str:
        return self.background.call(lambda: self.switch.running)

    def wait_until(self, condition: Callable[[], bool], seconds: float = 15.0) -> None:
        deadline = time.monotonic() + seconds
        while not self.background.call(condition):
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(0.05)


@pytest.fixture
def bench(identities: Identities, tmp_path: Path) -> Iterator[Bench]:
    device = catalyst_lab.DEVICES[0]
    store = catalyst_lab.secrets_for(device, tmp_path / "secrets")
    switch = catalyst_lab.blank_switch(device, store, Clock(SCALE), port=20222)
    access = catalyst_lab.enrolled(switch, store, tmp_path, identities)
    with serving(listeners(switch, *identities)) as background, ExitStack() as stack:
        made = Bench(device, store, switch, background, access, stack)
        _roll_out(made, store.resolve(render(device)))
        yield made


def _roll_out(bench: Bench, intended: str) -> None:
    """What a transaction does on a device, in its order."""
    driver = bench.driver()
    before = driver.snapshot()
    seen = driver.health([bench.gateway])
    expected = difference(normalise(before.running, "ios"), normalise(intended, "ios"))
    assert driver.stage(intended, before.running) == expected
    driver.commit(120)
    driver.close()
    again = bench.driver()
    after = again.snapshot()
    assert after.pending
    assert normalise(after.running, "ios") == normalise(intended, "ios")
    assert again.health([bench.gateway]) == seen
    again.confirm(intended)
    again.discard()
    kept = again.snapshot()
    again.close()
    assert not kept.pending
    assert normalise(kept.startup, "ios") == normalise(intended, "ios")


def test_a_verified_transaction_takes_few_round_trips(bench: Bench) -> None:
    bench.background.call(lambda: setattr(bench.switch, "is_metered", True))
    # Two sessions and one connection for the file. The cheapest of several is what is subtracted.
    session = min(bench.login() for _ in range(3))
    file = min(bench.login(bench.driver()) for _ in range(3))
    before = bench.switch.turns
    _roll_out(bench, bench.changed)
    turns = bench.switch.turns - before
    assert turns - 2 * session - file < TRANSACTION, (turns, session, file)
    assert "description SPARE" in bench.switch.startup
    assert not bench.switch.flash.read(PATH)


def test_a_check_that_finds_nothing_takes_one_connection_and_few_round_trips(
    bench: Bench,
) -> None:
    bench.background.call(lambda: setattr(bench.switch, "is_metered", True))
    driver = bench.driver()
    assert bench.background.call(lambda: len(bench.switch.connections)) == 1
    before = bench.switch.turns
    snapshot = driver.snapshot()
    assert bench.switch.turns - before <= NO_OP
    assert normalise(snapshot.running, "ios") == normalise(snapshot.startup, "ios")
    assert not snapshot.pending
    assert bench.background.call(lambda: len(bench.switch.connections)) == 1
    assert "archive" in "".join(bench.switch.flash.names)


def test_a_plan_leaves_no_trace(bench: Bench) -> None:
    before = (bench.running(), bench.switch.changed_at, bench.switch.flash.names)
    driver = bench.driver()
    driver.snapshot()
    driver.facts()
    driver.health([bench.gateway])
    assert (bench.running(), bench.switch.changed_at, bench.switch.flash.names) == before


def test_facts(bench: Bench) -> None:
    facts = bench.driver().facts()
    assert (facts.vendor, facts.model) == ("Cisco", bench.device.model)
    assert (facts.serial, facts.hostname) == (bench.device.serial, bench.device.name)
    assert facts.version == "17.12.4"
    assert facts.uptime >= 0


def test_health_tells_of_neighbours_and_of_what_answers(bench: Bench) -> None:
    other = small_catalyst.switch("127.98.5.9", "fs03-sw9")
    port = bench.device.lags[0].members[0]
    ends = End(bench.switch.spec.name, port), End(other.spec.name, small_catalyst.PORTS[0])
    bench.switch.fabric = other.fabric = Fabric([ends])
    bench.switch.fabric.devices |= {each.spec.name: each for each in (bench.switch, other)}
    silent = IPv4Address("203.0.113.1")
    health = bench.driver().health([bench.gateway, silent])
    assert health.neighbours == {Neighbour(port, "fs03-sw9")}
    assert bench.gateway in health.answering
    other.merge(f"interface {small_catalyst.PORTS[0]}\n shutdown\n", "")
    assert bench.driver().health([]).neighbours == frozenset()


def test_a_neighbour_speaks_only_for_itself(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it announces looks like the end of the table and the answer to the next question."""
    silent = IPv4Address("203.0.113.1")
    ping = f"{bench.device.name}#ping {silent} repeat 3 timeout 1"
    forged = f"x\n\nTotal entries displayed: 1\n\n{ping}\nSuccess rate is 100 percent (3/3)\n"
    ports = [bench.device.lags[0].members[0], bench.device.ports[0].name]
    said = Announcement("laptop", forged, "00:00:5e:00:53:01", f"{forged}System Name: fs03-rtr1\n")
    hears = {ports[0]: said}
    monkeypatch.setattr(bench.switch.fabric, "hears", lambda _, port: hears.get(port))
    bench.switch.fabric.answering = frozenset()
    health = bench.driver().health([bench.gateway, silent])
    assert health.neighbours == {Neighbour(ports[0], "laptop")}
    assert health.answering == {bench.gateway}
    row = f"{'fs03-rtr1':<20}Te1/1/4        120        B               p"
    hears[ports[0]] = replace(said, port=f"x\n{row}")
    with pytest.raises(DeviceError, match="makes no sense"):
        bench.driver().health([])


def _keys(bench: Bench) -> list[tuple[str, ...]]:
    return bench.background.call(lambda: [each.words for each in users(bench.switch.config)])


def test_a_key_is_exchanged_only_once_the_change_is_confirmed(bench: Bench) -> None:
    """A revert brings no key back: a change that is taken back must not have touched it."""
    snmp = bench.device.baseline.snmp
    assert snmp is not None
    old = bench.store.get(snmp.auth.name).reveal()
    rotated = bench.changed.replace(old, "another-long-key-1")
    before = _keys(bench)
    driver = bench.driver()
    driver.stage(rotated, driver.snapshot().running)
    driver.commit(120)
    assert _keys(bench) == before
    bench.driver().rollback()
    assert _keys(bench) == before
    driver = bench.driver()
    driver.stage(rotated, driver.snapshot().running)
    driver.commit(120)
    driver = bench.driver()
    driver.confirm(rotated)
    assert _keys(bench) != before
    driver.discard()


def test_saving_makes_up_for_keys_that_a_cut_off_confirmation_left_old(bench: Bench) -> None:
    snmp = bench.device.baseline.snmp
    assert snmp is not None
    rotated = bench.changed.replace(bench.store.get(snmp.auth.name).reveal(), "another-long-key-1")
    before = _keys(bench)
    driver = bench.driver()
    driver.stage(rotated, driver.snapshot().running)
    driver.commit(120)
    driver._session.say("configure confirm")
    assert _keys(bench) == before
    driver = bench.driver()
    driver.save(rotated)
    assert _keys(bench) != before
    driver.discard()


def test_a_confirmation_that_was_cut_short_is_ended_by_the_next(bench: Bench) -> None:
    driver = _stage(bench)
    driver.commit(120)
    bench.switch.faults.strike(Strike.DROP, Point.SAVE)
    with pytest.raises(Unreachable):
        driver.confirm(bench.changed)
    assert "description SPARE" not in bench.switch.startup
    driver = bench.driver()
    assert not driver.snapshot().pending
    driver.confirm(bench.changed)
    assert "description SPARE" in bench.switch.startup
    driver.discard()


def test_a_key_that_cannot_be_typed_is_refused_before_anything_changes(bench: Bench) -> None:
    snmp = bench.device.baseline.snmp
    assert snmp is not None
    old = bench.store.get(snmp.auth.name).reveal()
    driver = bench.driver()
    with pytest.raises(CandidateRejected, match="question mark") as caught:
        driver.stage(bench.changed.replace(old, "what?is-this"), driver.snapshot().running)
    assert "is-this" not in str(caught.value)
    assert not bench.switch.flash.read(PATH)


def test_an_account_that_goes_is_confirmed_and_a_new_name_is_learned(bench: Bench) -> None:
    bench.background.call(
        lambda: bench.switch.merge("username other privilege 1 secret something\n", "")
    )
    driver = bench.driver()
    intended = bench.store.resolve(render(bench.device))
    intended = intended.replace(f"hostname {bench.device.name}", "hostname fs03-renamed")
    driver.stage(intended, driver.snapshot().running)
    driver.commit(60)
    assert bench.switch.hostname == "fs03-renamed"
    assert "username other" not in bench.running()
    driver.confirm(intended)
    driver.discard()
    assert "hostname fs03-renamed" in bench.switch.startup


OWN = """diagnostic bootup level minimal
license boot level network-advantage addon dna-advantage
memory free low-watermark processor 131072
redundancy
 mode sso
class-map match-any system-cpp-police-forus
 description Forus traffic
policy-map system-cpp-policy
control-plane
 service-policy input system-cpp-policy
"""


def test_what_a_chassis_adds_is_carried_over_and_no_drift(bench: Bench) -> None:
    before = normalise(bench.driver().snapshot().running, "ios")
    assert bench.background.call(lambda: bench.switch.merge(OWN, "chassis")) == []
    assert normalise(bench.driver().snapshot().running, "ios") == before
    _roll_out(bench, bench.changed)
    running = bench.running()
    assert all(line in running for line in OWN.splitlines())


def test_taking_back_restores_what_ran(bench: Bench) -> None:
    before = bench.running()
    startup = bench.switch.startup
    driver = bench.driver()
    driver.stage(bench.changed, driver.snapshot().running)
    driver.commit(120)
    assert bench.running() != before
    again = bench.driver()
    again.rollback()
    again.discard()
    assert bench.running() == before
    assert bench.switch.startup == startup
    assert not bench.driver().snapshot().pending


# What the device refuses


def _stage(bench: Bench) -> IosDriver:
    driver = bench.driver()
    driver.stage(bench.changed, driver.snapshot().running)
    return driver


def test_a_full_flash_is_told_before_anything_is_sent(bench: Bench) -> None:
    bench.switch.faults.set(Condition.FLASH_FULL)
    with pytest.raises(CandidateRejected, match="fs03-sw2: flash is full: 0 bytes are free"):
        _stage(bench)


def test_without_scp_the_reason_of_the_device_is_told(bench: Bench) -> None:
    bench.background.call(lambda: bench.switch.merge("no ip scp server enable\n", ""))
    with pytest.raises(CandidateRejected, match="took no file: Administratively disabled"):
        _stage(bench)


def test_without_an_archive_nothing_is_committed(bench: Bench) -> None:
    bench.background.call(lambda: bench.switch.merge("no archive\n", ""))
    with pytest.raises(CandidateRejected, match="its archive is off"):
        _stage(bench)


def test_somebody_elses_change_is_left_alone(bench: Bench) -> None:
    driver = bench.driver()
    running = driver.snapshot().running
    bench.switch.faults.set(Condition.LOCKED)
    assert driver.snapshot().pending
    with pytest.raises(DeviceError, match="a change of netadmin waits for its confirmation"):
        driver.stage(bench.changed, running)
    with pytest.raises(CandidateRejected, match="only one of netadmin"):
        driver.confirm(bench.changed)
    with pytest.raises(CandidateRejected, match="only one of netadmin"):
        driver.rollback()


def test_a_file_that_arrives_in_part_is_not_committed(bench: Bench) -> None:
    bench.switch.faults.set(Condition.PARTIAL_LOAD)
    with pytest.raises(CandidateRejected, match="did not arrive whole"):
        _stage(bench)


def test_a_line_that_the_device_does_not_know_changes_nothing(bench: Bench) -> None:
    before = bench.running()
    driver = bench.driver()
    broken = bench.changed.replace(" description SPARE", " descrption SPARE")
    driver.stage(broken, driver.snapshot().running)
    with pytest.raises(CandidateRejected, match="descrption SPARE"):
        driver.commit(60)
    assert bench.running() == before
    assert not driver.snapshot().pending


@pytest.mark.parametrize("seconds", [0, 59, 7260])
def test_a_timer_that_ios_has_not_is_refused_before_the_commit(bench: Bench, seconds: int) -> None:
    before = bench.running()
    driver = _stage(bench)
    with pytest.raises(DeviceError, match="1 to 120 minutes"):
        driver.commit(seconds)
    assert bench.running() == before


def test_a_timer_that_ended_early_cannot_be_confirmed(bench: Bench) -> None:
    before = bench.running()
    bench.switch.faults.set(Condition.EARLY_TIMER)
    driver = _stage(bench)
    driver.commit(120)
    bench.wait_until(lambda: bench.switch.pending is None)
    with pytest.raises(CandidateRejected, match="no change of muniform waits"):
        bench.driver().confirm(bench.changed)
    assert bench.running() == before


def test_what_runs_after_a_faulty_commit_is_seen(bench: Bench) -> None:
    before = bench.running()
    bench.switch.faults.set(Condition.COMMITS_OTHER)
    driver = _stage(bench)
    driver.commit(60)
    running = driver.snapshot().running
    assert normalise(running, "ios") != normalise(bench.changed, "ios")
    bench.wait_until(lambda: bench.switch.pending is None)
    assert bench.running() == before


# What breaks on the way


@pytest.mark.parametrize("point", [Point.READ, Point.COMPARE])
def test_noise_is_an_error_and_never_an_empty_configuration(bench: Bench, point: Point) -> None:
    bench.switch.faults.strike(Strike.GARBAGE, point)
    with pytest.raises(DeviceError, match="makes no sense"):
        _stage(bench)


@pytest.mark.parametrize("strike", [Strike.DROP, Strike.DROP_AFTER, Strike.REBOOT])
@pytest.mark.parametrize("point", [Point.READ, Point.STAGE, Point.COMPARE, Point.COMMIT])
def test_a_link_that_dies_is_noticed_at_once(bench: Bench, strike: Strike, point: Point) -> None:
    bench.switch.faults.strike(strike, point)
    started = time.monotonic()
    with pytest.raises(Unreachable):
        _stage(bench).commit(60)
    assert time.monotonic() - started < 5
    bench.wait_until(lambda: bench.switch.cut is None)
    bench.wait_until(lambda: bench.switch.pending is None)
    driver = bench.driver()
    driver.discard()
    assert not bench.switch.flash.read(PATH)
    assert "description SPARE" not in driver.snapshot().running


@pytest.mark.parametrize("strike", [Strike.HANG, Strike.HANG_AFTER])
def test_silence_ends_when_patience_does(bench: Bench, strike: Strike) -> None:
    spec, account = bench.switch.spec, bench.device.baseline.account
    login = Login(
        spec.address,
        spec.port,
        account.name,
        bench.access.password(bench.device),
        str(bench.access.known_hosts),
    )
    session = IosSession(login, Silence(answering=1.0, replacing=1.0))
    driver = IosDriver(bench.device.name, account.name, session)
    bench.switch.faults.strike(strike, Point.READ)
    started = time.monotonic()
    with pytest.raises(Unreachable, match="silent for 1 s"):
        driver.snapshot()
    driver.close()
    assert time.monotonic() - started < 5


def test_a_candidate_that_cannot_be_deleted_is_told(bench: Bench) -> None:
    driver = _stage(bench)
    bench.switch.faults.strike(Strike.REFUSE, Point.CLEAN)
    with pytest.raises(DeviceError, match="the candidate stays on flash"):
        driver.discard()
    driver.discard()
    assert not bench.switch.flash.read(PATH)


def test_a_configuration_that_is_not_saved_is_told(bench: Bench) -> None:
    driver = bench.driver()
    bench.switch.faults.strike(Strike.REFUSE, Point.SAVE)
    with pytest.raises(DeviceError, match="did not save"):
        driver.save(bench.intended)
    driver.save(bench.intended)


# Who is let in


def test_a_stranger_gets_no_password(bench: Bench) -> None:
    bench.switch.faults.set(Condition.WRONG_HOST_KEY)
    with pytest.raises(HostKeyMismatch):
        bench.driver()


def test_a_refused_login_is_told(bench: Bench) -> None:
    bench.switch.faults.set(Condition.REFUSE_LOGIN)
    with pytest.raises(LoginRefused):
        bench.driver()


def test_an_account_without_privilege_is_no_account(bench: Bench) -> None:
    name = bench.device.baseline.account.name
    users = bench.switch.config.find("username", name)
    assert users is not None
    at = users.words.index("privilege") + 1
    users.words = (*users.words[:at], "1", *users.words[at + 1 :])
    with pytest.raises(LoginRefused, match="without privilege"):
        bench.driver()
