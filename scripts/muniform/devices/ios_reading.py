"""What IOS-XE answers, read. Pure functions from what it printed to values.

An answer that isn't there is an error, never an empty value: a link that swallows text must not
look like a device without a pending change, without neighbours, or with an empty configuration.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from napalm.base.helpers import canonical_interface_name

from muniform.devices.driver import Facts, Neighbour
from muniform.devices.secret_lines import mask_line
from muniform.errors import CandidateRejected, DeviceError

_NO_TIMER = "No Rollback Confirmed Change pending"
_NO_ARCHIVE = "Archive feature not enabled"
_NO_STARTUP = re.compile(r"\s*%*\s*startup-config is not present\s*")
RUNNING, STARTUP = "show running-config", "show startup-config"
NEIGHBOURS = "show lldp neighbors"
_TABLE = re.compile(
    r"^Device ID +Local Intf .*\n(?P<rows>(?:.*\n)*)"
    r"\s*Total entries displayed: (?P<total>\d+)\s*\Z",
    re.M,
)
# A name that is too long for its column stands in a line of its own before the rest.
_NEIGHBOUR = re.compile(
    r"^(?:(?P<long>\S.*)\n {20}|(?P<name>\S.{19}))(?P<port>[A-Z][A-Za-z]+\d[\d/.]*)\s+\d+\s", re.M
)
_REFUSALS = re.compile(r"^%|^\s*\^$|error|failed|invalid|denied|locked", re.I | re.M)
_UPTIME = {"year": 365 * 86400, "week": 604800, "day": 86400, "hour": 3600, "minute": 60}


@dataclass(frozen=True)
class Timer:
    """A change that waits for its confirmation, and whose it is."""

    user: str


def nonsense(what: str, answer: str) -> DeviceError:
    """The error for an answer that can't be one."""
    return DeviceError(
        f"its answer to {what!r} makes no sense: {shortened(answer)}",
        "look at what it prints: it may be another release than the driver knows",
    )


def shortened(answer: str) -> str:
    """The first lines of an answer, without secrets."""
    lines = [mask_line(line.strip()) for line in answer.splitlines() if line.strip()]
    return "; ".join(lines[:4]) or "nothing"


def configuration(answer: str, what: str) -> str:
    """A configuration that is whole: it has its end. An absent startup configuration is empty."""
    if what == STARTUP and _NO_STARTUP.fullmatch(answer):
        return ""
    if not re.search(r"^end\s*\Z", answer, re.M):
        raise nonsense(what, answer)
    refuse_lost_bytes(answer, what)
    return answer


def refuse_lost_bytes(answer: str, what: str) -> None:
    """Raises DeviceError if the configuration is no UTF-8: it could not be brought back as it is.

    Sessions put U+FFFD where a byte could not be read.
    """
    lines = [n for n, line in enumerate(answer.splitlines(), start=1) if "\ufffd" in line]
    if lines:
        raise DeviceError(
            f"line {lines[0]} of {what!r} has characters that are no UTF-8, so it can't be kept "
            f"as it is: {mask_line(answer.splitlines()[lines[0] - 1].strip())!r}",
            "write that line anew on the device, in ASCII or UTF-8",
        )


def has_archive(answer: str) -> bool:
    """From ``show archive``: without it there is no revert timer."""
    if _NO_ARCHIVE in answer:
        return False
    if "archive" not in answer:
        raise nonsense("show archive", answer)
    return True


def timer(answer: str) -> Timer | None:
    """From ``show archive config rollback timer``."""
    if _NO_TIMER in answer:
        return None
    user = re.search(r"^User:\s*(\S+)", answer, re.M)
    if user is None or "Timer value" not in answer:
        raise nonsense("show archive config rollback timer", answer)
    return Timer(user[1])


def free_bytes(listing: str) -> int:
    """From ``dir flash:``."""
    free = re.search(r"(\d+) bytes free", listing)
    if free is None:
        raise nonsense("dir flash:", listing)
    return int(free[1])


def has_file(listing: str, name: str) -> bool:
    """From ``dir flash:``."""
    free_bytes(listing)
    return re.search(rf"\s{re.escape(name)}\s*$", listing, re.M) is not None


def md5(answer: str) -> str:
    """From ``verify /md5``."""
    found = re.search(r"= ([0-9a-f]{32})\s*$", answer, re.M)
    if found is None:
        raise nonsense("verify /md5", answer)
    return found[1]


def replaced(answer: str) -> None:
    """Raises CandidateRejected unless ``configure replace`` says that it is done."""
    if "Rollback Done" in answer and not re.search(r"error|failed|restored", answer, re.I):
        return
    raise CandidateRejected(
        f"the device refused the candidate: {shortened(answer)}",
        "compare the platform's templates with what this release accepts",
    )


def accepted(answer: str) -> bool:
    """Whether a command that says nothing when it succeeds has succeeded."""
    return _REFUSALS.search(answer) is None


def facts(version: str) -> Facts:
    """From ``show version``."""
    release = re.search(r"Version ([^\s,]+)", version)
    name = re.search(r"^(\S+) uptime is (.+)$", version, re.M)
    # On a stack the first line is the active switch's.
    model = re.search(r"^cisco (\S+) \(", version, re.M)
    serial = re.search(r"^Processor board ID (\S+)", version, re.M)
    if release is None or name is None or model is None or serial is None:
        raise nonsense("show version", version)
    ages = re.findall(r"(\d+) (year|week|day|hour|minute)", name[2])
    uptime = float(sum(int(count) * _UPTIME[unit] for count, unit in ages))
    return Facts("Cisco", model[1], release[1], serial[1], name[1], uptime)


def neighbours(answer: str) -> frozenset[Neighbour]:
    """From ``show lldp neighbors``. A switch that doesn't speak LLDP has none.

    Whoever is plugged in chooses what stands in the table. Their descriptions, texts of several
    lines, are only in ``detail``; here more or fewer rows than the switch counted are an error.
    """
    if answer.lstrip().startswith("% LLDP is not enabled"):
        return frozenset()
    table = _TABLE.search(answer)
    found = list(_NEIGHBOUR.finditer(table["rows"])) if table else []
    if table is None or len(found) != int(table["total"]):
        raise nonsense(NEIGHBOURS, answer)
    return frozenset(
        Neighbour(str(canonical_interface_name(each["port"])), _name(each)) for each in found
    )


def _name(row: re.Match[str]) -> str:
    return str(row["long"] or row["name"]).strip().partition(".")[0]


def answers_ping(answer: str) -> bool:
    """From ``ping``."""
    rate = re.search(r"Success rate is (\d+) percent", answer)
    if rate is None and not answer.lstrip().startswith("%"):
        raise nonsense("ping", answer)
    return rate is not None and int(rate[1]) > 0
