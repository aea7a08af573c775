"""Where a city keeps its secrets: declarations only.

The modules that read Ansible's vaults and plugins take a second to load, because Ansible does;
``values`` imports the one that a city asks for, and only when a secret is first needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Protocol

from muniform.secrets.files import FileValues


@dataclass(frozen=True)
class FilesSource:
    """One private file a secret, in the state folder."""


@dataclass(frozen=True)
class AnsibleVaultSource:
    """YAML files that ``ansible-vault`` encrypted as a whole, each a flat map of NAME: value.

    Paths are absolute, or relative to the working directory.
    """

    files: tuple[Path, ...]
    password_file: Path | None = None
    """The vault password, or a program that prints it; ANSIBLE_VAULT_PASSWORD_FILE outranks it."""


Option = str | int | float | bool


@dataclass(frozen=True)
class LookupSource:
    """An external vault, read through an Ansible lookup plugin."""

    plugin: str
    """Such as ``community.hashi_vault.vault_kv2_get``."""
    term: str
    """What the plugin is asked for; ``{name}`` stands for the secret's name."""
    take: tuple[str, ...] = ()
    """The keys that lead to the value where the plugin answers with a map: ("secret", "value")."""
    options: tuple[tuple[str, Option], ...] = field(default=(), repr=False)
    """The plugin's options, such as ("url", "https://vault.example:8200")."""
    names: tuple[str, ...] = ()
    """The secrets that the city refers to. A plugin can't list what a vault holds, and what is to
    be masked must be known."""


SecretSource = FilesSource | AnsibleVaultSource | LookupSource


class Values(Protocol):
    """A source that has been opened. Safe to use from several threads."""

    def read(self, name: str) -> str:
        """The value of a secret. Raises SecretError, which never carries a value."""

    def where(self, name: str) -> str:
        """Where that value stands, for a person who is to correct it."""

    def all(self) -> Iterator[tuple[str, str]]:
        """Every name and value that this source is known to hold."""


_ANSIBLE = {
    AnsibleVaultSource: "muniform.secrets.ansible_vault",
    LookupSource: "muniform.secrets.ansible_lookup",
}


def values(source: SecretSource, files: FileValues) -> Values:
    """Open a source; ``files`` are the secrets of the state folder."""
    if isinstance(source, FilesSource):
        return files
    opened: Values = import_module(_ANSIBLE[type(source)]).open_source(source, files)
    return opened
