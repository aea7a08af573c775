"""Refusals of the lab, and the line to its daemon. Nothing here needs podman."""

import asyncio
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from muniform.errors import LabError
from muniform.lab import channel, control
from muniform.lab.choosing import Choice
from muniform.lab.deriving import lab_spec
from muniform.lab.fault_order import FaultOrder
from muniform.lab.limits import allow_containers
from muniform.lab.locks import held
from muniform.lab.paths import LabPaths
from muniform.model import load_city

CITY = Path(__file__).parents[2] / "cities" / "thin" / "inventory" / "city.yml"


def silent(_: str) -> None:
    pass


@contextmanager
def answering(path: Path, answer: channel.Answer) -> Iterator[None]:
    """A daemon's line, in a thread."""
    ready, stop = threading.Event(), threading.Event()

    async def serve() -> None:
        async with channel.listening(path, answer):
            ready.set()
            while not stop.is_set():
                await asyncio.sleep(0.01)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(5)
    try:
        yield
    finally:
        stop.set()
        thread.join(5)


async def echo(request: channel.Message) -> channel.Message:
    return {"got": request}


async def refuse(_: channel.Message) -> channel.Message:
    raise LabError("no such device", "one of: a, b")


class TestChannel:
    def test_request_and_answer_below_a_very_long_path(self, tmp_path: Path) -> None:
        folder = tmp_path / ("d" * 120)
        folder.mkdir()
        with answering(folder / "control.sock", echo):
            assert (folder / "control.sock").stat().st_mode & 0o777 == 0o600
            assert channel.ask(folder / "control.sock", {"do": "x"}) == {"got": {"do": "x"}}
        assert not (folder / "control.sock").exists()

    def test_a_refusal_keeps_its_hint(self, tmp_path: Path) -> None:
        with (
            answering(tmp_path / "s", refuse),
            pytest.raises(LabError, match="no such device") as error,
        ):
            channel.ask(tmp_path / "s", {"do": "x"})
        assert error.value.hint == "one of: a, b"

    def test_nonsense_is_answered_and_the_line_lives_on(self, tmp_path: Path) -> None:
        with answering(tmp_path / "s", echo):
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(str(tmp_path / "s"))
                line.sendall(b"[not json\n")
                assert b"not a request" in line.recv(4096)
            assert channel.ask(tmp_path / "s", {"do": "y"}) == {"got": {"do": "y"}}

    def test_nobody_there(self, tmp_path: Path) -> None:
        with pytest.raises(LabError, match="is not running"):
            channel.ask(tmp_path / "absent", {"do": "x"})


class TestRefusals:
    def test_without_root(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        with pytest.raises(LabError, match="needs root") as error:
            control.up(load_city(CITY), tmp_path, tmp_path, 30, silent)
        assert "sudo" in error.value.hint
        LabPaths.of(tmp_path).folder.mkdir()
        LabPaths.of(tmp_path).containers.touch()
        with pytest.raises(LabError, match="needs root"):
            control.down(tmp_path, silent)
        with pytest.raises(LabError, match="needs root"):
            control.up(load_city(CITY), tmp_path, tmp_path, 30, silent, Choice((), True))

    def test_without_podman(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(LabError, match="podman is not installed") as error:
            control.up(load_city(CITY), tmp_path, tmp_path, 30, silent)
        assert error.value.hint == "apt install podman"

    def test_while_another_works_on_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        with held(LabPaths.of(tmp_path).work_lock), pytest.raises(LabError, match="is at work"):
            control.down(tmp_path, silent)

    def test_an_address_that_somebody_uses(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        spec = lab_spec(load_city(CITY), lambda device: device.name)
        monkeypatch.setattr(control, "endpoint", lambda *_: ("127.96.0.1", 20022))
        monkeypatch.setattr(control, "_lab_that_serves", lambda *_: "/srv/other")
        with socket.socket() as taken:
            taken.bind(("127.96.0.1", 20022))
            taken.listen()
            with pytest.raises(LabError, match=r"in use: another lab runs, of /srv/other") as error:
                control._require_free(LabPaths.of(tmp_path), spec)
        assert error.value.hint == "MUNIFORM_STATE=/srv/other muniform lab down"
        control._require_free(LabPaths.of(tmp_path), spec)

    def test_no_lab_no_status_and_no_faults(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        assert control.status(tmp_path) == control.LabStatus(running=False)
        with pytest.raises(LabError):
            control.set_fault(tmp_path, FaultOrder("fs03-sw1", "refuse_login"))
        with pytest.raises(LabError):
            control.wiring(tmp_path)
        with pytest.raises(LabError, match="the lab is not up"):
            control.reboot(tmp_path, "fs03-sw1")


class TestLimits:
    def test_a_limit_that_is_high_enough_is_left_alone(self, tmp_path: Path) -> None:
        limit = tmp_path / "limit"
        limit.write_text("100000\n")
        said: list[str] = []
        allow_containers(37, said.append, limit)
        assert (limit.read_text(), said) == ("100000\n", [])

    def test_a_limit_that_is_too_low_is_raised_and_told(self, tmp_path: Path) -> None:
        limit = tmp_path / "limit"
        limit.write_text("128\n")
        said: list[str] = []
        allow_containers(37, said.append, limit)
        assert int(limit.read_text()) >= 37 * 7
        assert "raised from 128" in said[0]
        allow_containers(37, said.append, limit)
        assert len(said) == 1

    def test_where_it_cannot_be_raised_somebody_else_must(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        limit = tmp_path / "limit"
        limit.write_text("128\n")

        def refuse(*_: object) -> int:
            raise OSError(30, "Read-only file system")

        monkeypatch.setattr(Path, "write_text", refuse)
        with pytest.raises(LabError, match="Read-only") as error:
            allow_containers(37, silent, limit)
        assert error.value.hint.startswith("sysctl -w fs.inotify.max_user_instances=")
