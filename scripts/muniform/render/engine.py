"""Renders configurations from ``templates/<feature>/<platform>[.<part>].j2``.

The order of the sections is data (``platforms/<platform>.yml``), and so is what a role needs
(``roles.yml``). Secrets stay references (``<secret:NAME>``): a rendered text can be shown, stored
and compared anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Network
from typing import Any

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined, TemplateError

from muniform.errors import RenderError
from muniform.model import Device, DeviceRole, Vlan, VlanUse

_FOLDER = files("muniform.render")


@dataclass(frozen=True)
class _Platform:
    features: Mapping[str, Any]
    sections: tuple[str, ...]
    first_boot: tuple[str, ...]
    prologue: str
    epilogue: str


def render(device: Device) -> str:
    """The complete intended configuration. Raises RenderError."""
    platform = _platform(device.platform)
    _require_features(device, platform)
    return _text(device, platform, platform.sections)


def first_boot(device: Device) -> str:
    """What a blank device is loaded with: just enough to be reached and to revert by itself."""
    platform = _platform(device.platform)
    _require_features(device, platform)
    return _text(device, platform, platform.first_boot)


def platform_features(name: str) -> Mapping[str, Any]:
    """Who serves each feature on a platform: ``platform``, or the role that does."""
    return _platform(name).features


def needed_features(role: DeviceRole) -> tuple[str, ...]:
    """What a platform must serve to play a role."""
    return tuple(_roles()["needed"][role.value])


def optional_features() -> tuple[str, ...]:
    """What a platform may serve, although no role needs it."""
    return tuple(_roles()["optional"])


def _text(device: Device, platform: _Platform, sections: Iterable[str]) -> str:
    body = "".join(_section(device, section) for section in sections)
    return f"{platform.prologue}{body}{platform.epilogue}"


def _section(device: Device, section: str) -> str:
    feature, _, part = section.partition(".")
    suffix = f".{part}" if part else ""
    name = f"{feature}/{device.platform}{suffix}.j2"
    try:
        return _environment().get_template(name).render(device=device, **_shared(device))
    except TemplateError as error:
        raise RenderError(
            f"{device.name}: template {name}: {type(error).__name__}: {error}",
            "the template asks for something the model does not have",
        ) from error


def _shared(device: Device) -> dict[str, Any]:
    return {
        "parked_vlan": _vlan_for(device.vlans, VlanUse.PARKED),
        "native_vlan": _vlan_for(device.vlans, VlanUse.NATIVE),
    }


def _vlan_for(vlans: Iterable[Vlan], use: VlanUse) -> int | None:
    return next((vlan.id for vlan in vlans if vlan.use is use), None)


def _require_features(device: Device, platform: _Platform) -> None:
    missing = [name for name in needed_features(device.role) if name not in platform.features]
    if missing:
        raise RenderError(
            f"{device.name}: platform {device.platform} cannot serve {', '.join(missing)} "
            f"for a {device.role.value}",
            "choose another model in the archetype, or add the feature to the platform",
        )


@cache
def _roles() -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.safe_load((_FOLDER / "roles.yml").read_text())
    return data


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
    )
    environment.filters["vlan_ranges"] = vlan_ranges
    environment.filters["acl_source"] = acl_source
    return environment


def vlan_ranges(vlans: Iterable[int]) -> str:
    """VLAN ids the way switches print them: ``10-12,20``; two in a row stay a pair."""
    runs: list[list[int]] = []
    for vlan in sorted(vlans):
        if runs and vlan == runs[-1][-1] + 1:
            runs[-1].append(vlan)
        else:
            runs.append([vlan])
    parts = []
    for run in runs:
        parts += [f"{run[0]}-{run[-1]}"] if len(run) > 2 else [str(v) for v in run]
    return ",".join(parts)


def acl_source(network: IPv4Network) -> str:
    """A network the way a standard access list prints it: a host has no wildcard."""
    if network.prefixlen == 0:
        return "any"
    if network.prefixlen == network.max_prefixlen:
        return str(network.network_address)
    return f"{network.network_address} {network.hostmask}"
