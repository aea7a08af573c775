"""What of a configuration line is shown: never a secret, in none of the forms devices print."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniform.devices import mask_line
from muniform.devices.configuration import difference, normalise, show
from muniform.devices.secret_lines import mask_text
from muniform.secrets import SecretStore

GOLDEN_FOLDER = Path(__file__).resolve().parents[2] / "golden"
GOLDEN = sorted(GOLDEN_FOLDER.rglob("*.cfg"))
_REFERENCE = re.compile(r"<secret:(\w+)")

SECRETS = [
    "username bob privilege 15 secret 9 $9$salt${X}",
    "enable password level 15 7 {X}",
    "enable secret 5 {X}",
    " ip ospf message-digest-key 1 md5 {X}",
    " ip ospf message-digest-key 1 md5 7 {X}",
    " ip ospf authentication-key {X}",
    "ntp authentication-key 1 md5 {X} 7",
    " standby 1 authentication md5 key-string {X}",
    " standby 1 authentication {X}",
    " key-string {X}",
    "snmp-server community {X} RO 10",
    "snmp-server host 10.1.1.5 version 2c {X} udp-port 162",
    "snmp-server host 10.1.1.5 {X}",
    "snmp-server user audit ops v3 auth sha {X} priv aes 128 {X}",
    " neighbor 10.0.0.1 password 7 {X}",
    " pre-shared-key local {X}",
    " key 7 {X}",
    "radius-server key {X}",
    "crypto isakmp key {X} address 10.0.0.1",
    " wpa-psk ascii 0 {X}",
    "failed:; username bob secret 9 {X}",
    " key 7 {X}",
    " key {X}",
    " pac key 7 {X}",
    " client 10.1.1.50 server-key 7 {X}",
    "  key-string 7 {X}",
    "tacacs-server host 10.1.1.50 key {X}",
    "snmp-server user audit ops v3 auth sha {X} priv aes 128 {X} access OPS",
    "no snmp-server user audit ops v3 auth sha {X}",
    " neighbor 192.0.2.1 password {X}",
    "set system root-authentication encrypted-password {X}",
    "authentication-password {X}",
    "username muniform privilege 15 role network-admin secret sha512 {X}",
    "snmp-server user netmon N v3 localized 80001f88 auth sha {X} priv aes {X}",
    "ntp authentication-key 7 md5 7 {X}",
    "tacacs-server host 10.1.1.20 key 7 {X}",
    '        encrypted-password "{X}"; ## SECRET-DATA',
    "system root-authentication encrypted-password {X}",
    'system ntp authentication-key 1 type md5 value "{X}"',
    "protocols ospf area 0.0.0.0 interface xe-0/0/17.0 authentication md5 1 key {X}",
    'snmp v3 usm local-engine user m authentication-sha authentication-password "{X}"',
    'security ike policy p pre-shared-key ascii-text "{X}"',
    'password manager user-name "automation" sha256 "{X}"',
    'password operator plaintext "{X}"',
    'snmpv3 user "netmon" auth sha "{X}" priv aes "{X}"',
    'snmp-server community "{X}" operator unrestricted',
    'ntp authentication key-id 7 authentication-mode md5 key-value "{X}" trusted',
    'radius-server host 10.1.1.5 key "{X}"',
    'key-chain "k" key 1 key-string "{X}"',
    "security wpa psk set-key ascii 0 {X}",
    "event manager environment _pw {X}",
    "aaa server radius dynamic-author client 10.0.0.1 server-key {X}",
    "aaa root secret 0 {X}",
    " ip nhrp authentication {X}",
    "key chain backbone key 1 key-string {X}",
]


@pytest.mark.parametrize("value", ["hunter2", "$9$abc$def", "123", "version7"])
@pytest.mark.parametrize("form", SECRETS)
def test_no_form_shows_its_secret(form: str, value: str) -> None:
    shown = mask_line(form.replace("{X}", value))
    assert value not in re.split(r'[\s";]+', shown)
    assert "********" in shown


@pytest.mark.parametrize(
    "line",
    [
        "hostname fs03-sw1",
        "service password-encryption",
        "crypto key generate rsa general-keys modulus 3072",
        "ip ssh server algorithm encryption aes256-ctr",
        "ntp server 10.1.1.30 key 1 prefer",
        " switchport access vlan 20",
        " ip address 10.18.254.11 255.255.255.0",
        " login local",
        "aaa authentication login default group TACACS local",
        "aaa accounting commands 15 default start-stop group TACACS",
        "snmp-server group OPS v3 priv access SNMP",
        "snmp-server host 10.1.1.70 version 3 priv monitor",
        "SNMPv3 user monitor, group OPS, SHA, AES128",
        " address ipv4 10.1.1.50 auth-port 1812 acct-port 1813",
        " authentication timer reauthenticate 28800",
        " ip ospf authentication message-digest",
        "ntp trusted-key 1",
        "ntp authenticate",
        "login block-for 900 attempts 3 within 120",
        "password non-plaintext-sha256",
        "snmp-server group NETMON v3 priv read ALL",
        "ntp server 10.1.1.10 prefer key 7",
        "aaa authentication policy lockout failure 3 window 900 duration 900",
        "services ssh key-exchange ecdh-sha2-nistp521",
        'xe-0/0/1 description "the key to room 12"',
        'login message "no password is ever asked for\\n"',
        "ge-0/0/0 unit 0 family ethernet-switching vlan members CORP",
        "key-chain backbone {",
    ],
)
def test_what_holds_no_secret_is_shown_whole(line: str) -> None:
    assert mask_line(line) == line


def test_what_stands_beside_a_secret_is_still_read() -> None:
    assert mask_line(" ip ospf message-digest-key 1 md5 X") == (
        " ip ospf message-digest-key 1 md5 ********"
    )


def test_a_secret_of_several_words_is_one_word_in_quotes() -> None:
    shown = mask_line('snmpv3 user "netmon" auth sha "a 12 key" priv aes "b 13"')
    assert shown == 'snmpv3 user "netmon" auth sha ******** priv aes ********'


def test_a_hash_is_masked_wherever_it_stands() -> None:
    assert mask_line('foo bar "$9$abc/def" baz') == "foo bar ******** baz"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (" path scp://bk:hunter2@10.0.0.1/$h", " path scp://bk:********@10.0.0.1/$h"),
        ("boot-url ftp://u:hun@ter/2@h/x", "boot-url ftp://u:********@h/x"),
        (
            "   exec /usr/bin/TerminAttr -cvauth=key,hunter2 -taillogs",
            "   exec /usr/bin/TerminAttr -cvauth=******** -taillogs",
        ),
        ("   action bash curl -u op:hunter2 http://10.1.1.1/", None),
        ("alias x bash PASSWORD=hunter2 run", "alias x bash PASSWORD=******** run"),
        ("MIIEowIBAAKCAQEAhunter2", "********"),
        ("Zm9v" * 16, "********"),
    ],
)
def test_a_secret_inside_a_word_is_masked(line: str, shown: str | None) -> None:
    assert "hunter2" not in mask_line(line)
    assert shown is None or mask_line(line) == shown


@pytest.mark.parametrize(
    "line",
    [
        "username x ssh-key ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQDJ0123456789abcdefghijklmnopqrst",
        "ip http client source http://10.1.1.1:8080/path",
        "  30820330 30820218 A0030201 02020101 300D0609",
    ],
)
def test_what_only_looks_like_one_is_shown(line: str) -> None:
    assert mask_line(line) == line


_KEY = """-----BEGIN RSA PRIVATE KEY-----
MIIEhunter2KEY
Zm9vhunter2
-----END RSA PRIVATE KEY-----"""


def test_a_private_key_is_shown_by_its_ends_alone() -> None:
    junos = f'security {{ certificates {{ local {{ web {{ "{_KEY}\n"; }} }} }} }}\n'
    told = "\n".join(show(difference(frozenset(), normalise(junos, "junos"))))
    eos = f"management api http-commands\n   protocol https certificate\n{_KEY}\n   EOF\n"
    for seen in (told, mask_text(junos), mask_text(eos), mask_line(junos)):
        assert "hunter2" not in seen
        assert "-----BEGIN RSA PRIVATE KEY-----" in seen
        assert "-----END RSA PRIVATE KEY-----" in seen
    assert mask_text(eos).endswith("\n   EOF")


def test_a_key_without_an_end_hides_the_rest() -> None:
    assert mask_text(f"a\n{_KEY[:50]}\nb hunter2\n").splitlines()[:2] == ["a", _KEY[:31]]
    assert "hunter2" not in mask_text(f"a\n{_KEY[:50]}\nb hunter2\n")


def test_a_secret_of_several_lines_is_masked_to_its_end() -> None:
    text = 'ntp { authentication-key 1 value "hun\nter2 in two\nlines"; }\nhost-name x;\n'
    shown = mask_text(text).splitlines()
    assert shown == ["ntp { authentication-key 1 value ********", "********", "********",
                     "host-name x;"]  # fmt: skip


# What may stand in a configuration of every platform: no blanks, no quotes, nothing that ends a
# statement, and nothing that a shorter text of the line could contain by chance.
VALUES = st.text(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!$%&()*+,-./:<=>@^_|~",
    min_size=12,
    max_size=16,
).map(lambda value: f"{value}~|")


@pytest.mark.parametrize(
    "path", GOLDEN, ids=lambda path: f"{path.parent.parent.name}-{path.parent.name}-{path.stem}"
)
@settings(max_examples=3)
@given(value=VALUES)
def test_no_secret_of_a_rendered_configuration_is_shown(path: Path, value: str) -> None:
    text = path.read_text()
    with TemporaryDirectory() as folder:
        for number, name in enumerate(sorted(set(_REFERENCE.findall(text)))):
            secret = Path(folder, name)
            secret.touch(mode=0o600)
            secret.write_text(f"{number}{value}")
        store = SecretStore(Path(folder))
        secrets = [secret.reveal() for secret in store.referenced(text)]
        resolved = store.resolve(text)
    assert secrets
    changes = difference(frozenset(), normalise(resolved, _platform(text)))
    seen = "\n".join([mask_text(resolved), *map(mask_line, resolved.splitlines()), *show(changes)])
    assert not [secret for secret in secrets if secret in seen]


def _platform(text: str) -> str:
    """What a rendered configuration is for, from how it begins."""
    begins = {"system {": "junos", 'hostname "': "procurve", "no aaa root": "eos"}
    for start, platform in begins.items():
        if text.startswith(start):
            return platform
    return "frr" if "frr" in text.splitlines()[0] else "ios"
