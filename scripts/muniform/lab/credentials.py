"""Makes a lab city's secrets where they are missing. Existing ones are never replaced."""

from __future__ import annotations

import base64
import secrets
import string
from pathlib import Path

import asyncssh

from muniform.lab.files import private_folder, write_private
from muniform.lab.secret_names import LabSecrets
from muniform.lab.type9 import new_salt, type9_hash

KEY_LENGTH = 16
"""What OSPF's message-digest keys hold (RFC 2328, appendix D); SNMPv3 asks for 8 at least."""
_KEY_CHARACTERS = string.ascii_letters + string.digits


def ensure_secrets(folder: Path, wanted: LabSecrets) -> tuple[str, ...]:
    """Fill ``<state>/secrets``; the names of the secrets that were made now."""
    private_folder(folder)
    made = []
    for name, value in _random_values(wanted).items():
        if not (folder / name).exists():
            write_private(folder / name, f"{value}\n")
            made.append(name)
    if wanted.password in made or not (folder / wanted.password_hash).exists():
        _write_password_hash(folder, wanted)
        made.append(wanted.password_hash)
    if not (folder / wanted.ssh_key).exists():
        key = asyncssh.generate_private_key("ssh-ed25519", comment="muniform lab")
        write_private(folder / wanted.ssh_key, key.export_private_key("openssh").decode())
        public = folder / f"{wanted.ssh_key}.pub"
        write_private(public, key.export_public_key("openssh").decode())
        made.append(wanted.ssh_key)
    return tuple(made)


def public_key(folder: Path, ssh_key: str) -> str:
    """The automation account's public key, one line. Derived anew if only the file is missing."""
    path = folder / f"{ssh_key}.pub"
    if not path.exists():
        key = asyncssh.read_private_key(folder / ssh_key)
        write_private(path, key.export_public_key("openssh").decode())
    return path.read_text().strip()


def _random_values(wanted: LabSecrets) -> dict[str, str]:
    values = {
        # Letters, digits, - and _: a command line of a switch takes ? for a call for help.
        wanted.password: secrets.token_urlsafe(24),
        # Ours, whatever the city is called: the key of digests, and Pulumi's.
        "hash_key": secrets.token_hex(32),
        "pulumi_passphrase": secrets.token_urlsafe(32),
    }
    if wanted.tsig_key is not None:
        values[wanted.tsig_key] = base64.b64encode(secrets.token_bytes(32)).decode()
    return values | {name: _key() for name in wanted.keys}


def _key() -> str:
    return "".join(secrets.choice(_KEY_CHARACTERS) for _ in range(KEY_LENGTH))


def _write_password_hash(folder: Path, wanted: LabSecrets) -> None:
    """What a switch stores of the password: Cisco's type 9."""
    password = (folder / wanted.password).read_text().rstrip("\n")
    write_private(folder / wanted.password_hash, f"{type9_hash(password, new_salt())}\n")
