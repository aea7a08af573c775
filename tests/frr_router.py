"""A real FRR router in a container, reached by SSH only: what the FRR driver's tests work on.

A forwarder enters its network namespace and connects to the management address that FRR itself
configures, so a change can really cut the router off.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from napalm import get_network_driver

from faulty_wire import Wire
from muniform.errors import LabError
from muniform.lab.image import default_cache, ensure_image
from muniform.lab.podman import Podman, containers_conf
from namespaces import enter_namespace

MANAGEMENT = "10.0.240.18"
SSH = 22
LEFTOVERS = """\
find /run/muniform -mindepth 1 -not -name lock 2>/dev/null
ls /etc/frr | grep -vx -e daemons -e frr.conf -e support_bundle_commands.conf -e vtysh.conf
find /var/log/frr /var/run/frr -name 'frr-reload*' -o -name 'reload-*'
systemctl list-units --all --plain --no-legend 'muniform-*'
"""
"""Prints what a transaction must not leave: nothing."""

BASE = f"""\
frr defaults traditional
hostname fs03-rtr1
!
interface lo
 ip address {MANAGEMENT}/32
exit
!
interface eth1
 description LAN trunk
exit
!
router ospf
 ospf router-id {MANAGEMENT}
 passive-interface default
exit
!
"""


class Forwarder:
    """Listens on a loopback address and connects inside another network namespace."""

    def __init__(self, address: str, pid: Callable[[], int]) -> None:
        self.address = address
        self.wire = Wire()
        self.target_port = SSH
        self._pid = pid
        self._listener = socket.create_server((address, 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError, LabError), self._dial() as router:
            self.wire.carry(client, router)

    def _dial(self) -> socket.socket:
        """In a thread that enters the namespace and ends: what a strike of the wire starts, such
        as podman, must not start in there."""
        future: Future[socket.socket] = Future()

        def work() -> None:
            try:
                enter_namespace(f"/proc/{self._pid()}/ns/net")
                router = socket.create_connection((MANAGEMENT, self.target_port), timeout=5)
                router.settimeout(None)
            except (OSError, LabError) as error:
                future.set_exception(error)
            else:
                future.set_result(router)

        threading.Thread(target=work, daemon=True).start()
        return future.result()


@dataclass
class Router:
    """The container, seen from its console; and drivers that log in to it."""

    podman: Podman
    name: str
    forwarder: Forwarder
    key: Path
    known_hosts: Path
    base: str = BASE
    """What it runs and has saved between two tests."""

    @property
    def address(self) -> str:
        return self.forwarder.address

    @property
    def port(self) -> int:
        return self.forwarder.port

    def sh(self, script: str) -> str:
        return self.podman.exec(self.name, ["bash", "-s"], script)

    def settings(self, **optional: Any) -> dict[str, Any]:
        """Optional arguments of the NAPALM driver."""
        return {
            "port": self.port,
            "key_file": str(self.key),
            "use_keys": True,
            "alt_key_file": str(self.known_hosts),
            "conn_timeout": 5,
            **optional,
        }

    def driver(self, **optional: Any) -> Any:
        settings = self.settings(**optional)
        return get_network_driver("frr")(self.address, "muniform", "", 30, settings)

    def startup(self) -> str:
        return self.sh("cat /etc/frr/frr.conf")

    def running(self) -> str:
        return self.sh("vtysh -c 'show running-config no-header'").lstrip("\n")

    def leftovers(self) -> str:
        return self.sh(LEFTOVERS).strip()

    def until(self, met: Callable[[], bool], seconds: float) -> float:
        """Wait for a condition; return how long it took. Fails when ``seconds`` have passed."""
        begin = time.monotonic()
        while not met():
            assert time.monotonic() - begin < seconds, "it did not happen in time"
            time.sleep(0.1)
        return time.monotonic() - begin

    def reset(self) -> None:
        """Base configuration, running and saved; nothing pending."""
        self.sh(
            "systemctl stop 'muniform-*.timer' 'muniform-*.service'; rm -rf /run/muniform\n"
            f"cat > /etc/frr/frr.conf <<'END'\n{self.base}END\n"
            "systemctl reset-failed frr; systemctl restart frr"
        )
        self.until(lambda: "router ospf" in self.running(), 20)
        self.sh("vtysh -c 'write' >/dev/null; rm -f /etc/frr/*.sav")


PREPARE = """\
set -e
until systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded'; do sleep 0.1; done
sed -i 's/^ospfd=no/ospfd=yes/' /etc/frr/daemons
useradd --create-home --shell /bin/bash muniform
echo 'muniform ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/muniform
install -d -m 700 -o muniform -g muniform /home/muniform/.ssh
echo '{public}' > /home/muniform/.ssh/authorized_keys
chown muniform: /home/muniform/.ssh/authorized_keys
systemctl enable --quiet frr
"""
OPTIONS = (
    "--detach --network none --no-hosts --systemd=always --hostname fs03-rtr1 "
    "--sysctl net.ipv4.ip_forward=1 --cap-add NET_ADMIN,NET_RAW,SYS_ADMIN"
)


def made_key(folder: Path) -> Path:
    """A new private key, its public part beside it."""
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    return key


@dataclass(frozen=True)
class Containers:
    """What routers are started with. Made once: neither is safe to be found out twice at once."""

    podman: Podman
    image: str


def containers(folder: Path) -> Containers:
    """Skips the test where there can be none."""
    if os.geteuid() != 0 or shutil.which("podman") is None:
        pytest.skip("needs root and podman")
    image = ensure_image(default_cache(), print)
    return Containers(Podman(containers_conf(folder)), image)


@contextmanager
def playing(
    started_by: Containers, folder: Path, address: str, key: Path, volume: Path | None = None
) -> Iterator[Router]:
    """A router that listens at ``address`` while the block runs, and takes ``key``.

    Its host key is added to ``folder``'s known_hosts. ``volume`` is a folder of ours that it sees
    as /faults, where anybody may write.
    """
    podman = started_by.podman
    name = f"muniform-test-frr-{os.getpid()}-{address.replace('.', '-')}"
    mounted = ["--volume", f"{volume}:/faults"] if volume else []
    forwarder = Forwarder(
        address, lambda: int(podman.run(["inspect", "--format", "{{.State.Pid}}", name]))
    )
    try:
        podman.run(["run", *OPTIONS.split(), *mounted, "--name", name, started_by.image])
        router = Router(podman, name, forwarder, key, folder / "known_hosts")
        router.sh(PREPARE.format(public=key.with_suffix(".pub").read_text().strip()))
        host_key = router.sh("cat /etc/ssh/ssh_host_ed25519_key.pub").split()
        with router.known_hosts.open("a") as known:
            known.write(f"[{address}]:{router.port} {host_key[0]} {host_key[1]}\n")
        yield router
    finally:
        forwarder.close()
        podman.run(["rm", "--force", "--ignore", "--time", "0", name])
