"""The HTTPS server behind eAPI: HTTP/1.1 with persistent connections, and who is let in."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import socket
import ssl
from dataclasses import dataclass
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path

from muniform.lab.eos import accounts
from muniform.lab.eos.cli import Session
from muniform.lab.eos.device import HTTPS, EosSwitch
from muniform.lab.eos.eapi import answer
from muniform.lab.simulated.dropping import Droppable
from muniform.lab.simulated.faults import Condition

PATH = "/command-api"
_LONGEST_BODY = 16 * 1024 * 1024
_REALM = 'Basic realm="COMMAND_API_AUTH"'
_REFUSAL = "Unable to authenticate user: Bad username/password combination"


@dataclass(frozen=True)
class _Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class _Response:
    status: HTTPStatus
    body: str
    kind: str = "application/json"


@cache
def _context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def serve(switch: EosSwitch, client: socket.socket, certificate: Path) -> None:
    """Serve one accepted socket until either side ends it."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=_LONGEST_BODY)
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await loop.connect_accepted_socket(
        lambda: protocol, client, ssl=_context(certificate)
    )
    writer = asyncio.StreamWriter(transport, protocol, reader, loop)
    link = Droppable(transport.abort)
    switch.admit(link, HTTPS)
    try:
        while await _exchange(switch, reader, writer, link):
            continue
        if link.is_frozen:
            await reader.read()
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return
    finally:
        switch.dismiss(link)
        with contextlib.suppress(OSError):
            writer.close()


async def _exchange(
    switch: EosSwitch, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, link: Droppable
) -> bool:
    """One request and its response. False if the connection shall end."""
    request = await _read(reader)
    if request is None or switch.refuses(HTTPS) is not None:
        return False
    response = await _respond(switch, request, link)
    if response is None:
        return False
    stays = request.headers.get("connection", "").lower() != "close"
    writer.write(_written(response, stays))
    await writer.drain()
    return stays and not link.is_dropped


async def _read(reader: asyncio.StreamReader) -> _Request | None:
    """The next request; None at the end of the connection or for what is no HTTP."""
    first = (await reader.readline()).decode("latin-1").split()
    if len(first) != 3:
        return None
    headers: dict[str, str] = {}
    while line := (await reader.readline()).decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > _LONGEST_BODY:
        return None
    body = await reader.readexactly(int(length))
    return _Request(first[0], first[1], headers, body)


async def _respond(switch: EosSwitch, request: _Request, link: Droppable) -> _Response | None:
    if request.path.rstrip("/") != PATH:
        return _Response(HTTPStatus.NOT_FOUND, "Not Found", "text/plain")
    if request.method != "POST":
        return _Response(HTTPStatus.METHOD_NOT_ALLOWED, "Method Not Allowed", "text/plain")
    user, password = _credentials(request.headers.get("authorization", ""))
    privilege = None
    if not switch.faults.has(Condition.REFUSE_LOGIN):
        # Hashing takes a while: not in the loop that serves all the others.
        privilege = await asyncio.to_thread(accounts.login, switch.config, user, password)
    if privilege is None:
        return _Response(HTTPStatus.UNAUTHORIZED, _REFUSAL, "text/plain")
    if link.is_dropped:
        return None
    opened = partial(Session, switch, user, privilege, link)
    body = answer(request.body, opened, link)
    return None if body is None else _Response(HTTPStatus.OK, body)


def _credentials(header: str) -> tuple[str, str]:
    kind, _, encoded = header.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password


def _written(response: _Response, stays: bool) -> bytes:
    body = response.body.encode()
    head = [
        f"HTTP/1.1 {response.status.value} {response.status.phrase}",
        "Server: eapi",
        f"Content-Type: {response.kind}",
        f"Content-Length: {len(body)}",
        f"Connection: {'keep-alive' if stays else 'close'}",
    ]
    if response.status is HTTPStatus.UNAUTHORIZED:
        head.append(f"WWW-Authenticate: {_REALM}")
    return ("\r\n".join([*head, "", ""])).encode() + body
