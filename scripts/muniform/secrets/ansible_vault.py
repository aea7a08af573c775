"""Secrets from YAML files that ``ansible-vault`` encrypted as a whole.

The only module that decrypts; imported only for a city that keeps its secrets so. A message about a
decrypted text names its lines and quotes nothing: a value may stand where a name belongs.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import yaml
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret, get_file_vault_secret, is_encrypted

from muniform.errors import SecretError
from muniform.secrets.files import FileValues, read_file
from muniform.secrets.references import NAME
from muniform.secrets.sources import AnsibleVaultSource

PASSWORD_FILE = "ANSIBLE_VAULT_PASSWORD_FILE"  # noqa: S105  # the name of a variable
_TEXT = "tag:yaml.org,2002:str"
_MAY_READ = 0o044
_MAY_WRITE = 0o022


@dataclass(frozen=True)
class _Entry:
    file: Path
    line: int
    name: str
    value: str = field(repr=False)


class VaultValues:
    """The entries of all files; decrypted once, when the first is asked for."""

    def __init__(self, source: AnsibleVaultSource) -> None:
        self._source = source
        self._lock = Lock()
        self._entries: dict[str, _Entry] | None = None

    def read(self, name: str) -> str:
        entry = self._loaded().get(name)
        if entry is None:
            files = [str(path) for path in self._source.files]
            raise SecretError(
                f"secret {name!r} has no value: it is not in {', '.join(files) or 'any vault'}",
                f"add it: ansible-vault edit {files[-1]}" if files else "name the city's vaults",
            )
        return entry.value

    def where(self, name: str) -> str:
        return str(self._loaded()[name].file)

    def all(self) -> Iterator[tuple[str, str]]:
        for name, entry in self._loaded().items():
            yield name, entry.value

    def _loaded(self) -> dict[str, _Entry]:
        with self._lock:
            if self._entries is None:
                self._entries = _load(self._source)
            return self._entries


def open_source(source: AnsibleVaultSource, _files: FileValues) -> VaultValues:
    return VaultValues(source)


def _load(source: AnsibleVaultSource) -> dict[str, _Entry]:
    sealed = {path: _sealed(path) for path in source.files}
    vault = VaultLib([("default", _password(source))])
    return _by_name(
        entry
        for path, content in sealed.items()
        for entry in _parse(path, _decrypt(vault, path, content))
    )


def _by_name(entries: Iterable[_Entry]) -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    for entry in entries:
        if earlier := found.get(entry.name):
            raise _wrong(
                entry.file, entry.line, f"repeats a name of {earlier.file}, line {earlier.line + 1}"
            )
        found[entry.name] = entry
    return found


def _sealed(path: Path) -> bytes:
    content, _mode = read_file(path, f"the vault {path.name}", f"ansible-vault create {path}")
    if not is_encrypted(content):
        raise SecretError(
            f"{path} is not encrypted",
            f"ansible-vault encrypt {path}; if it was ever committed or copied, change its values",
        )
    return content


def _password(source: AnsibleVaultSource) -> VaultSecret:
    """The password from a file, or from a program that prints it; never from a prompt of ours."""
    named = os.environ.get(PASSWORD_FILE)
    path = Path(named) if named else source.password_file
    if path is None:
        raise SecretError(
            "no vault password: nothing says where it is",
            f"export {PASSWORD_FILE}=FILE, or name the city's password file",
        )
    path = path.expanduser()
    _refuse_open(path)
    try:
        password = get_file_vault_secret(filename=str(path.absolute()), loader=DataLoader())
        password.load()
    except (AnsibleError, OSError):
        # Their text may quote what a program printed.
        raise SecretError(
            f"no vault password: {path} gave none",
            "it must hold the password, or be a program that prints it and ends with 0",
        ) from None
    return password


def _refuse_open(path: Path) -> None:
    """Others may read a program that fetches the password, but not the password."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise SecretError(
            f"no vault password: {path} cannot be read: {error.strerror}",
            f"correct {PASSWORD_FILE} or the city's password file",
        ) from None
    program = os.access(path, os.X_OK)
    if mode & (_MAY_WRITE if program else _MAY_READ | _MAY_WRITE):
        remedy = f"chmod go-w {path}" if program else f"chmod 600 {path}"
        raise SecretError(f"the vault password's file {path} is open to others", remedy)


def _decrypt(vault: VaultLib, path: Path, content: bytes) -> str:
    try:
        return bytes(vault.decrypt(content)).decode()
    except AnsibleError:
        raise SecretError(
            f"{path} cannot be decrypted: wrong vault password, or a damaged file",
            f"try it by hand: ansible-vault view {path}",
        ) from None
    except UnicodeDecodeError:
        raise SecretError(
            f"{path} holds no text",
            f"write it as YAML, encoded as UTF-8: ansible-vault edit {path}",
        ) from None


def _parse(path: Path, text: str) -> Iterator[_Entry]:
    """A flat map of names to text. Nodes, not objects: they know their lines and build nothing."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _wrong(path, mark.line if mark else 0, "is not valid YAML") from None
    if not isinstance(root, yaml.MappingNode):
        raise _wrong(path, 0, "is no map of NAME: value")
    for key, value in root.value:
        yield _entry(path, key, value)


def _entry(path: Path, key: yaml.Node, value: yaml.Node) -> _Entry:
    line = key.start_mark.line
    if not isinstance(key, yaml.ScalarNode) or not NAME.fullmatch(key.value):
        raise _wrong(path, line, "has a name not of lower-case letters, digits and underscores")
    if not isinstance(value, yaml.ScalarNode) or value.tag != _TEXT:
        raise _wrong(path, line, "has a value that is no text; put it in quotes")
    written = value.value.rstrip("\n")
    if not written:
        raise _wrong(path, line, "has an empty value")
    return _Entry(path, line, key.value, written)


def _wrong(path: Path, line: int, problem: str) -> SecretError:
    return SecretError(
        f"{path}: line {line + 1} of the decrypted text {problem}", f"ansible-vault edit {path}"
    )
