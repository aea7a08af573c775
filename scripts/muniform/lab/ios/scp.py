"""The device's side of SCP, which is the old rcp protocol over an SSH channel.

Only single files go in (``scp -t``) and out (``scp -f``), and only while the running
configuration says ``ip scp server enable``.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Awaitable, Callable

from muniform.lab.ios import files
from muniform.lab.ios.device import IosSwitch
from muniform.lab.ios.loading import taken_in
from muniform.lab.simulated.device import Connection
from muniform.lab.simulated.faults import Point
from muniform.lab.simulated.striking import NOISE, Answers, under_fault

MAXIMUM_SIZE = 64 * 1024 * 1024
_HEADER = re.compile(rb"C[0-7]{4} (\d+) [^\n]*\n")
_TIMES = re.compile(rb"T\d+ \d+ \d+ \d+\n")

_ANSWERS: Answers[bytes] = Answers(
    b"\x00", NOISE.encode(), b"\x01scp: the transfer failed (simulated fault)\n"
)

ReadLine = Callable[[], Awaitable[bytes]]
ReadExactly = Callable[[int], Awaitable[bytes]]
Write = Callable[[bytes], None]


async def serve(
    switch: IosSwitch,
    command: str,
    privilege: int,
    lines: ReadLine,
    exactly: ReadExactly,
    write: Write,
    link: Connection,
) -> int:
    """Carry out one ``scp`` command; returns its exit status."""
    refusal = _refusal(switch, privilege)
    words = shlex.split(command)
    path = words[-1]
    if refusal:
        return _fail(write, refusal)
    if "-t" in words:
        return await _receive(switch, path, lines, exactly, write, link)
    if "-f" in words:
        return await _send(switch, path, exactly, write)
    return _fail(write, "unsupported SCP command")


def _refusal(switch: IosSwitch, privilege: int) -> str:
    if not switch.config.has("ip", "scp", "server", "enable"):
        return "Administratively disabled."
    return "" if privilege == 15 else "Privilege denied."


def _fail(write: Write, message: str) -> int:
    write(b"\x01" + message.encode() + b"\n")
    return 1


async def _receive(
    switch: IosSwitch,
    path: str,
    lines: ReadLine,
    exactly: ReadExactly,
    write: Write,
    link: Connection,
) -> int:
    write(b"\x00")
    header = await lines()
    while _TIMES.fullmatch(header):
        write(b"\x00")
        header = await lines()
    match = _HEADER.fullmatch(header)
    if match is None:
        return _fail(write, "scp: protocol error")
    size = int(match[1])
    if size > MAXIMUM_SIZE or switch.flash.name_of(path) is None:
        return _fail(write, f"scp: {path}: cannot be written")
    if size > switch.flash.free:
        return _fail(write, f"scp: {path}: No space left on device")
    write(b"\x00")
    content = await exactly(size)
    await exactly(1)
    answer = under_fault(switch, link, Point.STAGE, lambda: _store(switch, path, content), _ANSWERS)
    if link.is_frozen:
        # Silent until the client has enough of it.
        await exactly(1)
    write(answer)
    return answer[0]


def _store(switch: IosSwitch, path: str, content: bytes) -> bytes:
    if switch.flash.write(path, taken_in(content, switch.faults)):
        return b"\x00"
    return f"\x01{path}: No space left on device\n".encode()


async def _send(switch: IosSwitch, path: str, exactly: ReadExactly, write: Write) -> int:
    text = files.read(switch, path)
    if text is None:
        return _fail(write, f"scp: {path}: No such file or directory")
    content = text.encode()
    await exactly(1)
    write(f"C0644 {len(content)} {path.rpartition('/')[2]}\n".encode())
    await exactly(1)
    write(content + b"\x00")
    await exactly(1)
    return 0
