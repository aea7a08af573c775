"""The line between ``muniform lab …`` and the lab's daemon: one JSON object there, one back.

A Unix socket with mode 0600. It is opened through its folder's descriptor, because a socket's
path may have 107 bytes only and a state folder can lie deeper.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from muniform.errors import LabError, MuniformError
from muniform.lab.files import give

Message = dict[str, object]
Answer = Callable[[Message], Awaitable[Message]]

LONGEST_MESSAGE = 1 << 20
ANSWER_TIMEOUT = 10.0


def ask(path: Path, message: Message) -> Message:
    """The daemon's answer. Raises LabError: nobody listens, or it refuses."""
    try:
        with _short(path) as name, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(ANSWER_TIMEOUT)
            line.connect(name)
            line.sendall(json.dumps(message).encode() + b"\n")
            with line.makefile("rb") as stream:
                answer = json.loads(stream.readline(LONGEST_MESSAGE))
    except (FileNotFoundError, ConnectionRefusedError):
        raise LabError("the lab is not running", "muniform lab up") from None
    except (OSError, ValueError):
        raise LabError(
            "the lab's daemon does not answer", "muniform lab down && muniform lab up"
        ) from None
    if not isinstance(answer, dict) or "error" in answer:
        refused = answer if isinstance(answer, dict) else {}
        raise LabError(str(refused.get("error", "no answer")), str(refused.get("hint", "")))
    return answer


@asynccontextmanager
async def listening(path: Path, answer: Answer) -> AsyncIterator[None]:
    """Answer requests at ``path`` while the context is open."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            line = await reader.readline()
            writer.write(json.dumps(await _answered(answer, line)).encode() + b"\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(serve, sock=_bound(path), limit=LONGEST_MESSAGE)
    try:
        yield
    finally:
        server.close()
        path.unlink(missing_ok=True)


async def _answered(answer: Answer, line: bytes) -> Message:
    try:
        message = json.loads(line)
        if not isinstance(message, dict):
            raise ValueError("not an object")
        return await answer(message)
    except MuniformError as error:
        return {"error": error.message, "hint": error.hint}
    except ValueError as error:
        return {"error": f"not a request: {error}"}


def _bound(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        with _short(path) as name:
            made.bind(name)
    finally:
        os.umask(before)
    give(path)
    return made


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """A name of the socket that is short however deep its folder lies."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
