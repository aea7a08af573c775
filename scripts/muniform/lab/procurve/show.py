"""What the ``show`` commands print of the switch itself. Each takes it and the command's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from muniform.lab.procurve.device import ProcurveSwitch
from muniform.lab.procurve.printing import printed
from muniform.lab.procurve.show_network import NETWORK_SHOWS

Words = Sequence[str]


def show_running(switch: ProcurveSwitch, words: Words) -> list[str]:
    lines = printed(switch.state)
    if len(words) > 2 and words[0] == "show":
        return ["", "Running configuration:", "", *_section(lines, f"{words[2]} {words[3]}"), ""]
    return ["", "Running configuration:", "", *switch.head, *lines, ""]


def _section(lines: list[str], head: str) -> list[str]:
    found: list[str] = []
    for line in lines:
        if line == head or (found and line.startswith(" ")):
            found.append(line)
        elif found:
            break
    return found


def show_config(switch: ProcurveSwitch, _: Words) -> list[str]:
    return ["", "Startup configuration: 1", "", *switch.head, *switch.saved.splitlines(), ""]


def show_status(switch: ProcurveSwitch, _: Words) -> list[str]:
    if switch.is_modified:
        return ["Running configuration has been changed and needs to be saved."]
    return ["Running configuration is same as the startup configuration."]


def show_files(_: ProcurveSwitch, __: Words) -> list[str]:
    return [
        "",
        "Configuration files:",
        "",
        " id | act pri sec | name",
        "----+-------------+------------------------------------------------",
        "  1 |  *   *   *  | config",
        "  2 |             |",
        "  3 |             |",
        "",
    ]


def show_version(switch: ProcurveSwitch, _: Words) -> list[str]:
    return [
        "Image stamp:    /ws/swbuildm/rel_release/code/build/switch",
        "                Feb 21 2022 10:04:26",
        f"                {switch.release}",
        "                312",
        "Boot Image:     Primary",
        "",
        f"Boot ROM Version:    {switch.release.partition('.')[0]}.16.01.0008",
        "Active Boot ROM:     Primary",
        "",
    ]


def show_system(switch: ProcurveSwitch, _: Words) -> list[str]:
    root = switch.state.root
    contact, location = (
        (root.value("snmp-server", kind) or ('""',))[0].strip('"')
        for kind in ("contact", "location")
    )
    mac = f"{switch.mac[:6]}-{switch.mac[6:]}"
    rom = f"{switch.release.partition('.')[0]}.16.01.0008"
    return [
        "",
        " Status and Counters - General System Information",
        "",
        f"  System Name        : {switch.hostname}",
        f"  System Contact     : {contact}",
        f"  System Location    : {location}",
        "",
        "  MAC Age Time (sec) : 300",
        "",
        "  Time Zone          : 0",
        "  Daylight Time Rule : None",
        "",
        f"  Software revision  : {switch.release:<16} Base MAC Addr      : {mac}",
        f"  ROM Version        : {rom:<16} Serial Number      : {switch.spec.serial}",
        "",
        f"  Up Time            : {_age(switch):<16} Memory   - Total   : 152,455,616",
        "  CPU Util (%)       : 3                           Free    : 99,210,420",
        "",
        "  IP Mgmt  - Pkts Rx : 20,713           Packet   - Total   : 3022",
        "             Pkts Tx : 18,904           Buffers    Free    : 2825",
        "                                                   Lowest  : 2794",
        "                                                   Missed  : 0",
        "",
    ]


def _age(switch: ProcurveSwitch) -> str:
    seconds = int((switch.clock.now() - switch.booted_at).total_seconds())
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "mins")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} secs"


def show_flash(switch: ProcurveSwitch, _: Words) -> list[str]:
    return [
        "Image             Size (bytes) Date     Version",
        "----------------- ------------ -------- --------------",
        f"Primary Image   :     21412339 02/21/22 {switch.release}",
        f"Secondary Image :     21412339 02/21/22 {switch.release}",
        "",
        "Default Boot      : Primary",
        "",
    ]


def show_modules(switch: ProcurveSwitch, _: Words) -> list[str]:
    return [
        "",
        " Status and Counters - Module Information",
        "",
        f"  Chassis: {switch.title}        Serial Number:   {switch.spec.serial}",
        "",
    ]


def show_reload(switch: ProcurveSwitch, _: Words) -> list[str]:
    schedule = switch.schedule
    if schedule is None:
        return ["No reload is scheduled."]
    return scheduled(schedule.at, schedule.at - switch.clock.now())


def scheduled(moment: datetime, left: timedelta) -> list[str]:
    """When the switch will start anew."""
    minutes = max(0, round(left.total_seconds() / 60))
    days, hours = divmod(minutes // 60, 24)
    return [
        f"Reload scheduled at {moment.strftime('%H:%M:%S %m/%d/%Y')}",
        f"(in {days} days, {hours} hours, {minutes % 60} minutes)",
    ]


def show_time(switch: ProcurveSwitch, _: Words) -> list[str]:
    return [switch.clock.now().strftime("%a %b %d %H:%M:%S %Y")]


SHOWS: Mapping[str, Callable[[ProcurveSwitch, Words], list[str]]] = dict(NETWORK_SHOWS) | {
    show.__name__: show
    for show in (
        show_running, show_config, show_status, show_files, show_version, show_system, show_flash,
        show_modules, show_reload, show_time,
    )
}  # fmt: skip
