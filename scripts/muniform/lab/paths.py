"""Where a lab keeps its files, and by which names its parts are found again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class LabPaths:
    """The places of one lab. ``state`` is the city's state folder, an absolute path."""

    state: Path

    @classmethod
    def of(cls, state: Path) -> LabPaths:
        return cls(state.resolve())

    @property
    def id(self) -> str:
        """The same state folder has the same lab, also after a crash. 8 hexadecimal digits."""
        return hashlib.sha256(str(self.state).encode()).hexdigest()[:8]

    @property
    def namespace(self) -> str:
        """The network namespace that holds the lab's bridges."""
        return f"muniform-{self.id}"

    @property
    def folder(self) -> Path:
        return self.state / "lab"

    @property
    def secrets(self) -> Path:
        return self.state / "secrets"

    @property
    def known_hosts(self) -> Path:
        return self.state / "known_hosts"

    @property
    def lock(self) -> Path:
        """Held by the daemon for its life: whoever can take it knows that no lab runs."""
        return self.folder / "lab.lock"

    @property
    def work_lock(self) -> Path:
        """Held while ``up`` or ``down`` is at work."""
        return self.folder / "work.lock"

    @property
    def description(self) -> Path:
        """What the running lab serves; read by ``muniform.reach``."""
        return self.folder / "lab.json"

    @property
    def socket(self) -> Path:
        return self.folder / "control.sock"

    @property
    def log(self) -> Path:
        return self.folder / "lab.log"

    @property
    def device_host_key(self) -> Path:
        """What simulated devices show over SSH."""
        return self.folder / "device_host_key"

    @property
    def certificate(self) -> Path:
        """What simulated devices show over HTTPS, with its key behind it."""
        return self.folder / "certificate.pem"

    @property
    def certificates(self) -> Path:
        """The certificate that each device is known by, as ``<device>.pem``."""
        return self.state / "certificates"

    @property
    def containers(self) -> Path:
        """Stands while there may be containers or namespaces of this lab, which root removes."""
        return self.folder / "containers"
