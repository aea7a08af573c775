"""How long a large city takes: load, check and render it, then again after one site changed.

Beside it, in the same run: Ansible's view of a smaller city through our plugin and as a YAML
inventory of the same hosts, and pyavd on a fabric of its own. The city is generated from the
example (generate.py), everything is made below one folder, and nothing of it stays.

    python scripts/bench/city.py [--devices 5000] [--hosts 50000] [--ansible-hosts 10000]
                                 [--pyavd 500] [--folder FOLDER]

``--pyavd 0`` leaves pyavd out; otherwise it is installed into an environment of its own.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

import yaml
from base import read
from generate import ROOT, generate
from measuring import Cost, run

BIN = Path(sys.executable).parent
PEER = Path(__file__).with_name("peer_pyavd.py")
SEED = 1


@dataclass(frozen=True)
class Place:
    """A generated city, and the folders of the runs over it."""

    folder: Path

    @property
    def inventory(self) -> Path:
        return self.folder / "inventory"

    def environment(self, state: str, compiled: bool = True) -> dict[str, str]:
        """``compiled=False``: no byte code from earlier runs, not even of the libraries."""
        found = {**os.environ, "MUNIFORM_STATE": str(self.folder / state)}
        if not compiled:
            found["PYTHONPYCACHEPREFIX"] = str(self.folder / "no-bytecode")
            found["PYTHONDONTWRITEBYTECODE"] = "1"
        return found

    def muniform(self, *words: str | Path, state: str = "state", compiled: bool = True) -> Cost:
        command = (BIN / "muniform", *words, "--inventory", self.inventory)
        environment = self.environment(state, compiled)
        return run(command, self.folder, self.folder / "said.txt", environment)

    def check(self, compiled: bool = True) -> Cost:
        return self.muniform("check", state="checked", compiled=compiled)


def show(what: str, cost: Cost) -> None:
    print(f"{what:52} {cost}", flush=True)


def change_a_site(inventory: Path) -> int:
    """Rename one generated site, which every switch of it tells by SNMP. Returns its devices."""
    path = sorted(inventory.glob("sites/campus_*.yml"))[7]
    before = path.read_text()
    path.write_text(before.replace("name: Campus", "name: Renamed campus"))
    if path.read_text() == before:
        raise SystemExit(f"{path} has no name to change")
    return len(yaml.safe_load(before)["serials"])


def same(one: Path, other: Path) -> bool:
    """Whether two folders hold the same files with the same bytes."""
    names = {path.relative_to(one) for path in one.rglob("*.cfg")}
    if names != {path.relative_to(other) for path in other.rglob("*.cfg")}:
        return False
    return all(filecmp.cmp(one / name, other / name, shallow=False) for name in names)


def measure_city(folder: Path, devices: int, hosts: int) -> float:
    """The large city. Returns the seconds of CPU that a device costs from file to file."""
    city = Place(folder)
    generate(city.inventory, read(ROOT / "inventory"), devices, hosts, SEED)
    out = folder / "out"
    cold = city.muniform("render", "--out", out, compiled=False)
    lengths = sorted(path.read_bytes().count(b"\n") for path in out.rglob("*.cfg"))
    sites = len(list(city.inventory.glob("sites/*.yml")))
    print(f"{sites} sites, {len(lengths):,} devices, {hosts:,} hosts, {sum(lengths):,} lines")
    short = sum(length < 300 for length in lengths)
    print(f"lines per device: {lengths[0]} to {lengths[-1]}, {short} devices have fewer than 300")
    show("load, check, render and write all, cold", cold)
    # A state of its own: a check must not find what was rendered before it.
    show("check: the same, and what blank devices get, cold", city.check(compiled=False))
    show("check, nothing changed", city.check())
    show("render, nothing changed", city.muniform("render", "--out", out))
    changed = change_a_site(city.inventory)
    show(f"check, one site of {changed} devices changed", city.check())
    show("render, the same", city.muniform("render", "--out", out))
    said = (folder / "said.txt").read_text()
    if f"{changed} of them new or changed" not in said:
        raise SystemExit(f"{changed} files should have changed: {said}")
    city.muniform("render", "--out", folder / "anew", state="other")
    if not same(out, folder / "anew"):
        raise SystemExit("the folder that was kept up to date differs from one that is made anew")
    print("the folder kept up to date equals one made anew")
    return cold.cpu / len(lengths)


def measure_ansible(folder: Path, hosts: int) -> None:
    """The same hosts twice: by our plugin, and as Ansible's own YAML."""
    city = Place(folder)
    generate(city.inventory, read(ROOT / "inventory"), hosts // 10, hosts, SEED)
    ours = {**city.environment("state"), "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")}
    plain = folder / "ansible.cfg"
    plain.write_text("")
    theirs = {**os.environ, "ANSIBLE_CONFIG": str(plain)}
    listing, static = folder / "list.json", folder / "static.yml"
    tool, source = BIN / "ansible-inventory", city.inventory / "city.yml"
    mine = run((tool, "-i", source, "--list"), folder, listing, ours)
    count = len(json.loads(listing.read_text())["_meta"]["hostvars"])
    run((tool, "-i", source, "--list", "--export", "--yaml"), folder, static, ours)
    other = run((tool, "-i", static, "--list"), folder, listing, theirs)
    found = len(json.loads(listing.read_text())["_meta"]["hostvars"])
    if found != count:
        raise SystemExit(f"the YAML inventory has {found} hosts, ours {count}")
    show(f"ansible-inventory --list, {count:,} hosts, our plugin", mine)
    show("the same hosts as Ansible's YAML inventory", other)
    print(f"ratio: {other.wall / mine.wall:.1f} x wall, {other.cpu / mine.cpu:.1f} x CPU")


def measure_pyavd(folder: Path, devices: int, ours: float) -> None:
    """pyavd on its own kind of input, in its own environment."""
    place = folder / "venv"
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    said = folder / "said.txt"
    run((python, "-m", "pip", "install", "-q", "pyavd"), folder, said, os.environ)
    cost = run((python, PEER, str(devices)), folder, said, os.environ)
    found = json.loads(said.read_text())
    lines = found["lines"] // found["devices"]
    show(f"pyavd {found['version']}, {found['devices']} devices of {lines} lines", cost)
    each = cost.cpu / found["devices"]
    print(
        f"per device: {each * 1000:.0f} ms of CPU, ours {ours * 1000:.1f} ms: {each / ours:.0f} x"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=5000)
    parser.add_argument("--hosts", type=int, default=50000)
    parser.add_argument("--ansible-hosts", type=int, default=10000)
    parser.add_argument("--pyavd", type=int, default=500)
    parser.add_argument("--folder", type=Path, default=None, help="where to work; 1 GB is enough")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        parts = [Path(name) / part for part in ("city", "ansible", "pyavd")]
        for part in parts:
            part.mkdir()
        ours = measure_city(parts[0], asked.devices, asked.hosts)
        measure_ansible(parts[1], asked.ansible_hosts)
        if asked.pyavd:
            measure_pyavd(parts[2], asked.pyavd, ours)


if __name__ == "__main__":
    main()
