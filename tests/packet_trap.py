"""A network namespace whose only way out ends in a trap that keeps every packet.

What runs inside believes that it stands in a routed network: a packet to any address leaves. None
gets anywhere, and all of them are seen, whatever program sent them and however. Questions to a name
server are among them: the only one that is known inside lies beyond the trap.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path

from namespaces import enter_namespace

INSIDE, BEYOND = "192.0.2.1", "192.0.2.2"
NAME_SERVER = "192.0.2.53"
ETH_P_IP = 0x0800
_HEADER = 14
_PATIENCE = 0.2


@dataclass(frozen=True)
class Packet:
    """Where a packet wanted to go. ``port`` is None where its protocol has none."""

    address: IPv4Address
    protocol: int
    port: int | None


@dataclass
class Trap:
    """The namespace, and what has been caught."""

    name: str
    caught: list[Packet] = field(default_factory=list)

    def command(self, command: Sequence[str]) -> list[str]:
        """The same command, inside."""
        return ["ip", "netns", "exec", self.name, *command]

    def run(
        self, *command: str, cwd: Path, env: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run something inside, to its end."""
        return subprocess.run(
            self.command(command),
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )

    def take(self) -> list[Packet]:
        """What has been sent since the last time."""
        found = list(self.caught)
        self.caught.clear()
        return found


@contextlib.contextmanager
def trap() -> Iterator[Trap]:
    """Make the namespace with its trap; both are gone afterwards. Needs root."""
    made = Trap(f"muniform-trap-{os.getpid()}")
    end = f"{made.name}-end"
    ready, over = threading.Event(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(f"/run/netns/{end}", made, ready, over))
    try:
        _build(made.name, end)
        watcher.start()
        if not ready.wait(10):
            raise RuntimeError("the trap does not open")
        yield made
    finally:
        over.set()
        if watcher.ident is not None:
            watcher.join()
        shutil.rmtree(_settings(made.name), ignore_errors=True)
        for namespace in (made.name, end):
            subprocess.run(["ip", "netns", "delete", namespace], check=False, capture_output=True)


def _settings(name: str) -> Path:
    """What ``ip netns exec`` puts over /etc."""
    return Path("/etc/netns") / name


def _build(name: str, end: str) -> None:
    _settings(name).mkdir(parents=True)
    asked = f"nameserver {NAME_SERVER}\noptions timeout:1 attempts:1\n"
    (_settings(name) / "resolv.conf").write_text(asked)
    for namespace in (name, end):
        _ip("netns", "add", namespace)
        _ip("-netns", namespace, "link", "set", "lo", "up")
    pair = ("type", "veth", "peer", "name", "trap1", "netns", end)
    _ip("-netns", name, "link", "add", "trap0", *pair)
    _ip("-netns", end, "link", "set", "trap1", "up")
    _ip("-netns", name, "link", "set", "trap0", "up")
    _ip("-netns", name, "address", "add", f"{INSIDE}/30", "dev", "trap0")
    (beyond,) = json.loads(_ip("-netns", end, "-json", "link", "show", "trap1"))
    # Known beforehand, so that a packet need not wait for an answer that nobody gives.
    neighbour = (BEYOND, "lladdr", beyond["address"], "dev", "trap0", "nud", "permanent")
    _ip("-netns", name, "neighbour", "add", *neighbour)
    _ip("-netns", name, "route", "add", "default", "via", BEYOND)


def _ip(*arguments: str) -> str:
    return subprocess.run(["ip", *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def _watch(namespace: str, made: Trap, ready: threading.Event, over: threading.Event) -> None:
    enter_namespace(namespace)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_IP)) as line:
        line.bind(("trap1", ETH_P_IP))
        line.settimeout(_PATIENCE)
        ready.set()
        while not over.is_set():
            with contextlib.suppress(TimeoutError):
                made.caught.append(_packet(line.recv(65536)[_HEADER:]))


def _packet(ip: bytes) -> Packet:
    protocol = ip[9]
    behind = (ip[0] & 0xF) * 4
    has_port = protocol in (socket.IPPROTO_TCP, socket.IPPROTO_UDP)
    port = int.from_bytes(ip[behind + 2 : behind + 4]) if has_port else None
    return Packet(IPv4Address(ip[16:20]), protocol, port)
