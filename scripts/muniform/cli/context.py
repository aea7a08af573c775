"""Where things are for one call of the command, and the light things found there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from muniform.gitops import Repository
from muniform.model import Blueprint, City, load_blueprint, load_city
from muniform.places import find_places
from muniform.reach import Reach
from muniform.rendered import RenderMemory
from muniform.secrets import SecretStore, city_secrets


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

    # Both are asked for many times in one call, and a vault answers slowly.
    @cached_property
    def secrets(self) -> SecretStore:
        return city_secrets(self.city(), self.state, self.inventory)

    def city(self) -> City:
        return self._city

    @cached_property
    def _city(self) -> City:
        return load_city(self.inventory)

    def blueprint(self) -> Blueprint:
        """The city, checked, for what looks at a few of its sites only."""
        return load_blueprint(self.inventory)

    def render_memory(self) -> RenderMemory:
        return RenderMemory(self.state / "rendered")

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
