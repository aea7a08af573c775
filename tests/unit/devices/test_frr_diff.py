"""What frr-reload prints, as a diff."""

from __future__ import annotations

import pytest

from muniform.devices.frr_diff import Delta, mask_secrets, parse_delta, render_delta

PRINTED = """\

Lines To Delete
===============
ip forwarding
no router ospf6
interface eth0
 no ip address 10.0.0.36/31
interface eth0
 ip ospf passive
router bgp 65001
 address-family ipv4 unicast
  no network 10.18.0.0/16

Lines To Add
============
interface eth0
 ip address 10.0.0.37/31
interface eth1
interface eth1
 description LAN trunk
ip route 10.99.0.0/16 blackhole
vrf guest
vrf guest
 exit-vrf
"""


def test_deleted_lines_are_shown_as_they_stood() -> None:
    assert parse_delta(PRINTED) == (
        Delta((), "-", "no ip forwarding"),
        Delta((), "-", "router ospf6"),
        Delta(("interface eth0",), "-", "ip address 10.0.0.36/31"),
        Delta(("interface eth0",), "-", "no ip ospf passive"),
        Delta(("router bgp 65001", "address-family ipv4 unicast"), "-", "network 10.18.0.0/16"),
        Delta(("interface eth0",), "+", "ip address 10.0.0.37/31"),
        Delta((), "+", "interface eth1"),
        Delta(("interface eth1",), "+", "description LAN trunk"),
        Delta((), "+", "ip route 10.99.0.0/16 blackhole"),
        Delta((), "+", "vrf guest"),
    )


def test_a_diff_groups_lines_by_section() -> None:
    assert render_delta(parse_delta(PRINTED)).splitlines() == [
        "- no ip forwarding",
        "- router ospf6",
        "+ ip route 10.99.0.0/16 blackhole",
        "+ vrf guest",
        "  interface eth0",
        "-  ip address 10.0.0.36/31",
        "-  no ip ospf passive",
        "+  ip address 10.0.0.37/31",
        "  router bgp 65001",
        "   address-family ipv4 unicast",
        "-   network 10.18.0.0/16",
        "+ interface eth1",
        "+  description LAN trunk",
    ]


def test_nothing_printed_is_nothing_to_do() -> None:
    assert render_delta(parse_delta("")) == ""
    assert render_delta(parse_delta("\n\n")) == ""


@pytest.mark.parametrize(
    "line",
    [
        " ip ospf message-digest-key 1 md5 Geheim",
        " ip ospf authentication-key Geheim",
        " ip rip authentication string Geheim",
        " neighbor 10.0.0.1 password Geheim",
        "  key-string Geheim",
        "enable password 8 Geheim",
        "password Geheim",
        " isis password md5 Geheim",
        " area-password clear Geheim",
    ],
)
def test_secrets_are_masked(line: str) -> None:
    masked = mask_secrets(f"!\n{line}\nip route 0.0.0.0/0 10.0.0.1\n")
    assert "Geheim" not in masked
    assert "<removed>" in masked
    assert masked.endswith("\nip route 0.0.0.0/0 10.0.0.1\n")


def test_other_lines_are_not_masked() -> None:
    text = "service password-encryption\nkey chain wan\n key 1\n ip ospf area 0\n"
    assert mask_secrets(text) == text
