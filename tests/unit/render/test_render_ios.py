"""Catalysts as a whole: reviewed files, secrets, and what must hold for both kinds of switch."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from catalysts import BASELINE, PLAIN_BASELINE, access_switch, distribution_switch
from muniform.model import Device
from muniform.render import first_boot, render
from muniform.secrets.forms import find
from muniform.secrets.references import references

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "ios"
CASES = {
    "access": access_switch,
    "access_plain": replace(access_switch, baseline=PLAIN_BASELINE),
    "distribution": distribution_switch,
    "distribution_plain": replace(distribution_switch, baseline=PLAIN_BASELINE),
}
BOTH = pytest.mark.parametrize("device", [access_switch, distribution_switch], ids=lambda d: d.role)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", ["intended", "first_boot"])
def test_configuration_is_as_reviewed(case: str, kind: str, update_goldens: bool) -> None:
    text = (render if kind == "intended" else first_boot)(CASES[case])
    expected = GOLDEN / f"{case}.{kind}.cfg"
    if update_goldens:
        expected.write_text(text)
    assert text == expected.read_text()


def test_no_golden_file_is_left_over() -> None:
    expected = {f"{case}.{kind}.cfg" for case in CASES for kind in ("intended", "first_boot")}
    assert {path.name for path in GOLDEN.iterdir()} == expected


@pytest.mark.parametrize("case", CASES)
def test_lines_are_whole_and_stand_below_their_heading(case: str) -> None:
    text = render(CASES[case])
    assert text.endswith("\nend\n")
    in_banner = False
    depth = 0
    for line in text.splitlines():
        in_banner ^= "^C" in line
        if in_banner or line == "^C":
            continue
        indent = len(line) - len(line.lstrip())
        assert line.strip()
        assert line == line.rstrip()
        assert indent <= depth + 1, line
        depth = indent


@pytest.mark.parametrize("case", CASES)
def test_no_line_stands_twice_in_a_section(case: str) -> None:
    seen: set[tuple[str, ...]] = set()
    path: list[str] = []
    for line in render(CASES[case]).splitlines():
        indent = len(line) - len(line.lstrip())
        path = [*path[:indent], line.strip()]
        if line != "^C":
            assert tuple(path) not in seen, path
            seen.add(tuple(path))


@BOTH
def test_every_secret_is_rendered_as_ios_stores_it(device: Device) -> None:
    """Type 7 for what IOS must know itself; the account's hash is declared hashed; the SNMP user
    is given its passwords, since IOS localises them and shows neither."""
    plain = {"automation_password_hash", "snmp_auth", "snmp_privacy"}
    found = references(render(device))
    assert {reference.name for reference in found if not reference.form} == plain
    for reference in found:
        if reference.form:
            assert find(reference).module == "cisco7"


@BOTH
def test_what_comes_after_type_7_is_a_reference_to_that_form(device: Device) -> None:
    lines = [line for line in render(device).splitlines() if re.search(r"\b(key|md5) 7 ", line)]
    assert lines
    for line in lines:
        assert re.search(r" 7 <secret:[a-z_]+:ios7>$", line)


@BOTH
def test_first_boot_hands_out_no_key_of_a_server(device: Device) -> None:
    names = {reference.name for reference in references(first_boot(device))}
    assert names <= {"automation_password_hash", "ospf_key"}


@BOTH
def test_intended_keeps_what_first_boot_made(device: Device) -> None:
    """Except for the host key, the widened trunks, and the servers that are asked before the
    local account once they are known."""
    intended = set(render(device).splitlines())
    gone = set(first_boot(device).splitlines()) - intended
    for line in gone:
        assert re.match(r"crypto key generate| switchport trunk allowed vlan|aaa .* local$", line)
    assert "aaa new-model" in intended


@BOTH
def test_every_method_list_ends_with_the_local_account(device: Device) -> None:
    """Without it, nobody gets in while the servers are away."""
    for text in (render(device), first_boot(device)):
        lists = re.findall(
            r"^aaa (?:authentication login|authorization (?:exec|commands 15)) default (.*)$",
            text,
            re.MULTILINE,
        )
        assert lists
        assert all(methods.split()[-1] == "local" for methods in lists)
        assert "\naaa authorization console\n" in text


def test_groups_name_servers_that_are_there() -> None:
    text = render(access_switch)
    for kind in ("tacacs", "radius"):
        declared = re.findall(rf"^{kind} server (\S+)$", text, re.MULTILINE)
        group = re.search(rf"^aaa group server {kind}\+? \w+\n((?: .*\n)+)", text, re.MULTILINE)
        assert group is not None
        assert re.findall(r" server name (\S+)", group[1]) == declared
        assert len(declared) == 2


def test_radius_alone_leaves_logins_to_the_local_account() -> None:
    lines = render(replace(access_switch, baseline=replace(BASELINE, tacacs=None))).splitlines()
    assert "aaa authentication login default local" in lines
    assert "aaa authentication dot1x default group RADIUS" in lines
    assert not [line for line in lines if "TACACS" in line]


@pytest.mark.parametrize("case", ["access_plain", "distribution_plain"])
def test_what_no_standard_sets_is_not_rendered(case: str) -> None:
    text = render(CASES[case])
    assert "\nno aaa new-model\n" in text
    assert text.count("\n login local\n") == 3
    for word in (
        "TACACS",
        "RADIUS",
        "dot1x",
        "authentication port-control",
        "login block-for",
        "logging",
        "snmp-server",
        "policy-map",
        "service-policy",
        "ntp authenticate",
        " key ",
    ):
        assert word not in text


def test_with_aaa_no_line_asks_for_the_local_account_by_itself() -> None:
    """IOS refuses "login local" then; the default method list holds."""
    assert "login local" not in render(access_switch)


def test_the_snmp_user_comes_last_and_after_the_engine_its_keys_are_made_with() -> None:
    lines = render(access_switch).splitlines()
    users = [index for index, line in enumerate(lines) if line.startswith("snmp-server user ")]
    assert users == [len(lines) - 2]
    engine = f"snmp-server engineID local {access_switch.snmp_engine_id.upper()}"
    assert lines.index(engine) < users[0]


def test_snmp_is_answered_to_managers_only_and_never_unencrypted() -> None:
    lines = render(access_switch).splitlines()
    start = lines.index("ip access-list standard SNMP")
    assert lines[start + 1 : start + 3] == [" 10 permit 10.1.1.70", " 20 permit 10.2.1.70"]
    assert "snmp-server group MONITORING v3 priv read ALL notify ALL access SNMP" in lines
    assert "snmp-server view ALL iso included" in lines
    hosts = [line for line in lines if line.startswith("snmp-server host")]
    assert len(hosts) == 2
    assert all(" version 3 priv " in line for line in hosts)
    assert not [line for line in lines if line.startswith("snmp-server community")]


def test_time_is_only_taken_from_servers_that_know_the_key() -> None:
    lines = render(access_switch).splitlines()
    assert "ntp authenticate" in lines
    assert "ntp trusted-key 1" in lines
    assert [line for line in lines if line.startswith("ntp server")] == [
        "ntp server 10.1.1.30 key 1 prefer",
        "ntp server 10.1.1.10 key 1",
    ]


def test_the_lockout_has_no_exception() -> None:
    text = render(access_switch)
    assert "\nlogin block-for 900 attempts 3 within 120\n" in text
    assert "quiet-mode" not in text


@BOTH
def test_servers_know_a_switch_by_one_address(device: Device) -> None:
    source = "Vlan999" if device is access_switch else "Loopback0"
    named = re.findall(r"(?:source-interface|trap-source) (\S+)$", render(device), re.MULTILINE)
    assert len(named) == 4
    assert set(named) == {source}
