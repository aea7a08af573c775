"""Enrolled keys: read once for each state of the file, and given to nobody but their host."""

from __future__ import annotations

from pathlib import Path

import asyncssh
import paramiko
import pytest

from muniform.devices.known_hosts import enrolled, trust


def line(name: str) -> str:
    key = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    return f"{name} {key}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "known_hosts"
    path.write_text(line("[10.0.0.1]:830") + line("10.0.0.1") + line("10.0.0.2,sw2"))
    return path


def test_a_host_at_its_port_and_nobody_else(file: Path) -> None:
    assert list(enrolled(file, "10.0.0.1", 830)) == ["[10.0.0.1]:830"]
    assert list(enrolled(file, "10.0.0.1", 22)) == ["10.0.0.1"]
    assert list(enrolled(file, "10.0.0.2", 22)) == ["10.0.0.2"]
    assert list(enrolled(file, "10.0.0.2", 830)) == []
    assert list(enrolled(file.parent / "nothing", "10.0.0.1", 22)) == []


def test_keys_are_those_of_the_file(file: Path) -> None:
    whole = paramiko.HostKeys(str(file))
    found = enrolled(file, "10.0.0.1", 830)
    assert dict(found["[10.0.0.1]:830"]) == dict(whole["[10.0.0.1]:830"])


def test_a_hashed_name_is_found(file: Path) -> None:
    file.write_text(line(paramiko.HostKeys.hash_host("10.0.0.9")))
    assert list(enrolled(file, "10.0.0.9", 22)) == ["10.0.0.9"]


def test_the_file_is_parsed_again_only_when_it_changed(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    load = paramiko.HostKeys.load

    def counted(self: paramiko.HostKeys, filename: str) -> None:
        loaded.append(filename)
        load(self, filename)

    monkeypatch.setattr(paramiko.HostKeys, "load", counted)
    for _ in range(3):
        before = enrolled(file, "10.0.0.1", 22)["10.0.0.1"]["ssh-ed25519"]
    assert len(loaded) == 1
    # Another key in its place: the length stays the same.
    file.write_text(line("10.0.0.1"))
    after = enrolled(file, "10.0.0.1", 22)["10.0.0.1"]["ssh-ed25519"]
    assert after != before
    assert len(loaded) == 2


def test_what_a_client_adds_stays_with_that_client(file: Path) -> None:
    with paramiko.SSHClient() as client:
        trust(client, file, "10.0.0.1", 22)
        assert list(client.get_host_keys()) == ["10.0.0.1"]
        client.get_host_keys().clear()
    assert list(enrolled(file, "10.0.0.1", 22)) == ["10.0.0.1"]


def test_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="directory"):
        enrolled(tmp_path, "10.0.0.1", 22)
