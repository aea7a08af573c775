"""A Junos device's commits, locks, boots and past, without a network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from muniform.lab.junos.accounts import READ_ONLY, SUPER_USER, login
from muniform.lab.junos.database import HISTORY, LockedError
from muniform.lab.junos.device import CommitRefused, JunosDevice
from muniform.lab.junos.loading import load_set
from muniform.lab.junos.netconf import Session
from muniform.lab.junos.shell import Shell
from muniform.lab.simulated.faults import Condition, Point, Strike
from simulated_junos import HASH, PASSWORD, STARTUP, UPLINK, USER, made_switch

RENAME = "set system host-name ops-sw9"


class Line:
    """A connection that nobody listens to."""

    is_dropped = False
    is_frozen = False

    def abort(self) -> None:
        self.is_dropped = True

    def freeze(self) -> None:
        self.is_frozen = True


def on_a_switch(act: Callable[[JunosDevice], None], scale: float = 1) -> None:
    async def run() -> None:
        device = made_switch(scale=scale)
        try:
            act(device)
        finally:
            device.stop()

    asyncio.run(run())


def change(device: JunosDevice, lines: str) -> None:
    editor = device.editor("muniform", "netconf")
    device.stage(editor, load_set(lines, device.database.of(editor)))


def commit(device: JunosDevice, minutes: int | None = None) -> None:
    device.commit(device.editor("muniform", "netconf"), minutes=minutes)


def test_it_boots_on_what_it_is_given() -> None:
    def act(device: JunosDevice) -> None:
        assert device.boot_messages == []
        assert device.running.replace(" ## SECRET-DATA", "") == STARTUP
        assert device.cut is None
        assert device.residue() == []

    on_a_switch(act)


def test_a_commit_that_waits_is_taken_back_by_a_boot() -> None:
    def act(device: JunosDevice) -> None:
        before = device.running
        change(device, RENAME)
        commit(device, minutes=5)
        assert device.hostname == "ops-sw9"
        assert device.residue() == ["a commit that waits for its confirmation"]
        device.stop()
        device.boot()
        assert device.running == before
        assert device.residue() == []

    on_a_switch(act)


def test_a_boot_keeps_what_was_committed_and_loses_the_rest() -> None:
    def act(device: JunosDevice) -> None:
        change(device, RENAME)
        commit(device)
        change(device, "set snmp contact NOC")
        device.boot()
        assert device.hostname == "ops-sw9"
        assert not device.database.is_modified

    on_a_switch(act)


def test_a_second_confirmed_commit_goes_back_to_before_the_first() -> None:
    def act(device: JunosDevice) -> None:
        before = device.running
        change(device, RENAME)
        commit(device, minutes=5)
        change(device, "set snmp contact NOC")
        commit(device, minutes=5)
        device.run_out()
        assert device.running == before

    on_a_switch(act)


def test_the_timer_runs_on_the_devices_clock() -> None:
    async def run() -> None:
        device = made_switch(scale=1000)
        change(device, RENAME)
        commit(device, minutes=1)
        assert device.hostname == "ops-sw9"
        await asyncio.sleep(0.1)
        assert device.hostname == "ops-sw1"
        assert device.pending is None

    asyncio.run(run())


def test_the_past_is_kept_and_bounded() -> None:
    def act(device: JunosDevice) -> None:
        first = device.running
        for number in range(HISTORY + 5):
            change(device, f"set system host-name sw{number}")
            commit(device)
        history = device.database.history
        assert len(history) == HISTORY
        assert history[3].root.value("system", "host-name") == f"sw{HISTORY + 1}"
        assert device.database.past(HISTORY) is None
        assert device.running != first

    on_a_switch(act)


def test_confirming_makes_an_entry_of_its_own() -> None:
    """So after it, ``rollback 1`` is what runs already, and leads nowhere."""

    def act(device: JunosDevice) -> None:
        change(device, RENAME)
        commit(device, minutes=5)
        commit(device)
        entries = device.database.history
        assert [entry.comment for entry in entries[:2]] == [
            "",
            "commit confirmed, rollback in 5mins",
        ]
        past = device.database.past(1)
        assert past is not None
        assert past.value("system", "host-name") == "ops-sw9"

    on_a_switch(act)


def test_the_lock() -> None:
    def act(device: JunosDevice) -> None:
        one, two = device.editor("a", "netconf"), device.editor("b", "cli")
        device.lock(one)
        with pytest.raises(LockedError, match="configuration database locked by:\n  a terminal"):
            device.lock(two)
        with pytest.raises(LockedError):
            device.stage(two, load_set(RENAME, device.config))
        with pytest.raises(LockedError):
            device.commit(two)
        device.stage(one, load_set(RENAME, device.config))
        assert device.residue() == ["the lock of a", "a changed candidate"]
        device.database.leave(one)
        assert device.residue() == []
        device.lock(two)

    on_a_switch(act)


def test_changes_that_wait_are_no_ground_for_a_lock() -> None:
    def act(device: JunosDevice) -> None:
        change(device, RENAME)
        with pytest.raises(LockedError, match="configuration database modified"):
            device.lock(device.editor("a", "netconf"))

    on_a_switch(act)


def test_a_private_copy_is_stale_once_others_committed() -> None:
    def act(device: JunosDevice) -> None:
        mine = device.editor("a", "cli")
        device.database.open_private(mine)
        device.stage(mine, load_set(RENAME, device.database.of(mine)))
        assert device.residue() == []
        change(device, "set snmp contact NOC")
        commit(device)
        with pytest.raises(LockedError, match="modified"):
            device.commit(mine)

    on_a_switch(act)


@pytest.mark.parametrize("condition", [Condition.FLASH_FULL, Condition.LOCKED])
def test_a_commit_that_fails_changes_nothing(condition: Condition) -> None:
    def act(device: JunosDevice) -> None:
        before = device.running
        change(device, RENAME)
        device.faults.set(condition)
        with pytest.raises((CommitRefused, LockedError)):
            commit(device, minutes=1)
        assert device.running == before
        assert device.pending is None

    on_a_switch(act)


def test_it_speaks_lldp_where_it_is_configured() -> None:
    def act(device: JunosDevice) -> None:
        said = device.announces(UPLINK)
        assert said is not None
        assert (said.device, said.port) == ("ops-sw1.net.example.org", UPLINK)
        change(device, f"set protocols lldp interface {UPLINK} disable")
        commit(device)
        assert device.announces(UPLINK) is None
        assert device.announces("ge-0/0/0") is not None
        change(device, "set interfaces ge-0/0/0 disable")
        commit(device)
        assert device.announces("ge-0/0/0") is None

    on_a_switch(act)


def test_messages_that_are_no_xml_and_rpcs_that_are_not_known() -> None:
    def act(device: JunosDevice) -> None:
        session = Session(device, Line(), "muniform")
        assert "confirmed-commit" in session.hello()
        assert session.take("<hello/>") == ""
        assert "syntax error" in session.take("<rpc")
        answer = session.take('<rpc message-id="7"><get-moon-phase/></rpc>')
        assert 'message-id="7"' in answer
        assert "<bad-element>get-moon-phase</bad-element>" in answer
        assert "syntax error" in session.take("<rpc/>")
        assert "<ok/>" in session.take("<rpc><close-session/></rpc>")
        assert session.is_over

    on_a_switch(act)


def test_json_can_be_read() -> None:
    def act(device: JunosDevice) -> None:
        session = Session(device, Line(), "muniform")
        answer = session.take('<rpc><get-configuration format="json"/></rpc>')
        assert '"host-name": "ops-sw1"' in answer
        assert "unsupported format" in session.take('<rpc><get-configuration format="tlv"/></rpc>')

    on_a_switch(act)


def test_the_command_line_asks_before_changes_are_lost() -> None:
    def act(device: JunosDevice) -> None:
        shell = Shell(device, Line(), "muniform")
        assert shell.prompt == "muniform@ops-sw1> "
        assert shell.enter("configure") == ["Entering configuration mode", ""]
        assert shell.prompt == "[edit]\nmuniform@ops-sw1# "
        assert shell.enter("edit interfaces irb unit 999") == []
        assert shell.prompt.startswith("[edit interfaces irb unit 999]")
        assert shell.enter("set description Management") == []
        assert shell.enter("top") == []
        assert shell.enter("exit") == ["The configuration has been changed but not committed"]
        assert shell.prompt == "Exit with uncommitted changes? [yes,no] (yes) "
        assert shell.enter("no") == []
        assert shell.enter("rollback 0") == ["load complete"]
        assert shell.enter("exit") == ["Exiting configuration mode", ""]
        assert shell.prompt == "muniform@ops-sw1> "

    on_a_switch(act)


def test_an_exclusive_session_ends_with_its_lock() -> None:
    def act(device: JunosDevice) -> None:
        one, two = Shell(device, Line(), "a"), Shell(device, Line(), "b")
        one.enter("configure exclusive")
        assert one.enter(RENAME) == []
        assert two.enter("configure exclusive")[0].startswith("error: configuration database")
        two.enter("configure")
        assert two.enter(RENAME)[0].startswith("error: configuration database locked by")
        one.leave()
        assert device.residue() == []

    on_a_switch(act)


def test_the_command_line_shows_parts_and_runs_operational_commands() -> None:
    def act(device: JunosDevice) -> None:
        shell = Shell(device, Line(), "muniform")
        assert shell.enter("show configuration vlans Office | display set") == [
            "set vlans Office vlan-id 20"
        ]
        assert shell.enter("show configuration | display set | match Desk") == [
            'set interfaces ge-0/0/0 description "Desk 1"'
        ]
        shell.enter("configure")
        assert "Hostname: ops-sw1" in shell.enter("run show version")
        assert shell.enter("commit check") == ["configuration check succeeds", ""]
        assert shell.enter("nonsense")[-1] == "unknown command."
        assert shell.enter("set vlans Big vlan-id 5000") == [
            "                      ^",
            "Value 5000 is not within range (1..4094).",
        ]

    on_a_switch(act)


def test_an_account_needs_a_class() -> None:
    def act(device: JunosDevice) -> None:
        change(device, f"set system login user eve authentication encrypted-password {HASH}")
        with pytest.raises(CommitRefused, match="class"):
            commit(device)

    on_a_switch(act)


def test_who_gets_in() -> None:
    def act(device: JunosDevice) -> None:
        change(
            device,
            f"set system login user eve authentication encrypted-password {HASH}\n"
            "set system login user eve class read-only",
        )
        commit(device)
        assert login(device.config, USER, PASSWORD) == SUPER_USER
        assert login(device.config, "eve", PASSWORD) == READ_ONLY
        assert login(device.config, USER, "wrong") is None
        assert login(device.config, "nobody", PASSWORD) is None
        assert login(device.config, "root", PASSWORD) is None
        change(device, "set system services ssh root-login allow")
        commit(device)
        assert login(device.config, "root", PASSWORD) == SUPER_USER

    on_a_switch(act)


def test_who_may_only_read_changes_nothing() -> None:
    def act(device: JunosDevice) -> None:
        session = Session(device, Line(), "eve", may_configure=False)
        assert "ops-sw1" in session.take('<rpc><get-configuration format="text"/></rpc>')
        for name in ("lock-configuration", "commit-configuration", "load-configuration"):
            assert "permission denied" in session.take(f"<rpc><{name}/></rpc>")
        shell = Shell(device, Line(), "eve", may_configure=False)
        assert shell.enter("configure")[-1] == "unknown command."
        assert "Hostname: ops-sw1" in shell.enter("show version")

    on_a_switch(act)


def test_faults_strike_at_the_command_line_too() -> None:
    def act(device: JunosDevice) -> None:
        line = Line()
        shell = Shell(device, line, "muniform")
        shell.enter("configure")
        device.faults.strike(Strike.REFUSE, Point.STAGE)
        assert shell.enter(RENAME) == ["error: command failed (simulated fault)"]
        assert not device.database.is_modified
        assert shell.enter(RENAME) == []
        for point, command in (
            (Point.COMPARE, "show | compare"),
            (Point.ROLLBACK, "rollback 1"),
            (Point.PROBE, "run show lldp neighbors"),
            (Point.PROBE, "run ping 10.1.254.10"),
        ):
            device.faults.strike(Strike.REFUSE, point)
            assert shell.enter(command) == ["error: command failed (simulated fault)"]
        device.faults.strike(Strike.DROP_AFTER, Point.COMMIT)
        assert shell.enter("commit confirmed 5") == []
        assert line.is_dropped
        assert device.hostname == "ops-sw9"
        assert device.pending is not None
        other = Shell(device, line := Line(), "muniform")
        other.enter("configure")
        device.faults.strike(Strike.HANG, Point.CONFIRM)
        other.enter("commit")
        assert line.is_frozen
        assert device.pending is not None

    on_a_switch(act)
