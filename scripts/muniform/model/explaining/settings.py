"""The settings that can be asked for, of a device, a host or a site, and who answers for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from muniform.errors import UsageError
from muniform.model.city import City, Device, Host, Site
from muniform.model.declaration import Declaration
from muniform.model.explaining import addresses, ports
from muniform.model.explaining.origins import Explanation, Origin, Place, Sources, rule, shown
from muniform.model.source import Loc

_SERVICES = "standards/services.yml"
_DEVICES = "standards/network_devices.yml"

Answer = Callable[[], Explanation]

COMMON: Mapping[str, tuple[tuple[str, Loc], ...]] = {
    "ntp": ((_SERVICES, ("ntp", "servers")), (_SERVICES, ("ntp", "key"))),
    "dns": ((_SERVICES, ("dns", "servers")),),
    "account": ((_DEVICES, ("account",)),),
    "banner": ((_DEVICES, ("banner",)),),
}
"""What the city's standards set for devices and hosts alike."""

DEVICE_STANDARDS: Mapping[str, tuple[tuple[str, Loc], ...]] = {
    **COMMON,
    "tacacs": ((_SERVICES, ("tacacs",)),),
    "radius": ((_SERVICES, ("radius",)),),
    "dhcp": ((_SERVICES, ("dhcp",)),),
    "syslog": ((_SERVICES, ("syslog",)),),
    "snmp": ((_SERVICES, ("snmp",)),),
    "management_networks": ((_DEVICES, ("management_networks",)),),
    "idle_minutes": ((_DEVICES, ("idle_minutes",)),),
    "confirm_seconds": ((_DEVICES, ("confirm_seconds",)),),
    "lockout": ((_DEVICES, ("lockout",)),),
    "dot1x": (("standards/port_profiles.yml", ("dot1x",)),),
    "qos": (("standards/qos.yml", ("classes",)),),
    "ospf": tuple(
        ("standards/routing.yml", (key,))
        for key in ("regions", "key", "reference_bandwidth_mbps", "costs", "backup_cost")
    ),
}


def explain_setting(
    declared: Declaration, city: City, name: str, words: Sequence[str]
) -> tuple[Explanation, ...]:
    """Where a setting of a device, host or site comes from; without ``words``, every setting.

    Raises UsageError if there is no such name or setting.
    """
    sources = Sources(declared)
    thing = _find(city, name)
    place = Place.of(declared, city, thing.id if isinstance(thing, Site) else thing.site)
    known = _answers(sources, place, thing)
    if not words:
        return tuple(answer() for answer in known.values())
    found = known.get(words[0].lower().replace("-", "_")) if len(words) == 1 else None
    found = found or _numbered(sources, place, thing, words)
    if found is None:
        raise UsageError(
            f"{name} has no setting {' '.join(words)!r}",
            f"ask for one of: {_askable(known, thing)}",
        )
    return (found(),)


def _find(city: City, name: str) -> Device | Host | Site:
    for look in (city.device, city.host, city.site):
        try:
            return look(name)
        except KeyError:
            continue
    raise UsageError(
        f"there is no device, host or site {name!r}",
        "list them with: muniform show; a key of a file is asked for like archetype.links.lag",
    )


def _answers(sources: Sources, place: Place, thing: Device | Host | Site) -> dict[str, Answer]:
    if isinstance(thing, Device):
        return _of_device(sources, place, thing)
    if isinstance(thing, Host):
        return _of_host(sources, place, thing)
    return _of_site(sources, place)


def _of_device(sources: Sources, place: Place, device: Device) -> dict[str, Answer]:
    label, archetype = place.label(device), place.archetype_file
    model = ("catalog/models.yml", "models", device.model)
    entry = (archetype, "devices", label)
    change = sources.maybe(*entry, "change_class") or sources.maybe(archetype, "change_class")
    pairs = [i for i, pair in enumerate(place.archetype.pairs) if label in pair]
    say = partial(_answer, device.name)
    return {
        "name": say("name", device.name, sources.at(place.file, "code"), sources.at(*entry)),
        "role": say("role", device.role.value, sources.at(*entry, "role")),
        "model": say("model", device.model, sources.at(*entry, "model"), sources.at(*model)),
        "platform": say("platform", device.platform, sources.at(*model, "platform")),
        "serial": say("serial", device.serial, sources.at(place.file, "serials", label)),
        "change_class": say("change class", device.change_class, *change),
        "partner": say(
            "partner", device.partner or "none", *(sources.at(archetype, "pairs", i) for i in pairs)
        ),
        "address": partial(addresses.management, sources, place, device),
        **_standards(sources, device.name, DEVICE_STANDARDS),
    }


def _of_host(sources: Sources, place: Place, host: Host) -> dict[str, Answer]:
    entry = (place.archetype_file, "hosts", host.group)
    say = partial(_answer, host.name)
    count = sources.maybe(place.file, "hosts", host.group) or sources.maybe(*entry, "count")
    gateway = sources.at(*entry, "vlan"), rule("host 1 of the VLAN's subnet is its gateway")
    return {
        "name": say("name", host.name, sources.at(place.file, "code"), *count),
        "kind": say("kind", host.kind.value, sources.at(*entry, "kind")),
        "profile": say("profile", host.profile, sources.at(*entry, "profile")),
        "os": say("os", host.os, sources.at(*entry, "os")),
        "services": say(
            "services", ", ".join(host.services) or "none", *sources.maybe(*entry, "services")
        ),
        "address": partial(addresses.host_address, sources, place, host),
        "gateway": say("gateway", str(host.gateway), *gateway),
        "vlan": say("vlan", str(host.vlan), sources.at(*entry, "vlan")),
        **_standards(sources, host.name, COMMON),
    }


