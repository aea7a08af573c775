"""What a switch shows although nobody configured it.

A file for ``configure replace`` should contain these lines: the device prints them again whatever
the file says, except for the certificate, which a replace can remove and only a boot brings back.
"""

from __future__ import annotations

import hashlib

from muniform.lab.ios import names
from muniform.lab.ios.arguments import Hardware
from muniform.lab.ios.editor import load
from muniform.lab.ios.tree import remove
from muniform.lab.simulated.language.tree import Node

_CERTIFICATE_WORDS = 60
LINES = ("line con 0", "line vty 0 4", "line vty 5 31")
_ALWAYS = (
    (("hostname",), "hostname Switch"),
    (("aaa", "new-model"), "no aaa new-model"),
    (("spanning-tree", "extend", "system-id"), "spanning-tree extend system-id"),
    (("ip", "http", "server"), "ip http server"),
    (("ip", "http", "secure-server"), "ip http secure-server"),
)


def settle(root: Node, hardware: Hardware) -> None:
    """Add whatever IOS always shows and the configuration does not settle itself."""
    present = {child.key for child in root.children}
    # The version is the software's, whatever a file claims.
    missing = [f"version {hardware.version}"]
    missing += [text for key, text in _ALWAYS if key not in present]
    for port in hardware.ports:
        if ("interface", port) not in present:
            missing.append(f"interface {port}")
    if ("interface", "Vlan1") not in present:
        missing += ["interface Vlan1", " no ip address", " shutdown"]
    load("\n".join(missing), root, hardware)
    if root.has("aaa", "new-model") and ("aaa", "session-id") not in present:
        load("aaa session-id common", root, hardware)
    for section in root.starting("interface"):
        _settle_address(section, hardware)


def blank(hardware: Hardware) -> Node:
    """What is there before the first line of a file is read: the terminal lines of the
    chassis, which no file can add or remove."""
    root = Node()
    load("\n".join(LINES), root, hardware)
    return root


def _settle_address(section: Node, hardware: Hardware) -> None:
    """A layer-3 interface without an address says so; a switched port says nothing."""
    name = section.words[1]
    is_routed = names.is_logical(name) and not name.startswith("Port")
    is_routed = is_routed or section.has("no", "switchport")
    if is_routed and section.find("ip", "address") is None:
        holder = Node(children=[section])
        load(f"interface {name}\n no ip address", holder, hardware)
    if not is_routed:
        remove(section, ("ip", "address"))


def self_signed(serial: str) -> str:
    """The certificate that IOS-XE makes for its web server: the same one for the same serial.

    It looks like a certificate and is none; nothing in the lab offers it to a client.
    """
    seed = hashlib.sha256(serial.encode()).digest()
    name = f"TP-self-signed-{int.from_bytes(seed[:4], 'big')}"
    hexadecimal = hashlib.shake_256(seed).hexdigest(4 * _CERTIFICATE_WORDS).upper()
    words = [hexadecimal[i : i + 8] for i in range(0, len(hexadecimal), 8)]
    rows = [" ".join(words[i : i + 8]) for i in range(0, len(words), 8)]
    return "\n".join(
        [
            f"crypto pki trustpoint {name}",
            " enrollment selfsigned",
            f" subject-name cn=IOS-Self-Signed-Certificate-{name.rpartition('-')[2]}",
            " revocation-check none",
            f" rsakeypair {name}",
            f"crypto pki certificate chain {name}",
            " certificate self-signed 01",
            *(f"  {row}" for row in rows),
            "  \tquit",
        ]
    )


def boot_configuration(startup: str, hardware: Hardware) -> tuple[Node, list[str]]:
    """What runs after booting with ``startup``, and what the console said about bad lines."""
    root = blank(hardware)
    rejected = load(startup, root, hardware)
    trustpoints = root.starting("crypto", "pki", "trustpoint")
    if not any(node.words[3].startswith("TP-self-") for node in trustpoints):
        load(self_signed(hardware.serial), root, hardware)
    settle(root, hardware)
    return root, [str(each) for each in rejected]
