"""The kinds of value that the inventory's files are made of: text, names, addresses, numbers.

What is refused here can never reach a device, a zone or a command. Each refusal says what to write.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Network
from typing import Annotated, Any
from zoneinfo import available_timezones

from dateutil.rrule import rrulestr
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic_core import PydanticCustomError, core_schema

_NETWORK = re.compile(r"[0-9.]+/(0|[1-9][0-9]?)")
"""An address and a length; a mask in the length's place would be accepted by ``ipaddress``."""


@dataclass(frozen=True)
class Matching:
    """Text that matches a pattern as a whole. An editor learns the pattern from the JSON Schema."""

    pattern: str
    what: str
    remedy: str

    def check(self, value: str) -> str:
        if not re.fullmatch(self.pattern, value):
            raise PydanticCustomError(
                "form",
                "{value} is no valid {what}",
                {"value": shown(value), "what": self.what, "remedy": self.remedy},
            )
        return value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        told = {"x-form": f"{self.what}: {self.remedy}", "description": self.remedy}
        return handler(schema) | told | {"pattern": f"^(?:{self.pattern})$"}


def matching(pattern: str, what: str, remedy: str) -> Matching:
    """A validator for text that must match a pattern as a whole."""
    return Matching(pattern, what, remedy)


def shown(value: object) -> str:
    """A value as YAML would write it, near enough, and cut where it would fill the screen."""
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:56]} ..."


def _plain(value: str) -> str:
    """Refuse what could end a line or open a template where the text is used."""
    if any(ord(char) < 32 or ord(char) == 127 for char in value.replace("\n", "")):
        raise _unsafe("a control character", "use printable characters only")
    if re.search(r"\{\{|\{%|\{#|<secret:|^\s*#jinja2:", value):
        raise _unsafe("template or secret syntax", "write plain text")
    return value


def _one_line(value: str) -> str:
    if "\n" in value:
        raise _unsafe("a line break", "write it on one line")
    return value


def _ascii(value: str) -> str:
    if not value.isascii():
        raise _unsafe("a character outside ASCII", "devices take ASCII only; spell it without")
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise _unsafe("nothing but blanks", "write what it should say")
    return value


def _no_end(value: str) -> str:
    """A banner ends at its delimiter: on EOS a line of its own that says EOF."""
    if any(line.strip() == "EOF" for line in value.splitlines()):
        remedy = "write another word: EOF ends a banner, and commands would follow"
        raise _unsafe("a line 'EOF'", remedy)
    return value


def _no_edges(value: str) -> str:
    if value != value.strip():
        raise _unsafe("blanks at its beginning or end", "remove them: devices do not keep them")
    return value


def _no_caret(value: str) -> str:
    """A banner ends at its delimiter, which devices read and print as ``^C``."""
    if "^" in value:
        remedy = "leave it out: ^C ends a banner, and what follows would be read as commands"
        raise _unsafe("a '^'", remedy)
    return value


def _unsafe(what: str, remedy: str) -> PydanticCustomError:
    return PydanticCustomError("unsafe", "the text holds {what}", {"what": what, "remedy": remedy})


def _address(value: Any) -> Any:
    """Addresses are text: a bare number would silently become an address."""
    try:
        if isinstance(value, str):
            return IPv4Address(value)
    except ValueError:
        pass
    raise PydanticCustomError(
        "form",
        "{value} is no IPv4 address",
        {"value": shown(value), "remedy": "write four numbers from 0 to 255, like 10.1.1.10"},
    )


def _network(value: Any) -> Any:
    try:
        if not isinstance(value, str) or not _NETWORK.fullmatch(value):
            raise ValueError("an address and a length are needed")
        return IPv4Network(value)
    except ValueError as error:
        raise PydanticCustomError(
            "form",
            "{value} is no IPv4 network: {reason}",
            {
                "value": shown(value),
                "reason": str(error),
                "remedy": "write its first address and its length, like 10.1.254.0/24",
            },
        ) from None


