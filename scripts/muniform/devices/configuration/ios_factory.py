"""What a Catalyst writes into its configuration by itself: line by line, as it leaves the factory.

Its certificates, its chassis, its port for emergencies, the policer before its processor, its
licences. Such lines are kept as they are and never compared; any other line of the same sections is
somebody's, and drift (docs/decisions/what-a-real-switch-adds.md). The texts are those of published
configurations of the 9300 series with IOS-XE 16.12 to 17.12.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from muniform.devices.configuration.lines import Path

_NOTHING = r"(?!)"
_CERTIFICATE = r"certificate (?:self-signed|ca) \w+(?: nvram:\S+)?(?:\n[0-9A-F ]+)?(?:\nquit)?"
# The first line of each section, and which lines below it are the factory's.
_SECTIONS: tuple[tuple[str, str], ...] = (
    (
        r"crypto pki trustpoint TP-self-signed-\d+",
        r"enrollment selfsigned|subject-name cn=IOS-Self-Signed-Certificate-\d+|"
        r"revocation-check none|rsakeypair TP-self-signed-\d+|hash sha256",
    ),
    (
        r"crypto pki trustpoint SLA-TrustPoint",
        r"enrollment pkcs12|revocation-check crl|hash sha256",
    ),
    (r"crypto pki certificate chain (?:TP-self-signed-\d+|SLA-TrustPoint)", _CERTIFICATE),
    (r"switch [1-9] provision [\w-]+", _NOTHING),
    (r"license boot level network-\w+(?: addon dna-\w+)?", _NOTHING),
    (r"diagnostic bootup level minimal", _NOTHING),
    (r"memory free low-watermark processor \d+", _NOTHING),
    (r"redundancy", r"mode sso"),
    (r"transceiver type all", r"monitoring"),
    (r"vrf definition Mgmt-vrf", r"address-family ipv[46]|exit-address-family"),
    # Without an address, in its own VRF or in none.
    (
        r"interface GigabitEthernet0/0",
        r"vrf forwarding Mgmt-vrf|no ip address|shutdown|negotiation auto|speed 1000",
    ),
    (r"interface AppGigabitEthernet\d/\d/\d", _NOTHING),
    # A class that matches nothing by itself, and a policy that changes no rate.
    (r"class-map match-any system-cpp-(?:default|police-[a-z0-9-]+)", r"description .*"),
    (r"policy-map system-cpp-policy", _NOTHING),
    (r"control-plane", r"service-policy input system-cpp-policy"),
    (r"service call-home", _NOTHING),
    (
        r"call-home",
        r"contact-email-addr sch-smart-licensing@cisco\.com|"
        r'profile "CiscoTAC-1"(?:\n(?:active|destination transport-method http|'
        r"no destination transport-method email|"
        r"destination address http https://tools\.cisco\.com/its/service/oddce/services/"
        r"DDCEService))?",
    ),
)
_HEAD = re.compile("|".join(f"({head})" for head, _ in _SECTIONS))
_BELOW = tuple(re.compile(below) for _, below in _SECTIONS)


def is_factory(path: Path) -> bool:
    """Whether a line is one that every such switch has from the factory."""
    return _is_below(path, _below(path[0]))


def without_factory(paths: Iterable[Path]) -> Iterator[Path]:
    """The lines that somebody configured."""
    known: dict[str, re.Pattern[str] | None] = {}
    for path in paths:
        head = path[0]
        if head not in known:
            known[head] = _below(head)
        if not _is_below(path, known[head]):
            yield path


def _below(head: str) -> re.Pattern[str] | None:
    """What the factory writes below a section's first line; None if it writes no such section."""
    found = _HEAD.fullmatch(head)
    return None if found is None else _BELOW[(found.lastindex or 1) - 1]


def _is_below(path: Path, below: re.Pattern[str] | None) -> bool:
    if below is None:
        return False
    return len(path) == 1 or below.fullmatch("\n".join(path[1:])) is not None
