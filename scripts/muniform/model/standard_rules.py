"""Rules about the city's standards themselves: zones, secrets, who may open a session, servers."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations

from muniform.errors import Finding
from muniform.model.declaration import Declaration
from muniform.model.rule import Claim, Rule, at, rivals
from muniform.model.source import Loc

_SERVICES = "standards/services.yml"
_DEVICES = "standards/network_devices.yml"

_LONGEST_DOMAIN = 253
"""RFC 1035's 255 octets, written with dots."""
_LONGEST_NAME = 8 + 1 + 22
"""A device's or host's name: code, hyphen, label, as ``shapes`` limits them."""


def _zones(declared: Declaration) -> Iterator[Finding]:
    dns, domain = declared.services.dns, declared.city.domain
    for key, zone in (("host_zone", dns.host_zone), ("device_zone", dns.device_zone)):
        name = f"{zone}.{domain}"
        if len(name) + 1 + _LONGEST_NAME > _LONGEST_DOMAIN:
            problem = f"names in the zone would be longer than {_LONGEST_DOMAIN} characters"
            remedy = "shorten it, or the domain in city.yml (RFC 1035)"
            yield at(declared, _SERVICES, ("dns", key), problem, remedy)
    if dns.host_zone == dns.device_zone:
        problem = f"hosts and devices share the zone {dns.host_zone!r}"
        remedy = "give devices a zone of their own: a name server serves each zone once"
        yield at(declared, _SERVICES, ("dns", "device_zone"), problem, remedy)
    reverse = _reverse_network(dns.reverse_zone)
    supernet = declared.addressing.supernet
    if reverse is None or not supernet.subnet_of(reverse):
        problem = f"{dns.reverse_zone} does not cover the supernet {supernet}"
        remedy = f"use {_reverse_zone(supernet)}: every address needs its way back to a name"
        yield at(declared, _SERVICES, ("dns", "reverse_zone"), problem, remedy)


def _reverse_network(zone: str) -> IPv4Network | None:
    """The addresses of a reverse zone: ``10.in-addr.arpa`` is 10.0.0.0/8. None for no octets."""
    octets = zone.removesuffix(".in-addr.arpa").split(".")[::-1]
    text = ".".join([*octets, "0", "0", "0"][:4])
    try:
        return IPv4Network(f"{text}/{8 * len(octets)}")
    except ValueError:
        return None


def _reverse_zone(network: IPv4Network) -> str:
    """The smallest reverse zone that holds a network."""
    octets = str(network.network_address).split(".")[: max(1, min(3, network.prefixlen // 8))]
    return ".".join([*octets[::-1], "in-addr", "arpa"])


def _secrets(declared: Declaration) -> Iterator[Finding]:
    """Each secret has a name of its own: one value cannot be a password and its hash."""
    account = declared.network_devices.account
    claims = [
        Claim(account.password, "account.password", _DEVICES, ("account", "password")),
        Claim(account.password_hash, "password_hash", _DEVICES, ("account", "password_hash")),
        Claim(account.private_key, "private_key", _DEVICES, ("account", "private_key")),
        Claim(declared.services.dns.key.secret, "key", _SERVICES, ("dns", "key", "secret")),
    ]
    for claim, holder in rivals(claims):
        problem = f"the secret {claim.value!r} is already {holder.owner} ({holder.file})"
        remedy = "name another secret: each holds a value of another kind"
        yield at(declared, claim.file, claim.loc, problem, remedy)


def _management_networks(declared: Declaration) -> Iterator[Finding]:
    """Access lists must come back from a device as they were written."""
    networks = declared.network_devices.management_networks
    for index, network in enumerate(networks):
        loc: Loc = ("management_networks", index)
        if network.prefixlen == 0:
            remedy = "name the networks of those who manage devices: this one lets in everybody"
            yield at(declared, _DEVICES, loc, f"{network} is every address", remedy)
        if network.prefixlen == 32:
            remedy = (
                "write a /31 or larger: a device prints a single address in another form, "
                "so its configuration would never equal the intended one"
            )
            yield at(declared, _DEVICES, loc, f"{network} is a single address", remedy)
    for (_, earlier), (index, later) in combinations(enumerate(networks), 2):
        if earlier.overlaps(later):
            problem = f"{later} overlaps {earlier}"
            remedy = "keep one of the two: a device drops a line that another one covers"
            yield at(declared, _DEVICES, ("management_networks", index), problem, remedy)
    controller = declared.city.controller
    if not any(controller in network for network in networks):
        problem = f"the controller {controller} (city.yml) is in none of these networks"
        remedy = "add its network: devices would refuse our own sessions"
        yield at(declared, _DEVICES, ("management_networks",), problem, remedy)


def _servers(declared: Declaration) -> Iterator[Finding]:
    services = declared.services
    dns = [
        Claim(address, str(address), _SERVICES, ("dns", "servers", index))
        for index, address in enumerate(services.dns.servers)
    ]
    ntp = [
        Claim(server.address, str(server.address), _SERVICES, ("ntp", "servers", index))
        for index, server in enumerate(services.ntp.servers)
    ]
    for claim, _ in (*rivals(dns), *rivals(ntp)):
        problem = f"the server {claim.owner} stands twice in the list"
        remedy = "remove one: the same server twice is no second source"
        yield at(declared, _SERVICES, claim.loc, problem, remedy)


STANDARD_RULES: tuple[Rule, ...] = (_zones, _secrets, _management_networks, _servers)
