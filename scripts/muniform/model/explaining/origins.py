"""Where a value comes from: the file and line that declare it, or the rule that derives it.

``explain_setting`` answers for a device, a host or a site. Nothing is computed anew here: values
are the City's, and origins are paths of the files that it was built from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from muniform.model.city import City, Device, Host, Site
from muniform.model.declaration import Declaration
from muniform.model.schema import ArchetypeFile, SiteFile
from muniform.model.schema.base import Standard
from muniform.model.source import Loc, dotted

RULE = "rule"
_LAYERS = {
    "city.yml": "city",
    "standards": "standard",
    "catalog": "catalogue",
    "archetypes": "archetype",
    "sites": "site",
    "waivers": "waiver",
}


@dataclass(frozen=True)
class Origin:
    """One thing that a value follows from. A rule has no file; ``says`` is its sentence."""

    layer: str
    """``city``, ``standard``, ``catalogue``, ``archetype``, ``site``, or ``rule``."""
    says: str
    file: str = ""
    line: int = 0
    path: str = ""
    version: str = ""
    """Of a standard."""
    controls: tuple[str, ...] = ()
    """The controls that a standard's setting answers to."""

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}" if self.file else "rule"


@dataclass(frozen=True)
class Explanation:
    """``subject`` is what was asked, ``value`` what holds, ``origins`` why, the nearest first."""

    subject: str
    value: str
    origins: tuple[Origin, ...]


@dataclass(frozen=True)
class Sources:
    """The declared files, asked for origins."""

    declared: Declaration

    def at(self, file: str, *loc: int | str) -> Origin:
        """What stands at a path of a file: the value as it was written."""
        standard = self._standard(file)
        return Origin(
            _LAYERS[file.split("/")[0]],
            shown(self.data(file, loc)),
            file,
            self.declared.sources[file].line(loc),
            dotted(loc),
            standard.version if standard else "",
            controls(standard, dotted(loc)) if standard else (),
        )

    def maybe(self, file: str, *loc: int | str) -> tuple[Origin, ...]:
        """The same, or nothing where the path does not stand in the file."""
        source = self.declared.sources.get(file)
        return (self.at(file, *loc),) if source and loc in source.lines else ()

    def data(self, file: str, loc: Loc) -> Any:
        found: Any = self.declared.sources[file].data
        for part in loc:
            found = found[part]
        return found

    def _standard(self, file: str) -> Standard | None:
        """The typed file, if it is a versioned standard."""
        name = file.removeprefix("standards/").removesuffix(".yml")
        typed = getattr(self.declared, {"port_profiles": "profiles"}.get(name, name), None)
        return typed if isinstance(typed, Standard) else None


@dataclass(frozen=True)
class Place:
    """A site as it was declared, with its archetype."""

    site: Site
    entry: SiteFile
    archetype: ArchetypeFile

    @classmethod
    def of(cls, declared: Declaration, city: City, site_id: str) -> Place:
        site = city.site(site_id)
        entry = declared.sites[site.id]
        return cls(site, entry, declared.archetypes[entry.archetype])

    @property
    def file(self) -> str:
        return f"sites/{self.site.id}.yml"

    @property
    def archetype_file(self) -> str:
        return f"archetypes/{self.site.archetype}.yml"

    def label(self, thing: Device | Host) -> str:
        return thing.name.removeprefix(f"{self.entry.code}-")


def rule(sentence: str) -> Origin:
    return Origin(RULE, sentence)


def controls(standard: Standard, path: str) -> tuple[str, ...]:
    """The controls of a setting: those named for it, for what holds it, or for a part of it."""
    return tuple(
        dict.fromkeys(
            control
            for named, ids in standard.controls.items()
            if _inside(path, named) or _inside(named, path)
            for control in ids
        )
    )


def _inside(path: str, outer: str) -> bool:
    return path == outer or path.startswith((f"{outer}.", f"{outer}["))


def shown(value: object) -> str:
    """Data as one line of YAML's flow style, near enough for a person."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(shown(item) for item in value) + "]"
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    return " ".join(str(value).split())
