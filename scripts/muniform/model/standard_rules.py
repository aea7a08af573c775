"""Rules about the city's standards themselves: zones, secrets, who may open a session, servers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations

from muniform.errors import Finding
from muniform.model.declaration import Declaration, service_addresses
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
    """Each secret has one use: a value that leaks in one place must not open another."""
    for claim, holder in rivals(_secret_claims(declared)):
        problem = f"the secret {claim.value!r} is already {holder.owner} ({holder.file})"
        remedy = "name another secret: each holds a value of another kind"
        yield at(declared, claim.file, claim.loc, problem, remedy)


def _secret_claims(declared: Declaration) -> Iterator[Claim]:
    account, services = declared.network_devices.account, declared.services
    for key in ("password", "password_hash", "private_key"):
        owner = "account.password" if key == "password" else key
        yield Claim(getattr(account, key), owner, _DEVICES, ("account", key))
    yield Claim(services.dns.key.secret, "key", _SERVICES, ("dns", "key", "secret"))
    if services.ntp.key:
        yield Claim(services.ntp.key.secret, "ntp.key", _SERVICES, ("ntp", "key", "secret"))
    for name, service in (("tacacs", services.tacacs), ("radius", services.radius)):
        if service:
            yield Claim(service.secret, f"{name}.secret", _SERVICES, (name, "secret"))
    if services.snmp:
        for key in ("auth", "privacy"):
            yield Claim(getattr(services.snmp, key), f"snmp.{key}", _SERVICES, ("snmp", key))
    if declared.routing.key:
        yield Claim(declared.routing.key, "key", "standards/routing.yml", ("key",))
    for site_id, site in declared.sites.items():
        for index, transit in enumerate(site.transit):
            file = f"sites/{site_id}.yml"
            yield Claim(transit.key, f"transit[{index}].key", file, ("transit", index, "key"))


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
    claims: defaultdict[str, list[Claim]] = defaultdict(list)
    for name, loc, address in service_addresses(declared):
        claims[name].append(Claim(address, str(address), _SERVICES, loc[:3]))
    for found in claims.values():
        for claim, _ in rivals(found):
            problem = f"the server {claim.owner} stands twice in the list"
            remedy = "remove one: the same server twice is no second source"
            yield at(declared, _SERVICES, claim.loc, problem, remedy)


STANDARD_RULES: tuple[Rule, ...] = (_zones, _secrets, _management_networks, _servers)
