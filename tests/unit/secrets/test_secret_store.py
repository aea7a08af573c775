"""A secret is one line of text out of a private file, or an error that doesn't show it."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniform.errors import SecretError
from muniform.secrets import SecretStore


@pytest.fixture
def store(tmp_path: Path) -> SecretStore:
    return SecretStore(tmp_path)


def write(store: SecretStore, name: str, content: bytes) -> None:
    path = store.path(name)
    path.write_bytes(content)
    path.chmod(0o600)


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_a_line_is_read_without_its_end(store: SecretStore, end: bytes) -> None:
    write(store, "hash_key", b"value of it" + end)
    assert store.get("hash_key").reveal() == "value of it"
    assert store.resolve("key <secret:hash_key>!") == "key value of it!"


@pytest.mark.parametrize(
    "content",
    [
        b"abc\nno aaa new-model",
        b"abc\rreload",
        b"abc\x03",
        b"abc\x1b[A",
        b"abc\tdef",
        b"abc\x00",
        b"abc\x7f",
        "abc\x85reload".encode(),
        "abc\u2028reload".encode(),
    ],
)
def test_nothing_but_one_line_goes_into_a_configuration(store: SecretStore, content: bytes) -> None:
    write(store, "enable", content)
    for ask in (
        lambda: store.get("enable"),
        lambda: store.resolve("username a secret 9 <secret:enable>"),
        lambda: store.referenced("<secret:enable>"),
    ):
        with pytest.raises(SecretError, match="holds control characters") as caught:
            ask()
        assert "abc" not in str(caught.value)


def test_what_is_no_text_is_said_without_its_bytes(store: SecretStore) -> None:
    write(store, "hash_key", b"\xff\xfe\x00k")
    with pytest.raises(SecretError, match="is not text") as caught:
        store.get("hash_key")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    with pytest.raises(SecretError, match="is not text"):
        list(store.all())


def test_a_private_key_is_read_and_masked_but_stands_in_no_configuration(
    store: SecretStore,
) -> None:
    key = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----"
    write(store, "automation_ssh_key", key.encode() + b"\n")
    assert store.get("automation_ssh_key").reveal() == key
    assert [secret.reveal() for secret in store.all()] == [key]
    for ask in (store.resolve, store.referenced):
        with pytest.raises(SecretError, match="holds control characters"):
            ask("crypto <secret:automation_ssh_key>")


@pytest.mark.parametrize("more", ["\x1b[A", "\r", "\n-----END OPENSSH PRIVATE KEY-----\nreload"])
def test_what_only_begins_like_a_key_is_none(store: SecretStore, more: str) -> None:
    write(store, "enable", f"-----BEGIN OPENSSH PRIVATE KEY-----\nAA{more}\nreload".encode())
    with pytest.raises(SecretError, match="holds control characters"):
        store.get("enable")


def test_a_state_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    store = SecretStore(tmp_path / "state" / "secrets")
    with pytest.raises(SecretError, match="Not a directory"):
        store.get("hash_key")
    assert list(store.all()) == []


def test_a_folder_in_its_place(store: SecretStore) -> None:
    store.path("hash_key").mkdir()
    with pytest.raises(SecretError, match="Is a directory"):
        store.get("hash_key")


def test_missing_open_and_empty(store: SecretStore) -> None:
    with pytest.raises(SecretError, match="does not exist"):
        store.get("hash_key")
    write(store, "hash_key", b"\n")
    with pytest.raises(SecretError, match="is empty"):
        store.get("hash_key")
    store.path("hash_key").chmod(0o644)
    with pytest.raises(SecretError, match="is open to others"):
        store.get("hash_key")
