"""Which secrets a city refers to, wherever in it they are named. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from muniform.model.city import City, Device
from muniform.model.parts.secret import SecretRef


def secret_names(declared: City | Device) -> frozenset[str]:
    """The name of every secret that a city, or a device, refers to: each must have a value."""
    return frozenset(reference.name for reference in _references(declared, set()))


def _references(value: object, seen: set[int]) -> Iterator[SecretRef]:
    """A city's parts are shared by many (each device has the baseline): each is seen once."""
    if isinstance(value, SecretRef):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _references(item, seen)
    elif is_dataclass(value) and id(value) not in seen:
        seen.add(id(value))
        for field in fields(value):
            yield from _references(getattr(value, field.name), seen)
