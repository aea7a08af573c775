"""Secrets from an external vault, through an Ansible lookup plugin in this process.

Imported only for a city that keeps its secrets so. Which plugins there are, and where their
collections lie, is Ansible's own configuration (``ansible.cfg``).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from threading import Lock
from typing import Any

from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader, lookup_loader
from ansible.template import Templar
from ansible.utils.collection_loader import AnsibleCollectionConfig

from muniform.errors import SecretError
from muniform.masking import Secret, mask
from muniform.secrets.files import FileValues
from muniform.secrets.sources import LookupSource

_PLACE = "{name}"
_MESSAGE_CHARACTERS = 300
# Credentials reach such plugins through variables like VAULT_TOKEN.
_CREDENTIAL = re.compile(r"TOKEN|PASS|SECRET|KEY|CREDENTIAL", re.IGNORECASE)
_SHORTEST_CREDENTIAL = 4
"""Masking a variable's value of one letter would leave no message to read."""


class LookupValues:
    """Asks the plugin once for each name. One at a time: plugins promise nothing about threads."""

    def __init__(self, source: LookupSource, files: FileValues) -> None:
        self._source = source
        self._files = files
        self._lock = Lock()
        self._found: dict[str, str] = {}

    def read(self, name: str) -> str:
        with self._lock:
            if name not in self._found:
                self._found[name] = self._ask(name)
            return self._found[name]

    def where(self, name: str) -> str:
        return f"{self._source.plugin} for {self._term(name)!r}"

    def all(self) -> Iterator[tuple[str, str]]:
        for name in sorted({*self._source.names, *self._found}):
            yield name, self.read(name)

    def _term(self, name: str) -> str:
        return self._source.term.replace(_PLACE, name)

    def _ask(self, name: str) -> str:
        found: Any = self._run(name)
        if not isinstance(found, list) or len(found) != 1:
            raise self._wrong(name, "did not answer with one value")
        found = found[0]
        for key in self._source.take:
            if not isinstance(found, dict) or key not in found:
                raise self._wrong(name, f"has nothing under {'.'.join(self._source.take)!r}")
            found = found[key]
        if not isinstance(found, str):
            raise self._wrong(name, "did not answer with text")
        value = "".join(found).rstrip("\n")  # plain text, without the tags that Ansible adds
        if not value:
            raise self._wrong(name, "answered with an empty value")
        return value

    def _run(self, name: str) -> object:
        try:
            plugin = _plugin(self._source.plugin)
        except Exception as error:
            raise self._failed(name, error) from None
        if plugin is None:
            raise SecretError(
                f"secret {name!r}: the lookup plugin {self._source.plugin!r} is not installed",
                _how_to_install(self._source.plugin),
            )
        try:
            return plugin.run([self._term(name)], variables={}, **dict(self._source.options))
        except Exception as error:
            raise self._failed(name, error) from None

    def _failed(self, name: str, error: Exception) -> SecretError:
        # What Ansible's own errors say is meant to be read; others quote what they worked on.
        said = str(error.args[0]) if isinstance(error, AnsibleError) and error.args else ""
        shown = mask(" ".join(said.split()), self._known())[:_MESSAGE_CHARACTERS]
        return self._wrong(name, f"failed: {shown or type(error).__name__}")

    def _wrong(self, name: str, problem: str) -> SecretError:
        return SecretError(
            f"secret {name!r}: {self.where(name)} {problem}",
            "check the plugin's options and its credentials in the environment, and that the "
            "external vault holds it",
        )

    def _known(self) -> list[Secret]:
        """Everything that a plugin's message must not show, as far as it is known here."""
        values = [*self._found.items(), *self._files.all()]
        values += [
            (name, value)
            for name, value in (*os.environ.items(), *self._source.options)
            if isinstance(value, str)
            and len(value) >= _SHORTEST_CREDENTIAL
            and _CREDENTIAL.search(name)
        ]
        return [Secret(name, value) for name, value in values]


def open_source(source: LookupSource, files: FileValues) -> LookupValues:
    if _PLACE not in source.term:
        raise SecretError(
            f"the term {source.term!r} asks for the same secret whatever is wanted",
            f"write {_PLACE} where the secret's name belongs, like muniform/{_PLACE}",
        )
    return LookupValues(source, files)


def _plugin(name: str) -> Any:
    """An instance of the plugin, or None if there is none of that name."""
    if AnsibleCollectionConfig.collection_finder is None:
        init_plugin_loader()
    loader = DataLoader()
    return lookup_loader.get(name, loader=loader, templar=Templar(loader=loader, variables={}))


def _how_to_install(plugin: str) -> str:
    parts = plugin.split(".")
    if len(parts) < 3:
        return "name it in full, like community.hashi_vault.vault_kv2_get"
    return f"ansible-galaxy collection install {'.'.join(parts[:2])}"
