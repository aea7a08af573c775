"""What of a configuration line is shown: never a secret, in none of the forms devices print."""

from __future__ import annotations

import pytest

from muniform.devices import mask_line

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
]


@pytest.mark.parametrize("value", ["hunter2", "$9$abc$def", "123", "version7"])
@pytest.mark.parametrize("form", SECRETS)
def test_no_form_shows_its_secret(form: str, value: str) -> None:
    shown = mask_line(form.replace("{X}", value))
    assert value not in shown.split()
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
    ],
)
def test_what_holds_no_secret_is_shown_whole(line: str) -> None:
    assert mask_line(line) == line


def test_what_stands_beside_a_secret_is_still_read() -> None:
    assert mask_line(" ip ospf message-digest-key 1 md5 X") == (
        " ip ospf message-digest-key 1 md5 ********"
    )
