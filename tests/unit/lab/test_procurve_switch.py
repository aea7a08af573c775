"""The simulated ArubaOS-Switch as a whole: its way in, its reload, its sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from muniform.lab.procurve import ProcurveSwitch
from muniform.lab.procurve.accounts import MANAGER
from muniform.lab.procurve.editor import Editor
from muniform.lab.procurve.shell import Shell
from muniform.lab.procurve.show import SHOWS
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.fabric import Announcement, End, Fabric
from muniform.lab.simulated.faults import Condition, Point, Strike
from muniform.lab.simulated.terminal import Terminal
from muniform.model import City, load_city
from muniform.render import render
from procurve_lab import booted, secrets_for

FAST = 3000.0
"""A reload of 30 s takes 10 ms."""


@dataclass(eq=False)
class Line:
    """A connection in memory."""

    is_dropped: bool = False
    is_frozen: bool = False

    def abort(self) -> None:
        self.is_dropped = True

    def freeze(self) -> None:
        self.is_frozen = True


@pytest.fixture(scope="module")
def big_city(root: Path) -> City:
    return load_city(root / "inventory")


@pytest.fixture
def switch(big_city: City, tmp_path: Path) -> ProcurveSwitch:
    """A 2930F that runs its standard; port 25 leads to the controller."""
    device = big_city.device("rc01-sw2")
    text = secrets_for(big_city, tmp_path).resolve(render(device))
    return booted(big_city, device, text, Clock(FAST))


def change(switch: ProcurveSwitch, *lines: str) -> None:
    editor = Editor(switch.state)
    for line in lines:
        editor.load(line)
    switch.changed()


def shell(switch: ProcurveSwitch) -> Shell:
    """A manager's session, past the copyright."""
    found = Shell(switch, MANAGER, Line())
    found.enter("")
    found.enter("no page")
    return found


def test_its_standard_lets_the_controller_in(switch: ProcurveSwitch) -> None:
    assert switch.cut is None
    assert switch.spec.wiring.uplinks == ("25",)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["vlan 999 no ip address"], "no VLAN carries"),
        (["primary-vlan 1", "no vlan 999"], "no VLAN carries"),
        (["vlan 999 no tagged 25"], "port 25 does not carry VLAN 999"),
        (["vlan 999 untagged 25"], "port 25 does not carry VLAN 999"),
        (["interface 25 disable"], "port 25 is disabled"),
        (["trunk 25 trk1 lacp"], "port Trk1 does not carry VLAN 999"),
        (["no ip default-gateway"], "no route to"),
        (["ip default-gateway 10.33.254.99"], "no route to"),
        (["ip routing"], "no route to"),
        (["no ip ssh"], "SSH is off"),
        (["ip ssh port 2222"], "another port"),
        (["management-vlan 1"], "restricted to VLAN 1"),
        (["aaa authentication ssh login tacacs none"], "local accounts are not asked"),
        (["aaa port-access authenticator 25"], "802.1X"),
    ],
)
def test_what_cuts_it_off(switch: ProcurveSwitch, lines: list[str], why: str) -> None:
    session = Line()
    switch.connections.add(session)
    change(switch, *lines)
    assert why in (switch.cut or "")
    assert session.is_dropped


def test_a_list_of_managers_without_the_controller_cuts_it_off(switch: ProcurveSwitch) -> None:
    managers = switch.state.root.starting("ip", "authorized-managers")
    removals = [f"no {' '.join(each.words)}" for each in managers]
    change(switch, "ip authorized-managers 10.99.0.0 255.255.0.0 access manager", *removals)
    assert "no list of managers permits" in (switch.cut or "")
    change(switch, "no ip authorized-managers 10.99.0.0 255.255.0.0 access manager")
    assert switch.cut is None


def test_a_route_of_a_switch_that_routes_is_a_way_back(switch: ProcurveSwitch) -> None:
    gateway = switch.spec.wiring.gateway
    change(switch, "ip routing", f"ip route 10.0.0.0 255.0.0.0 {gateway}")
    assert switch.cut is None


def test_a_reload_boots_what_was_saved(switch: ProcurveSwitch) -> None:
    before = switch.running

    async def scenario() -> None:
        change(switch, "vlan 777 name lost")
        switch.reload()
        assert switch.cut == "the device is starting"
        await asyncio.sleep(0.2)

    asyncio.run(scenario())
    assert switch.cut is None
    assert switch.running == before
    change(switch, "vlan 777 name kept")
    assert switch.save() == []
    switch.boot()
    assert "vlan 777" in switch.running.splitlines()


