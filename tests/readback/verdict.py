"""What each check says about a configuration, apart: reading back, references, uniformity."""

from __future__ import annotations

from collections.abc import Callable

from muniform.model import Device
from readback.checklist import missing
from readback.expected import expected
from readback.facts import Facts, differences
from readback.reader import UNREAD, read_back, rejected
from readback.references import undefined_references
from readback.resources import Unreadable
from readback.uniformity import odd_ports


def verdict(device: Device, text: str, meant: Facts | None = None) -> dict[str, list[str]]:
    """Complaints by check; no entry for a check that has none."""
    found = {
        "read back": _read(device, text, meant or expected(device)),
        "references": _references(device.platform, text),
        "uniformity": _guarded(odd_ports, device, text),
        "checklist": _guarded(missing, device, text),
    }
    return {check: complaints for check, complaints in found.items() if complaints}


def _read(device: Device, text: str, meant: Facts) -> list[str]:
    try:
        read = read_back(device.platform, text)
        refused = rejected(device.platform, text)
    except Unreadable as error:
        return [f"cannot be read: {error}"]
    return [*refused, *differences(meant, read, UNREAD[device.platform])]


def _guarded(check: Callable[[Device, str], list[str]], device: Device, text: str) -> list[str]:
    """Nothing, where a text cannot be read: that is reading back's complaint."""
    try:
        return check(device, text)
    except Unreadable:
        return []


def _references(platform: str, text: str) -> list[str]:
    try:
        return undefined_references(platform, text)
    except Unreadable as error:
        return [f"cannot be read: {error}"]
