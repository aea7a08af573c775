"""Where things are for one call of the command, and the light things found there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from muniform.errors import UsageError
from muniform.gitops import Repository
from muniform.model import City, load_city
from muniform.reach import Reach
from muniform.secrets import SecretStore


@dataclass(frozen=True)
class Context:
    """The folders of one call. ``root`` holds inventory, playbooks and roles."""

    root: Path
    state: Path

    @property
    def inventory(self) -> Path:
        return self.root / "inventory"

    @property
    def repository(self) -> Repository:
        return Repository(self.root)

    @property
    def secrets(self) -> SecretStore:
        return SecretStore(self.state / "secrets")

    def city(self) -> City:
        return load_city(self.inventory)

    def reach(self, city: City) -> Reach:
        return Reach(city.reach, self.state)

    @contextmanager
    def files_of(self, revision: str | None) -> Iterator[tuple[Context, str]]:
        """The files of a commit with the same state; without a revision, the tree as it is."""
        if revision is None:
            yield self, self.repository.head()
            return
        sha = self.repository.commit(revision)
        with self.repository.worktree(sha, self.state) as folder:
            yield replace(self, root=folder), sha


def context(inventory: Path | None) -> Context:
    """Find the inventory: as named, or in this folder or one above it."""
    start = (inventory or Path("inventory")).absolute()
    if start.name == "city.yml":
        start = start.parent
    if inventory is None:
        here = Path.cwd()
        found = [
            folder for folder in (here, *here.parents) if (folder / "inventory/city.yml").is_file()
        ]
        if not found:
            raise UsageError(
                "there is no inventory/city.yml here or in a folder above",
                "change to the city's repository, or name it: --inventory DIR",
            )
        start = found[0] / "inventory"
    root = start.parent
    state = Path(os.environ.get("MUNIFORM_STATE") or root / ".muniform").absolute()
    return Context(root, state)
