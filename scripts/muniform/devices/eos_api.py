"""Arista's eAPI over HTTPS to a device whose certificate was enrolled.

pyeapi's own transport checks no certificate unless it is told to, opens a connection for each
request, logs what it sends, secrets among it, and prints a traceback where a link breaks.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any

from pyeapi.eapilib import CommandError, EapiConnection  # type: ignore[import-untyped]

from muniform.devices.configuration.eos import Command
from muniform.devices.opening import CONNECT_SECONDS
from muniform.devices.secret_lines import mask_line
from muniform.errors import DeviceError, HostKeyMismatch, LoginRefused, Unreachable

_PATH = "/command-api"
# For the slowest of requests: a commit. Callers have deadlines of their own.
_ANSWER_SECONDS = 170.0
# A server may have closed a connection that was silent for longer: a new one costs less than the
# doubt whether a request arrived.
_IDLE_SECONDS = 15.0
_FAILED_COMMAND = re.compile(r"CLI command (\d+) of \d+ '.*' failed: (.*)", re.DOTALL)
# Tells which word was wrong, which may be a secret.
_WORD = re.compile(r" \(at token (\d+): '.*?'\)", re.DOTALL)
_REFUSED_LOGIN = (401, 403)


class PinnedEapi(EapiConnection):  # type: ignore[misc]
    """A transport for NAPALM and pyeapi: one TLS connection to one enrolled certificate.

    Raises errors of ours, and ``CommandError`` for a command that the device refuses.
    """

    def __init__(
        self,
        host: str,
        port: int,
        username: str,
        password: str,
        timeout: float,  # noqa: ARG002 - NAPALM's; ours tells connecting and answering apart
        certificate: Path,
        device: str,
    ) -> None:
        super().__init__()
        self._device = device
        self._certificate = certificate
        self.transport = _PinnedConnection(host, port, _context(device, certificate))
        self.authentication(username, password)
        self._used = 0.0

    def send(self, data: str) -> dict[str, Any]:
        """Send one request; its answer. Raises CommandError, LoginRefused, HostKeyMismatch,
        Unreachable, or DeviceError for an answer that is none."""
        try:
            status, body = self._exchange(data)
        except ssl.SSLCertVerificationError as error:
            raise HostKeyMismatch(
                f"{self._device}: its certificate is not the one that was enrolled",
                f"if the device was replaced, enroll its new certificate as {self._certificate}; "
                "if not, somebody may stand in between",
            ) from error
        except (OSError, HTTPException) as error:
            self.transport.close()
            raise Unreachable(
                f"{self._device}: no answer: {error or type(error).__name__}",
                f"check power and path to {self._device}",
            ) from error
        return _result(self._device, status, body)

    def close(self) -> None:
        """End the connection, also under a request that another thread waits for."""
        self.transport.cut()

    def _exchange(self, data: str) -> tuple[int, bytes]:
        now = time.monotonic()
        if now - self._used > _IDLE_SECONDS:
            self.transport.close()
        headers = {"Content-Type": "application/json-rpc", **dict([self._auth])}
        self.transport.request("POST", _PATH, data.encode(), headers)
        response = self.transport.getresponse()
        body = response.read()
        self._used = time.monotonic()
        return response.status, body


class _PinnedConnection(HTTPSConnection):
    """Shows nothing to a device before that has shown the enrolled certificate."""

    def __init__(self, host: str, port: int, context: tuple[ssl.SSLContext, bytes]) -> None:
        tls, self._enrolled = context
        super().__init__(host, port, timeout=CONNECT_SECONDS, context=tls)

    def connect(self) -> None:
        super().connect()
        # The context accepts whatever the enrolled certificate has signed, too.
        if self.sock.getpeercert(binary_form=True) != self._enrolled:
            self.close()
            raise ssl.SSLCertVerificationError("another certificate than the enrolled one")
        self.sock.settimeout(_ANSWER_SECONDS)

    def cut(self) -> None:
        """Close from any thread: one that waits for an answer is woken."""
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.close()


def _context(device: str, certificate: Path) -> tuple[ssl.SSLContext, bytes]:
    """TLS that accepts one certificate, and that certificate. It names no host: the pin does."""
    try:
        enrolled = ssl.PEM_cert_to_DER_cert(certificate.read_text())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=enrolled)
    except (OSError, ValueError) as error:
        raise HostKeyMismatch(
            f"{device}: no certificate of it is enrolled",
            f"write the certificate that it shows, in PEM, to {certificate}",
        ) from error
    return context, enrolled


def _result(device: str, status: int, body: bytes) -> dict[str, Any]:
    """The answer, unless it says that something failed. Pure."""
    if status in _REFUSED_LOGIN:
        raise LoginRefused(
            f"{device}: the device refused the login of our account",
            "check the account on the device and the secret automation_password",
        )
    try:
        answer = json.loads(body)
        error = answer.get("error")
        if error is None and isinstance(answer["result"], list):
            return dict(answer)
        code, message = int(error["code"]), str(error["message"])
    except (ValueError, LookupError, TypeError, AttributeError) as broken:
        raise DeviceError(
            f"{device}: its answer (HTTP status {status}) makes no sense",
            f"look at eAPI on {device}: show management api http-commands",
        ) from broken
    raise CommandError(code, message, output=error.get("data") or [])


def refusal(error: CommandError, commands: Sequence[Command]) -> str:
    """Which command was refused and why, in one line, without secrets. Pure.

    ``commands`` are those of the request, the first being eAPI's number 1.
    """
    said = [
        _WORD.sub(r" (at word \1)", str(line))
        for output in error.output
        if isinstance(output, dict)
        for line in output.get("errors", ())
    ]
    failed = _FAILED_COMMAND.fullmatch(str(error.error_text))
    if failed is None or not 1 <= int(failed[1]) <= len(commands):
        return "; ".join([mask_line(str(error.error_text)), *said])
    command = commands[int(failed[1]) - 1]
    line = command if isinstance(command, str) else command["cmd"]
    return f"{mask_line(line)!r}: {'; '.join(said) or failed[2]}"
