"""Files that ``ansible-vault`` itself encrypted, and everything that can be wrong with them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from muniform.errors import SecretError
from muniform.secrets import AnsibleVaultSource, SecretStore

PASSWORD = "Hydrant 12 is red"
ENTRIES = """\
---
# The city's keys.
hash_key: "0123456789"
ospf_key: 'Engine 3: rolls'
enable: plain words
ssh_key: |
  -----BEGIN OPENSSH PRIVATE KEY-----
  AAAA
  -----END OPENSSH PRIVATE KEY-----
"""

Seal = Callable[..., Path]


@pytest.fixture(autouse=True)
def no_password_of_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANSIBLE_VAULT_PASSWORD_FILE", raising=False)


@pytest.fixture
def password(tmp_path: Path) -> Path:
    return private(tmp_path / "password", f"{PASSWORD}\n")


@pytest.fixture
def seal(tmp_path: Path, password: Path) -> Seal:
    """Encrypts a text with the real command."""

    def make(text: str, name: str = "vault.yml", label: str = "default") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode("latin-1"))
        command: list[str | Path] = [
            Path(sys.executable).with_name("ansible-vault"),
            "encrypt",
            path,
        ]
        command += ["--vault-id", f"{label}@{password}"]
        subprocess.run(command, check=True, capture_output=True)
        assert path.read_text().startswith("$ANSIBLE_VAULT;")
        return path

    return make


def private(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def opened(tmp_path: Path, password: Path | None, *files: Path) -> SecretStore:
    return SecretStore(tmp_path / "secrets", AnsibleVaultSource(files, password))


def test_values_come_out_of_a_vault(tmp_path: Path, seal: Seal, password: Path) -> None:
    store = opened(tmp_path, password, seal(ENTRIES))
    assert store.get("hash_key").reveal() == "0123456789"
    assert store.resolve("key <secret:ospf_key>, <secret:enable>") == (
        "key Engine 3: rolls, plain words"
    )
    assert store.get("ssh_key").reveal().splitlines()[1] == "AAAA"
    with pytest.raises(SecretError, match=r"vault\.yml holds control characters"):
        store.resolve("<secret:ssh_key>")
    assert type(store.get("enable").reveal()) is str


def test_all_are_known_for_masking_with_the_files_beside_them(
    tmp_path: Path, seal: Seal, password: Path
) -> None:
    store = opened(tmp_path, password, seal(ENTRIES), seal("tsig_key: abc\n", "more.yml", "ops"))
    (tmp_path / "secrets").mkdir()
    private(store.path("automation_ssh_key"), "of the file")
    assert {secret.name: secret.reveal() for secret in store.all()} == {
        "hash_key": "0123456789",
        "ospf_key": "Engine 3: rolls",
        "enable": "plain words",
        "ssh_key": "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----",
        "tsig_key": "abc",
        "automation_ssh_key": "of the file",
    }


def test_a_file_is_no_substitute_for_an_entry(tmp_path: Path, seal: Seal, password: Path) -> None:
    """A value forgotten in the state folder must not stand in for one that is missing."""
    store = opened(tmp_path, password, seal(ENTRIES))
    (tmp_path / "secrets").mkdir()
    private(store.path("tsig_key"), "old")
    with pytest.raises(SecretError, match="'tsig_key' has no value: it is not in") as caught:
        store.get("tsig_key")
    assert caught.value.hint == f"add it: ansible-vault edit {tmp_path}/vault.yml"


def test_many_threads_decrypt_once(
    tmp_path: Path, seal: Seal, password: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = private(
        tmp_path / "print-password",
        f"#!/bin/sh\necho asked >> {tmp_path}/asked\ncat {password}\n",
        0o700,
    )
    store = opened(tmp_path, None, seal(ENTRIES))
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", str(program))
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(store.resolve, ["<secret:ospf_key:ios7>"] * 64))
    assert len(set(found)) == 1
    assert (tmp_path / "asked").read_text() == "asked\n"


def test_the_environment_outranks_the_city(
    tmp_path: Path, seal: Seal, password: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = seal(ENTRIES)
    wrong = private(tmp_path / "wrong", "not it")
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", str(password))
    assert opened(tmp_path, wrong, vault).get("hash_key").reveal() == "0123456789"
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", str(wrong))
    refused(opened(tmp_path, password, vault), "wrong vault password, or a damaged file")


def refused(store: SecretStore, message: str, hint: str = "") -> None:
    """Refused with this message, whatever is asked; no value and no password in it."""
    for ask in (lambda: store.get("hash_key"), lambda: list(store.all())):
        with pytest.raises(SecretError, match=message) as caught:
            ask()
        shown = str(caught.value)
        assert hint in caught.value.hint
        assert caught.value.hint
        for value in (PASSWORD, "0123456789", "Engine", "plain words", "hunter2", "not it"):
            assert value not in shown


def test_a_wrong_password_and_a_damaged_file(tmp_path: Path, seal: Seal, password: Path) -> None:
    vault = seal(ENTRIES)
    wrong = private(tmp_path / "wrong", "not it")
    refused(opened(tmp_path, wrong, vault), "cannot be decrypted", "ansible-vault view")
    whole = vault.read_text()
    for damaged in (whole[:-40], whole.replace("\n3", "\nz"), whole.splitlines()[0] + "\n"):
        vault.write_text(damaged)
        refused(opened(tmp_path, password, vault), "cannot be decrypted", "ansible-vault view")


@pytest.mark.parametrize("text", [ENTRIES, "", "hash_key: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n"])
def test_a_plain_file_is_refused(tmp_path: Path, password: Path, text: str) -> None:
    vault = private(tmp_path / "vault.yml", text)
    refused(opened(tmp_path, password, vault), "is not encrypted", f"ansible-vault encrypt {vault}")


def test_a_missing_vault_and_a_folder_in_its_place(tmp_path: Path, password: Path) -> None:
    refused(opened(tmp_path, password, tmp_path / "none.yml"), "does not exist", "create")
    refused(opened(tmp_path, password, tmp_path), "Is a directory")
    with pytest.raises(SecretError, match="not in any vault"):
        opened(tmp_path, password).get("hash_key")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hash_key: 1234567\n", "line 1 .* value that is no text; put it in quotes"),
        ("a: b\nhash_key: yes\n", "line 2 .* value that is no text"),
        ("hash_key: [hunter2]\n", "line 1 .* value that is no text"),
        ("hash_key: {hunter2: hunter2}\n", "line 1 .* value that is no text"),
        ("hash_key: !vault hunter2\n", "line 1 .* value that is no text"),
        ("hash_key:\n", "line 1 .* value that is no text"),
        ("hash_key: ''\n", "line 1 .* an empty value"),
        ("hash_key: hunter2\nhash_key: other\n", r"line 2 .* repeats a name of .*, line 1"),
        ("Hash-Key: hunter2\n", "line 1 .* has a name not of lower-case letters"),
        ("hunter2!: hash_key\n", "line 1 .* has a name not of lower-case letters"),
        ("hunter2: a\nhunter2: b\n", "line 2 .* repeats a name"),
        ("[hash_key]: hunter2\n", "line 1 .* has a name not of lower-case letters"),
        ("hunter2\n", "is no map of NAME: value"),
        ("- hash_key: hunter2\n", "is no map of NAME: value"),
        ("", "is no map of NAME: value"),
        ("a: b\nhash_key: 'hunter2\n", "of the decrypted text is not valid YAML"),
        ("a: b\n---\nhash_key: hunter2\n", "of the decrypted text is not valid YAML"),
        ("hash_key: hunter2\xff\n", "holds no text"),
    ],
)
def test_what_a_vault_may_not_hold(
    tmp_path: Path, seal: Seal, password: Path, text: str, message: str
) -> None:
    refused(opened(tmp_path, password, seal(text)), message, "ansible-vault edit")


def test_a_name_in_two_vaults(tmp_path: Path, seal: Seal, password: Path) -> None:
    files = seal(ENTRIES), seal("# more\nhash_key: hunter2\n", "more.yml")
    refused(
        opened(tmp_path, password, *files),
        r"more\.yml: line 2 .* repeats a name of .*vault\.yml, line 3",
    )


def test_a_control_character_in_a_value(tmp_path: Path, seal: Seal, password: Path) -> None:
    store = opened(tmp_path, password, seal('hash_key: "hunter2\\nreload"\n'))
    with pytest.raises(SecretError, match="holds control characters") as caught:
        store.get("hash_key")
    assert "hunter2" not in str(caught.value)


def test_no_password_is_ever_asked_for(tmp_path: Path, seal: Seal) -> None:
    refused(opened(tmp_path, None, seal(ENTRIES)), "nothing says where it is", "export ANSIBLE_")


@pytest.mark.parametrize(
    ("text", "mode", "message", "hint"),
    [
        (PASSWORD, 0o640, "is open to others", "chmod 600"),
        (PASSWORD, 0o604, "is open to others", "chmod 600"),
        ("", 0o600, "gave none", "must hold the password"),
        ("#!/bin/sh\necho 'not it'\nexit 3\n", 0o700, "gave none", "ends with 0"),
        ("#!/bin/sh\n", 0o700, "gave none", "ends with 0"),
        ("#!/no/such/shell\n", 0o700, "gave none", "ends with 0"),
        ("#!/bin/sh\necho 'not it'\n", 0o722, "is open to others", "chmod go-w"),
    ],
)
def test_a_password_file_that_will_not_do(
    tmp_path: Path, seal: Seal, text: str, mode: int, message: str, hint: str
) -> None:
    file = private(tmp_path / "broken", text, mode)
    refused(opened(tmp_path, file, seal(ENTRIES)), message, hint)


def test_a_password_file_that_is_not_there(tmp_path: Path, seal: Seal) -> None:
    refused(opened(tmp_path, tmp_path / "gone", seal(ENTRIES)), "No such file", "password file")


def test_a_program_gives_the_password(tmp_path: Path, seal: Seal) -> None:
    program = private(tmp_path / "give", f"#!/bin/sh\necho '{PASSWORD}'\n", 0o755)
    assert opened(tmp_path, program, seal(ENTRIES)).get("enable").reveal() == "plain words"


@pytest.mark.parametrize("in_environment", [True, False])
def test_a_password_file_in_the_home_folder(
    tmp_path: Path,
    seal: Seal,
    password: Path,
    monkeypatch: pytest.MonkeyPatch,
    in_environment: bool,
) -> None:
    vault = seal(ENTRIES)
    monkeypatch.setenv("HOME", str(tmp_path))
    if in_environment:
        monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", f"~/{password.name}")
    named = None if in_environment else Path("~") / password.name
    assert opened(tmp_path, named, vault).get("enable").reveal() == "plain words"
