"""Where a run takes its playbooks from and where it may write."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RunSettings:
    """One checkout of the city's repository, and the state folder. All paths absolute."""

    inventory: Path
    """The city's file, ``…/inventory/city.yml``."""
    playbooks: Path
    roles: Path
    config: Path
    """The checkout's ``ansible.cfg``."""
    state: Path
    timeout: int = 3600
    """Seconds after which a run is stopped."""

    @classmethod
    def of(cls, root: Path, state: Path) -> RunSettings:
        """The settings for a checkout with the repository's layout."""
        return cls(
            inventory=root / "inventory" / "city.yml",
            playbooks=root / "playbooks",
            roles=root / "roles",
            config=root / "ansible.cfg",
            state=state,
        )
