"""Makes a lab city's secrets where they are missing. Existing ones are never replaced."""

from __future__ import annotations

import base64
import secrets
import string
from collections.abc import Iterable
from pathlib import Path

import asyncssh

from muniform.lab.files import private_folder, write_private
from muniform.lab.type9 import new_salt, type9_hash

PASSWORD = "automation_password"  # noqa: S105 - a name, not a value
PASSWORD_HASH = f"{PASSWORD}_hash"
SSH_KEY = "automation_ssh_key"
TSIG_KEY = "tsig_key"
KEY_LENGTH = 16
"""What OSPF's message-digest keys hold (RFC 2328, appendix D); SNMPv3 asks for 8 at least."""
_KEY_CHARACTERS = string.ascii_letters + string.digits


def ensure_secrets(folder: Path, names: Iterable[str] = ()) -> tuple[str, ...]:
    """Fill ``<state>/secrets``; the names of the secrets that were made now.

    ``names`` are those that the city refers to. One whose value has no special form gets letters
    and digits.
    """
    private_folder(folder)
    made = []
    values = _random_values()
    values |= {name: _key() for name in names if name not in (*values, PASSWORD_HASH, SSH_KEY)}
    for name, value in values.items():
        if not (folder / name).exists():
            write_private(folder / name, f"{value}\n")
            made.append(name)
    if PASSWORD in made or not (folder / PASSWORD_HASH).exists():
        _write_password_hash(folder)
        made.append(PASSWORD_HASH)
    if not (folder / SSH_KEY).exists():
        key = asyncssh.generate_private_key("ssh-ed25519", comment="muniform lab")
        write_private(folder / SSH_KEY, key.export_private_key("openssh").decode())
        write_private(folder / f"{SSH_KEY}.pub", key.export_public_key("openssh").decode())
        made.append(SSH_KEY)
    return tuple(made)


def public_key(folder: Path) -> str:
    """The automation account's public key, one line. Derived anew if only the file is missing."""
    path = folder / f"{SSH_KEY}.pub"
    if not path.exists():
        key = asyncssh.read_private_key(folder / SSH_KEY)
        write_private(path, key.export_public_key("openssh").decode())
    return path.read_text().strip()


def _random_values() -> dict[str, str]:
    return {
        # Letters, digits, - and _: a command line of a switch takes ? for a call for help.
        PASSWORD: secrets.token_urlsafe(24),
        TSIG_KEY: base64.b64encode(secrets.token_bytes(32)).decode(),
        "hash_key": secrets.token_hex(32),
        "pulumi_passphrase": secrets.token_urlsafe(32),
    }


def _key() -> str:
    return "".join(secrets.choice(_KEY_CHARACTERS) for _ in range(KEY_LENGTH))


def _write_password_hash(folder: Path) -> None:
    """What a switch stores of the password: Cisco's type 9."""
    password = (folder / PASSWORD).read_text().rstrip("\n")
    write_private(folder / PASSWORD_HASH, f"{type9_hash(password, new_salt())}\n")
