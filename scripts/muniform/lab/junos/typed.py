"""A session at the command line, in which control-D ends text that is typed in.

The terminal of all simulated devices knows control-Z for what ends a mode. Junos ends
``load merge terminal`` with control-D, so one becomes the other.
"""

from __future__ import annotations

from typing import cast

from muniform.lab.junos.shell import Shell
from muniform.lab.simulated import ssh
from muniform.lab.simulated.ssh import Link, Process

_END, _CONTROL_Z = b"\x04", b"\x1a"


class _Input:
    """What the client types."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def read(self, count: int) -> bytes:
        return (await self._process.stdin.read(count)).replace(_END, _CONTROL_Z)


class _Typed:
    """The process with another standard input."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.stdin = _Input(process)

    def __getattr__(self, name: str) -> object:
        return getattr(self._process, name)


async def interact(shell: Shell, process: Process, link: Link) -> None:
    """A person's or a program's session."""
    try:
        await ssh.interact(shell, cast(Process, _Typed(process)), link)
    finally:
        shell.leave()