def _network6(value: Any) -> Any:
    try:
        if not isinstance(value, str):
            raise ValueError("text is needed")
        network = IPv6Network(value)
        if not network.subnet_of(_UNIQUE_LOCAL) or network.prefixlen != 48:
            raise ValueError("it is no /48 inside fd00::/8")
        return network
    except ValueError as error:
        raise PydanticCustomError(
            "form",
            "{value} is no unique local prefix: {reason}",
            {
                "value": shown(value),
                "reason": str(error),
                "remedy": "draw one at random, as RFC 4193 asks: like fd5a:7c1e:22::/48",
            },
        ) from None


_UNIQUE_LOCAL = IPv6Network("fd00::/8")


def _interface(value: Any) -> Any:
    """An address with the length of its network, both usable by a host."""
    try:
        if not isinstance(value, str) or not _NETWORK.fullmatch(value):
            raise ValueError("an address and a length are needed")
        interface = IPv4Interface(value)
        ends = (interface.network[0], interface.network[-1])
        if interface.network.prefixlen < 31 and interface.ip in ends:
            raise ValueError("that is the network's own or its broadcast address")
        return interface
    except ValueError as error:
        raise PydanticCustomError(
            "form",
            "{value} is no address of an interface: {reason}",
            {
                "value": shown(value),
                "reason": str(error),
                "remedy": "write address and length, like 203.0.113.2/30",
            },
        ) from None


def _day(value: Any) -> Any:
    try:
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError(
        "form",
        "{value} is no date",
        {"value": shown(value), "remedy": "write year, month and day, like 2027-06-30"},
    )


def _clock_time(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        return time.fromisoformat(value)
    raise PydanticCustomError(
        "form",
        "{value} is no time of day",
        {"value": shown(value), "remedy": 'write hours and minutes in quotes, like "22:00"'},
    )


_RULE_PARTS = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "BYMONTH": r"([1-9]|1[0-2])(,([1-9]|1[0-2]))*",
    "BYMONTHDAY": r"-?([1-9]|[12][0-9]|3[01])(,-?([1-9]|[12][0-9]|3[01]))*",
    "BYDAY": r"[+-]?[1-5]?(MO|TU|WE|TH|FR|SA|SU)(,[+-]?[1-5]?(MO|TU|WE|TH|FR|SA|SU))*",
    "BYSETPOS": r"-?[1-5]",
}
"""What a window needs of RFC 5545. The rest (intervals, counts, hours) means something else than
its author believes where nothing says from when it is counted, or has dateutil search for ever."""

_RULE_NEEDS = {
    "DAILY": (),
    "WEEKLY": ("BYDAY",),
    "MONTHLY": ("BYDAY", "BYMONTHDAY"),
    "YEARLY": ("BYMONTH",),
}
"""One of these, or the day would be that of an arbitrary first date."""

_LONGEST_MONTH = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


def _recurrence(value: str) -> str:
    """A rule of the parts above, each once, that names days which exist."""
    try:
        parts = [part.partition("=")[::2] for part in value.split(";")]
        for name, text in parts:
            if name not in _RULE_PARTS:
                raise ValueError(f"{name or 'nothing'} is not known here")
            if not re.fullmatch(_RULE_PARTS[name], text):
                raise ValueError(f"there is no {name} {text}")
        rule = dict(parts)
        if len(rule) < len(parts) or "FREQ" not in rule:
            raise ValueError("each part stands once, and FREQ is among them")
        needed = _RULE_NEEDS[rule["FREQ"]]
        if needed and not any(name in rule for name in needed):
            raise ValueError(f"{rule['FREQ']} needs {' or '.join(needed)}")
        _require_days(rule)
        rrulestr(value, dtstart=datetime(2000, 1, 1))
    except ValueError as error:
        raise PydanticCustomError(
            "form",
            "{value} is no iCalendar rule that can be used: {reason}",
            {
                "value": shown(value),
                "reason": str(error),
                "remedy": "write it like FREQ=WEEKLY;BYDAY=TU,TH (RFC 5545); parts: "
                + ", ".join(_RULE_PARTS),
            },
        ) from None
    return value


