"""A Netmiko channel that notices when the other side is gone.

Netmiko polls for output and waits out its whole timeout on a dead session (90 s in NAPALM's
commit). A device that cuts itself off should be noticed at once: its revert timer is running.
"""

from __future__ import annotations

from typing import Any

from netmiko.channel import SSHChannel
from netmiko.exceptions import ReadException


class WatchfulChannel(SSHChannel):
    """Reads as Netmiko's own channel, and raises ReadException once the session is closed."""

    def read_buffer(self) -> str:
        output = str(super().read_buffer())
        if not output and self._is_over():
            raise ReadException("the device closed the session")
        return output

    def _is_over(self) -> bool:
        session = self.remote_conn
        if session is None:
            return True
        if session.recv_ready():
            return False
        transport = session.get_transport()
        return bool(session.closed or transport is None or not transport.is_active())


def watch(connection: Any) -> None:
    """Let a Netmiko connection use such a channel from now on."""
    connection.channel = WatchfulChannel(connection.channel.remote_conn, connection.encoding)
