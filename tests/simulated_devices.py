"""What simulated devices show in tests."""

from __future__ import annotations

from pathlib import Path

import asyncssh

from muniform.lab.certificates import ensure_certificate
from muniform.lab.simulated.device import Identity

Identities = tuple[Identity, Identity]
"""The one that is known, and a stranger's."""


def made_identities(folder: Path) -> Identities:
    """Fresh keys and certificates."""
    own, strange = (
        Identity(
            asyncssh.generate_private_key("ssh-ed25519"),
            ensure_certificate(folder / f"{name}.pem"),
        )
        for name in ("own", "strange")
    )
    return own, strange
