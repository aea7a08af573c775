"""A real BIND in a container of the lab's image, and a city whose DNS server it is.

The city is the example city, its DNS server moved to an address where no lab serves one, so that
these tests and a lab on the same machine don't meet. BIND has a network of its own without any
way out; what arrives at 127.1.1.98 port 20053 is carried in there.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import shutil
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import dns.query
import dns.tsig
import dns.update
import pytest

from muniform.lab.image import default_cache, ensure_image
from muniform.lab.podman import Podman, containers_conf
from muniform.masking import Secret
from muniform.model import City, load_city
from muniform.reach import Reach
from muniform.secrets import SecretStore
from muniform.services import DnsClient
from namespaces import enter_namespace, pump

REPOSITORY = Path(__file__).resolve().parents[3]
DECLARED = "10.1.1.98"
LISTENS = ("127.1.1.98", 20053)
START_SECONDS = 20.0


class Door(socketserver.ThreadingTCPServer):
    """Carries connections into a container's network namespace, to port 53 there."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, namespace: Path) -> None:
        super().__init__(LISTENS, Carrier)
        self.namespace = namespace
        self.loses_answers = False
        """Whether the answers to updates get lost: the server has done them, nobody is told."""
        self.lost = threading.Event()

    def opens(self) -> bool:
        """Whether somebody listens inside. In a thread of its own, which then ends in there."""
        found: list[bool] = []
        thread = threading.Thread(target=lambda: found.append(self._probe()))
        thread.start()
        thread.join()
        return found == [True]

    def _probe(self) -> bool:
        try:
            self.enter().close()
        except OSError:
            return False
        return True

    def enter(self) -> socket.socket:
        """A connection to the server. Moves the calling thread into the namespace for good."""
        enter_namespace(str(self.namespace))
        return socket.create_connection(("127.0.0.1", 53), timeout=5)


class Carrier(socketserver.BaseRequestHandler):
    server: Door

    def handle(self) -> None:
        with self.server.enter() as inside:
            message = self.request.recv(65536)
            inside.sendall(message)
            if self.server.loses_answers and _is_update(message):
                inside.recv(65536)
                self.server.lost.set()
                self.request.recv(1)  # until the client gives up or dies
                return
            back = threading.Thread(target=pump, args=(inside, self.request), daemon=True)
            back.start()
            pump(self.request, inside)
            back.join()


def _is_update(message: bytes) -> bool:
    """By the opcode (RFC 2136), behind the length and the id."""
    return len(message) > 4 and (message[4] >> 3) & 0xF == 5


@dataclass
class Bind:
    """One BIND with the city's three zones, empty, and the city's key."""

    podman: Podman
    image: str
    folder: Path
    city: City
    key: Secret
    container: str
    door: Door | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it with the zones as they were left; returns when it answers."""
        command = ["named", "-g", "-n", "1", "-c", "/named/named.conf"]
        isolated = ["--network", "none", "--no-hosts", "--name", self.container]
        volume = ["-v", f"{self.folder}:/named", "--entrypoint", ""]
        self.podman.run(["run", "-d", "--rm", *isolated, *volume, self.image, *command])
        inspected = ["inspect", "--format", "{{.State.Pid}}", self.container]
        self.door = Door(Path(f"/proc/{self.podman.run(inspected).strip()}/ns/net"))
        threading.Thread(target=self.door.serve_forever, args=(0.05,), daemon=True).start()
        deadline = time.monotonic() + START_SECONDS
        while not self.door.opens():
            assert time.monotonic() < deadline, self.podman.attempt(["logs", self.container]).stderr
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it at once, as a crash would."""
        if self.door:
            self.door.shutdown()
            self.door.server_close()
            self.door = None
        self.podman.attempt(["rm", "-f", "-t", "0", self.container])

    def write(self, key: Secret | None = None) -> None:
        """Write its configuration. ``key`` is what it accepts, the city's unless named."""
        zones = (self.city.dns.host_zone, self.city.dns.device_zone, self.city.dns.reverse_zone)
        (self.folder / "named.conf").write_text(_configuration(self.city, key or self.key, zones))
        for zone in zones:
            (self.folder / f"{zone}.zone").write_text(_empty_zone(zone))

    def by_hand(self, zone: str, name: str, rdtype: str, ttl: int, *values: str) -> None:
        """Change a record set past muniform; no value removes it."""
        update = dns.update.UpdateMessage(zone)
        update.delete(name, rdtype)
        for value in values:
            update.add(name, ttl, rdtype, value)
        secret = base64.b64decode(self.key.reveal())
        update.use_tsig(dns.tsig.Key(self.city.dns.key_name, secret))
        answer = dns.query.tcp(update, LISTENS[0], timeout=5, port=LISTENS[1])
        assert answer.rcode() == 0


