"""Which secrets a city refers to, and what kind of value each needs. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from muniform.model import Account, City, Device, SecretRef


@dataclass(frozen=True)
class LabSecrets:
    """The names of the secrets that a lab makes values for, by the kind of value."""

    password: str
    password_hash: str
    ssh_key: str
    tsig_key: str | None
    keys: tuple[str, ...] = ()
    """All others: letters and digits, which every device takes."""


def lab_secrets(declared: City | Device) -> LabSecrets:
    """Every secret that a city, or a device, refers to, wherever it stands in it."""
    account: Account = declared.baseline.account
    tsig = declared.dns.key.name if isinstance(declared, City) else None
    special = (account.password.name, account.password_hash.name, account.private_key.name)
    named = {reference.name for reference in _references(declared, set())}
    return LabSecrets(*special, tsig, tuple(sorted(named - {*special, tsig})))


def _references(value: object, seen: set[int]) -> Iterator[SecretRef]:
    """A city's parts are shared by many (each device has the baseline): each is seen once."""
    if isinstance(value, SecretRef):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _references(item, seen)
    elif is_dataclass(value) and id(value) not in seen:
        seen.add(id(value))
        for field in fields(value):
            yield from _references(getattr(value, field.name), seen)
