"""Makes a lab city's secrets where they are missing. Existing ones are never replaced."""

from __future__ import annotations

import base64
import secrets
import string
from pathlib import Path

import asyncssh

from muniform.lab.files import private_folder, write_private
from muniform.lab.type9 import type9_hash

TYPE9_SALT_CHARACTERS = "./" + string.digits + string.ascii_uppercase + string.ascii_lowercase
TYPE9_SALT_LENGTH = 14
SSH_KEY = "automation_ssh_key"
TSIG_KEY = "tsig_key"


def ensure_secrets(folder: Path) -> tuple[str, ...]:
    """Fill ``<state>/secrets``; the names of the secrets that were made now."""
    private_folder(folder)
    made = []
    for name, value in _random_values().items():
        if not (folder / name).exists():
            write_private(folder / name, f"{value}\n")
            made.append(name)
    if "automation_password" in made or not (folder / "automation_password_hash").exists():
        _write_password_hash(folder)
        made.append("automation_password_hash")
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
        "automation_password": secrets.token_urlsafe(24),
        TSIG_KEY: base64.b64encode(secrets.token_bytes(32)).decode(),
        "hash_key": secrets.token_hex(32),
        "pulumi_passphrase": secrets.token_urlsafe(32),
        # OSPF's message-digest keys hold 16 characters (RFC 2328, appendix D).
        "ospf_key": secrets.token_urlsafe(12),
    }


def _write_password_hash(folder: Path) -> None:
    """What a switch stores of the password: Cisco's type 9."""
    salt = "".join(secrets.choice(TYPE9_SALT_CHARACTERS) for _ in range(TYPE9_SALT_LENGTH))
    password = (folder / "automation_password").read_text().rstrip("\n")
    write_private(folder / "automation_password_hash", f"{type9_hash(password, salt)}\n")
