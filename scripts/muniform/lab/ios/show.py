"""The ``show`` commands: pure functions from a switch to the lines it prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from muniform.lab.ios import (
    locking,
    ports,
    show_forwarding,
    show_interfaces,
    show_neighbours,
    users,
)
from muniform.lab.ios.dates import date
from muniform.lab.ios.device import IosSwitch, Show
from muniform.lab.ios.tree import printed, section_lines, shown


def version(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    spec = switch.spec
    release = switch.version
    return [
        f"Cisco IOS XE Software, Version {release}",
        switch.description,
        "",
        "ROM: IOS-XE ROMMON",
        f"{switch.hostname} uptime is {_uptime(switch.clock.now() - switch.booted_at)}",
        "Uptime for this control processor is the same",
        'System image file is "flash:packages.conf"',
        "Last reload reason: Reload Command",
        "",
        f"cisco {spec.model} (X86) processor with 1331521K/6147K bytes of memory.",
        f"Processor board ID {spec.serial}",
        f"{len(spec.ports)} Ethernet interfaces",
        "2048K bytes of non-volatile configuration memory.",
        "",
        f"Model Number                       : {spec.model}",
        f"System Serial Number               : {spec.serial}",
        "",
        "Configuration register is 0x102",
    ]


def _uptime(age: timedelta) -> str:
    minutes = int(age.total_seconds()) // 60
    parts = ((minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute"))
    texts = [f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in parts if n or unit == "minute"]
    return ", ".join(texts)


def clock(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    now = switch.clock.now()
    return [now.strftime(f"%H:%M:%S.{now.microsecond // 1000:03d} UTC %a %b {now.day} %Y")]


def hosts(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    domain = switch.config.value("ip", "domain", "name")
    lookup = "disabled" if switch.config.has("no", "ip", "domain", "lookup") else "static mappings"
    first = f"Default domain is {domain[0]}" if domain else "Default domain is not set"
    return [first, f"Name/address lookup uses {lookup}"]


def inventory(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    spec = switch.spec
    return [
        f'NAME: "c93xx Stack", DESCR: "{spec.model} (simulated)"',
        f"PID: {spec.model:<18}, VID: V01  , SN: {spec.serial}",
    ]


def ip_ssh(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    timeout = (switch.config.value("ip", "ssh", "time-out") or ("120",))[0]
    retries = (switch.config.value("ip", "ssh", "authentication-retries") or ("3",))[0]
    return [
        "SSH Enabled - version 2.0",
        f"Authentication timeout: {timeout} secs; Authentication retries: {retries}",
    ]


def snmp_user(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    mac = ports.mac(switch.spec, "engine").replace(".", "").upper()
    return users.listing(switch.config, f"800000090300{mac}")


def running(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    body = printed(switch.config)
    size = sum(len(line) + 1 for line in body)
    lines = ["Building configuration...", "", f"Current configuration : {size} bytes"]
    return lines + switch.head() + shown(body)


def running_interface(switch: IosSwitch, arguments: Sequence[str]) -> list[str]:
    section = switch.config.find("interface", arguments[0])
    if section is None:
        return [f"% Interface {arguments[0]} does not exist"]
    body = [*section_lines(section), "end"]
    size = sum(len(line) + 1 for line in body)
    return ["Building configuration...", "", f"Current configuration : {size} bytes", "!", *body]


def startup(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    if not switch.startup.strip():
        return ["startup-config is not present"]
    size = len(switch.startup.encode())
    return [f"Using {size} out of 2097152 bytes", *shown(switch.startup.rstrip("\n").split("\n"))]


def archive(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    return switch.archive.listing(switch.config)


def rollback_timer(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    pending = locking.foreign(switch) or switch.pending
    if pending is None:
        return ["%No Rollback Confirmed Change pending"]
    return [
        f"Time configured(or reconfigured): {date(pending.since)}",
        "Timer type: absolute timer",
        f"Timer value: {pending.minutes} min",
        f"User: {pending.user}",
    ]


def reload(switch: IosSwitch, _: Sequence[str]) -> list[str]:
    planned = switch.planned_reload
    if planned is None:
        return ["No reload is scheduled."]
    return planned.described(switch.clock.now())


def memory(_switch: IosSwitch, _: Sequence[str]) -> list[str]:
    return [
        "                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)",
        "Processor  7F2A4C0010  1363457024   321043456  1042413568  1039872000 1039600000",
    ]


def processes(_switch: IosSwitch, _: Sequence[str]) -> list[str]:
    return ["CPU utilization for five seconds: 1%/0%; one minute: 1%; five minutes: 1%"]


SHOWS: Mapping[str, Show] = {
    "show_version": version,
    "show_clock": clock,
    "show_hosts": hosts,
    "show_inventory": inventory,
    "show_ip_ssh": ip_ssh,
    "show_snmp_user": snmp_user,
    "show_running": running,
    "show_running_interface": running_interface,
    "show_startup": startup,
    "show_archive": archive,
    "show_rollback_timer": rollback_timer,
    "show_reload": reload,
    "show_memory": memory,
    "show_processes": processes,
    **show_interfaces.SHOWS,
    **show_neighbours.SHOWS,
    **show_forwarding.SHOWS,
}