def _configuration(city: City, key: Secret, zones: tuple[str, ...]) -> str:
    text = (
        f'key "{city.dns.key_name}" {{ algorithm hmac-sha256; secret "{key.reveal()}"; }};\n'
        'options { directory "/named"; pid-file none; session-keyfile "/named/session.key";\n'
        f"  listen-on {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n"
        "  recursion no; notify no; empty-zones-enable no; dnssec-validation no; };\n"
        "controls { };\n"
    )
    for zone in zones:
        text += (
            f'zone "{zone}" {{ type primary; file "{zone}.zone"; '
            f'allow-update {{ key "{city.dns.key_name}"; }}; }};\n'
        )
    return text


def _empty_zone(zone: str) -> str:
    return (
        f"$ORIGIN {zone}.\n$TTL 3600\n"
        "@ IN SOA ns1.example. hostmaster.example. 1 3600 600 604800 300\n@ IN NS ns1.example.\n"
    )


@pytest.fixture(scope="session")
def lab_image(tmp_path_factory: pytest.TempPathFactory) -> tuple[Podman, str]:
    image = ensure_image(default_cache(), print)
    return Podman(containers_conf(tmp_path_factory.mktemp("podman"))), image


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    """The example city, its DNS server moved to DECLARED."""
    folder = tmp_path / "inventory"
    shutil.copytree(REPOSITORY / "tests" / "cities" / "thin" / "inventory", folder)
    for path, old, new in (
        ("archetypes/data_center.yml", "host_number: 10,", "host_number: 98,"),
        ("standards/services.yml", "10.1.1.10", DECLARED),
    ):
        text = (folder / path).read_text()
        assert old in text
        (folder / path).write_text(text.replace(old, new))
    return folder


@pytest.fixture
def city(inventory: Path) -> City:
    city = load_city(inventory)
    assert [str(server) for server in city.dns.servers] == [DECLARED]
    return city


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """A state folder with secrets, in which a lab that serves only DNS is running."""
    folder = tmp_path / "state"
    kept = folder / "secrets"
    kept.mkdir(parents=True, mode=0o700)
    write_secret(kept / "tsig_key", base64.b64encode(secrets.token_bytes(32)).decode())
    write_secret(kept / "pulumi_passphrase", secrets.token_urlsafe(24))
    lab = folder / "lab"
    lab.mkdir()
    told = {"services": [f"{DECLARED}:53"], "scaled": [], "clock_scale": 1.0}
    (lab / "lab.json").write_text(json.dumps(told))
    with (lab / "lab.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def write_secret(path: Path, value: str) -> None:
    path.touch(mode=0o600)
    path.write_text(value)


@pytest.fixture
def bind(lab_image: tuple[Podman, str], tmp_path: Path, city: City, state: Path) -> Iterator[Bind]:
    podman, image = lab_image
    folder = tmp_path / "named"
    folder.mkdir()
    key = SecretStore(state / "secrets").get("tsig_key")
    server = Bind(podman, image, folder, city, key, f"muniform-test-named-{os.getpid()}")
    server.write()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def client(city: City, state: Path) -> DnsClient:
    return DnsClient(city.dns, Reach(city.reach, state), SecretStore(state / "secrets"), timeout=2)
