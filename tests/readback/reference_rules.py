"""What names refer to what, for the platforms whose configurations are lines in sections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from readback.tree import vlan_numbers


@dataclass(frozen=True)
class Rule:
    """Lines are matched with those above them: ``router bgp 1 / neighbor X route-map Y out``."""

    kind: str
    defines: str
    uses: tuple[str, ...]
    always: frozenset[str] = frozenset()
    """Names that a platform has by itself."""
    unused_matters: bool = True
    """A definition that nothing uses is a mistake too."""
    lists: Callable[[str], list[str]] = str.split
    """Takes a list of names apart."""


def _vlans(text: str) -> list[str]:
    return [str(number) for number in vlan_numbers([text])]


def _port_list(text: str) -> list[str]:
    """Ports of ArubaOS-Switch: ``1-2,Trk1``."""
    found: list[str] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first.isdigit() and last.isdigit():
            found += [str(number) for number in range(int(first), int(last) + 1)]
        else:
            found.append(part.lower())
    return found


CISCO = (
    Rule(
        "access list",
        r"ip access-list (?:standard |extended )?(\S+)",
        (
            r".* / ip access-group (\S+) in",
            r".* / access-class (\S+) in.*",
            r"snmp-server group .* access (\S+)",
            r"snmp-server ipv4 access-list (\S+).*",
            r".* / .* / ip access-group (\S+) in",
            r"ip ssh .*access-list (\S+)",
        ),
    ),
    Rule(
        "prefix list",
        r"ip prefix-list (\S+)(?: seq .*)?",
        (r".* / .*prefix-list (\S+)(?: in| out)?",),
    ),
    Rule(
        "route map",
        r"route-map (\S+) (?:permit|deny) \d+",
        (r"router .* / (?:.* / )?.*route-map (\S+)(?: in| out)?",),
    ),
    Rule(
        "class map",
        r"class-map (?:type qos )?(?:match-any |match-all )?(\S+)",
        (r"policy-map .* / class (\S+)",),
        frozenset({"class-default"}),
    ),
    Rule(
        "policy map",
        r"policy-map (?:type \S+ \S+ |type \S+ )?(\S+)",
        (r".*service-policy (?:type \S+ )?(?:input|output) (\S+)",),
    ),
    Rule(
        "OSPF process",
        r"router ospf (\d+)",
        (r"interface .* / ip ospf (\d+) area .*",),
        unused_matters=False,
    ),
    Rule("QoS profile", r"qos profile (\S+)", (r"interface .* / service-profile (\S+)",)),
    Rule("key chain", r"key chain (\S+)", (r".*key-chain (\S+)",)),
    Rule(
        "server group",
        r"aaa group server \S+ (\S+)",
        (r"aaa (?!group).* group (\S+)(?: .*)?", r"aaa (?!group).* group \S+ group (\S+)(?: .*)?"),
        frozenset({"tacacs+", "radius"}),
    ),
    Rule("server", r"(?:tacacs|radius) server (\S+)", (r"aaa group .* / server name (\S+)",)),
    Rule(
        "server address",
        r"(?:tacacs|radius)-server host (\S+).*",
        (r"aaa group .* / server (\d\S+).*",),
    ),
    Rule(
        "aggregation", r"interface [Pp]ort-[Cc]hannel(\d+)", (r".* / channel-group (\d+) mode .*",)
    ),
    Rule(
        "VLAN",
        r"vlan ([\d,-]+)",
        (
            r".* / switchport access vlan (\d+)",
            r".* / switchport (?:voice|phone) vlan (\d+)",
            r".* / switchport trunk native vlan (\d+)",
            r".* / switchport trunk allowed vlan ([\d,-]+)",
            r".* / .* vlan (\d+)",
            r"interface Vlan(\d+)",
            r"ip (?:dhcp snooping|arp inspection) vlan ([\d,-]+)",
        ),
        frozenset({"1"}),
        unused_matters=False,
        lists=_vlans,
    ),
    Rule(
        "time key",
        r"ntp authentication-key (\d+) .*",
        (r"ntp server .* key (\d+).*", r"ntp trusted-key (\d+)"),
    ),
    Rule("SNMP view", r"snmp-server view (\S+) .*", (r"snmp-server group .* read (\S+).*",)),
    Rule(
        "SNMP user",
        r"snmp-server user (\S+) .*",
        (r"snmp-server host \S+ (?:vrf \S+ )?version 3 priv (\S+)",),
    ),
    Rule("SNMP group", r"snmp-server group (\S+) .*", (r"snmp-server user \S+ (\S+) .*",)),
    Rule(
        "interface",
        r"interface (\S+)",
        (
            r".*source-interface (\S+)(?: .*)?",
            r"snmp-server trap-source (\S+)",
            r"router .* / no passive-interface (\S+)",
            r"ntp local-interface (\S+)",
        ),
        unused_matters=False,
    ),
)
ARUBA = (
    Rule(
        "VLAN",
        r"vlan (\d+)",
        (
            r"primary-vlan (\d+)",
            r"dhcp-snooping vlan ([\d -]+)",
            r"arp-protect vlan ([\d -]+)",
            r"aaa port-access .* (?:unauth-vid|auth-vid) (\d+)",
        ),
        unused_matters=False,
        lists=lambda text: _vlans(text.replace(" ", ",")),
    ),
    Rule(
        "port",
        r"(?:interface (\d\S*)|trunk \S+ (trk\d+) lacp)",
        (
            r"vlan .* / (?:no )?(?:tagged|untagged) (\S+)",
            r"trunk (\S+) trk\d+ lacp",
            r"aaa port-access (?:authenticator |mac-based )?([\d,Tt-]\S*)(?: .*)?",
            r"spanning-tree ([\d,Tt]\S*) .*",
            r"loop-protect ([\d,Tt]\S*)",
            r"port-security (\S+) .*",
            r"ip source-lockdown (\S+)",
        ),
        unused_matters=False,
        lists=_port_list,
    ),
    Rule(
        "time key",
        r"ntp authentication key-id (\d+) .*",
        (r"ntp server \S+ key-id (\d+).*",),
    ),
    Rule(
        "class",
        r'class ipv4 "(.+)"',
        (r'policy .* / \d+ class ipv4 "(.+?)" .*',),
    ),
    Rule("policy", r'policy qos "(.+)"', (r'vlan .* / service-policy "(.+)" in',)),
    Rule(
        "server group",
        r'aaa server-group \S+ "(.+?)" .*',
        (r'aaa .* server-group "(.+?)".*',),
    ),
    Rule(
        "SNMP user",
        r'snmpv3 user "(.+?)" .*',
        (r'snmpv3 params .* user "(.+?)" .*', r'snmpv3 group .* user "(.+?)" .*'),
    ),
    Rule(
        "SNMP parameters",
        r'snmpv3 params "(.+?)" .*',
        (r'snmpv3 targetaddress .* params "(.+?)".*',),
    ),
    Rule(
        "SNMP tag",
        r'snmpv3 notify .* tagvalue "(.+?)"',
        (r'snmpv3 targetaddress .* taglist "(.+?)"',),
    ),
)
RULES: Mapping[str, tuple[Rule, ...]] = {
    "ios": CISCO,
    "eos": CISCO,
    "frr": CISCO,
    "procurve": ARUBA,
}
