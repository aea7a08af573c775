"""What provisioning needs to know of this machine."""

from __future__ import annotations

import sysconfig
from dataclasses import dataclass, field
from pathlib import Path


def own_scripts() -> Path:
    """The folder of the executables that were installed with this package."""
    return Path(sysconfig.get_path("scripts"))


@dataclass(frozen=True)
class ProvisionSettings:
    """``engine`` is the Pulumi executable, ``state`` the city's state folder.

    ``inventory`` is the folder from which the provider loads the city: the one the caller loaded.
    ``provider`` is the folder of ``pulumi-resource-muniform``.
    """

    engine: Path
    state: Path
    inventory: Path
    provider: Path = field(default_factory=own_scripts)
