"""A city of its own for tests of commands: its files, its secrets, and devices in memory."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from fake_device import FakeDevice
from muniform.cli import main
from muniform.devices import Connector, Driver
from muniform.lab.credentials import ensure_secrets
from muniform.lab.secret_names import lab_secrets
from muniform.model import City, Device, load_city
from muniform.render import render
from muniform.secrets import SecretStore, city_secrets

THIN = Path(__file__).resolve().parent / "cities" / "thin" / "inventory"

Answer = tuple[int, str, str]


@dataclass(frozen=True)
class FakeNetwork:
    """The thin city below a folder; each of its devices runs what is declared for it."""

    root: Path
    state: Path
    devices: dict[str, FakeDevice]
    call: Callable[..., Answer]
    """The command line: its exit code and what it wrote."""

    @property
    def inventory(self) -> Path:
        return self.root / "inventory"

    @property
    def city(self) -> City:
        return load_city(self.inventory)

    @property
    def secrets(self) -> SecretStore:
        return city_secrets(self.city, self.state, self.inventory)

    def intended(self, name: str) -> str:
        return self.secrets.resolve(render(self.city.device(name)))

    def runs(self, name: str, text: str) -> None:
        """The device runs this, and would boot with it."""
        self.devices[name].running = self.devices[name].startup = text

    def retouch(self, name: str, old: str, new: str) -> None:
        """Somebody changes a device by hand, and saves it."""
        device = self.devices[name]
        assert old in device.running
        self.runs(name, device.running.replace(old, new, 1))


def made_network(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> FakeNetwork:
    """A city that is contacted as declared, by connections that never leave this process."""
    root, state = folder / "repository", folder / "state"
    shutil.copytree(THIN, root / "inventory")
    file = root / "inventory" / "city.yml"
    file.write_text(file.read_text().replace("reach: lab", "reach: production"))
    _commit(root)
    monkeypatch.setenv("MUNIFORM_INVENTORY", str(root / "inventory"))
    monkeypatch.setenv("MUNIFORM_STATE", str(state))
    monkeypatch.delenv("MUNIFORM_JOURNAL", raising=False)
    ensure_secrets(state / "secrets", lab_secrets(load_city(root / "inventory")))
    devices: dict[str, FakeDevice] = {}

    def connect(_: Connector, device: Device) -> Driver:
        return devices[device.name].connect(device)

    def call(*words: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["muniform", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main.main()
        told = capsys.readouterr()
        return int(left.value.code or 0), told.out, told.err

    monkeypatch.setattr(Connector, "__call__", connect)
    monkeypatch.setattr(Connector, "clock_scale", lambda *_: 1.0)
    network = FakeNetwork(root, state, devices, call)
    for device in network.city.devices:
        text = network.intended(device.name)
        devices[device.name] = FakeDevice(text, platform=device.platform)
    return network


def _commit(root: Path) -> None:
    who = (
        "-c",
        "user.name=Test",
        "-c",
        "user.email=test@example.org",
        "-c",
        "commit.gpgSign=false",
    )
    for words in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "Declare")):
        subprocess.run(["git", "-C", str(root), *who, *words], check=True, capture_output=True)
