"""The secrets of one city: names and references to values, in memory.

Rendered text carries references; they are replaced just before a configuration is sent or hashed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from muniform.errors import SecretError
from muniform.masking import Secret
from muniform.secrets import forms
from muniform.secrets.files import FileValues
from muniform.secrets.references import Reference, names, references, substitute
from muniform.secrets.sources import FilesSource, SecretSource, Values, values

# Unicode's control characters, line separators and paragraph separators.
_BREAKING = ("Cc", "Zl", "Zp")
_PRIVATE_KEY = re.compile(
    r"-----BEGIN (?P<kind>[A-Z ]*PRIVATE KEY)-----\n.*\n-----END (?P=kind)-----", re.DOTALL
)


@dataclass(frozen=True)
class SecretStore:
    """The secrets of one city. ``folder`` is ``<state>/secrets``.

    A source is read once for each store, so one command should share one store.
    """

    folder: Path
    source: SecretSource = field(default_factory=FilesSource)
    _formed: dict[tuple[Reference, str], str] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What forms have yielded, by reference and value: a hash takes milliseconds by design."""

    def get(self, name: str) -> Secret:
        """The value behind a name: one line of text, or a private key of several.

        Raises SecretError if it is missing, open to others, or holds other control characters.
        """
        value = self._values.read(name)
        # A key's lines are its form; anywhere else a line break begins a line of its own.
        plain = value.replace("\n", "") if _PRIVATE_KEY.fullmatch(value) else value
        return self._checked(name, plain, value)

    def path(self, name: str) -> Path:
        """The file of a secret for programs that read it themselves (ssh keys).

        Such a secret is a file of the state folder whatever the city's source is.
        """
        return self._files.path(name)

    def referenced(self, text: str) -> tuple[Secret, ...]:
        """What the references in ``text`` stand for: values and all that forms make of them."""
        found = references(text)
        formed = tuple(Secret(each.label, self._value(each)) for each in found if each.form)
        plain = tuple(self._line(name) for name in names(found))
        return plain + formed

    def resolve(self, text: str) -> str:
        """``text`` with every reference replaced by its value. Keep the result in memory."""
        return substitute(text, self._value)

    def all(self) -> Iterator[Secret]:
        """Every secret of the city, keys of several lines included, for masking.

        What forms make of them depends on a text: ``referenced`` yields that.
        """
        sources = [self._values]
        if self._values is not self._files:
            sources.append(self._files)
        for source in sources:
            for name, value in source.all():
                yield Secret(name, value)

    @cached_property
    def _files(self) -> FileValues:
        return FileValues(self.folder)

    @cached_property
    def _values(self) -> Values:
        return values(self.source, self._files)

    def _value(self, reference: Reference) -> str:
        if not reference.form:
            return self._line(reference.name).reveal()
        form = forms.find(reference)
        plain = self._line(reference.name).reveal()
        made = self._formed.get((reference, plain))
        if made is None:
            made = self._formed[reference, plain] = forms.apply(form, reference, plain)
        return made

    def _line(self, name: str) -> Secret:
        """A value that may stand in a configuration, where a second line would be a command."""
        value = self._values.read(name)
        return self._checked(name, value, value)

    def _checked(self, name: str, looked_at: str, value: str) -> Secret:
        if any(unicodedata.category(character) in _BREAKING for character in looked_at):
            raise SecretError(
                f"secret {name!r}: {self._values.where(name)} holds control characters",
                "write its value as one line of plain text",
            )
        return Secret(name, value)
