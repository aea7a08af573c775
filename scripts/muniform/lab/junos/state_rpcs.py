"""The RPCs that tell of the device itself: software, hardware, time and commits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement

from muniform.lab.junos.database import Commit
from muniform.lab.junos.device import JunosDevice
from muniform.lab.junos.network_rpcs import NETWORK_STATES
from muniform.lab.junos.reading_rpcs import release
from muniform.lab.junos.replies import RpcError, made, text_of, wrapped
from muniform.lab.junos.show import show
from muniform.lab.junos.xml_tree import local

_MEGABYTES = 2048


def state(device: JunosDevice, rpc: Element) -> str:
    """The answer to an RPC that changes nothing. Raises RpcError for what is not known."""
    known = STATES.get(local(rpc))
    if known is None:
        raise RpcError("syntax error", bad=local(rpc))
    found = known(device, rpc)
    kind = _SCHEMAS.get(found.tag)
    if kind is not None:
        found.set("xmlns", f"http://xml.juniper.net/junos/{release(device)}/junos-{kind}")
    return text_of(found)


def command(device: JunosDevice, rpc: Element) -> str:
    """``<command>``: a line of the command line, answered as text or as XML."""
    line = " ".join((rpc.text or "").split())
    if rpc.get("format", "xml") in ("text", "ascii"):
        lines = show(device, line)
        if lines is None:
            raise RpcError("syntax error", bad=line)
        return wrapped("output", "\n".join(lines) + "\n")
    for words, name in _COMMANDS.items():
        if line.removesuffix(" | display xml").startswith(words):
            return state(device, Element(name))
    raise RpcError("syntax error", bad=line)


def _software(device: JunosDevice, rpc: Element) -> Element:  # noqa: ARG001 - as all of STATES
    found = made(
        "software-information",
        {
            "host-name": device.hostname,
            "product-model": device.spec.model.lower(),
            "product-name": device.spec.model.lower(),
            "junos-version": device.version,
        },
    )
    package = {"name": "os-kernel", "comment": f"JUNOS OS Kernel 64-bit [{device.version}]"}
    found.append(made("package-information", package))
    return found


def _inventory(device: JunosDevice, rpc: Element) -> Element:  # noqa: ARG001 - as all of STATES
    found = Element("chassis-inventory")
    chassis = made(
        "chassis",
        {
            "name": "Chassis",
            "serial-number": device.spec.serial,
            "description": device.spec.model.upper(),
        },
    )
    module = {
        "name": "FPC 0",
        "version": "REV 01",
        "serial-number": device.spec.serial,
        "description": device.spec.model.upper(),
    }
    chassis.append(made("chassis-module", module))
    found.append(chassis)
    return found


def _engine(device: JunosDevice, rpc: Element) -> Element:  # noqa: ARG001 - as all of STATES
    found = Element("route-engine-information")
    engine = made(
        "route-engine",
        {
            "slot": 0,
            "mastership-state": "master",
            "mastership-priority": "Master (default)",
            "status": "OK",
            "memory-system-total": _MEGABYTES,
            "memory-buffer-utilization": 40,
            "cpu-idle": 95,
            "model": f"RE-{device.spec.model.upper()}",
            "serial-number": device.spec.serial,
        },
    )
    engine.append(_date("start-time", device.booted_at))
    engine.append(_length("up-time", device.uptime()))
    engine.append(made("last-reboot-reason", "0x1:power cycle/failure"))
    found.append(engine)
    return found


def _uptime(device: JunosDevice, rpc: Element) -> Element:  # noqa: ARG001 - as all of STATES
    found = Element("system-uptime-information")
    for tag, moment in (
        ("current-time", device.clock.now()),
        ("system-booted-time", device.booted_at),
        ("last-configured-time", device.committed_at()),
    ):
        part = SubElement(found, tag)
        part.append(_date("date-time", moment))
        if tag != "current-time":
            passed = int((device.clock.now() - moment).total_seconds())
            part.append(_length("time-length", passed))
    part = SubElement(found, "uptime-information")
    part.append(_date("date-time", device.clock.now()))
    part.append(_length("up-time", device.uptime()))
    return found


def _date(tag: str, moment: datetime) -> Element:
    shown = moment.strftime("%Y-%m-%d %H:%M:%S UTC")
    return made(tag, shown, junos__seconds=str(int(moment.timestamp())))


def _length(tag: str, seconds: int) -> Element:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return made(tag, f"{hours:02}:{minutes:02}:{rest:02}", junos__seconds=str(seconds))


def _memory(device: JunosDevice, rpc: Element) -> Element:  # noqa: ARG001 - as all of STATES
    found = Element("system-memory-information")
    summary = {"system-memory-total": _MEGABYTES * 1024, "system-memory-free": _MEGABYTES * 600}
    found.append(made("system-memory-summary-information", summary))
    return found


def _storage(device: JunosDevice, rpc: Element) -> Element:  # noqa: ARG001 - as all of STATES
    found = Element("system-storage-information")
    for name, mounted in (("/dev/gpt/junos", "/.mount"), ("/dev/gpt/var", "/.mount/var")):
        content = {"filesystem-name": name, "mounted-on": mounted, "used-percent": 30}
        found.append(made("filesystem", content))
    return found


# Commits


def _commits(device: JunosDevice, rpc: Element) -> Element:  # noqa: ARG001 - as all of STATES
    found = Element("commit-information")
    for number, entry in enumerate(device.database.history):
        content = {
            "sequence-number": number,
            "user": entry.user,
            "client": entry.client,
        }
        history = made("commit-history", content)
        history.append(_date("date-time", entry.at))
        _say(history, entry)
        found.append(history)
    return found


def _say(told: Element, entry: Commit) -> None:
    """What is said of a commit: by Junos itself, and by whoever made it."""
    for name, text in (("comment", entry.comment), ("log", entry.log)):
        if text:
            told.append(made(name, text))


def _revision(device: JunosDevice, rpc: Element) -> Element:  # noqa: ARG001 - as all of STATES
    entry = device.database.history[0]
    found = made(
        "commit-revision-information",
        {"revision": entry.revision, "user": entry.user, "client": entry.client},
    )
    found.append(_date("date-time", entry.at))
    _say(found, entry)
    return found


STATES: Mapping[str, Callable[[JunosDevice, Element], Element]] = {
    "get-software-information": _software,
    "get-chassis-inventory": _inventory,
    "get-route-engine-information": _engine,
    "get-system-uptime-information": _uptime,
    "get-system-memory-information": _memory,
    "get-system-storage": _storage,
    "get-commit-information": _commits,
    "get-commit-revision-information": _revision,
    **NETWORK_STATES,
}
_SCHEMAS = {
    "chassis-inventory": "chassis",
    "route-engine-information": "chassis",
    "interface-information": "interface",
    "l2ng-l2ald-vlan-instance-information": "esw",
    "arp-table-information": "arp",
    "route-information": "routing",
    "ping-results": "probe-tests",
}
_COMMANDS = {
    "show version": "get-software-information",
    "show chassis hardware": "get-chassis-inventory",
    "show system uptime": "get-system-uptime-information",
    "show system commit": "get-commit-information",
    "show interfaces": "get-interface-information",
    "show lldp neighbors": "get-lldp-neighbors-information",
    "show vlans": "get-vlan-information",
    "show arp": "get-arp-table-information",
    "show route": "get-route-information",
}
