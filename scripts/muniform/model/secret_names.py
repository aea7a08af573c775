"""Which secrets a city refers to, wherever in it they are named. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from muniform.model.city import City
from muniform.model.parts.secret import SecretRef


def secret_refs(city: City) -> frozenset[SecretRef]:
    """Every secret of the city, without forms: what must have a value before a rollout."""
    # A site's routing and its providers' keys hang on devices; all else on the city itself.
    parts: list[object] = [city.baseline, city.dns]
    parts += [part for device in city.devices for part in (device.routing, device.bgp) if part]
    return frozenset(SecretRef(ref.name) for part in parts for ref in _inside(part))


def _inside(value: object) -> Iterator[SecretRef]:
    if isinstance(value, SecretRef):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _inside(item)
    elif is_dataclass(value):
        for entry in fields(value):
            yield from _inside(getattr(value, entry.name))
