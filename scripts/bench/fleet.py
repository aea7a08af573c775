"""Plays many simulated IOS-XE switches that all run the same standard, in a process of its own.

Started by devices.py, which tells it what to do on standard input, a word a line:

    latency MS   every link gets this round-trip time, and counts round trips
    reset        every switch starts again on its standard
    stats        a line of JSON: round trips since the last reset, CPU seconds and memory so far
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

import asyncssh

from muniform.lab.certificates import ensure_certificate
from muniform.lab.credentials import ensure_secrets
from muniform.lab.identities import public_line
from muniform.lab.ios import IosSwitch, listeners
from muniform.lab.known_hosts import enrol
from muniform.lab.secret_names import lab_secrets
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.device import Identity
from muniform.lab.simulated.serving import serve
from muniform.lab.simulated.spec import DeviceSpec, Wiring
from muniform.lab.uplinks import Uplinks
from muniform.model import City, Device, load_city
from muniform.render import render
from muniform.secrets import SecretStore

ROOT = Path(__file__).resolve().parents[2]
INVENTORY = ROOT / "tests" / "cities" / "thin" / "inventory"
MODEL = "fs03-sw1"
PORT = 20022
CONTROLLER = IPv4Address("10.1.254.10")


def fleet(city: City, count: int) -> list[Device]:
    """One access switch of the city, many times at addresses of its own."""
    one = city.device(MODEL)
    return [_numbered(one, number) for number in range(count)]


def _numbered(one: Device, number: int) -> Device:
    network = one.management.address.network
    address = IPv4Interface(f"{network[20 + number]}/{network.prefixlen}")
    return replace(
        one, name=f"bench-{number:03}", management=replace(one.management, address=address)
    )


def place(device: Device) -> str:
    """Where a switch listens on this machine."""
    return "127." + str(device.management.address.ip).partition(".")[2]


def make_state(folder: Path, city: City, devices: list[Device], key: asyncssh.SSHKey) -> None:
    """Secrets and enrolled host keys, as ``muniform lab up`` leaves them."""
    ensure_secrets(folder / "secrets", lab_secrets(city))
    known = {(f"[{place(device)}]:{PORT}",): (public_line(key),) for device in devices}
    enrol(folder / "known_hosts", known)


def switch(device: Device, cables: tuple[str, ...], store: SecretStore, clock: Clock) -> IosSwitch:
    gateway = device.management.gateway
    spec = DeviceSpec(
        name=device.name,
        model=device.model,
        serial=device.serial,
        ports=tuple(port.name for port in device.ports),
        startup=store.resolve(render(device)),
        wiring=Wiring(cables, gateway, CONTROLLER),
        address=place(device),
        port=PORT,
        management=device.management.address.ip,
    )
    return IosSwitch(spec, clock)


async def play(folder: Path, count: int) -> None:
    city = load_city(INVENTORY)
    devices = fleet(city, count)
    key = asyncssh.generate_private_key("ssh-ed25519")
    make_state(folder, city, devices, key)
    store = SecretStore(folder / "secrets")
    clock = Clock()
    cables = Uplinks(city).of(city.device(MODEL))
    playing = [switch(device, cables, store, clock) for device in devices]
    identity = Identity(key, ensure_certificate(folder / "certificate.pem"))
    await serve([each for one in playing for each in listeners(one, identity, identity)])
    cut = {one.cut for one in playing} - {None}
    print(json.dumps({"ready": len(playing), "cut": sorted(map(str, cut))}), flush=True)
    lines = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(lines)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    while line := (await lines.readline()).decode().split():
        print(json.dumps(obey(playing, line)), flush=True)


def obey(playing: list[IosSwitch], line: list[str]) -> dict[str, float]:
    if line[0] == "latency":
        for one in playing:
            one.faults.latency, one.is_metered = float(line[1]), True
    elif line[0] == "reset":
        for one in playing:
            one.startup = one.spec.startup
            one.boot()
            one.turns = 0
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "turns": sum(one.turns for one in playing),
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss / 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("state", type=Path)
    parser.add_argument("--devices", type=int, default=200)
    options = parser.parse_args()
    asyncio.run(play(options.state, options.devices))


if __name__ == "__main__":
    main()
