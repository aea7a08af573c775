"""Why a switch's port is as it is: a link, a profile, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from muniform.model.cabling import far_port, moved_links
from muniform.model.city import Device
from muniform.model.explaining.origins import Explanation, Origin, Place, Sources, rule
from muniform.model.parts.kinds import PortMode, VlanUse
from muniform.model.parts.switching import Port
from muniform.model.source import Loc

_NAME = re.compile(r"([a-z-]*)([0-9/.]+)")


def find_port(device: Device, asked: str) -> Port | None:
    """A port by its name, in full or shortened as devices shorten it: ``te1/0/3``."""
    return next((port for port in device.ports if same_port(port.name, asked)), None)


def same_port(name: str, asked: str) -> bool:
    full, short = _NAME.fullmatch(name.lower()), _NAME.fullmatch(asked.lower())
    if full is None or short is None:
        return name.lower() == asked.lower()
    return full[2] == short[2] and full[1].startswith(short[1])


def port(sources: Sources, place: Place, device: Device, found: Port) -> Explanation:
    """What a port is set to, and why."""
    label = place.label(device)
    origins = (
        *cables(sources, place, device.name, label, found.name),
        *_profile(sources, place, label, found),
        *_unused(sources, found),
        *_hardware(sources, device, found.name),
    )
    return Explanation(f"{device.name} {found.name}", port_line(found), origins)


def port_line(found: Port) -> str:
    """A port in one line."""
    parts = [found.description, found.mode.value]
    if found.profile is not None and found.mode is PortMode.ACCESS:
        parts += [f"VLAN {found.profile.vlan}"]
        parts += [f"voice VLAN {found.profile.voice_vlan}"] if found.profile.voice_vlan else []
    if found.vlans:
        parts.append("VLANs " + ",".join(str(vlan) for vlan in found.vlans))
    if found.lag is not None:
        parts.append(f"link aggregation {found.lag}")
    return ", ".join(parts)


def cables(sources: Sources, place: Place, device: str, label: str, name: str) -> Iterator[Origin]:
    """The link or circuit that is plugged into a port."""
    for index, (a, b, _) in enumerate(moved_links(place.entry, place.archetype)):
        if any((end.device, end.port) == (label, name) for end in (a, b)):
            yield sources.at(place.archetype_file, "links", index)
            if place.entry.uplinks.get(label) == name:
                yield sources.at(place.file, "uplinks", label)
    for index, transit in enumerate(place.entry.transit):
        if (transit.device, transit.port) == (label, name):
            yield sources.at(place.file, "transit", index)
    for file, loc in _circuits(sources, place, device, label, name):
        yield sources.at(file, *loc)


def _circuits(
    sources: Sources, place: Place, device: str, label: str, name: str
) -> Iterator[tuple[str, Loc]]:
    """Circuits declared by the site itself, and by others whose far end is here."""
    for site_id, site in sources.declared.sites.items():
        for index, wan in enumerate(site.wan):
            own = site_id == place.site.id and (wan.device, wan.port) == (label, name)
            if own or (wan.to, far_port(site, index, wan)) == (device, name):
                yield f"sites/{site_id}.yml", ("wan", index)


def _profile(sources: Sources, place: Place, label: str, found: Port) -> Iterator[Origin]:
    if found.profile is None:
        return
    name = found.profile.name
    yield from sources.maybe(place.file, "ports", label, name) or sources.maybe(
        place.archetype_file, "devices", label, "ports", name
    )
    yield sources.at("standards/port_profiles.yml", "profiles", name)
    yield rule("profiles are dealt out in their order over the access ports that no link takes")


def _unused(sources: Sources, found: Port) -> Iterator[Origin]:
    if found.mode is not PortMode.UNUSED:
        return
    for index, vlan in enumerate(sources.declared.vlans.vlans):
        if vlan.use is VlanUse.PARKED:
            yield sources.at("standards/vlans.yml", "vlans", index)
    yield rule("no link and no profile takes the port: it is shut, in the parked VLAN")


def _hardware(sources: Sources, device: Device, name: str) -> Iterator[Origin]:
    """The line of the catalogue that says that the model has such a port."""
    model = sources.declared.models.models[device.model]
    for kind, ranges in (("access", model.access), ("uplink", model.uplink)):
        for index, entry in enumerate(ranges):
            number = name.removeprefix(entry.prefix)
            if number.isdigit() and entry.first <= int(number) <= entry.last:
                yield sources.at("catalog/models.yml", "models", device.model, kind, index)
