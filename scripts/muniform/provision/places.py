"""Where the inventory and the state folder are, for programs that the Pulumi engine starts.

The engine passes its environment on to the provider and the program, nothing else of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from muniform.errors import UsageError

INVENTORY = "MUNIFORM_INVENTORY"
STATE = "MUNIFORM_STATE"


@dataclass(frozen=True)
class Places:
    """The inventory's folder and the state folder, absolute."""

    inventory: Path
    state: Path


def find_places(environment: Mapping[str, str], start: Path) -> Places:
    """From the environment, else ``inventory/`` in ``start`` or a folder above it.

    The state folder is ``.muniform/`` beside the inventory unless the environment moves it.
    Raises UsageError if there is no inventory.
    """
    named = environment.get(INVENTORY, "")
    inventory = Path(named).resolve() if named else _above(start.resolve())
    if inventory.name == "city.yml":
        inventory = inventory.parent
    moved = environment.get(STATE, "")
    state = Path(moved).resolve() if moved else inventory.parent / ".muniform"
    return Places(inventory, state)


def _above(start: Path) -> Path:
    for folder in (start, *start.parents):
        if (folder / "inventory" / "city.yml").is_file():
            return folder / "inventory"
    raise UsageError(
        f"no inventory/city.yml in {start} or above it",
        f"go to the city's repository, or name its inventory in {INVENTORY}",
    )