def _require_days(rule: dict[str, str]) -> None:
    """ValueError if no month that is asked for has the day that is asked for."""
    days = [abs(int(day)) for day in rule.get("BYMONTHDAY", "1").split(",")]
    months = [int(month) for month in rule.get("BYMONTH", "1").split(",")]
    if min(days) > max(_LONGEST_MONTH.get(month, 31) for month in months):
        raise ValueError(f"no month of BYMONTH {rule['BYMONTH']} has day {min(days)}")


def _time_zone(value: str) -> str:
    if value not in available_timezones():
        raise PydanticCustomError(
            "form",
            "{value} is no time zone",
            {"value": shown(value), "remedy": "use a name of the tz database: America/Chicago"},
        )
    return value


Text = Annotated[
    str,
    Field(min_length=1, max_length=80),
    AfterValidator(_plain),
    AfterValidator(_one_line),
    AfterValidator(_ascii),
    AfterValidator(_not_blank),
    AfterValidator(_no_edges),
]
Sentence = Annotated[
    str,
    Field(min_length=1, max_length=300),
    AfterValidator(_plain),
    AfterValidator(_one_line),
    AfterValidator(_ascii),
    AfterValidator(_not_blank),
]
"""Read by people only: it may say more than fits a device's description."""
Banner = Annotated[
    str,
    Field(min_length=1, max_length=2000),
    AfterValidator(_plain),
    AfterValidator(_ascii),
    AfterValidator(_not_blank),
    AfterValidator(_no_caret),
    AfterValidator(_no_end),
]
Identifier = Annotated[
    str, matching(r"[a-z][a-z0-9_]{0,39}", "id", "use lower-case letters, digits and underscores")
]
Code = Annotated[
    str,
    matching(
        r"[a-z][a-z0-9]{1,7}",
        "site code",
        "use two to eight lower-case letters and digits, like fs03",
    ),
]
Label = Annotated[
    str,
    matching(
        r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?",
        "device or host name",
        "use lower-case letters, digits and inner hyphens (RFC 1123)",
    ),
]
Domain = Annotated[
    str,
    matching(
        r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])",
        "domain name",
        "use lower-case labels of letters, digits and inner hyphens, 63 characters at most each",
    ),
]
ReverseZone = Annotated[
    str,
    matching(
        r"((0|[1-9][0-9]{0,2})\.){1,3}in-addr\.arpa",
        "reverse zone",
        "write the octets from the last to the first, like 10.in-addr.arpa (RFC 1035)",
    ),
]
PortName = Annotated[
    str,
    matching(
        r"([A-Za-z][A-Za-z0-9-]*[A-Za-z-]|[A-Za-z])?[0-9]+(/[0-9]+)*",
        "port name",
        "write the full name, like TenGigabitEthernet1/1/1",
    ),
]
LinkEndText = Annotated[
    str,
    matching(
        r"[a-z0-9-]+:[A-Za-z0-9][A-Za-z0-9/.-]*",
        "link end",
        "write device:port, like sw1:TenGigabitEthernet1/1/1",
    ),
]
AccountName = Annotated[
    str,
    matching(
        r"[a-z][a-z0-9_-]{0,30}",
        "account name",
        "use lower-case letters, digits, hyphens, underscores",
    ),
]
VlanId = Annotated[int, Field(ge=1, le=4094, strict=True)]
Octet = Annotated[int, Field(ge=0, le=255, strict=True)]
Count = Annotated[int, Field(ge=0, le=1000, strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Address = Annotated[IPv4Address, BeforeValidator(_address)]
Network = Annotated[IPv4Network, BeforeValidator(_network)]
Network6 = Annotated[IPv6Network, BeforeValidator(_network6)]
InterfaceAddress = Annotated[IPv4Interface, BeforeValidator(_interface)]
Day = Annotated[date, BeforeValidator(_day)]
ClockTime = Annotated[time, BeforeValidator(_clock_time)]
RecurrenceRule = Annotated[str, AfterValidator(_recurrence)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Percent = Annotated[int, Field(ge=1, le=100, strict=True)]
Seconds = Annotated[int, Field(ge=1, le=86400 * 7, strict=True)]
