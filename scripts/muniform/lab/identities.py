"""What the simulated devices of a lab show to prove who they are: made once for each lab."""

from __future__ import annotations

from pathlib import Path

import asyncssh

from muniform.lab.certificates import ensure_certificate
from muniform.lab.files import write_private
from muniform.lab.paths import LabPaths
from muniform.lab.simulated.device import Identity


def identities(paths: LabPaths) -> tuple[Identity, Identity]:
    """What all simulated devices of a lab show, and what one shows that plays a stranger."""
    own = Identity(ensure_host_key(paths.device_host_key), ensure_certificate(paths.certificate))
    strange = paths.folder / "stranger.pem"
    return own, Identity(asyncssh.generate_private_key("ssh-ed25519"), ensure_certificate(strange))


def ensure_host_key(path: Path) -> asyncssh.SSHKey:
    """The key all simulated devices show, made once for each lab."""
    if not path.exists():
        key = asyncssh.generate_private_key("ssh-ed25519")
        write_private(path, key.export_private_key("openssh").decode())
    return asyncssh.read_private_key(path)


def public_line(key: asyncssh.SSHKey) -> str:
    """A key as known_hosts wants it: ``type base64``."""
    return " ".join(key.export_public_key("openssh").decode().split()[:2])
