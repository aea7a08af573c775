"""What a Catalyst has from the factory is no drift; anything else in the same sections is."""

from __future__ import annotations

import pytest

from muniform.devices import difference, normalise, show
from muniform.devices.configuration.ios import factory_lines, parse_difference
from muniform.devices.ios_candidate import flash_candidate

FACTORY = """crypto pki trustpoint SLA-TrustPoint
 enrollment pkcs12
 revocation-check crl
crypto pki trustpoint TP-self-signed-2114809301
 enrollment selfsigned
 subject-name cn=IOS-Self-Signed-Certificate-2114809301
 revocation-check none
 rsakeypair TP-self-signed-2114809301
crypto pki certificate chain TP-self-signed-2114809301
 certificate self-signed 01
  30820330 30820218 A0030201
  02020101 300D0609
  \tquit
switch 1 provision c9300-24ux
license boot level network-advantage addon dna-advantage
diagnostic bootup level minimal
memory free low-watermark processor 131072
redundancy
 mode sso
transceiver type all
 monitoring
vrf definition Mgmt-vrf
 !
 address-family ipv4
 exit-address-family
 !
 address-family ipv6
 exit-address-family
interface GigabitEthernet0/0
 vrf forwarding Mgmt-vrf
 no ip address
 negotiation auto
interface AppGigabitEthernet1/0/1
class-map match-any system-cpp-police-forus
 description Forus Address resolution and Forus traffic
policy-map system-cpp-policy
control-plane
 service-policy input system-cpp-policy
service call-home
call-home
 ! If contact email address in call-home is configured as sch-smart-licensing@cisco.com
 contact-email-addr sch-smart-licensing@cisco.com
 profile "CiscoTAC-1"
  active
  destination transport-method http
"""
PLANTED = [
    ("call-home", 'profile "thief"'),
    ("call-home", "http-proxy 192.0.2.6 port 80"),
    ("call-home", 'profile "CiscoTAC-1"', "destination address http https://192.0.2.6/"),
    ("control-plane", "service-policy input nothing"),
    ("interface GigabitEthernet0/0", "ip address 192.0.2.6 255.255.255.0"),
    ("interface AppGigabitEthernet1/0/1", "switchport mode trunk"),
    ("class-map match-any system-cpp-police-forus", "match any"),
    ("policy-map system-cpp-policy", "class system-cpp-police-forus"),
    ("vrf definition Mgmt-vrf", "rd 1:1"),
    ("crypto pki trustpoint SLA-TrustPoint", "enrollment url http://192.0.2.6"),
    ("crypto pki trustpoint TP-self-signed-thief", "enrollment terminal"),
    ("crypto pki certificate chain SLA-TrustPoint-2",),
    ("policy-map system-cpp-policy-2",),
    ("transceiver type all", "monitoring interval 1"),
    ("redundancy", "mode rpr"),
    ("diagnostic bootup level bypass",),
]


def _with(path: tuple[str, ...]) -> str:
    """The factory's text with one line more, in its section or in one of its own."""
    lines = FACTORY.splitlines()
    at = len(lines)
    for depth, part in enumerate(path[:-1]):
        line = " " * depth + part
        if line not in lines[: at if depth == 0 else None]:
            lines.append(line)
        at = lines.index(line) + 1
    lines.insert(at, " " * (len(path) - 1) + path[-1])
    return "\n".join(lines) + "\n"


def test_what_the_factory_wrote_is_not_compared_and_carried_over() -> None:
    assert normalise(FACTORY, "ios") == frozenset()
    kept = "".join(f"{line}\n" for line in FACTORY.splitlines() if not line.strip().startswith("!"))
    assert factory_lines(f"hostname x\n{FACTORY}end\n") == kept
    assert flash_candidate("hostname x\nend\n", FACTORY) == f"hostname x\n{kept}end\n"


@pytest.mark.parametrize("path", PLANTED, ids=" | ".join)
def test_what_somebody_planted_is_drift_and_not_carried_over(path: tuple[str, ...]) -> None:
    running = _with(path)
    assert path in normalise(running, "ios")
    assert path[-1] not in [line.strip() for line in factory_lines(running).splitlines()]
    told = show(difference(normalise(running, "ios"), normalise(FACTORY, "ios")))
    assert any(line.startswith("- ") and path[-1] in line for line in told)


def test_the_devices_own_diff_knows_the_same_lines() -> None:
    printed = 'call-home\n -profile "thief"\ninterface GigabitEthernet0/0\n +no ip address\n'
    assert [change.path for change in parse_difference(printed)] == [
        ("call-home", 'profile "thief"')
    ]


def test_a_line_of_a_banner_is_not_the_factorys() -> None:
    assert factory_lines("banner login ^C\nservice call-home\n^C\n") == ""
