"""Where the inventory and the state folder are. The same answer for every program that asks:
the command line, Ansible's plugin, and what the Pulumi engine starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from muniform.errors import UsageError

INVENTORY = "MUNIFORM_INVENTORY"
STATE = "MUNIFORM_STATE"
CITY_FILE = "city.yml"
INVENTORY_FOLDER = "inventory"


@dataclass(frozen=True)
class Places:
    """The inventory's folder and the state folder, absolute."""

    inventory: Path
    state: Path

    @property
    def root(self) -> Path:
        """The checkout: inventory, playbooks and roles stand in it."""
        return self.inventory.parent


def find_places(
    environment: Mapping[str, str], start: Path, inventory: Path | None = None
) -> Places:
    """The named inventory, else the environment's, else ``inventory/`` in ``start`` or above it.

    The state folder is ``.muniform/`` beside the inventory unless the environment moves it.
    Raises UsageError if there is no inventory.
    """
    named = inventory or (Path(environment[INVENTORY]) if environment.get(INVENTORY) else None)
    folder = (start / named).resolve() if named else _above(start.resolve())
    if folder.name == CITY_FILE:
        folder = folder.parent
    if folder.name != INVENTORY_FOLDER:
        # Ansible's plugin, commits and worktrees know the folder by this name.
        raise UsageError(
            f"{folder} is not called {INVENTORY_FOLDER!r}",
            f"name the folder {INVENTORY_FOLDER}/ of a city's repository",
        )
    moved = environment.get(STATE, "")
    state = Path(moved).resolve() if moved else folder.parent / ".muniform"
    if state.exists() and not state.is_dir():
        raise UsageError(f"the state folder {state} is a file", f"name another folder in {STATE}")
    return Places(folder, state)


def _above(start: Path) -> Path:
    for folder in (start, *start.parents):
        if (folder / INVENTORY_FOLDER / CITY_FILE).is_file():
            return folder / INVENTORY_FOLDER
    raise UsageError(
        f"no inventory/{CITY_FILE} in {start} or above it",
        f"go to the city's repository, or name its inventory in {INVENTORY} or with --inventory",
    )