def test_a_password_outside_of_the_configuration_outlives_a_reload(switch: ProcurveSwitch) -> None:
    change(switch, "no include-credentials")
    switch.save()
    assert "password manager" not in switch.startup
    switch.boot()
    assert switch.state.root.starting("password", "manager")


def typed(switch: ProcurveSwitch, *lines: str) -> list[str]:
    """The last answer of one session. Needs a loop for what is scheduled."""
    session = shell(switch)
    answer: list[str] = []

    async def scenario() -> None:
        nonlocal answer
        for line in lines:
            answer = session.enter(line)

    asyncio.run(scenario())
    return answer


def test_a_scheduled_reload_is_told_of_and_cancelled(switch: ProcurveSwitch) -> None:
    assert typed(switch, "show reload after") == ["No reload is scheduled."]
    said = typed(switch, "reload after 2:30", "show reload after")
    assert said[0].startswith("Reload scheduled at ")
    assert said[1] == "(in 0 days, 2 hours, 30 minutes)"
    assert switch.residue() == ["a scheduled reload"]
    assert typed(switch, "no reload", "show reload at") == ["No reload is scheduled."]
    assert switch.residue() == []


@pytest.mark.parametrize("line", ["reload after 0", "reload after soon", "reload at 25:00"])
def test_a_reload_at_no_time_is_refused(switch: ProcurveSwitch, line: str) -> None:
    assert typed(switch, line) == [f"Invalid input: {line.split()[-1]}"]
    assert switch.residue() == []


def test_a_scheduled_reload_takes_back_what_was_not_saved(switch: ProcurveSwitch) -> None:
    before = switch.running

    async def scenario() -> None:
        session = shell(switch)
        session.enter("reload after 1")
        session.enter("configure")
        session.enter("vlan 777")
        assert switch.running != before
        await asyncio.sleep(0.3)

    asyncio.run(scenario())
    assert switch.running == before
    assert switch.residue() == []


def test_reload_asks_whether_to_save(switch: ProcurveSwitch) -> None:
    change(switch, "vlan 777")

    async def scenario() -> tuple[str, str]:
        session = shell(switch)
        session.enter("reload")
        first = session.prompt
        session.enter("y")
        second = session.prompt
        session.enter("n")
        return first, second

    first, second = asyncio.run(scenario())
    assert "continue [y/n]?" in first
    assert "save current configuration [y/n/^C]?" in second
    assert switch.is_away
    assert "vlan 777" not in switch.startup


def test_prompts_follow_the_section_and_all_other_commands_work_there(
    switch: ProcurveSwitch,
) -> None:
    session = shell(switch)
    prompts = []
    for line in ("configure", "vlan 20", "interface 1-2", "exit", "end"):
        session.enter(line)
        prompts.append(session.bare_prompt)
    assert prompts == [
        "rc01-sw2(config)# ",
        "rc01-sw2(vlan-20)# ",
        "rc01-sw2(eth-1-2)# ",
        "rc01-sw2(config)# ",
        "rc01-sw2# ",
    ]
    session.enter("configure")
    assert session.enter("show reload after") == ["No reload is scheduled."]
    assert session.enter("nonsense") == ["Invalid input: nonsense"]


def test_an_operator_may_look_but_not_change(switch: ProcurveSwitch) -> None:
    session = shell(switch)
    session.enter("exit")
    assert session.bare_prompt == "rc01-sw2> "
    assert session.enter("configure") == ["Invalid input: configure"]
    assert session.enter("show version")[0].startswith("Image stamp")


def test_long_answers_come_in_pages(switch: ProcurveSwitch) -> None:
    printed: list[str] = []
    terminal = Terminal(Shell(switch, MANAGER, Line()), printed.append)

    def lines_after(keys: str) -> int:
        printed.clear()
        terminal.receive(keys)
        return "".join(printed).count("\r\n")

    lines_after("x")
    assert lines_after("show running-config\r") == 1 + 22
    assert printed[-1].endswith("-- MORE --, next page: Space, next line: Enter, quit: Control-C")
    assert lines_after("\r") == 1
    assert lines_after(" ") == 22
    assert lines_after("\x03") == 0
    assert "-- MORE --" not in printed[-1]
    assert "rc01-sw2# " in printed[-1]


def test_it_hears_and_is_heard_unless_lldp_is_off(switch: ProcurveSwitch) -> None:
    class Router:
        def announces(self, port: str) -> Announcement | None:
            return Announcement("rtr1", port, "02:00:00:00:00:01", "FRR")

        def is_up(self, port: str) -> bool:
            return port == "eth0"

    name = switch.spec.name
    switch.fabric = Fabric([(End(name, "25"), End("rtr1", "eth0"))])
    switch.fabric.devices |= {name: switch, "rtr1": Router()}
    told = "\n".join(SHOWS["show_lldp_detail"](switch, []))
    assert "Local Port   : 25" in told
    assert "SysName      : rtr1" in told
    heard = switch.fabric.hears("rtr1", "eth0")
    assert heard is not None
    assert (heard.device, heard.port) == ("rc01-sw2", "25")
    change(switch, "lldp admin-status 25 disable")
    assert switch.neighbours() == []
    assert switch.fabric.hears("rtr1", "eth0") is None


