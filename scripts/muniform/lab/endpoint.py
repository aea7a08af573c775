"""Where the lab stands in for a declared address: 10.a.b.c port P at 127.a.b.c port P+20000.

Written out here as well as in ``muniform.reach``: the two sides of an agreement check each other.
"""

from __future__ import annotations

from ipaddress import IPv4Address

PORT_OFFSET = 20000


def endpoint(address: IPv4Address, port: int) -> tuple[str, int]:
    """The loopback address and port at which the lab serves a declared address."""
    return f"127.{str(address).partition('.')[2]}", port + PORT_OFFSET
