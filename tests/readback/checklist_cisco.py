"""What IOS-XE and EOS share of the checklist, and how lists are written."""

from __future__ import annotations

from collections.abc import Iterator

from muniform.model import Device


def dhcp_vlans(device: Device) -> list[int]:
    """The VLANs whose addresses are leased: where snooping and inspection guard (L2-000130)."""
    return sorted(vlan.id for vlan in device.vlans if vlan.dhcp)


def joined(numbers: list[int]) -> str:
    return ",".join(str(number) for number in numbers)


def banner(device: Device) -> Iterator[str]:
    """CISC-ND-000160."""
    yield from (line for line in device.baseline.banner.splitlines() if line)


def cisco_aaa(device: Device) -> Iterator[str]:
    """CISC-ND-001370 and -000490: servers first, the one local account when none answers."""
    base = device.baseline
    if base.tacacs:
        yield "aaa authentication login default group TACACS local"
        yield "aaa authorization exec default group TACACS local"
        yield "aaa accounting exec default start-stop group TACACS" + _logged(device)
    if base.radius:
        yield "aaa authentication dot1x default group RADIUS"
        yield "aaa accounting dot1x default start-stop group RADIUS"
        yield "dot1x system-auth-control"
        yield from ("dot1x critical eapol",) if device.platform == "ios" else ()
    if base.ntp_key:
        yield f"ntp trusted-key {base.ntp_key.id}"


def _logged(device: Device) -> str:
    return " logging" if device.platform == "eos" else ""


def cisco_routing(device: Device) -> Iterator[str]:
    """Silent unless told otherwise: no host can become a neighbour."""
    if device.routing:
        yield "router ospf 1 / passive-interface default"
        yield "ip routing"
        if device.routing.default_route:
            yield "router ospf 1 / default-information originate"
