"""Where a device stands with respect to an approved change. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from muniform.devices.configuration import fingerprint, normalise
from muniform.devices.driver import Snapshot
from muniform.masking import Secret
from muniform.model import Device


@dataclass(frozen=True)
class Approved:
    """What was approved for one device: the keyed digests of before, after and the change."""

    pre_hash: str
    post_hash: str
    diff_digest: str


@dataclass(frozen=True)
class Reading:
    """What one look at a device says, as keyed digests. Holds no configuration text."""

    running: str
    startup: str
    pending: bool


class Standing(StrEnum):
    """Where a device stands with respect to an approved change."""

    BEFORE = "before"
    AFTER = "after"
    UNSAVED = "unsaved"
    PENDING = "pending"
    UNKNOWN = "unknown"


def classify(reading: Reading, approved: Approved) -> Standing:
    """The state that a device is in, from what was read and from nothing else."""
    if reading.pending:
        return Standing.PENDING
    if reading.running == approved.post_hash:
        return Standing.AFTER if reading.startup == approved.post_hash else Standing.UNSAVED
    return Standing.BEFORE if reading.running == approved.pre_hash else Standing.UNKNOWN


def take_reading(device: Device, snapshot: Snapshot, key: Secret) -> Reading:
    """Digests of what was read, so that no configuration needs to be kept."""
    return Reading(
        fingerprint(normalise(snapshot.running, device.platform), key),
        fingerprint(normalise(snapshot.startup, device.platform), key),
        snapshot.pending,
    )
