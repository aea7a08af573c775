"""What a resource type is to the provider. The next one is one new file that fits this shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from muniform.provision.provider.properties import Properties


@dataclass(frozen=True)
class Checked:
    """Inputs in normal form, and per property what is wrong with it."""

    inputs: Properties
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """Which properties differ, and which of them need a new resource in place of the old one."""

    changed: tuple[str, ...] = ()
    replacing: tuple[str, ...] = ()
    delete_first: bool = False
    """The old one must be gone before the new one can be made."""


class ResourceType(Protocol):
    """One kind of resource. Inputs that reach any method but ``check`` are in normal form.

    ``preview`` means: change nothing, but say what would be refused. Errors are MuniformErrors.
    """

    @property
    def token(self) -> str:
        """The type's name for the engine, such as ``muniform:index:DnsRecordSet``."""

    @property
    def schema(self) -> Mapping[str, object]:
        """Its part of the provider's schema: ``inputProperties``, ``properties``, ``required``."""

    def check(self, inputs: Properties) -> Checked:
        """Judge what the program declared."""

    def diff(self, old: Properties, new: Properties) -> Difference:
        """Compare two sets of inputs."""

    def create(self, inputs: Properties, preview: bool) -> str:
        """Make it; returns its id."""

    def read(self, identity: str) -> Properties | None:
        """What there is, as normalised inputs; None if it is gone."""

    def update(self, old: Properties, new: Properties, preview: bool) -> None:
        """Change it in place."""

    def delete(self, old: Properties) -> None:
        """Remove it. One that is gone already is no error."""


def compare(
    old: Properties, new: Properties, replacing: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The properties that differ, and those of them that are in ``replacing``."""
    changed = tuple(sorted(k for k in {*old, *new} if old.get(k) != new.get(k)))
    return changed, tuple(k for k in changed if k in replacing)
