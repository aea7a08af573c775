"""Random configurations, good and bad, through simulator, diff and transaction of each platform.

Each begins as what is declared for a switch of the example city. The simulators are driven without
a network and on a clock of the test's own (``simulator_engines``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from device_fleet import EXAMPLES
from fake_device import Notes
from muniform.devices import (
    Approved,
    Tools,
    Transaction,
    difference,
    fingerprint,
    normalise,
)
from muniform.devices.ios_users import without_users
from muniform.devices.procurve_remediation import remediate
from muniform.errors import CandidateRejected
from muniform.lab.credentials import ensure_secrets
from muniform.lab.secret_names import lab_secrets
from muniform.lab.simulated.spec import SSH, DeviceSpec, Wiring
from muniform.lab.uplinks import Uplinks
from muniform.masking import Secret
from muniform.model import City, Device, load_city
from muniform.render import render
from muniform.results import Result, Status
from muniform.secrets import SecretStore
from mutated_configurations import edits, mutated
from simulator_engines import ENGINES, Engine, VirtualClock, connector

KEY = Secret("hash_key", "key")
TIMER = 180
PRINTED_DEFAULTS = frozenset({("console idle-timeout 0",), ("console idle-timeout serial-usb 0",)})
"""Taken away on ArubaOS-Switch by setting what is the default; the simulated one prints that."""
BOOTED = 60.0
"""A reload and the timer before it are over by then, in seconds."""
quick = partial(
    settings,
    # An example is a few edits, small enough to be read as it was found.
    phases=[Phase.generate],
    # A switch boots on a whole standard for each example.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


class Bench:
    """One platform's switch: how it is cabled, and what is declared for it."""

    def __init__(self, city: City, platform: str, store: SecretStore) -> None:
        self.platform = platform
        declared = city.device(EXAMPLES[platform])
        baseline = replace(declared.baseline, confirm_seconds=TIMER)
        self.device = replace(declared, baseline=baseline)
        self.spec = _spec(city, self.device)
        text = without_users(store.resolve(render(self.device)))
        # As the switch itself prints it: what it runs is the text that a mutation begins with.
        self.text = self.booted(text)[0].running()
        engine, _ = self.booted(self.text)
        assert engine.running() == self.text
        assert engine.device.cut is None

    def booted(self, startup: str = "") -> tuple[Engine, VirtualClock]:
        clock = VirtualClock()
        spec = replace(self.spec, startup=startup or self.text)
        return ENGINES[self.platform](spec, clock), clock

    def normal(self, text: str) -> frozenset[tuple[str, ...]]:
        return normalise(text, self.platform) - PRINTED_DEFAULTS


def _spec(city: City, device: Device) -> DeviceSpec:
    return DeviceSpec(
        name=device.name,
        model=device.model,
        serial=device.serial,
        ports=tuple(port.name for port in device.ports),
        startup="",
        wiring=Wiring(Uplinks(city).of(device), device.management.gateway, city.controller),
        address="127.88.2.1",
        port=SSH,
        management=device.management.address.ip,
    )


@pytest.fixture(scope="module")
def benches(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Bench]:
    city = load_city(root / "inventory")
    folder = tmp_path_factory.mktemp("secrets") / "secrets"
    ensure_secrets(folder, lab_secrets(city))
    return {platform: Bench(city, platform, SecretStore(folder)) for platform in ENGINES}


@pytest.fixture(params=sorted(ENGINES))
def bench(request: pytest.FixtureRequest, benches: Mapping[str, Bench]) -> Bench:
    return benches[request.param]


def draw_text(data: st.DataObject, bench: Bench, rough: bool) -> str:
    return mutated(bench.text, data.draw(edits(rough)))


def good_text(data: st.DataObject, bench: Bench) -> str:
    """As a switch prints what it has made of an edited text: nothing in it is refused."""
    return bench.booted(draw_text(data, bench, rough=False))[0].running()


def took(engine: Engine, text: str) -> bool:
    """Whether a switch takes a configuration; it waits for its confirmation then."""
    try:
        engine.commit(text, TIMER)
    except CandidateRejected:
        event("refused")
        return False
    event("taken")
    return True


