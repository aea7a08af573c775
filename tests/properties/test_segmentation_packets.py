"""A rendered access list lets through exactly what the policy's terms do, on every platform."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from hypothesis import given, settings
from hypothesis import strategies as st

from access_lists import (
    Packet,
    intended,
    judge,
    read_filter,
    read_list,
    read_policies,
)
from muniform.model import Acl, AclAction, AclService, AclTerm
from muniform.render.segmentation import acl_lines

_NETWORKS = [
    IPv4Network(text)
    for text in (
        "0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.1.0/24", "10.1.1.10/32", "10.1.1.11/32",
        "10.1.1.128/25", "172.16.0.0/12", "255.255.255.255/32", "224.0.0.0/4",
    )
]  # fmt: skip
_ADDRESSES = [
    IPv4Address(text)
    for text in (
        "10.1.1.10", "10.1.1.11", "10.1.1.12", "10.1.1.200", "10.1.2.3", "10.99.0.1", "172.20.1.1",
        "198.51.100.7", "255.255.255.255", "224.0.0.18", "224.0.0.5",
    )
]  # fmt: skip
_PORTS = [20, 21, 22, 23, 53, 67, 68, 80, 88, 123, 161, 443, 445, 500, 514, 631, 1812, 4500, 5061]

_services = st.builds(
    AclService,
    st.sampled_from(["tcp", "udp"]),
    st.lists(st.sampled_from(_PORTS), max_size=5).map(tuple),
)
_terms = st.builds(
    AclTerm,
    name=st.just(""),
    action=st.sampled_from(AclAction),
    destinations=st.lists(st.sampled_from(_NETWORKS), max_size=3, unique=True).map(tuple),
    services=st.one_of(st.lists(_services, max_size=3).map(tuple), st.just((AclService("icmp"),))),
    log=st.booleans(),
    established=st.booleans(),
).filter(lambda term: not (term.established and AclService("icmp") in term.services))
_packets = st.builds(
    Packet,
    protocol=st.sampled_from(["tcp", "udp", "icmp", "vrrp", "ospf"]),
    to=st.sampled_from(_ADDRESSES),
    source_port=st.sampled_from([*_PORTS, 40000]),
    port=st.sampled_from([*_PORTS, 19, 24, 40001]),
    reply=st.booleans(),
)


def _acl(zone: str, terms: list[AclTerm]) -> Acl:
    named = (
        AclTerm(f"t{place}", t.action, t.destinations, t.services, t.log, t.established)
        for place, t in enumerate(terms)
    )
    return Acl(f"{zone.upper()}-IN", zone, tuple(named))


@settings(max_examples=120, deadline=None)
@given(st.lists(_terms, max_size=5), st.lists(_packets, min_size=20, max_size=40))
def test_gateways_treat_packets_as_the_policy_says(
    terms: list[AclTerm], packets: list[Packet]
) -> None:
    acl = _acl("guest", terms)
    read = {
        "ios": read_list(acl_lines(acl, "ios")),
        "eos": read_list(acl_lines(acl, "eos")),
        "junos": read_filter(acl_lines(acl, "junos"), acl.name),
    }
    for packet in packets:
        verdict = intended(acl, packet)
        for platform, rules in read.items():
            assert judge(rules, packet) == verdict, (platform, packet)


@settings(max_examples=80, deadline=None)
@given(st.lists(_terms, max_size=5), st.lists(_packets, min_size=20, max_size=40))
def test_a_firewall_opens_sessions_as_the_policy_says(
    terms: list[AclTerm], packets: list[Packet]
) -> None:
    acl = _acl("internet", terms)
    rules = read_policies(acl_lines(acl, "srx"), "internet", "wan")
    for packet in packets:
        assert judge(rules, packet) == intended(acl, packet, stateful=True), packet
