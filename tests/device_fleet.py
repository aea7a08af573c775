"""Simulated switches of every platform with real drivers in front of them, for tests of faults.

Each is a declared access switch of the example city that runs its whole standard, cloned to an
address of its own. The intended change gives some of its ports other descriptions.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

from fake_device import Notes
from muniform.devices import (
    Approved,
    Connector,
    Tools,
    Transaction,
    difference,
    fingerprint,
    normalise,
)
from muniform.devices.deadlines import DEFAULT
from muniform.lab.certificates import public_part
from muniform.lab.credentials import ensure_secrets
from muniform.lab.identities import public_line
from muniform.lab.known_hosts import enrol
from muniform.lab.platforms import PLATFORMS
from muniform.lab.secret_names import lab_secrets
from muniform.lab.simulated.background import Background, serving
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.device import SimulatedDevice
from muniform.lab.simulated.spec import SSH, DeviceSpec, Wiring
from muniform.lab.uplinks import Uplinks
from muniform.masking import Secret
from muniform.model import City, Device
from muniform.reach import Endpoint
from muniform.render import first_boot, render
from muniform.results import Result
from muniform.rollout import Backups, Journal, Machinery
from muniform.secrets import SecretStore
from simulated_devices import Identities

SCALE = 20.0
CONFIRM_SECONDS = 240
"""Of device time. The simulators' clocks run SCALE times faster than ours."""
PATIENT_SECONDS = 1800
"""What a city gives a device behind a slow link: what it takes there isn't scaled."""
IMPATIENCE = 6.0
"""How many times sooner than in a city a call counts as hanging."""
OFFSET = 20000
EXAMPLES: Mapping[str, str] = {
    "ios": "wp01-ot2",
    "eos": "dc02-leaf5",
    "junos": "dc02-leaf3",
    "procurve": "rc01-sw2",
}
CHANGED_PORTS = 5


@dataclass(frozen=True)
class FleetReach:
    """Where the simulated switches listen."""

    network: str

    def resolve(self, address: IPv4Address, port: int) -> Endpoint:
        last = str(address).rpartition(".")[2]
        return Endpoint(f"{self.network}.{last}", port + OFFSET, SCALE)


@dataclass
class Steps(Notes):
    """Notes that let something happen once a step has been written down."""

    at: dict[str, Callable[[], None]] = field(default_factory=dict)

    def record(self, target: str, kind: str, payload: Mapping[str, object]) -> None:
        super().record(target, kind, payload)
        self.at.pop(kind, lambda: None)()


@dataclass
class Member:
    """One simulated switch, what is declared for it, and what is to become of it."""

    device: Device
    simulated: SimulatedDevice
    before: str
    after: str
    notes: Steps = field(default_factory=Steps)


@dataclass
class Fleet:
    """The switches, and the tools with which a transaction works on them."""

    members: Sequence[Member]
    connect: Connector
    background: Background
    key: Secret = field(default_factory=lambda: Secret("hash_key", "k"))

    def approved(self, member: Member) -> Approved:
        platform = member.device.platform
        old, new = normalise(member.before, platform), normalise(member.after, platform)
        diff = fingerprint(difference(old, new), self.key)
        return Approved(fingerprint(old, self.key), fingerprint(new, self.key), diff)

    def tools(self, member: Member) -> Tools:
        notes, connect = member.notes, self.connect
        if member.simulated.faults.latency:
            connect = replace(connect, deadlines=DEFAULT)
        return Tools(connect, self.key, notes, notes, notes, clock_scale=SCALE)

    def carry_out(self, member: Member) -> Result:
        """The transaction that brings a switch from ``before`` to ``after``."""
        tools = self.tools(member)
        return Transaction(member.device, member.after, self.approved(member), tools).run()

    def slow_down(self, member: Member, latency: float) -> None:
        """Put a switch behind a slow link, and give it the longer timer that it needs there.

        Without latency: only the timer, for a change of many lines.
        """
        member.simulated.faults.latency = latency
        baseline = replace(member.device.baseline, confirm_seconds=PATIENT_SECONDS)
        member.device = replace(member.device, baseline=baseline)

    def cut_off(self, member: Member) -> str:
        """What would lead a switch's answers to nobody: another gateway than its site's."""
        management = member.device.management
        nobody = management.address.network[-2]
        wrong = replace(member.device, management=replace(management, gateway=nobody))
        return self.connect.secrets.resolve(render(changed(wrong)))

    def begin_blank(self, member: Member) -> None:
        """Take what a switch prints of its first configuration for what it runs before."""
        driver = self.connect(member.device)
        try:
            member.before = driver.snapshot().running
        finally:
            driver.close()

    def standing(self, member: Member) -> str:
        """``before``, ``after`` or ``neither``: what a switch runs, asked over a new connection."""
        platform = member.device.platform
        driver = self.connect(member.device)
        try:
            running = normalise(driver.snapshot().running, platform)
        finally:
            driver.close()
        texts = {"before": member.before, "after": member.after}
        found = [name for name, text in texts.items() if normalise(text, platform) == running]
        return found[0] if found else "neither"


