"""A city at addresses of its own, so that a lab that runs beside a test is not in its way."""

from __future__ import annotations

import dataclasses
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any, TypeVar

MOVED_BY = 100 << 16
"""10.b.c.d becomes 10.(b+100).c.d."""

CITIES = IPv4Network("10.0.0.0/8")

T = TypeVar("T")


def moved(value: T) -> T:
    """The same, with every 10.x address in it moved; a wide network stays around what it holds."""
    result: Any = value
    if isinstance(value, IPv4Interface):
        result = IPv4Interface((_shifted(value.ip), value.network.prefixlen))
    elif isinstance(value, IPv4Address):
        result = IPv4Address(_shifted(value))
    elif isinstance(value, IPv4Network):
        result = IPv4Network((_shifted(value[0]), value.prefixlen), strict=False)
    elif isinstance(value, tuple):
        result = tuple(moved(item) for item in value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: moved(getattr(value, f.name)) for f in dataclasses.fields(value)}
        result = dataclasses.replace(value, **fields)
    return result


def _shifted(address: IPv4Address) -> int:
    return int(address) + (MOVED_BY if address in CITIES else 0)
