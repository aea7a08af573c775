"""What kind of value a lab makes for each secret that a city refers to. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from muniform.model import Account, City, Device, secret_names


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
    others = secret_names(declared) - {*special, tsig}
    return LabSecrets(*special, tsig, tuple(sorted(others)))
