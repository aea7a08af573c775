"""From checked declarations to the typed City: references resolved, addresses derived.

Everything that follows from more than one file is checked in ``check`` before it is built here:
what a rule of ``check`` holds is relied on here, and not checked again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import cached_property
from hashlib import sha256

from pydantic import BaseModel

from muniform.errors import Finding
from muniform.model import check, operate
from muniform.model.baseline import dns_service
from muniform.model.build_site import SiteBuilder
from muniform.model.city import City, Site
from muniform.model.declaration import Declaration, host_count


def build(declared: Declaration) -> tuple[Blueprint | None, list[Finding]]:
    """The city's blueprint, or what is wrong with it. Exactly one of the two is there."""
    findings = check.check(declared)
    if findings:
        return None, findings
    return Blueprint(declared), []


class Blueprint:
    """A city that was checked as a whole, and whose sites are built one by one when asked for."""

    def __init__(self, declared: Declaration) -> None:
        self._declared = declared
        self._builder = SiteBuilder(declared)

    @property
    def name(self) -> str:
        return self._declared.city.name

    @property
    def site_ids(self) -> tuple[str, ...]:
        """In the order of the sites' numbers."""
        return tuple(self._builder.parts)

    @property
    def device_count(self) -> int:
        return sum(len(parts.archetype.devices) for parts in self._builder.parts.values())

    @property
    def host_count(self) -> int:
        return sum(
            host_count(parts.entry, label, entry)
            for parts in self._builder.parts.values()
            for label, entry in parts.archetype.hosts.items()
        )

    def site(self, site_id: str) -> Site:
        """Build one site. KeyError if there is none with this id."""
        return self._builder.site(site_id)

    def fingerprint(self, site_id: str) -> str:
        """A digest of everything that a site is built from: equal ones build equal sites.

        The code that builds is no part of it. KeyError if there is no such site.
        """
        parts = self._builder.parts[site_id]
        digest = sha256(self._shared)
        for text in (
            parts.id,
            parts.entry.model_dump_json(),
            self._archetypes[parts.entry.archetype],
            repr(parts.circuits),
            repr(sorted(parts.areas.items())),
        ):
            digest.update(_framed(text))
        return digest.hexdigest()

    def city(self) -> City:
        """All of it."""
        declared, builder = self._declared, self._builder
        return City(
            name=declared.city.name,
            domain=declared.city.domain,
            reach=declared.city.reach,
            controller=declared.city.controller,
            baseline=builder.baseline,
            dns=dns_service(declared),
            vlans=tuple(builder.vlans.values()),
            sites=tuple(builder.site(site_id) for site_id in self.site_ids),
            time_zone=declared.city.time_zone,
            change_classes=operate.change_classes(declared),
            waivers=operate.waivers(declared),
            software=operate.software(declared),
            host_profiles=operate.host_profiles(declared),
            ssids=operate.ssids(declared),
            hardware=operate.hardware(declared),
            secrets=operate.secrets_place(declared),
        )

    @cached_property
    def _shared(self) -> bytes:
        """A digest of what the builder sees of the inventory beside a site's own parts."""
        digest = sha256()
        for text in _texts(self._builder.declared):
            digest.update(_framed(text))
        return digest.digest()

    @cached_property
    def _archetypes(self) -> dict[str, str]:
        return {name: a.model_dump_json() for name, a in self._declared.archetypes.items()}


def _texts(declared: Declaration) -> Iterator[str]:
    """Each part of a declaration by its name, in a form that differs where the part does."""
    for field in fields(declared):
        part = getattr(declared, field.name)
        yield field.name
        if isinstance(part, BaseModel):
            yield part.model_dump_json()
        elif isinstance(part, dict):
            for name, entry in part.items():
                yield f"{name}={entry.model_dump_json()}"
        else:
            yield repr(part)


def _framed(text: str) -> bytes:
    """With its length before it: two texts in a row are no other two texts."""
    data = text.encode()
    return len(data).to_bytes(8) + data
