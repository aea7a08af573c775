"""What a rollout and a recovery work with, handed in from the command line."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from muniform.devices import Connect
from muniform.masking import Secret
from muniform.model import Device
from muniform.plan import RunHosts
from muniform.render import render
from muniform.rollout.backups import Backups
from muniform.rollout.journal import Journal
from muniform.rollout.tables import utc_now
from muniform.secrets import SecretStore


@dataclass(frozen=True)
class Machinery:
    """``clock_scale`` says how much faster than ours a device's clock runs (1 outside a lab).

    ``now`` (seconds, for waiting) and ``utc_now`` (for the journal's times) are our clocks.
    ``kind`` is what the journal calls a run.
    """

    connect: Connect
    run_hosts: RunHosts
    secrets: SecretStore
    key: Secret
    journal: Journal
    backups: Backups
    clock_scale: Callable[[Device], float]
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    utc_now: Callable[[], datetime] = utc_now
    kind: str = "rollout"
    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Configurations to be brought to devices instead of what is rendered for them, with their
    secrets: a backup that is restored."""

    def intended(self, device: Device) -> str:
        """What a device is to run, with its secrets. Raises RenderError, SecretError."""
        given = self.given.get(device.name)
        return self.secrets.resolve(render(device)) if given is None else given
