"""Where things are for one call of the command, and the light things found there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from muniform.gitops import Repository
from muniform.model import City, load_city
from muniform.places import find_places
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
    places = find_places(os.environ, Path.cwd(), inventory)
    return Context(places.root, places.state)