def _of_site(sources: Sources, place: Place) -> dict[str, Answer]:
    site = place.site
    say = partial(_answer, site.id)
    archetype = sources.at(place.file, "archetype")
    return {
        "code": say("code", site.code, sources.at(place.file, "code")),
        "archetype": say("archetype", site.archetype, archetype),
        "block": partial(addresses.block, sources, place),
        "region": say("region", site.region or "none", *sources.maybe(place.file, "region")),
        "change_class": say(
            "change class",
            site.change_class,
            archetype,
            sources.at(place.archetype_file, "change_class"),
            sources.at("standards/change.yml", "classes", site.change_class),
        ),
        "power_tier": say(
            "power tier",
            site.power_tier or "none",
            *sources.maybe(place.archetype_file, "power_tier"),
        ),
        **{
            f"vlan {found.vlan.id}": partial(addresses.subnet, sources, place, found)
            for found in site.subnets
        },
    }


def _numbered(
    sources: Sources, place: Place, thing: Device | Host | Site, words: Sequence[str]
) -> Answer | None:
    """A VLAN, port, interface or access list, which are asked for by number or name."""
    if words[0].lower() == "vlan" and len(words) == 2 and words[1].isdigit():
        return _vlan(sources, place, thing, int(words[1]))
    if not isinstance(thing, Device):
        return None
    asked = words[-1]
    port = ports.find_port(thing, asked) if len(words) == 1 or words[0] == "port" else None
    if port is not None:
        return partial(ports.port, sources, place, thing, port)
    return _interface(sources, place, thing, asked) or _acl(sources, thing, asked)


def _vlan(
    sources: Sources, place: Place, thing: Device | Host | Site, number: int
) -> Answer | None:
    """At a site with its subnet; on a switch also those that carry nothing."""
    subnet = next((s for s in place.site.subnets if s.vlan.id == number), None)
    if subnet is not None:
        return partial(addresses.subnet, sources, place, subnet)
    vlans = thing.vlans if isinstance(thing, Device) else ()
    found = next((vlan for vlan in vlans if vlan.id == number), None)
    if found is None:
        return None
    origins = addresses.vlan_origins(sources, place, number)
    why = rule(f"every switch has it: its use is '{found.use.value}', and it has no subnet here")
    value = f"{found.id} {found.name}, {found.purpose}"
    return _answer(thing_name(thing), f"vlan {number}", value, *origins, why)


def _interface(sources: Sources, place: Place, device: Device, asked: str) -> Answer | None:
    found = next((i for i in device.interfaces if ports.same_port(i.name, asked)), None)
    if found is None:
        return None
    if found.vlan is not None:
        return partial(addresses.subnet, sources, place, place.site.subnet(found.vlan))
    if found.address == device.management.address:
        return partial(addresses.management, sources, place, device)
    label, name = place.label(device), found.name
    origins = (
        *ports.cables(sources, place, device.name, label, name),
        *addresses.link_origins(sources, place, found),
    )
    return _answer(device.name, name, f"{found.description}, {found.address}", *origins)


def _acl(sources: Sources, device: Device, asked: str) -> Answer | None:
    found = next((a for a in device.acls if asked in (a.name, a.zone)), None)
    if found is None:
        return None
    gateways = [i.name for i in device.interfaces if i.acl_in == found.name]
    origins = sources.maybe("standards/segmentation.yml", "zones", found.zone)
    why = rule(f"filters what comes in at {', '.join(gateways)}, gateways of zone {found.zone}")
    return _answer(device.name, found.name, f"{len(found.terms)} terms", *origins, why)


def _standards(
    sources: Sources, name: str, settings: Mapping[str, tuple[tuple[str, Loc], ...]]
) -> dict[str, Answer]:
    return {
        setting: partial(_standard, sources, name, setting, places)
        for setting, places in settings.items()
    }


def _standard(
    sources: Sources, name: str, setting: str, places: tuple[tuple[str, Loc], ...]
) -> Explanation:
    origins = tuple(o for file, loc in places for o in sources.maybe(file, *loc))
    value = "; ".join(origin.says for origin in origins) or "not set by the city's standards"
    return Explanation(f"{name} {setting}", value, origins)


def _answer(name: str, setting: str, value: str, *origins: Origin) -> Answer:
    return lambda: Explanation(f"{name} {setting}", shown(value), origins)


def thing_name(thing: Device | Host | Site) -> str:
    return thing.id if isinstance(thing, Site) else thing.name


def _askable(known: Mapping[str, Answer], thing: Device | Host | Site) -> str:
    more = ["vlan NUMBER"] + (
        ["the name of a port, an interface or an access list"] if isinstance(thing, Device) else []
    )
    return ", ".join([*known, *more])
