"""A whole configuration through our driver, over real SSH, on simulated switches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

import catalyst_lab
from muniform.devices import difference, normalise, show
from muniform.devices.ios import IosDriver
from muniform.devices.opening import Access
from muniform.errors import Unreachable
from muniform.lab.ios import IosSwitch, listeners
from muniform.lab.ios.listing import listing
from muniform.lab.simulated.background import Background, serving
from muniform.lab.simulated.clock import Clock
from muniform.model import Device
from muniform.render import render
from muniform.secrets import SecretStore
from simulated_devices import Identities

pytestmark = [pytest.mark.lab]
SCALE = 8.0
each_device = pytest.mark.parametrize("device", catalyst_lab.DEVICES, ids=lambda d: d.role.value)
access_switch = pytest.mark.parametrize("device", catalyst_lab.DEVICES[:1], ids=["access_switch"])


@dataclass
class Bench:
    """One switch on its first boot, what it should run, and drivers to bring it there."""

    device: Device
    store: SecretStore
    switch: IosSwitch
    background: Background
    access: Access
    stack: ExitStack

    @property
    def intended(self) -> str:
        return self.store.resolve(render(self.device))

    def driver(self) -> IosDriver:
        """A driver on a new connection."""
        driver = catalyst_lab.driver(self.device, self.switch, self.access)
        self.stack.callback(driver.close)
        return driver

    def roll_out(self, intended: str) -> None:
        """As a transaction does it, and with what it checks on the way."""
        driver = self.driver()
        running = driver.snapshot().running
        expected = difference(normalise(running, "ios"), normalise(intended, "ios"))
        assert driver.stage(intended, running) == expected
        driver.commit(60)
        driver.close()
        again = self.driver()
        assert normalise(again.snapshot().running, "ios") == normalise(intended, "ios")
        again.confirm(intended)
        again.discard()

    def drift(self) -> tuple[str, ...]:
        """What differs now, as it is shown."""
        snapshot = self.driver().snapshot()
        wanted = normalise(self.intended, "ios")
        return show(difference(normalise(snapshot.running, "ios"), wanted))

    def by_hand(self, lines: str) -> None:
        assert self.background.call(lambda: self.switch.merge(lines, "someone")) == []

    def wait_until(self, condition: Callable[[], bool], seconds: float = 10.0) -> None:
        deadline = time.monotonic() + seconds
        while not self.background.call(condition):
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(0.05)


@pytest.fixture
def bench(device: Device, identities: Identities, tmp_path: Path) -> Iterator[Bench]:
    store = catalyst_lab.secrets_for(device, tmp_path / "secrets")
    switch = catalyst_lab.blank_switch(device, store, Clock(SCALE), port=20122)
    access = catalyst_lab.enrolled(switch, store, tmp_path, identities)
    with serving(listeners(switch, *identities)) as background, ExitStack() as stack:
        yield Bench(device, store, switch, background, access, stack)


@each_device
def test_from_first_boot_to_everything_and_then_nothing_to_do(bench: Bench) -> None:
    bench.roll_out(bench.intended)
    driver = bench.driver()
    snapshot = driver.snapshot()
    wanted = normalise(bench.intended, "ios")
    assert normalise(snapshot.running, "ios") == normalise(snapshot.startup, "ios") == wanted
    assert driver.stage(bench.intended, driver.snapshot().running) == frozenset()


@access_switch
def test_no_secret_is_left_on_flash_or_shown(bench: Bench) -> None:
    first = bench.driver()
    shown = "\n".join(
        show(
            difference(normalise(first.snapshot().running, "ios"), normalise(bench.intended, "ios"))
        )
    )
    bench.roll_out(bench.intended)
    text = render(bench.device)
    secrets = [secret.reveal() for secret in bench.store.referenced(text)]
    assert len(secrets) > 6
    listed = "\n".join(bench.background.call(lambda: listing(bench.switch.flash, "flash:")))
    assert "archive" in listed
    assert "candidate" not in listed
    assert [secret for secret in secrets if secret in shown] == []


@access_switch
def test_a_user_that_somebody_removed_is_seen_and_set_again(bench: Bench) -> None:
    bench.roll_out(bench.intended)
    bench.by_hand("no snmp-server user monitor MONITORING v3")
    assert bench.drift() == ("+ SNMPv3 user monitor, group MONITORING, SHA, AES128",)
    bench.roll_out(bench.intended)
    assert bench.drift() == ()


@access_switch
def test_a_user_that_somebody_added_is_seen_and_removed(bench: Bench) -> None:
    bench.roll_out(bench.intended)
    bench.by_hand("snmp-server user intruder MONITORING v3 auth md5 Intruder1")
    assert bench.drift() == ("- SNMPv3 user intruder, group MONITORING, MD5, NONE",)
    bench.roll_out(bench.intended)
    assert bench.drift() == ()


@access_switch
def test_classes_that_changed_places_are_drift_and_put_back(bench: Bench) -> None:
    bench.roll_out(bench.intended)
    policy = bench.switch.config.find("policy-map", "QOS-OUTPUT")
    assert policy is not None
    first = policy.children[0]
    inner = "".join(f"\n  {child.line}" for child in first.children)
    bench.by_hand(f"policy-map QOS-OUTPUT\n no {first.line}\n {first.line}{inner}")
    drift = bench.drift()
    assert any("[order]" in line for line in drift)
    bench.roll_out(bench.intended)
    assert bench.drift() == ()


@access_switch
def test_a_login_list_that_no_server_answers_is_taken_back_by_the_switch(bench: Bench) -> None:
    bench.roll_out(bench.intended)
    before = bench.background.call(lambda: bench.switch.running)
    locked = bench.intended.replace(
        "aaa authentication login default group TACACS local",
        "aaa authentication login default group TACACS",
    )
    assert locked != bench.intended
    driver = bench.driver()
    driver.stage(locked, driver.snapshot().running)
    with pytest.raises(Unreachable):
        driver.commit(60)
    with pytest.raises(Unreachable):
        bench.driver()
    bench.wait_until(lambda: bench.switch.cut is None)
    assert bench.background.call(lambda: bench.switch.running) == before
    assert bench.drift() == ()
