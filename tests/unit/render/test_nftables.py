"""Access lists in the kernel's words, and that they are those whose behaviour Molecule proves."""

from __future__ import annotations

from ipaddress import IPv4Network
from pathlib import Path

import pytest
import yaml

from muniform.errors import RenderError
from muniform.model import Acl, AclAction, AclService, AclTerm
from muniform.render import filter_rules

SERVER = (IPv4Network("10.99.3.130/32"),)


def permit(name: str, *services: AclService, established: bool = False) -> AclTerm:
    return AclTerm(name, AclAction.PERMIT, (), services, established=established)


def test_the_rules_are_those_that_molecule_proves(root: Path) -> None:
    web = AclTerm("web", AclAction.PERMIT, SERVER, (AclService("tcp", (443, 80)),))
    ping = AclTerm("ping", AclAction.PERMIT, SERVER, (AclService("icmp"),))
    acl = Acl("CORPORATE-IN", "corporate", (web, ping, permit("replies", established=True)))
    inventory = root / "roles" / "packet_filter" / "molecule" / "default" / "inventory.yml"
    proven = yaml.safe_load(inventory.read_text())["containers"]["vars"]["packet_filter_lists"]
    assert list(filter_rules(acl)) == proven[0]["rules"]


def test_replies_of_any_protocol_need_no_service() -> None:
    rules = filter_rules(Acl("A-IN", "a", (permit("replies", established=True),)))
    assert rules[1] == "tcp flags & (ack | rst) != 0 accept"


def test_a_reply_comes_from_the_port_that_was_asked() -> None:
    services = (AclService("udp", (161,)), AclService("tcp", (22,)))
    rules = filter_rules(Acl("A-IN", "a", (permit("replies", *services, established=True),)))
    assert rules[1:3] == (
        "meta l4proto udp udp sport { 161 } accept",
        "meta l4proto tcp tcp sport { 22 } tcp flags & (ack | rst) != 0 accept",
    )


def test_replies_without_a_mark_are_refused() -> None:
    term = permit("replies", AclService("icmp"), established=True)
    with pytest.raises(RenderError, match="A-IN: term replies: replies of icmp"):
        filter_rules(Acl("A-IN", "a", (term,)))


def test_networks_that_overlap_are_one() -> None:
    networks = (IPv4Network("10.0.0.0/8"), IPv4Network("10.1.0.0/16"), IPv4Network("172.16.0.0/12"))
    rules = filter_rules(Acl("A-IN", "a", (AclTerm("inside", AclAction.DENY, networks),)))
    assert rules[1] == "ip daddr { 10.0.0.0/8, 172.16.0.0/12 } drop"


def test_a_list_that_says_its_last_word_itself_gets_no_other() -> None:
    assert filter_rules(Acl("A-IN", "a", (permit("anything"),))) == (
        "meta nfproto != ipv4 drop",
        "accept",
    )


def test_what_is_dropped_at_the_end_is_logged_within_limits() -> None:
    *_, log, drop = filter_rules(Acl("A-IN", "a", ()))
    assert log.startswith("limit rate ")
    assert 'log prefix "A-IN everything-else: "' in log
    assert drop == "drop"
