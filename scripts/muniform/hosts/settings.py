"""Where a run takes its playbooks from and where it may write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STATE_VARIABLE = "MUNIFORM_STATE"
STATE_FOLDER = ".muniform"


def state_folder(city_file: Path, environment: Mapping[str, str]) -> Path:
    """The state folder of the city in ``…/inventory/city.yml``: beside the inventory, or moved."""
    moved = environment.get(STATE_VARIABLE, "")
    return Path(moved).resolve() if moved else city_file.parent.parent / STATE_FOLDER


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