def declaring(city: City, device: Device) -> City:
    """The city with this device in place of the one of its name."""
    sites = tuple(
        replace(site, devices=tuple(device if d.name == device.name else d for d in site.devices))
        for site in city.sites
    )
    return replace(city, sites=sites)


_migrating = threading.Lock()
"""Alembic keeps the migration that runs in a global: one journal is opened at a time."""


def machinery(folder: Path, network: str) -> Machinery:
    """What a rollout over a fleet works with: a journal, leases and backups in ``folder``."""
    store = SecretStore(folder / "secrets")
    connect = Connector(FleetReach(network), store, folder)  # type: ignore[arg-type]
    key = store.get("hash_key")
    with _migrating:
        journal = Journal.open(folder / "journal.sqlite", tuple(store.all()))
    return Machinery(
        connect=connect,
        run_hosts=lambda *_: (),
        secrets=store,
        key=key,
        journal=journal,
        backups=Backups(folder / "backups", key, by="test", about="before a test"),
        clock_scale=connect.clock_scale,
    )


def changed(device: Device, text: str = "fault matrix") -> Device:
    """The device with other descriptions on its last ports."""
    described = [
        replace(port, description=f"{text} {index}") if index >= len(device.ports) - CHANGED_PORTS
        else port
        for index, port in enumerate(device.ports)
    ]  # fmt: skip
    return replace(device, ports=tuple(described))


def clone(device: Device, number: int) -> Device:
    """The same switch at the n-th address of its network."""
    interface = device.management.address
    address = IPv4Interface(f"{interface.network[number + 2]}/{interface.network.prefixlen}")
    return replace(
        device,
        management=replace(device.management, address=address),
        baseline=replace(device.baseline, confirm_seconds=CONFIRM_SECONDS),
    )


@contextmanager
def fleet(
    city: City,
    platform: str,
    count: int,
    network: str,
    folder: Path,
    identities: Identities,
    blank: Collection[int] = (),
) -> Iterator[Fleet]:
    """So many switches of a platform, at ``network`` (127.a.b), while the block runs.

    All run their standard, but those with the numbers in ``blank``: their first configuration.
    """
    example = city.device(EXAMPLES[platform])
    devices = [clone(example, number) for number in range(1, count + 1)]
    ensure_secrets(folder / "secrets", lab_secrets(city))
    store = SecretStore(folder / "secrets")
    reach = FleetReach(network)
    _enrol(folder, platform, devices, reach, identities)
    clock, members, listeners = Clock(SCALE), [], []
    for number, device in enumerate(devices):
        before, after = (store.resolve(render(each)) for each in (device, changed(device)))
        place = reach.resolve(device.management.address.ip, SSH)
        spec = DeviceSpec(
            name=device.name,
            model=device.model,
            serial=device.serial,
            ports=tuple(port.name for port in device.ports),
            startup=store.resolve(first_boot(device)) if number in blank else before,
            wiring=Wiring(
                Uplinks(city).of(device),
                device.management.gateway,
                city.controller,
            ),
            address=place.host,
            port=place.port,
            management=device.management.address.ip,
        )
        simulated = PLATFORMS[platform].make(spec, clock)
        members.append(Member(device, simulated, before, after))
        listeners += PLATFORMS[platform].listeners(simulated, *identities)
    connect = Connector(reach, store, folder, DEFAULT.over(IMPATIENCE))  # type: ignore[arg-type]
    with serving(listeners) as background:
        yield Fleet(members, connect, background)


def _enrol(
    folder: Path,
    platform: str,
    devices: Sequence[Device],
    reach: FleetReach,
    identities: Identities,
) -> None:
    line = public_line(identities[0].host_key)
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    certificates = folder / "certificates"
    certificates.mkdir(exist_ok=True)
    for device in devices:
        for port in PLATFORMS[platform].ports:
            place = reach.resolve(device.management.address.ip, port)
            known[(f"[{place.host}]:{place.port}",)] = (line,)
        text = public_part(identities[0].certificate)
        (certificates / f"{device.name}.pem").write_text(text)
    enrol(folder / "known_hosts", known)
