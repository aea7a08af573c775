"""Plans network devices: one connection each, reading only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from muniform.devices import (
    Connect,
    Snapshot,
    difference,
    fingerprint,
    normalise,
    show,
    snapshot_of,
    take_reading,
    way_of,
)
from muniform.errors import MuniformError
from muniform.masking import Secret
from muniform.model import Device
from muniform.plan.plan import Kind, TargetPlan, Verdict
from muniform.render import render
from muniform.secrets import SecretStore

_FIDELITY = "offline"
_AT_ONCE = 64


def plan_devices(
    devices: Sequence[Device], connect: Connect, secrets: SecretStore, key: Secret
) -> tuple[TargetPlan, ...]:
    """Read every device and compare it with its intent; one failure hides no other."""

    def plan_one(device: Device) -> TargetPlan:
        return plan_device(device, connect, lambda d: secrets.resolve(render(d)), key)

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        return tuple(pool.map(plan_one, devices))


def plan_device(
    device: Device, connect: Connect, intended: Callable[[Device], str], key: Secret
) -> TargetPlan:
    """Read one device and compare it with what ``intended`` says, secrets in their places."""
    try:
        wanted = intended(device)
        snapshot = snapshot_of(device, connect)
    except MuniformError as error:
        return _blocked(device, error.message, error.hint)
    return compare(device, wanted, snapshot, key)


def compare(device: Device, intended: str, snapshot: Snapshot, key: Secret) -> TargetPlan:
    """What a reading and the intent say together. Pure."""
    if snapshot.pending:
        return _blocked(
            device,
            f"{device.name}: a change waits for its confirmation on the device",
            "it reverts by itself when its timer ends; then plan again",
        )
    wanted = normalise(intended, device.platform)
    changes = difference(normalise(snapshot.running, device.platform), wanted)
    reading = take_reading(device, snapshot, key)
    post_hash = fingerprint(wanted, key)
    diff = show(changes)
    if not changes and reading.startup != post_hash:
        diff = ("~ startup configuration differs from the running one: save it",)
    return TargetPlan(
        name=device.name,
        site=device.site,
        kind=Kind.DEVICE,
        verdict=Verdict.CHANGE if diff else Verdict.UNCHANGED,
        fidelity=_FIDELITY,
        pre_hash=reading.running,
        post_hash=post_hash,
        diff_digest=fingerprint(changes, key),
        diff=diff,
        revert=way_of(device.platform).revert,
    )


def _blocked(device: Device, message: str, hint: str) -> TargetPlan:
    return TargetPlan(
        name=device.name,
        site=device.site,
        kind=Kind.DEVICE,
        verdict=Verdict.BLOCKED,
        fidelity=_FIDELITY,
        message=message,
        hint=hint,
    )
