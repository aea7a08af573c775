"""``muniform show``: what is declared and what follows from it, as a technician needs it."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Annotated

import typer

from muniform.cli import output, show
from muniform.cli.context import context
from muniform.cli.options import AsJson, Inventory
from muniform.errors import UsageError
from muniform.model import City, Device, Host, Site
from muniform.model.explaining import port_line
from muniform.model.viewing import address_rows, change_rows, city_rows, port_use


class What(StrEnum):
    CITY = "city"
    SITE = "site"
    DEVICE = "device"
    HOST = "host"
    ADDRESSES = "addresses"


def register(app: typer.Typer) -> None:
    app.command("show")(show_declared)


def show_declared(
    what: Annotated[What, typer.Argument(help="What to show.")] = What.CITY,
    name: Annotated[
        str | None, typer.Argument(help="Of which site, device or host; for addresses: a site.")
    ] = None,
    as_json: AsJson = False,
    inventory: Inventory = None,
) -> None:
    """Show what is declared and what follows from it."""
    if name is None and what in (What.SITE, What.DEVICE, What.HOST):
        raise UsageError(f"which {what.value}?", f"name it: muniform show {what.value} NAME")
    city = context(inventory).city()
    if what is What.CITY:
        _city(city, as_json)
    elif what is What.ADDRESSES:
        _addresses(city, _site(city, name) if name else None, as_json)
    elif what is What.SITE:
        _show_site(city, _site(city, name or ""), as_json)
    elif what is What.DEVICE:
        _show_device(_device(city, name or ""), as_json)
    else:
        _show_host(city, _host(city, name or ""), as_json)


def _site(city: City, name: str) -> Site:
    try:
        return city.site(name)
    except KeyError:
        raise UsageError(f"there is no site {name!r}", "list them with: muniform show") from None


def _device(city: City, name: str) -> Device:
    try:
        return city.device(name)
    except KeyError:
        hint = "list a site's with: muniform show site NAME"
        raise UsageError(f"there is no network device {name!r}", hint) from None


def _host(city: City, name: str) -> Host:
    try:
        return city.host(name)
    except KeyError:
        hint = "list a site's with: muniform show addresses SITE"
        raise UsageError(f"there is no host {name!r}", hint) from None


def _city(city: City, as_json: bool) -> None:
    if as_json:
        output.as_json(city_rows(city))
        return
    show.say(f"{city.name}: {len(city.sites)} sites, {city.domain}", "bold")
    output.table(
        ("site", "code", "archetype", "block", "devices", "hosts", "change class"),
        (
            (r["id"], r["code"], r["archetype"], r["block"], r["devices"], r["hosts"], r["change"])
            for r in city_rows(city)
        ),
    )
    kinds = Counter(host.kind.value for host in city.hosts)
    kinds += Counter(p.kind.value for site in city.sites for p in site.peripherals)
    platforms = Counter(device.platform for device in city.devices)
    output.facts(
        [
            ("network devices", f"{len(city.devices)}: {_counted(platforms)}"),
            ("hosts and more", _counted(kinds)),
        ]
    )


def _counted(found: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in found.most_common())


def _addresses(city: City, site: Site | None, as_json: bool) -> None:
    rows = address_rows(city, site)
    if as_json:
        output.as_json(rows)
        return
    output.table(
        ("address", "name", "is", "site"),
        ((row["address"], row["name"], row["is"], row["site"]) for row in rows),
    )


def _show_site(city: City, site: Site, as_json: bool) -> None:
    if as_json:
        output.as_json(site)
        return
    show.say(f"{site.name} ({site.id}, {site.code})", "bold")
    output.facts(
        [
            ("address", site.address),
            ("archetype", site.archetype),
            ("block", f"{site.block}" + (f", {site.block6}" if site.block6 else "")),
            ("region", site.region),
            ("power tier", site.power_tier),
            *change_rows(city, site.change_class),
        ]
    )
    _subnets(site)
    output.table(
        ("device", "role", "model", "address", "serial", "ports in use"),
        (
            (d.name, d.role.value, d.model, d.management.address.ip, d.serial, port_use(d))
            for d in site.devices
        ),
        "network devices",
    )
    _cables(site)
    _computers(site)


def _subnets(site: Site) -> None:
    output.table(
        ("vlan", "name", "subnet", "gateway", "DHCP", "IPv6"),
        (
            (
                s.vlan.id,
                s.vlan.name,
                s.network,
                s.gateway.ip,
                f".{s.dhcp.first.packed[-2]}.{s.dhcp.first.packed[-1]} to "
                f".{s.dhcp.last.packed[-2]}.{s.dhcp.last.packed[-1]}"
                if s.dhcp
                else "",
                s.network6 or "",
            )
            for s in site.subnets
        ),
        "subnets",
    )


def _cables(site: Site) -> None:
    output.table(
        ("from", "to", "medium", "circuit", "network"),
        (
            (
                link.a,
                link.b,
                link.medium + (", backup" if link.backup else ""),
                link.circuit,
                link.network or (f"aggregation {link.lag}" if link.lag else ""),
            )
            for link in site.links
        ),
        "links and circuits",
    )


def _computers(site: Site) -> None:
    groups: dict[str, list[Host]] = {}
    for host in site.hosts:
        groups.setdefault(host.group, []).append(host)
    output.table(
        ("hosts", "how many", "kind", "profile", "os", "addresses"),
        (
            (
                found[0].name if len(found) == 1 else f"{found[0].name} to {found[-1].name}",
                len(found),
                found[0].kind.value,
                found[0].profile,
                found[0].os,
                found[0].address.ip
                if len(found) == 1
                else f"{found[0].address.ip} to {found[-1].address.ip}",
            )
            for found in groups.values()
        ),
        "hosts",
    )
    output.table(
        ("peripheral", "model", "switch", "port", "vlan"),
        ((p.name, p.model, p.device, p.port, p.vlan) for p in site.peripherals),
        "peripherals",
    )


def _show_device(device: Device, as_json: bool) -> None:
    if as_json:
        output.as_json(device)
        return
    show.say(f"{device.name}: {device.role.value} at {device.location}", "bold")
    output.facts(
        [
            ("model", f"{device.model} ({device.platform})"),
            ("serial", device.serial),
            ("management", device.management.address),
            ("change class", device.change_class),
            ("redundant partner", device.partner),
            ("ports in use", port_use(device)),
            ("OSPF", device.routing and f"area {device.routing.area}, {device.routing.router_id}"),
            ("access lists", ", ".join(acl.name for acl in device.acls)),
        ]
    )
    if device.vlans:
        names = ((v.id, v.name, v.use.value, v.purpose) for v in device.vlans)
        output.table(("vlan", "name", "use", "purpose"), names, "VLANs")
    if device.ports:
        lines = ((port.name, port_line(port)) for port in device.ports)
        output.table(("port", "is"), lines, "ports")
    if device.interfaces:
        routed = ((i.name, i.address, i.description, i.acl_in or "") for i in device.interfaces)
        output.table(("interface", "address", "description", "filtered by"), routed, "interfaces")


def _show_host(city: City, host: Host, as_json: bool) -> None:
    if as_json:
        output.as_json(host)
        return
    site = city.site(host.site)
    show.say(f"{host.name}: {host.kind.value} at {site.name}", "bold")
    subnet = site.subnet(host.vlan)
    output.facts(
        [
            ("profile", host.profile),
            ("operating system", f"{host.os} ({city.family(host.os).value})"),
            ("address", host.address),
            ("gateway", host.gateway),
            ("vlan", f"{host.vlan} {subnet.vlan.name}"),
            ("serves the city", ", ".join(host.services)),
            *change_rows(city, site.change_class),
        ]
    )
