"""Renders configurations from ``templates/<feature>/<platform>[.<part>].j2``.

The order of the sections is data (``platforms/<platform>.yml``), and so is what a role needs
(``roles.yml``). Secrets stay references (``<secret:NAME>``): a rendered text can be shown, stored
and compared anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined, TemplateError

from muniform.errors import RenderError
from muniform.model import Device, Vlan, VlanUse
from muniform.render.deviating import with_waivers
from muniform.render.filters import FILTERS
from muniform.render.junos_layout import junos_layout
from muniform.render.needs import used_features

_FOLDER = files("muniform.render")
_LAYOUTS: Mapping[str, Callable[[str], str]] = {"": str, "junos": junos_layout}
"""Brings the sections of a platform into the form in which it prints them."""


@dataclass(frozen=True)
class _Platform:
    features: Mapping[str, Any]
    sections: tuple[str, ...]
    first_boot: tuple[str, ...]
    prologue: str
    epilogue: str
    layout: str


def render(device: Device) -> str:
    """The complete intended configuration. Raises RenderError."""
    platform = _platform(device.platform)
    _require_features(device, platform)
    return with_waivers(device, _text(device, platform, platform.sections))


def first_boot(device: Device) -> str:
    """What a blank device is loaded with: just enough to be reached and to revert by itself."""
    platform = _platform(device.platform)
    _require_features(device, platform)
    return _text(device, platform, platform.first_boot)


def platform_features(name: str) -> Mapping[str, Any]:
    """Who serves each feature on a platform: ``platform``, or the role that does."""
    return _platform(name).features


def _text(device: Device, platform: _Platform, sections: Iterable[str]) -> str:
    shared = _shared(device)
    body = "".join(_section(device, section, shared) for section in sections)
    return f"{platform.prologue}{_LAYOUTS[platform.layout](body)}{platform.epilogue}"


def _section(device: Device, section: str, shared: Mapping[str, Any]) -> str:
    feature, _, part = section.partition(".")
    suffix = f".{part}" if part else ""
    name = f"{feature}/{device.platform}{suffix}.j2"
    try:
        return _environment().get_template(name).render(shared)
    except TemplateError as error:
        raise RenderError(
            f"{device.name}: template {name}: {type(error).__name__}: {error}",
            "the template asks for something the model does not have",
        ) from error


def _shared(device: Device) -> dict[str, Any]:
    """What every template sees."""
    return {
        "device": device,
        "parked_vlan": _vlan_for(device.vlans, VlanUse.PARKED),
        "native_vlan": _vlan_for(device.vlans, VlanUse.NATIVE),
    }


def _vlan_for(vlans: Iterable[Vlan], use: VlanUse) -> int | None:
    return next((vlan.id for vlan in vlans if vlan.use is use), None)


def _require_features(device: Device, platform: _Platform) -> None:
    missing = [name for name in used_features(device) if name not in platform.features]
    if missing:
        raise RenderError(
            f"{device.name}: platform {device.platform} cannot serve {', '.join(missing)} "
            f"for a {device.role.value}",
            "choose another model in the archetype, or add the feature to the platform",
        )


@cache
def _platform(name: str) -> _Platform:
    source = _FOLDER / "platforms" / f"{name}.yml"
    try:
        data = yaml.safe_load(source.read_text())
    except FileNotFoundError:
        raise RenderError(
            f"there is no platform {name!r}",
            "correct 'platform' in catalog/models.yml, or add platforms/<name>.yml",
        ) from None
    return _Platform(
        features=data["features"],
        sections=tuple(data["sections"]),
        first_boot=tuple(data["first_boot"]),
        prologue=data["prologue"],
        epilogue=data["epilogue"],
        layout=data.get("layout", ""),
    )


@cache
def _environment() -> Environment:
    # Autoescape is for HTML; input was refused at the edge if it could end a line.
    environment = Environment(
        loader=PackageLoader("muniform.render", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701
        # Templates are part of the package: none changes while a process runs.
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update(FILTERS)
    return environment
