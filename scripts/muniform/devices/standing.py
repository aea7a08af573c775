"""Where a device stands with respect to an approved change. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from muniform.devices.configuration import Normal, fingerprint, normalise
from muniform.devices.driver import Snapshot
from muniform.masking import Secret
from muniform.model import Device

_HEADER = re.compile(
    r"\A(?:(?:[!;](?!!).*|Building configuration.*|Current configuration.*|Using \d+ .*)?\n)+"
)


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


class Reader:
    """Takes readings of one device, and normalises no text twice."""

    def __init__(self, device: Device, key: Secret) -> None:
        self._platform = device.platform
        self._key = key
        self._known: dict[str, Normal] = {}

    def normal(self, text: str) -> Normal:
        """The lines of a configuration."""
        if text not in self._known:
            self._known[text] = normalise(text, self._platform)
        return self._known[text]

    def reading(self, snapshot: Snapshot) -> Reading:
        """Digests of what was read."""
        running = fingerprint(self.normal(snapshot.running), self._key)
        if _body(snapshot.running) == _body(snapshot.startup):
            return Reading(running, running, snapshot.pending)
        startup = fingerprint(self.normal(snapshot.startup), self._key)
        return Reading(running, startup, snapshot.pending)


def take_reading(device: Device, snapshot: Snapshot, key: Secret) -> Reading:
    """Digests of what was read, so that no configuration needs to be kept."""
    return Reader(device, key).reading(snapshot)


def _body(text: str) -> str:
    """A configuration without what a device prints above it, which says when and how long."""
    return _HEADER.sub("", text, count=1)
