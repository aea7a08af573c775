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
    if re.search(r"\{\{|\{%|\{#|<secret:", value):
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


_RULE_PARTS = {"BYMONTH": 12, "BYMONTHDAY": 31, "BYYEARDAY": 366, "BYWEEKNO": 53, "BYSETPOS": 366}


def _in_range(rule: str) -> None:
    """ValueError for a part that no year has: dateutil would look for it until the year 9999."""
    for part in rule.split(";"):
        name, _, numbers = part.partition("=")
        if name in _RULE_PARTS:
            for number in numbers.split(","):
                if not 1 <= abs(int(number)) <= _RULE_PARTS[name]:
                    raise ValueError(f"there is no {name} {number}")


def _recurrence(value: str) -> str:
    """A rule that dateutil understands, and nothing but a rule: no dates, no time zones."""
    try:
        if not re.fullmatch(r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[A-Z0-9,+-]+)*", value):
            raise ValueError("it does not begin with FREQ= and a frequency")
        rrulestr(value, dtstart=datetime(2000, 1, 1))
        _in_range(value)
    except (ValueError, KeyError, IndexError) as error:
        raise PydanticCustomError(
            "form",
            "{value} is no iCalendar rule: {reason}",
            {
                "value": shown(value),
                "reason": str(error),
                "remedy": "write it as RFC 5545 does, like FREQ=WEEKLY;BYDAY=TU,TH",
            },
        ) from None
    return value


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
]
Banner = Annotated[
    str,
    Field(min_length=1, max_length=2000),
    AfterValidator(_plain),
    AfterValidator(_ascii),
    AfterValidator(_not_blank),
    AfterValidator(_no_caret),
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
        r"([A-Za-z][A-Za-z-]*)?[0-9]+(/[0-9]+)*",
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
