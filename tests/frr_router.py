"""A real FRR router in a container, reached by SSH only: what the FRR driver's tests work on.

A forwarder enters its network namespace and connects to the management address that FRR itself
configures, so a change can really cut the router off.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napalm import get_network_driver

from muniform.errors import LabError
from muniform.lab.podman import Podman
from namespaces import enter_namespace, pump

MANAGEMENT = "10.0.240.18"
LOCAL = "127.97.18.1"
STATE_OF_A_TRANSACTION = "find /run/muniform -mindepth 1 -not -name lock"

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
        with client, contextlib.suppress(OSError, LabError):
            enter_namespace(f"/proc/{self._pid()}/ns/net")
            with socket.create_connection((MANAGEMENT, 22), timeout=5) as router:
                router.settimeout(None)
                both = socket.SHUT_RDWR
                back = threading.Thread(target=pump, args=(router, client, both), daemon=True)
                back.start()
                pump(client, router, both)
                back.join()


@dataclass
class Router:
    """The container, seen from its console; and drivers that log in to it."""

    podman: Podman
    name: str
    port: int
    key: Path
    known_hosts: Path

    def sh(self, script: str) -> str:
        return self.podman.exec(self.name, ["bash", "-s"], script)

    def driver(self, **optional: Any) -> Any:
        settings = {
            "port": self.port,
            "key_file": str(self.key),
            "use_keys": True,
            "alt_key_file": str(self.known_hosts),
            "conn_timeout": 5,
            **optional,
        }
        return get_network_driver("frr")(LOCAL, "muniform", "", 30, settings)

    def startup(self) -> str:
        return self.sh("cat /etc/frr/frr.conf")

    def running(self) -> str:
        return self.sh("vtysh -c 'show running-config no-header'").lstrip("\n")

    def leftovers(self) -> str:
        return self.sh(
            STATE_OF_A_TRANSACTION + " 2>/dev/null; ls /etc/frr | grep -v -x -e daemons "
            "-e frr.conf -e support_bundle_commands.conf -e vtysh.conf; "
            "find /var/log/frr /var/run/frr -name 'frr-reload*' -o -name 'reload-*'; "
            "systemctl list-units --all --plain --no-legend 'muniform-*'"
        ).strip()

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
            f"cat > /etc/frr/frr.conf <<'END'\n{BASE}END\n"
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
