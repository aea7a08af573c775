"""What the answers of ArubaOS-Switch mean. Pure."""

from __future__ import annotations

import re

from muniform.devices.driver import Facts, Neighbour
from muniform.devices.ios_reading import refuse_lost_bytes
from muniform.devices.secret_lines import mask_line
from muniform.errors import DeviceError

_HEAD = re.compile(r"^; \S+ Configuration Editor; Created on release #\S+", re.M)
_MODEL = re.compile(r"\b(J[A-Z]?\d{3,4}[A-Z])\b")
_SCHEDULED = re.compile(r"reload[^\n]*\bscheduled (?:at|for|in)\b|^reload (?:at|in)\b", re.I | re.M)
_UNSCHEDULED = re.compile(r"\b(no|not)\b[^\n]*\b(reload|scheduled)\b|not scheduled", re.I)
_REFUSALS = re.compile(
    r"\b(invalid|incomplete|ambiguous|error|fail(ed|ure)?|cannot|can't|unable|denied|refused|"
    r"unauthori[sz]ed|exceeds?|conflicts?|unknown|inconsistent|must|does not exist|in use|"
    r"not (allowed|permitted|supported|found|present|available|configured|enabled|valid))\b",
    re.IGNORECASE,
)
NEIGHBOURS = "show lldp info remote-device"
_TABLE = re.compile(r"^ +LocalPort +\| .* SysName *\n(?P<rule> +-+ \+ [- ]*-)\s*$", re.M)
_ROW = re.compile(r" +(?P<port>[A-Za-z]*\d+(?:/\w+)?) +\| ")
_ALIVE = re.compile(r"\bis alive\b")
_UPTIME = re.compile(r"Up Time\s+: (\d+) (sec|min|hour|day)")
_SECONDS = {"sec": 1, "min": 60, "hour": 3600, "day": 86400}


def configuration(answer: str, command: str) -> str:
    """A configuration with the head that it always has; without, the answer is something else."""
    found = _HEAD.search(answer)
    if found is None or "\nhostname " not in answer:
        raise nonsense(command, answer)
    refuse_lost_bytes(answer, command)
    return answer[found.start() :].rstrip() + "\n"


def is_scheduled(answer: str, command: str) -> bool:
    """Whether a reload waits. What can't be understood is no answer."""
    if _UNSCHEDULED.search(answer):
        return False
    if _SCHEDULED.search(answer):
        return True
    raise nonsense(command, answer)


def refusal(answer: str) -> str:
    """What the switch refuses with, masked; empty if it doesn't."""
    lines = [line.strip() for line in answer.splitlines() if _REFUSALS.search(line)]
    return shortened("\n".join(lines))


def answers_ping(answer: str) -> bool:
    return _ALIVE.search(answer) is not None


def facts(system: str, modules: str) -> Facts:
    """From ``show system`` and ``show modules``."""
    uptime = _UPTIME.search(system)
    model = _MODEL.search(modules)
    return Facts(
        vendor="Aruba",
        model=model[1] if model else "",
        version=_field(system, r"Software revision"),
        serial=_field(system, r"Serial Number"),
        hostname=_field(system, r"System Name"),
        uptime=float(int(uptime[1]) * _SECONDS[uptime[2]]) if uptime else -1.0,
    )


def _field(text: str, name: str) -> str:
    found = re.search(rf"{name}\s*: (\S+)", text)
    if found is None:
        raise nonsense("show system", text)
    return found[1]


def neighbours(answer: str) -> frozenset[Neighbour]:
    """From ``show lldp info remote-device``.

    Whoever is plugged in chooses what stands there. In the table a field is cut to its column,
    which has no room for a row of somebody else; a description, in ``detail``, has.
    """
    table = _TABLE.search(answer)
    if table is None:
        raise nonsense(NEIGHBOURS, answer)
    column = table["rule"].rindex(" ") + 1
    found = []
    for line in answer[table.end() :].splitlines():
        row, name = _ROW.match(line), line[column:].strip()
        if row and name:
            found.append(Neighbour(row["port"], name.partition(".")[0]))
    return frozenset(found)


def nonsense(command: str, answer: str) -> DeviceError:
    return DeviceError(
        f"its answer to {command!r} makes no sense: {shortened(answer)}",
        "look at it by hand: it may be another release than the driver knows",
    )


def shortened(answer: str) -> str:
    """The first lines of an answer, without secrets."""
    lines = [mask_line(line.strip()) for line in answer.splitlines() if line.strip()]
    return "; ".join(lines[:3])[:200]
