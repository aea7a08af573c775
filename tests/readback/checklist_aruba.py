"""ArubaOS-Switch's part of the checklist."""

from __future__ import annotations

from collections.abc import Iterator

from muniform.model import Device
from readback.checklist_cisco import dhcp_vlans


def procurve(device: Device) -> Iterator[str]:
    """The same controls, in ArubaOS-Switch's words."""
    base = device.baseline
    yield f"banner motd {_quoted(base.banner)}"
    if base.syslog:
        yield "logging severity info"
    yield from ("no telnet-server", "no web-management", "no rest-interface", "no tftp client")
    yield from ("no tftp server", "no autorun", "aruba-central disable", "ip ssh filetransfer")
    yield from ("activate software-update disable", "activate provision disable")
    yield from ("no dhcp config-file-update", "no dhcp image-file-update")
    yield from (f"no ip ssh cipher {name}" for name in ARUBA_OLD_CIPHERS)
    yield from (f"no ip ssh mac {name}" for name in ARUBA_OLD_MACS)
    for line in ("", " serial-usb"):
        yield f"console idle-timeout{line} {base.idle_minutes * 60}"
    yield from ("spanning-tree", "spanning-tree force-version rstp-operation")
    yield f"spanning-tree priority {device.bridge_priority // 4096}"
    yield "password non-plaintext-sha256"
    yield from ("timesync ntp", "ntp unicast", "ntp enable")
    yield f"primary-vlan {device.management.vlan}"
    if base.lockout:
        yield f"aaa authentication lockout-delay {base.lockout.closed_seconds}"
    if dhcp_vlans(device):
        listed = " ".join(str(number) for number in dhcp_vlans(device))
        yield from ("dhcp-snooping", f"dhcp-snooping vlan {listed}", "no dhcp-snooping option 82")
        yield from ("arp-protect", f"arp-protect vlan {listed}", "ip source-lockdown")
    yield from _aruba_servers(device)


ARUBA_OLD_CIPHERS = (
    "3des-cbc",
    "aes128-cbc",
    "aes192-cbc",
    "aes256-cbc",
    "rijndael-cbc@lysator.liu.se",
)
ARUBA_OLD_MACS = ("hmac-md5", "hmac-md5-96", "hmac-sha1", "hmac-sha1-96")


def _aruba_servers(device: Device) -> Iterator[str]:
    base = device.baseline
    for server in base.tacacs.servers if base.tacacs else ():
        yield f'tacacs-server host {server} key "<secret:tacacs_key>"'
    for server in base.radius.servers if base.radius else ():
        yield f'radius-server host {server} key "<secret:radius_key>"'
    if base.tacacs:
        yield "aaa authentication ssh login tacacs local"
        yield "aaa authentication ssh enable tacacs local"
        yield "aaa accounting exec start-stop tacacs"
        yield "aaa authorization commands access-level all"
        yield "aaa authorization commands auto"
        yield "aaa authentication login privilege-mode"
    if base.radius:
        # While no server answers: in the port's own VLAN, unless there is one for that.
        open_port = " authorized" if base.dot1x and base.dot1x.critical_vlan is None else ""
        yield f"aaa authentication port-access eap-radius{open_port}"
        if open_port:
            yield f"aaa authentication mac-based chap-radius{open_port}"
        yield "aaa port-access authenticator active"
    if base.snmp:
        engine = device.snmp_engine_id
        pairs = ":".join(engine[index : index + 2] for index in range(0, len(engine), 2))
        yield f'snmpv3 engineid "{pairs}"'
        yield from ("snmpv3 enable", "snmpv3 only")
        yield f'snmpv3 group operatorauth user "{base.snmp.user}" sec-model ver3'
        for manager in base.snmp.managers:
            yield (
                f"ip authorized-managers {manager} 255.255.255.255 access operator "
                "access-method snmp"
            )


def _quoted(text: str) -> str:
    return '"' + text.replace("\n", "\\n") + '"'
