"""What can be made to go wrong with a simulated switch, and reloads that are planned."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

import small_catalyst
from muniform.lab.ios import IosSwitch
from muniform.lab.simulated.faults import Condition, Point, Strike
from small_catalyst import PORTS, shell


@pytest.fixture
def switch() -> IosSwitch:
    return small_catalyst.switch("127.98.7.11")


def in_loop(act: Callable[[], None]) -> None:
    """Timers need a running loop."""

    async def run() -> None:
        act()

    asyncio.run(run())


def candidate(switch: IosSwitch) -> str:
    text = switch.running.replace(" name users", " name people")
    switch.flash.write("flash:/new.cfg", text.encode())
    return text


REPLACE = "configure replace flash:/new.cfg force revert trigger error timer 5"


def test_a_lock_of_somebody_else_keeps_everybody_out(switch: IosSwitch) -> None:
    candidate(switch)
    switch.faults.set(Condition.LOCKED)
    typed = shell(switch)
    for command in ("configure terminal", REPLACE, "configure replace flash:/new.cfg force"):
        assert "Configuration mode is locked by process" in typed.enter(command)[0]
        assert typed.prompt == "fs03-sw1#"
    said = typed.enter("show archive config rollback timer")
    assert "User: netadmin" in said
    assert " name users" in switch.running
    switch.faults.clear()
    assert typed.enter("show archive config rollback timer") == [
        "%No Rollback Confirmed Change pending"
    ]


def test_a_full_flash_takes_no_file_and_keeps_no_copy(switch: IosSwitch) -> None:
    candidate(switch)
    switch.faults.set(Condition.FLASH_FULL)
    typed = shell(switch)
    assert "(0 bytes free)" in typed.enter("dir flash:")[-1]
    switch.merge("file prompt quiet\n", "")
    said = typed.enter("copy running-config flash:/kept.cfg")
    assert said == ["%Error opening flash:/kept.cfg (No space left on device)"]
    assert "could not be backed up" in typed.enter(REPLACE)[0]
    assert switch.pending is None
    assert " name users" in switch.running


def test_what_runs_after_a_faulty_replace_is_something_else(switch: IosSwitch) -> None:
    wanted = candidate(switch)
    before = switch.running
    switch.faults.set(Condition.COMMITS_OTHER)

    def act() -> None:
        assert "Rollback Done" in shell(switch).enter(REPLACE)
        assert switch.running not in (wanted, before)
        assert switch.pending is not None
        switch.revert_now()
        assert switch.running == before

    in_loop(act)


def test_a_file_that_lost_its_end_is_no_configuration_but_merges_without_a_word(
    switch: IosSwitch,
) -> None:
    switch.faults.set(Condition.PARTIAL_LOAD)
    switch.merge("file prompt quiet\n", "")
    typed = shell(switch)
    lines = "vlan 30\r name voice\rvlan 40\r name printers\rvlan 50\rend"
    for line in ("tclsh", f'puts [open "flash:new.cfg" w+] {{{lines}}}', "tclquit"):
        typed.enter(line.replace("\r", "\n"))
    said = typed.enter("configure replace flash:/new.cfg force")
    assert said == ["%The input file is not a valid config file."]
    assert "bytes copied" in typed.enter("copy flash:/new.cfg running-config")[0]
    assert " name voice" in switch.running
    assert "vlan 50" not in switch.running


def test_a_timer_that_ends_early_puts_the_old_configuration_back(switch: IosSwitch) -> None:
    candidate(switch)
    switch.faults.set(Condition.EARLY_TIMER)

    async def run() -> None:
        assert "Rollback Done" in shell(switch).enter(REPLACE)
        assert " name people" in switch.running
        # Half a second of device time.
        await asyncio.sleep(0.5 / small_catalyst.SCALE + 0.2)
        assert " name users" in switch.running
        assert switch.pending is None

    asyncio.run(run())


@pytest.mark.parametrize(
    ("point", "lines"),
    [
        (Point.READ, ["show running-config"]),
        (Point.READ, ["show startup-config"]),
        (Point.STAGE, ["configure terminal", "hostname x"]),
        (Point.STAGE, ["verify /md5 flash:/new.cfg"]),
        (Point.COMPARE, ["show archive config differences"]),
        (Point.COMMIT, [REPLACE]),
        (Point.CONFIRM, ["configure confirm"]),
        (Point.ROLLBACK, ["configure revert now"]),
        (Point.PROBE, ["show lldp neighbors detail"]),
        (Point.PROBE, ["show lldp neighbors"]),
        (Point.PROBE, ["show cdp neighbors detail"]),
        (Point.PROBE, ["ping 10.99.1.1"]),
        (Point.SAVE, ["write memory"]),
        (Point.CLEAN, ["delete /force flash:/new.cfg"]),
    ],
)
def test_a_fault_strikes_once_at_its_point(
    switch: IosSwitch, point: Point, lines: list[str]
) -> None:
    candidate(switch)
    before = switch.running
    switch.faults.strike(Strike.REFUSE, point)
    typed = shell(switch)
    said = [typed.enter(line) for line in lines][-1]
    assert said == ["%Error: the command failed (simulated fault)"]
    assert switch.running == before
    assert switch.flash.read("flash:/new.cfg") is not None
    assert switch.faults.described() == []


def test_a_session_that_hangs_stays_open(switch: IosSwitch) -> None:
    switch.faults.strike(Strike.HANG, Point.SAVE)
    typed = shell(switch)
    assert typed.enter("write memory") == []
    assert typed.is_frozen
    assert not typed.is_over
    assert switch.saved_at is None


# Reloads


def test_a_planned_reload_is_announced_shown_and_cancelled(switch: IosSwitch) -> None:
    def act() -> None:
        typed = shell(switch)
        assert typed.enter("show reload") == ["No reload is scheduled."]
        # The startup configuration of this switch lacks what it prints by default.
        switch.save()
        said = typed.enter("reload in 10")
        assert "(in 10 minutes) by muniform on vty0 (10.1.254.10)" in said[0]
        assert typed.prompt == "Proceed with reload? [confirm]"
        typed.enter("")
        assert "Reload scheduled for " in typed.enter("show reload")[0]
        assert "*** --- SHUTDOWN ABORTED ---" in typed.enter("reload cancel")
        assert typed.enter("reload cancel") == ["%No reload is scheduled."]

    in_loop(act)


def test_a_planned_reload_loses_what_was_not_saved(switch: IosSwitch) -> None:
    async def run() -> None:
        typed = shell(switch)
        switch.merge("hostname other\n", "")
        typed.enter("reload in 1")
        assert typed.prompt == "System configuration has been modified. Save? [yes/no]: "
        typed.enter("no")
        typed.enter("y")
        # A minute to wait and half a minute to start, of device time.
        for _ in range(100):
            await asyncio.sleep(0.05)
            if switch.hostname == "fs03-sw1" and switch.cut is None:
                break
        assert switch.hostname == "fs03-sw1"
        assert switch.cut is None
        assert switch.planned_reload is None

    asyncio.run(run())


def test_any_other_key_plans_nothing(switch: IosSwitch) -> None:
    switch.save()
    typed = shell(switch)
    typed.enter("reload in 1:30")
    typed.enter("n")
    assert switch.planned_reload is None
    assert "% Invalid input" in "\n".join(typed.enter("reload in soon"))


def test_a_reload_ends_a_revert_and_a_planned_reload(switch: IosSwitch) -> None:
    candidate(switch)

    def act() -> None:
        shell(switch).enter(REPLACE)
        switch.reload_in(5, "muniform")
        switch.boot()
        assert switch.pending is None
        assert switch.planned_reload is None
        assert " name users" in switch.running

    in_loop(act)


def test_a_configuration_session_under_a_timer_reverts(switch: IosSwitch) -> None:
    async def run() -> None:
        typed = shell(switch)
        said = typed.enter("configure terminal revert timer 1")
        assert "Backing up current running config" in said[0]
        typed.enter(f"interface {PORTS[1]}")
        typed.enter("description printer")
        typed.enter("end")
        assert "description printer" in switch.running
        for _ in range(100):
            await asyncio.sleep(0.05)
            if switch.pending is None:
                break
        assert "description printer" not in switch.running

    asyncio.run(run())
