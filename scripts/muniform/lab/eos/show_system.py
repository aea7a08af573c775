"""``show`` commands about the device itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from muniform.lab.eos import interfaces, names
from muniform.lab.eos.context import Command, Context, named
from muniform.lab.eos.device import date
from muniform.lab.eos.replies import Model, Output
from muniform.lab.simulated.language.grammar import Match

_MEMORY_KB = 8099732
_FREE_KB = 5480220
_HARDWARE_REVISION = "11.03"


def version(context: Context, _: Match) -> Output:
    switch = context.switch
    mac = interfaces.mac(switch, 0)
    uptime = switch.uptime
    model: Model = {
        "mfgName": "Arista",
        "modelName": switch.spec.model,
        "hardwareRevision": _HARDWARE_REVISION,
        "serialNumber": switch.spec.serial,
        "systemMacAddress": mac,
        "hwMacAddress": mac,
        "configMacAddress": "00:00:00:00:00:00",
        "version": switch.version,
        "architecture": "x86_64",
        "internalVersion": f"{switch.version}-simulated",
        "internalBuildId": "00000000-0000-0000-0000-000000000000",
        "imageFormatVersion": "3.0",
        "imageOptimization": "Default",
        "bootupTimestamp": switch.booted_at.timestamp(),
        "uptime": uptime,
        "memTotal": _MEMORY_KB,
        "memFree": _FREE_KB,
        "isIntlVersion": False,
    }
    lines = [
        f"Arista {switch.spec.model}",
        f"Hardware version: {_HARDWARE_REVISION}",
        f"Serial number: {switch.spec.serial}",
        f"Hardware MAC address: {_dotted(mac)}",
        f"System MAC address: {_dotted(mac)}",
        "",
        f"Software image version: {switch.version}",
        "Architecture: x86_64",
        f"Internal build version: {switch.version}-simulated",
        "Image format version: 3.0",
        "Image optimization: Default",
        "",
        f"Uptime: {_since(uptime)}",
        f"Total memory: {_MEMORY_KB} kB",
        f"Free memory: {_FREE_KB} kB",
        "",
    ]
    return Output(lines, model)


def _dotted(mac: str) -> str:
    digits = mac.replace(":", "")
    return ".".join(digits[i : i + 4] for i in (0, 4, 8))


def _since(seconds: float) -> str:
    span = timedelta(seconds=int(seconds))
    hours, rest = divmod(span.seconds, 3600)
    minutes = f"{hours} hours and {rest // 60} minutes"
    return f"{span.days} days, {minutes}" if span.days else minutes


def hostname(context: Context, _: Match) -> Output:
    switch = context.switch
    lines = [f"Hostname: {switch.hostname}", f"FQDN:     {switch.fqdn}"]
    return Output(lines, {"hostname": switch.hostname, "fqdn": switch.fqdn})


def privilege(context: Context, _: Match) -> Output:
    level = context.privilege
    return Output([f"Current privilege level is {level}"], {"privilegeLevel": level})


def clock(context: Context, _: Match) -> Output:
    now = context.switch.clock.now()
    model: Model = {"utcTime": now.timestamp(), "timezone": "UTC"}
    return Output([date(now), "Timezone: UTC", "Clock source: local"], model)


def users(context: Context, _: Match) -> Output:
    source = str(context.switch.spec.wiring.controller)
    lines = [
        "    Line      User        Host(s)       Idle        Location",
        f"*  1 vty 5     {context.user:<11} idle          00:00:00    {source}",
    ]
    return Output(lines, {"users": [{"user": context.user, "location": source}]})


def inventory(context: Context, _: Match) -> Output:
    spec = context.switch.spec
    ports = sum(names.kind(port) == "Ethernet" for port in context.switch.hardware.ports)
    system = {
        "name": spec.model,
        "description": f"{spec.model}, {ports} ports",
        "mfgDate": "",
        "hardwareRev": _HARDWARE_REVISION,
        "serialNum": spec.serial,
    }
    model: Model = {
        "systemInformation": system,
        "powerSupplySlots": {},
        "fanTraySlots": {},
        "portCount": ports,
        "xcvrSlots": {},
        "storageDevices": {},
        "cardSlots": {},
    }
    lines = [
        "System information",
        "  Model                    Description",
        "  ------------------------ ----------------------------------------------------",
        f"  {spec.model:<24} {system['description']}",
        "",
        "  HW Version  Serial Number  Mfg Date   Epoch",
        "  ----------- -------------- ---------- -----",
        f"  {_HARDWARE_REVISION:<11} {spec.serial}",
        "",
        f"System has {ports} ports",
    ]
    return Output(lines, model)


def image(context: Context) -> str:
    return f"flash:/EOS-{context.switch.version}.swi"


def boot_config(context: Context, _: Match) -> Output:
    lines = [
        f"Software image: {image(context)}",
        "Console speed: (not set)",
        "Aboot password (encrypted): (not set)",
    ]
    return Output(lines, {"softwareImage": image(context), "memTestIterations": 0})


def no_reload(_context: Context, _match: Match) -> Output:
    return Output(["No reload is scheduled"], {"reloadScheduled": False})


def reload_cause(context: Context, _: Match) -> Output:
    switch = context.switch
    cause = {
        "description": switch.reload_cause,
        "timestamp": switch.booted_at.timestamp(),
        "recommendedAction": "No action necessary.",
        "debugInfoIsDir": False,
    }
    lines = [
        "Reload Cause 1:",
        "-------------------",
        switch.reload_cause,
        "",
        "Reload Time:",
        "------------",
        f"Reload occurred at {date(switch.booted_at)} UTC.",
    ]
    return Output(lines, {"kernelCrashData": [], "resetCauses": [cause], "full": True})


COMMANDS: Mapping[str, Command] = named(
    version,
    hostname,
    privilege,
    clock,
    users,
    inventory,
    boot_config,
    no_reload,
    reload_cause,
)
