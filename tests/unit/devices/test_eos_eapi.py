"""eAPI's transport: what is shown to whom, and what a broken answer becomes."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from pyeapi.eapilib import CommandError

from muniform.devices.eos_api import PinnedEapi, refusal
from muniform.errors import DeviceError, HostKeyMismatch, LoginRefused, Unreachable
from muniform.lab.certificates import public_part
from simulated_devices import Identities

HOST = "127.94.1.1"
WELL = (200, json.dumps({"jsonrpc": "2.0", "result": [{"output": "well"}], "id": "1"}))


@dataclass
class Server:
    """An HTTPS server that answers every request alike and remembers what it saw."""

    certificate: Path
    answer: tuple[int, str] = WELL
    is_silent: bool = False
    seen: list[str] = field(default_factory=list)
    connections: int = 0
    asked: threading.Event = field(default_factory=threading.Event)
    freed: threading.Event = field(default_factory=threading.Event)

    def start(self) -> int:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                server.seen.append(self.headers["Authorization"])
                self.rfile.read(int(self.headers["Content-Length"]))
                server.asked.set()
                if server.is_silent:
                    server.freed.wait(10)
                    self.close_connection = True
                    return
                status, body = server.answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def setup(self) -> None:
                server.connections += 1
                super().setup()

            def log_message(self, *_: object) -> None:
                return

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                return

        self._http = Quiet((HOST, 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        self._http.socket = context.wrap_socket(
            self._http.socket, server_side=True, do_handshake_on_connect=False
        )
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return int(self._http.server_address[1])

    def stop(self) -> None:
        self.freed.set()
        self._http.shutdown()
        self._http.server_close()


Connect = Callable[..., tuple[Server, PinnedEapi]]


@pytest.fixture
def connect(identities: Identities, tmp_path: Path) -> Iterator[Connect]:
    """Start a server and connect to it; ``shown`` is the certificate that it shows."""
    enrolled = tmp_path / "sw1.pem"
    enrolled.write_text(public_part(identities[0].certificate))
    servers: list[Server] = []

    def start(**how: object) -> tuple[Server, PinnedEapi]:
        server = Server(how.pop("shown", identities[0].certificate), **how)  # type: ignore[arg-type]
        servers.append(server)
        port = server.start()
        return server, PinnedEapi(HOST, port, "muniform", "pass word", 5, enrolled, "sw1")

    yield start
    for server in servers:
        server.stop()


def test_one_connection_serves_many_requests(connect: Connect) -> None:
    server, eapi = connect()
    for _ in range(3):
        assert eapi.execute(["show version"])["result"] == [{"output": "well"}]
    assert server.connections == 1
    assert server.seen == ["Basic bXVuaWZvcm06cGFzcyB3b3Jk"] * 3
    eapi.close()


def test_a_stranger_sees_no_password(connect: Connect, identities: Identities) -> None:
    server, eapi = connect(shown=identities[1].certificate)
    with pytest.raises(HostKeyMismatch, match="not the one that was enrolled"):
        eapi.execute(["show version"])
    assert server.seen == []


def test_what_the_enrolled_certificate_signed_is_a_stranger_too(
    connect: Connect, identities: Identities, tmp_path: Path
) -> None:
    server, eapi = connect(shown=_signed_by(identities[0].certificate, tmp_path / "leaf.pem"))
    with pytest.raises(HostKeyMismatch):
        eapi.execute(["show version"])
    assert server.seen == []


def _signed_by(authority: Path, path: Path) -> Path:
    """A certificate and its key, signed by another certificate's key."""
    text = authority.read_bytes()
    issuer = x509.load_pem_x509_certificate(text)
    issuer_key = load_pem_private_key(text[text.index(b"-----BEGIN PRIVATE KEY") :], None)
    assert isinstance(issuer_key, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "other")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(issuer.not_valid_before_utc)
        .not_valid_after(issuer.not_valid_after_utc)
        .sign(issuer_key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(certificate.public_bytes(Encoding.PEM) + private)
    return path


def test_nothing_is_trusted_without_an_enrolled_certificate(tmp_path: Path) -> None:
    for text in (None, "no certificate at all"):
        path = tmp_path / "sw1.pem"
        if text:
            path.write_text(text)
        with pytest.raises(HostKeyMismatch, match="no certificate of it is enrolled"):
            PinnedEapi(HOST, 1, "muniform", "x", 5, path, "sw1")


def test_a_refused_login(connect: Connect) -> None:
    _, eapi = connect(answer=(401, "Unauthorized"))
    with pytest.raises(LoginRefused):
        eapi.execute(["show version"])


@pytest.mark.parametrize(
    "answer",
    [
        (200, "\x07\x1b[?~ noise"),
        (200, "{}"),
        (200, '{"result": 5}'),
        (200, '{"error": 5}'),
        (200, "[]"),
        (503, "busy"),
    ],
)
def test_an_answer_that_is_none(connect: Connect, answer: tuple[int, str]) -> None:
    _, eapi = connect(answer=answer)
    with pytest.raises(DeviceError, match="makes no sense") as caught:
        eapi.execute(["show version"])
    assert not isinstance(caught.value, Unreachable)


def test_a_dead_link(connect: Connect) -> None:
    server, eapi = connect()
    server.stop()
    with pytest.raises(Unreachable):
        eapi.execute(["show version"])


def test_closing_ends_a_request_that_hangs(connect: Connect) -> None:
    server, eapi = connect(is_silent=True)
    errors: list[BaseException] = []

    def ask() -> None:
        try:
            eapi.execute(["show version"])
        except DeviceError as error:
            errors.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    assert server.asked.wait(5)
    eapi.close()
    asking.join(5)
    assert not asking.is_alive()
    assert isinstance(errors[0], Unreachable)


def test_a_refused_command_is_named_without_its_secret() -> None:
    lines = ["enable", "hostname a", "username u secret sha512 topsecret"]
    error = CommandError(
        1002,
        "CLI command 3 of 3 'username u secret sha512 topsecret' failed: invalid command",
        output=[{}, {}, {"errors": ["Invalid input (at token 4: 'topsecret')"]}],
    )
    said = refusal(error, lines)
    assert said == "'username u secret sha512 ********': Invalid input (at word 4)"


def test_a_refused_text_of_several_lines() -> None:
    error = CommandError(1000, "CLI command 2 of 2 'banner login' failed: could not run", output=[])
    assert refusal(error, ["enable", {"cmd": "banner login", "input": "x"}]) == (
        "'banner login': could not run"
    )


def test_a_refusal_that_names_no_command() -> None:
    error = CommandError(1005, "Command unauthorized", output=[])
    assert refusal(error, ["enable"]) == "Command unauthorized"
