"""Access lists between segments: each platform's own form, and the example city's policy."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest
import yaml

from access_lists import Packet, Rule, judge, read_filter, read_list, read_policies
from muniform.errors import RenderError
from muniform.model import Acl, AclAction, AclService, AclTerm
from muniform.model.schema import SegmentationFile
from muniform.model.segments import acls
from muniform.render.segmentation import acl_lines, effective_terms

_POLICY = Path(__file__).parents[3] / "inventory" / "standards" / "segmentation.yml"
_VLANS = Path(__file__).parents[3] / "inventory" / "standards" / "vlans.yml"
_DNS = (AclService("udp", (53,)), AclService("tcp", (53,)))
_SERVERS = (IPv4Network("10.1.1.10/32"), IPv4Network("10.1.1.30/32"))
_INSIDE = (IPv4Network("10.0.0.0/8"),)

_GUEST = Acl(
    "GUEST-IN",
    "guest",
    (
        AclTerm("replies", AclAction.PERMIT, established=True),
        AclTerm("names", AclAction.PERMIT, _SERVERS, _DNS),
        AclTerm("inside", AclAction.DENY, _INSIDE, log=True),
        AclTerm("web", AclAction.PERMIT, services=(AclService("tcp", (443, 80, 445)),)),
    ),
)


def test_ios_prints_numbers_wildcards_and_the_names_it_has_for_ports() -> None:
    assert acl_lines(_GUEST, "ios") == (
        "ip access-list extended GUEST-IN",
        " 10 permit udp any host 255.255.255.255 eq bootps",
        " 20 permit 112 any host 224.0.0.18",
        " 30 permit tcp any any established",
        " 40 permit udp any host 10.1.1.10 eq domain",
        " 50 permit udp any host 10.1.1.30 eq domain",
        " 60 permit tcp any host 10.1.1.10 eq domain",
        " 70 permit tcp any host 10.1.1.30 eq domain",
        " 80 deny ip any 10.0.0.0 0.255.255.255 log",
        " 90 permit tcp any any eq www",
        " 100 permit tcp any any eq 443",
        " 110 permit tcp any any eq 445",
        " 120 deny ip any any log",
    )


def test_eos_prints_prefixes_and_its_own_names_and_numbers_remarks_too() -> None:
    lines = acl_lines(_GUEST, "eos")
    assert lines[:5] == (
        "ip access-list GUEST-IN",
        "   10 remark dhcp-requests",
        "   20 permit udp any host 255.255.255.255 eq bootps",
        "   30 remark gateway-pair",
        "   40 permit vrrp any host 224.0.0.18",
    )
    assert lines[-8:] == (
        "   130 remark inside",
        "   140 deny ip any 10.0.0.0/8 log",
        "   150 remark web",
        "   160 permit tcp any any eq www",
        "   170 permit tcp any any eq https",
        "   180 permit tcp any any eq microsoft-ds",
        "   190 remark everything-else",
        "   200 deny ip any any log",
    )


def test_junos_prints_its_hierarchy_without_commands_to_the_loader() -> None:
    acl = replace(_GUEST, terms=_GUEST.terms[1:3])
    text = "\n".join(acl_lines(acl, "junos"))
    assert text.startswith("firewall {\n    family inet {\n        filter GUEST-IN {\n")
    assert (
        "            term names-tcp {\n"
        "                from {\n"
        "                    destination-address {\n"
        "                        10.1.1.10/32;\n"
        "                        10.1.1.30/32;\n"
        "                    }\n"
        "                    protocol tcp;\n"
        "                    destination-port 53;\n"
        "                }\n"
        "                then accept;\n"
        "            }\n"
    ) in text
    assert "replace:" not in text
    assert "*/" not in text
    assert "interface-specific" not in text


def test_a_firewall_gets_policies_between_its_zones_and_no_terms_for_replies() -> None:
    acl = replace(_GUEST, name="INTERNET-IN", zone="internet")
    lines = acl_lines(acl, "srx")
    assert "        from-zone internet to-zone wan {" in lines
    policies = [line.split()[1] for line in lines if line.startswith("            policy ")]
    assert policies == [
        "internet-names-udp",
        "internet-names-tcp",
        "internet-inside",
        "internet-web",
        "internet-everything-else",
    ]
    assert not any("replace:" in line or "[" in line for line in lines)


def test_names_of_two_lists_on_one_firewall_do_not_meet() -> None:
    def names(zone: str) -> set[str]:
        lines = acl_lines(replace(_GUEST, name=f"{zone.upper()}-IN", zone=zone), "srx")
        heads = ("address ", "address-set ", "application ", "application-set ", "policy ")
        return {
            line.split()[1]
            for line in lines
            if line.strip().startswith(heads) and not line.endswith("any;")
        }

    assert len(names("internet")) > 10
    assert not names("internet") & names("wan")


def test_replies_of_a_service_come_from_its_port() -> None:
    term = AclTerm("answers", AclAction.PERMIT, _INSIDE, _DNS, established=True)
    lines = acl_lines(Acl("RESTRICTED-IN", "restricted", (term,)), "ios")
    assert lines[3:5] == (
        " 30 permit udp any eq domain 10.0.0.0 0.255.255.255",
        " 40 permit tcp any eq domain 10.0.0.0 0.255.255.255 established",
    )


def test_ports_in_a_row_are_one_range_with_named_ends() -> None:
    term = AclTerm("files", AclAction.PERMIT, (), (AclService("tcp", (22, 20, 21)),))
    acl = Acl("GUEST-IN", "guest", (term,))
    assert acl_lines(acl, "ios")[3] == " 30 permit tcp any any range ftp-data 22"
    assert acl_lines(acl, "eos")[6] == "   60 permit tcp any any range ftp-data ssh"


def test_a_service_without_ports_outdoes_its_ports() -> None:
    services = (AclService("udp", (53,)), AclService("udp"))
    acl = Acl("GUEST-IN", "guest", (AclTerm("all", AclAction.PERMIT, (), services),))
    assert acl_lines(acl, "ios")[3] == " 30 permit udp any any"


def test_the_last_line_denies_once() -> None:
    closed = AclTerm("everything", AclAction.DENY, log=True)
    assert effective_terms(Acl("ISOLATION-IN", "isolation", (closed,)))[2:] == (closed,)
    empty = acl_lines(Acl("ISOLATION-IN", "isolation", ()), "ios")
    assert empty[-1] == " 30 deny ip any any log"
    assert acl_lines(Acl("ISOLATION-IN", "isolation", (closed,)), "ios") == empty


def _error(acl: Acl, platform: str) -> str:
    with pytest.raises(RenderError) as caught:
        acl_lines(acl, platform)
    return str(caught.value)


def test_a_platform_without_lists_is_named() -> None:
    assert _error(_GUEST, "procurve") == (
        "access list GUEST-IN: platform procurve has no access lists between segments\n"
        "  -> choose a model that routes with one of: eos, ios, junos, srx"
    )


def test_a_zone_that_no_firewall_has_is_named() -> None:
    assert _error(_GUEST, "srx") == (
        "access list GUEST-IN: a firewall has no zone 'guest'\n"
        "  -> its policies stand under 'edge' in standards/segmentation.yml: internet, wan"
    )


def test_replies_need_a_protocol_that_has_them() -> None:
    term = AclTerm("echoes", AclAction.PERMIT, (), (AclService("icmp"),), established=True)
    assert _error(Acl("OT-IN", "ot", (term,)), "ios") == (
        "access list OT-IN: term echoes: replies of icmp cannot be told from requests\n"
        "  -> name services of tcp or udp, or leave 'established' out"
    )


@pytest.mark.parametrize("platform", ["ios", "eos", "junos"])
def test_a_term_of_a_fixed_name_is_refused(platform: str) -> None:
    term = AclTerm("gateway-pair", AclAction.DENY)
    message = _error(Acl("OT-IN", "ot", (term,)), platform)
    assert "gateway-pair" in message
    assert message.endswith("-> correct the zone's terms in standards/segmentation.yml")


def test_a_changed_line_is_read_differently() -> None:
    """The reader that the property tests trust sees one wrong word."""
    lines = acl_lines(_GUEST, "ios")
    packet = Packet("tcp", IPv4Address("10.1.1.30"), port=53)
    assert judge(read_list(lines), packet).permit
    wrong = [line.replace("host 10.1.1.30", "host 10.1.1.3") for line in lines]
    assert not judge(read_list(wrong), packet).permit


# --- The example city's policy, judged by its rendered text --------------------------------------


@pytest.fixture(scope="module")
def city_lists() -> dict[str, dict[str, tuple[Rule, ...]]]:
    """Zone to platform to rules, as read from the rendered text."""
    policy = acls(SegmentationFile.model_validate(yaml.safe_load(_POLICY.read_text())))
    return {zone: _read(acl) for zone, acl in policy.items()}


def _read(acl: Acl) -> dict[str, tuple[Rule, ...]]:
    sides = {"internet": "wan", "wan": "internet"}
    if acl.zone in sides:
        return {"srx": read_policies(acl_lines(acl, "srx"), acl.zone, sides[acl.zone])}
    return {
        "ios": read_list(acl_lines(acl, "ios")),
        "eos": read_list(acl_lines(acl, "eos")),
        "junos": read_filter(acl_lines(acl, "junos"), acl.name),
    }


_WORKSTATION, _SWITCH, _CAMERA = "10.18.10.20", "10.18.254.11", "10.18.210.20"
_SERVER, _SECURE, _CONTROLLER = "10.2.1.40", "10.2.20.5", "10.1.254.10"
_OUTSIDE = "198.51.100.7"

_FLOWS = [
    # zone, protocol, to, port, let through
    ("guest", "tcp", _OUTSIDE, 443, True),
    ("guest", "udp", "10.1.1.10", 53, True),
    ("guest", "tcp", _WORKSTATION, 445, False),
    ("guest", "tcp", _SERVER, 443, False),
    ("guest", "tcp", "192.168.1.1", 80, False),
    ("corporate", "tcp", _SERVER, 445, True),
    ("corporate", "tcp", _OUTSIDE, 443, True),
    ("corporate", "tcp", _SERVER, 22, False),
    ("corporate", "tcp", _SWITCH, 22, False),
    ("corporate", "udp", _SWITCH, 161, False),
    ("corporate", "tcp", _CONTROLLER, 22, False),
    ("corporate", "tcp", _CAMERA, 554, False),
    ("corporate", "tcp", _SECURE, 443, False),
    ("restricted", "tcp", _SECURE, 5432, True),
    ("restricted", "tcp", _WORKSTATION, 3389, False),
    ("restricted", "udp", _WORKSTATION, 50000, False),
    ("restricted", "tcp", _SWITCH, 22, False),
    # The recorder opens the camera, and SCADA the controller; neither is asked the other way round.
    ("iot", "tcp", _SERVER, 554, False),
    ("restricted", "tcp", "10.18.210.20", 554, True),
    ("iot", "tcp", _OUTSIDE, 443, False),
    ("iot", "tcp", _WORKSTATION, 445, False),
    ("ot", "tcp", "10.2.20.40", 4840, False),
    ("restricted", "tcp", "10.40.230.20", 4840, True),
    ("restricted", "tcp", "10.40.230.20", 22, False),
    ("ot", "tcp", _SERVER, 443, False),
    ("ot", "tcp", _OUTSIDE, 443, False),
    ("ot", "udp", "10.1.1.10", 53, False),
    ("public_safety", "tcp", "10.2.20.20", 8443, True),
    ("public_safety", "tcp", _OUTSIDE, 443, False),
    ("public_safety", "tcp", _WORKSTATION, 445, False),
    ("isolation", "udp", "10.1.1.10", 53, False),
    ("isolation", "udp", "255.255.255.255", 67, True),
    ("isolation", "tcp", _OUTSIDE, 443, False),
    ("management", "tcp", _WORKSTATION, 22, True),
    ("management", "tcp", _OUTSIDE, 443, True),
    ("management", "tcp", _OUTSIDE, 22, False),
    ("internet", "tcp", "10.254.1.5", 443, True),
    ("internet", "tcp", "10.254.1.5", 22, False),
    ("internet", "tcp", _SERVER, 443, False),
    ("internet", "udp", "224.0.0.18", 0, False),
    ("wan", "tcp", _OUTSIDE, 443, True),
    ("wan", "tcp", "192.168.1.1", 443, False),
    ("wan", "tcp", _OUTSIDE, 445, False),
]


@pytest.mark.parametrize(("zone", "protocol", "to", "port", "permit"), _FLOWS)
def test_the_city_lets_through_what_its_matrix_says(
    city_lists: dict[str, dict[str, tuple[Rule, ...]]],
    zone: str,
    protocol: str,
    to: str,
    port: int,
    permit: bool,
) -> None:
    packet = Packet(protocol, IPv4Address(to), port=port)
    for platform, rules in city_lists[zone].items():
        verdict = judge(rules, packet)
        assert verdict.permit is permit, platform
        assert verdict.log is not permit, f"{platform}: what is denied is logged, nothing else"


@pytest.mark.parametrize(("service", "port"), [("dns", 53), ("ntp", 123), ("dhcp", 67)])
def test_answers_of_the_citys_services_come_back(
    city_lists: dict[str, dict[str, tuple[Rule, ...]]], service: str, port: int
) -> None:
    answer = Packet("udp", IPv4Address(_WORKSTATION), source_port=port, port=50000)
    asked = replace(answer, source_port=50000)
    for platform, rules in city_lists["restricted"].items():
        assert judge(rules, answer).permit, (platform, service)
        assert not judge(rules, asked).permit, (platform, service)


@pytest.mark.parametrize("zone", ["corporate", "restricted", "iot", "guest", "public_safety"])
def test_a_host_answers_the_controller(
    city_lists: dict[str, dict[str, tuple[Rule, ...]]], zone: str
) -> None:
    answer = Packet("tcp", IPv4Address(_CONTROLLER), source_port=22, port=50000, reply=True)
    for platform, rules in city_lists[zone].items():
        assert judge(rules, answer).permit, platform
        assert not judge(rules, replace(answer, reply=False)).permit, platform


def test_every_zone_with_gateways_has_a_list(
    city_lists: dict[str, dict[str, tuple[Rule, ...]]],
) -> None:
    vlans = yaml.safe_load(_VLANS.read_text())["vlans"]
    assert {vlan["zone"] for vlan in vlans} <= set(city_lists)
