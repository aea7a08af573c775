"""Arista EOS's configurations as sets of lines, and as the commands of a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniform.devices.configuration import Change, difference, normalise
from muniform.devices.configuration.eos import commands

GOLDEN_FOLDER = Path(__file__).resolve().parents[2] / "golden"
GOLDEN = sorted(
    path
    for path in GOLDEN_FOLDER.rglob("*.cfg")
    if path.read_text().startswith(("no aaa root", "no username admin"))
)
SAMPLES = 40
"""Lines that are tried in each file."""
PRINTED = """! Command: show running-config
! device: ch01-sw1 (DCS-7050SX3-48YC8, EOS-4.34.1F)
!
! boot system flash:/EOS-4.34.1F.swi
!
no aaa root
!
username muniform privilege 15 role network-admin secret sha512 $6$salt$hash
!
hostname ch01-sw1
!
banner login
Authorised use only.
   An indented line! And a mark.
! this is text
EOF
!
management api http-commands
   protocol https certificate
-----BEGIN CERTIFICATE-----
AAAA
-----END CERTIFICATE-----
EOF
-----BEGIN PRIVATE KEY-----
BBBB
-----END PRIVATE KEY-----
EOF
   no shutdown
   !
   vrf default
      no shutdown
      ip access-group MANAGEMENT
!
interface Ethernet1
   description  WS-1
   !! looked at by hand
   shutdown
!
aaa group server tacacs+ TACACS
   server 10.1.1.20
   server 10.2.1.20
!
end
"""
INTENDED = """no aaa root
username muniform privilege 15 role network-admin secret sha512 $6$salt$hash
hostname ch01-sw1
banner login
Authorised use only.
   An indented line! And a mark.
! this is text
EOF
management api http-commands
   no shutdown
   vrf default
      no shutdown
      ip access-group MANAGEMENT
interface Ethernet1
   description WS-1
   !! looked at by hand
   shutdown
aaa group server tacacs+ TACACS
   server 10.1.1.20
   server 10.2.1.20
end
"""


def test_what_the_device_adds_is_no_difference() -> None:
    assert normalise(PRINTED, "eos") == normalise(INTENDED, "eos")


def test_a_line_is_its_path_of_sections() -> None:
    lines = normalise(PRINTED, "eos")
    assert ("management api http-commands", "vrf default", "no shutdown") in lines
    assert ("management api http-commands", "no shutdown") in lines
    assert ("interface Ethernet1", "description WS-1") in lines
    assert ("interface Ethernet1", "!! looked at by hand") in lines


def test_a_banner_is_one_line_with_its_text() -> None:
    (banner,) = [path for path in normalise(PRINTED, "eos") if path[0].startswith("banner")]
    text = "Authorised use only.\n   An indented line! And a mark.\n! this is text"
    assert banner == (f"banner login\n{text}",)


def test_another_banner_is_a_change() -> None:
    other = INTENDED.replace("Authorised use", "Unauthorised use")
    changes = difference(normalise(PRINTED, "eos"), normalise(other, "eos"))
    assert sorted(change.sign for change in changes) == ["+", "-"]


def test_no_certificate_is_ever_shown_or_compared() -> None:
    assert not any("BEGIN" in part for path in normalise(PRINTED, "eos") for part in path)


def test_the_order_of_servers_counts() -> None:
    first, second = "   server 10.1.1.20\n", "   server 10.2.1.20\n"
    turned = INTENDED.replace(first + second, second + first)
    section = "aaa group server tacacs+ TACACS"
    assert difference(normalise(PRINTED, "eos"), normalise(turned, "eos")) == {
        Change((section, "[order] server 10.1.1.20, server 10.2.1.20"), "-"),
        Change((section, "[order] server 10.2.1.20, server 10.1.1.20"), "+"),
    }


def test_the_order_of_interfaces_does_not() -> None:
    two = "interface Ethernet1\n   shutdown\ninterface Ethernet2\n   shutdown\n"
    turned = "interface Ethernet2\n   shutdown\ninterface Ethernet1\n   shutdown\n"
    assert normalise(two, "eos") == normalise(turned, "eos")


def test_a_port_without_settings_is_no_line() -> None:
    ports = "interface Ethernet49/2\ninterface Management1\ninterface Vlan20\n"
    assert normalise(ports, "eos") == {("interface Vlan20",)}


def test_the_device_keeps_its_certificate() -> None:
    loaded = commands(INTENDED, PRINTED)
    at = loaded.index("management api http-commands")
    certificate = loaded[at + 1]
    assert isinstance(certificate, dict)
    assert certificate["cmd"] == "protocol https certificate"
    assert certificate["input"].count("BEGIN") == 2
    # The mark between the two texts, and none behind the second: eAPI adds that.
    assert certificate["input"].count("EOF") == 1
    assert loaded[at + 2] == "no shutdown"


def test_a_session_is_fed_commands_and_no_comments() -> None:
    loaded = commands(INTENDED, INTENDED)
    text = "Authorised use only.\n   An indented line! And a mark.\n! this is text"
    assert {"cmd": "banner login", "input": text} in loaded
    assert "end" not in loaded
    assert loaded[0] == "no aaa root"
    assert all(line and not line.startswith("! ") for line in loaded if isinstance(line, str))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_rendered_line_counts(path: Path) -> None:
    """A line of a rendered configuration, taken away, is seen as a difference."""
    lines = path.read_text().splitlines()
    whole = normalise("\n".join(lines), "eos")
    for at, line in list(enumerate(lines))[:: max(1, len(lines) // SAMPLES)]:
        if line.strip() in ("end", "EOF"):
            continue
        assert normalise("\n".join(lines[:at] + lines[at + 1 :]), "eos") != whole, line


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_separators_and_a_head_change_nothing(path: Path) -> None:
    head = "! Command: show startup-config\n! Startup-config last modified at Mon by muniform\n"
    text = path.read_text()
    before_banner, banner, rest = text.partition("banner login\n")
    separated = before_banner.replace("\n", "\n!\n") + banner + rest
    assert normalise(head + separated, "eos") == normalise(text, "eos")


def test_there_are_golden_files() -> None:
    assert len(GOLDEN) >= 10
