"""What the simulated switch keeps of a secret: hidden, hashed, or beside its configuration."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniform.lab.ios import IosSwitch
from muniform.lab.ios.shell import Shell
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.spec import DeviceSpec, Wiring
from muniform.lab.simulated.type7 import reveal7, type7

ENGINE = "80001F8804666F"
PORT = "TenGigabitEthernet1/0/1"
USER = "snmp-server user monitor OPS v3 auth sha Secret-One priv aes 128 Secret-Two"
BASE = f"""
service password-encryption
hostname sw1
archive
 path flash:archive
snmp-server engineID local {ENGINE}
snmp-server group OPS v3 priv
"""


class Wire:
    """A connection that only knows whether it was dropped."""

    is_dropped = False
    is_frozen = False

    def abort(self) -> None:
        self.is_dropped = True


def booted(startup: str = BASE) -> IosSwitch:
    wiring = Wiring((PORT,), IPv4Address("10.18.254.1"), IPv4Address("10.1.254.10"))
    spec = DeviceSpec(
        name="sw1",
        model="C9300-24UX",
        serial="FOC1",
        ports=(PORT,),
        startup=startup,
        wiring=wiring,
        address="127.18.254.11",
        port=20022,
    )
    switch = IosSwitch(spec, Clock())
    assert switch.boot_messages == []
    return switch


def ask(switch: IosSwitch, line: str) -> list[str]:
    answer = Shell(switch, "muniform", 15, Wire()).enter(line)
    assert isinstance(answer, list)
    return answer


class TestType7:
    @pytest.mark.parametrize(
        ("hidden", "value"),
        [("02050D480809", "cisco"), ("094F471A1A0A", "cisco"), ("060506324F41", "cisco")],
    )
    def test_well_known_pairs(self, hidden: str, value: str) -> None:
        assert reveal7(hidden) == value
        assert type7(value, int(hidden[:2])) == hidden

    @given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=80))
    def test_what_was_hidden_can_be_known_again(self, value: str) -> None:
        assert reveal7(type7(value)) == value

    @pytest.mark.parametrize("text", ["", "07", "9900", "0205X", "02050", "16AB", "cisco"])
    def test_other_text_is_none(self, text: str) -> None:
        assert reveal7(text) is None


class TestHiddenKeys:
    @pytest.mark.parametrize(
        ("typed", "printed"),
        [
            ("tacacs server T\n key 0 Plain", " key 7 "),
            ("radius server R\n key Plain", " key 7 "),
            ("radius server R\n pac key Plain", " pac key 7 "),
            ("key chain K\n key 1\n  key-string Plain", "  key-string 7 "),
            ("interface Vlan20\n ip ospf message-digest-key 1 md5 Plain", " md5 7 "),
            ("ntp authentication-key 1 md5 Plain", "ntp authentication-key 1 md5 "),
        ],
    )
    def test_a_key_that_was_typed_in_clear_is_hidden(self, typed: str, printed: str) -> None:
        switch = booted(BASE + typed)
        found = next(line for line in switch.running.splitlines() if printed in line)
        hidden = found.partition(printed)[2].split()[0]
        assert reveal7(hidden) == "Plain"
        assert "Plain" not in switch.running

    def test_without_the_service_only_ntp_hides(self) -> None:
        switch = booted("tacacs server T\n key Plain\nntp authentication-key 1 md5 Other\n")
        assert " key Plain\n" in switch.running
        assert "Other" not in switch.running

    @pytest.mark.parametrize(
        "line", ["tacacs server T\n key 7 nonsense", "ntp authentication-key 1 md5 nonsense 7"]
    )
    def test_what_is_not_hidden_as_it_says_is_refused(self, line: str) -> None:
        switch = booted()
        assert any("Invalid encrypted key" in said for said in switch.merge(line, "muniform"))
        assert "nonsense" not in switch.running


class TestUsers:
    def test_taken_and_shown_but_never_in_a_configuration(self) -> None:
        switch = booted()
        assert switch.merge(USER, "muniform") == []
        switch.save()
        told = "\n".join(ask(switch, "show snmp user"))
        assert "User name: monitor" in told
        assert f"Engine ID: {ENGINE}" in told
        assert "Authentication Protocol: SHA" in told
        assert "Privacy Protocol: AES128" in told
        assert "Group-name: OPS" in told
        for text in (switch.running, switch.startup, told, "\n".join(ask(switch, "show run"))):
            assert "Secret" not in text
            assert "snmp-server user" not in text

    def test_a_replace_leaves_them_and_another_engine_id_ends_them(self) -> None:
        switch = booted()
        switch.merge(USER, "muniform")
        switch.replace(switch.running.replace("hostname sw1", "hostname sw2"), "muniform", True)
        assert "User name: monitor" in ask(switch, "show snmp user")
        switch.merge(f"snmp-server engineID local {ENGINE}", "muniform")
        assert "User name: monitor" in ask(switch, "show snmp user")
        switch.replace(switch.running.replace(ENGINE, ENGINE + "AB"), "muniform", True)
        assert "User name: monitor" not in ask(switch, "show snmp user")

    def test_one_is_taken_away_by_name_and_group(self) -> None:
        switch = booted()
        switch.merge(f"{USER}\nno snmp-server user monitor OTHER v3", "muniform")
        assert "User name: monitor" in ask(switch, "show snmp user")
        switch.merge("no snmp-server user monitor OPS v3", "muniform")
        assert ask(switch, "show snmp user") == [""]

    def test_only_saved_ones_survive_a_boot(self) -> None:
        switch = booted()
        switch.merge(USER, "muniform")
        switch.save()
        switch.merge(USER.replace("monitor", "late"), "muniform")
        switch.boot()
        told = ask(switch, "show snmp user")
        assert "User name: monitor" in told
        assert "User name: late" not in told

    def test_in_a_file_to_replace_with_they_stay_a_difference(self) -> None:
        """As IOS does it: everything applies, five passes run, and the line is printed."""
        switch = booted()
        body = switch.running.removesuffix("end\n")
        outcome = switch.replace(f"{body}{USER}\nend\n", "muniform", True)
        assert outcome.lines[-2] == "Rollback aborted after 5 passes"
        assert USER in outcome.lines
        assert "User name: monitor" in ask(switch, "show snmp user")