@quick(max_examples=12)
@given(data=st.data())
def test_an_unconfirmed_configuration_leaves_no_byte_behind(
    bench: Bench, data: st.DataObject
) -> None:
    """Whether it was good or bad, and whether it was taken back or its time ran out."""
    engine, clock = bench.booted()
    before = engine.running(), engine.startup()
    accepted = took(engine, draw_text(data, bench, rough=True))
    if accepted and data.draw(st.booleans(), label="taken back"):
        engine.rollback()
    clock.advance(TIMER + BOOTED)
    assert (engine.running(), engine.startup()) == before
    assert not engine.is_pending()
    assert engine.device.residue() == []
    assert engine.device.cut is None


@quick(max_examples=12)
@given(data=st.data())
def test_a_bad_configuration_changes_nothing(bench: Bench, data: st.DataObject) -> None:
    """But on ArubaOS-Switch, where each line runs at once: its reload still waits there."""
    engine, _ = bench.booted()
    before = engine.running(), engine.startup()
    if not took(engine, draw_text(data, bench, rough=True)):
        assert engine.is_pending() or (engine.running(), engine.startup()) == before


@quick(max_examples=10)
@given(data=st.data())
def test_replacing_twice_is_replacing_once(bench: Bench, data: st.DataObject) -> None:
    engine, clock = bench.booted()
    text = good_text(data, bench)
    if not took(engine, text) or engine.device.cut is not None:
        return
    once = engine.running()
    engine.confirm()
    for again in (text, once):
        assert took(engine, again)
        assert engine.running() == once
        engine.confirm()
    clock.advance(TIMER + BOOTED)
    assert engine.running() == once


@quick(max_examples=10)
@given(data=st.data())
def test_any_configuration_leads_to_any_other(bench: Bench, data: st.DataObject) -> None:
    """From one good configuration to another: what runs then is what was sent."""
    engine, _ = bench.booted()
    for _ in range(2):
        text = good_text(data, bench)
        if not took(engine, text) or engine.device.cut is not None:
            return
        engine.confirm()
        assert bench.normal(engine.running()) == bench.normal(text)
        assert bench.normal(engine.startup()) == bench.normal(text)
        if bench.platform != "procurve":  # it has no replace: a default may be printed or not
            assert engine.running() == text


@quick(max_examples=12)
@given(data=st.data())
def test_a_remediation_leads_to_what_was_intended(
    benches: Mapping[str, Bench], data: st.DataObject
) -> None:
    """Where there is no replace: applied to what runs, the commands give what is intended."""
    bench = benches["procurve"]
    running, intended = (
        bench.booted(draw_text(data, bench, rough=True))[0].running() for _ in range(2)
    )
    engine, _ = bench.booted(running)
    remediation = remediate(running, intended)
    assert remediation.missing == remediation.remaining == frozenset()
    if took(engine, intended) and engine.device.cut is None:
        assert bench.normal(engine.running()) == bench.normal(intended)


# --- transactions ------------------------------------------------------------------------------


def approved(bench: Bench, after: str) -> Approved:
    old, new = bench.normal(bench.text), bench.normal(after)
    return Approved(
        fingerprint(old, KEY), fingerprint(new, KEY), fingerprint(difference(old, new), KEY)
    )


def carried_out(bench: Bench, engine: Engine, clock: VirtualClock, after: str) -> Result:
    notes = Notes()
    tools = Tools(
        connector(engine), KEY, notes, notes, notes, now=clock.elapsed, sleep=clock.advance
    )
    return Transaction(bench.device, after, approved(bench, after), tools).run()


@quick(max_examples=15)
@given(data=st.data())
def test_what_a_transaction_says_is_what_the_switch_runs(bench: Bench, data: st.DataObject) -> None:
    engine, clock = bench.booted()
    before = engine.running(), engine.startup()
    after = draw_text(data, bench, rough=data.draw(st.booleans(), label="rough"))
    result = carried_out(bench, engine, clock, after)
    event(result.status.value)
    stores = bench.normal(engine.running()), bench.normal(engine.startup())
    if result.status in (Status.CHANGED, Status.UNCHANGED):
        assert stores == (bench.normal(after),) * 2
    else:
        assert result.status in (Status.REVERTED, Status.REFUSED), result
        assert (engine.running(), engine.startup()) == before, result
    assert not engine.is_pending()
    assert engine.device.cut is None
    clock.advance(TIMER + BOOTED)
    assert (bench.normal(engine.running()), bench.normal(engine.startup())) == stores
    assert engine.device.residue() == []