def test_a_line_may_be_lost_and_another_may_appear(switch: ProcurveSwitch) -> None:
    switch.faults.set(Condition.PARTIAL_LOAD)
    typed(switch, "configure", *(f"logging 192.0.2.{number}" for number in range(1, 5)), "end")
    assert [f"logging 192.0.2.{number}" in switch.running for number in range(1, 5)] == [
        False,
        True,
        True,
        False,
    ]
    typed(switch, "configure", 'interface 24 name "lost"', "end")
    assert "lost" not in switch.running
    typed(switch, "configure", "interface 24", 'name "lost"', "end")
    assert "lost" not in switch.running
    switch.faults.clear()
    switch.faults.set(Condition.COMMITS_OTHER)
    typed(switch, "configure", "loop-protect 3", "end")
    assert "logging 192.0.2.99" in switch.running


STRIKES: list[tuple[Strike, Point, list[str], Callable[[ProcurveSwitch], bool]]] = [
    (Strike.REFUSE, Point.STAGE, ["reload after 5"], lambda s: not s.residue()),
    (Strike.GARBAGE, Point.STAGE, ["reload after 5"], lambda s: bool(s.residue())),
    (Strike.DROP, Point.COMMIT, ["configure", "vlan 777"], lambda s: "vlan 777" not in s.running),
    (Strike.DROP_AFTER, Point.COMMIT, ["configure", "vlan 777"], lambda s: "vlan 777" in s.running),
    (Strike.REBOOT, Point.SAVE, ["write memory"], lambda s: s.is_away),
    (Strike.HANG, Point.READ, ["show running-config"], lambda s: not s.is_away),
    (Strike.REFUSE, Point.PROBE, ["show lldp info remote-device"], lambda s: not s.is_away),
    (Strike.REBOOT, Point.PROBE, ["ping 10.1.254.10"], lambda s: s.is_away),
    (Strike.REFUSE, Point.ROLLBACK, ["reload", "y"], lambda s: not s.is_away),
    (Strike.HANG_AFTER, Point.ROLLBACK, ["reload", "y"], lambda s: s.is_away),
]


@pytest.mark.parametrize(("strike", "point", "lines", "holds"), STRIKES)
def test_faults_strike_where_they_are_told_to(
    switch: ProcurveSwitch,
    strike: Strike,
    point: Point,
    lines: list[str],
    holds: Callable[[ProcurveSwitch], bool],
) -> None:
    switch.faults.strike(strike, point)
    typed(switch, *lines)
    assert holds(switch)
    assert switch.faults.described() == []


def test_to_be_asked_about_a_reload_is_no_rollback(switch: ProcurveSwitch) -> None:
    switch.faults.strike(Strike.REBOOT, Point.ROLLBACK)
    typed(switch, "reload", "n")
    assert not switch.is_away
    assert switch.faults.struck == []


STRANGER = IPv4Address("10.1.1.30")


def test_it_is_answered_by_whom_the_lab_knows(switch: ProcurveSwitch) -> None:
    gateway, controller = switch.spec.wiring.gateway, switch.spec.wiring.controller
    known = STRANGER + 1
    switch.fabric.answering = frozenset({known})

    def answering() -> list[bool]:
        asked = (gateway, controller, known, STRANGER, switch.spec.declared)
        return ["is alive" in typed(switch, f"ping {each}")[0] for each in asked]

    assert answering() == [True, True, True, False, True]
    assert typed(switch, f"ping {STRANGER}") == ["Request timed out."]
    switch.fabric.answering = None
    assert answering() == [True] * 5
    change(switch, "no ip default-gateway")
    assert answering() == [False, False, False, False, True]
    assert typed(switch, f"ping {STRANGER}") == ["The destination address is unreachable."]


def test_a_full_flash_keeps_what_was_saved_before(switch: ProcurveSwitch) -> None:
    before = switch.startup
    switch.faults.set(Condition.FLASH_FULL)
    change(switch, "vlan 777")
    assert "no space left" in typed(switch, "write memory")[0]
    assert switch.startup == before


def test_somebody_elses_reload_is_told_of(switch: ProcurveSwitch) -> None:
    switch.faults.set(Condition.LOCKED)
    assert typed(switch, "show reload after")[0].startswith("Reload scheduled at ")
