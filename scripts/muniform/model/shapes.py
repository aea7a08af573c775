"""The kinds of value that the inventory's files are made of: text, names, addresses, numbers.

What is refused here can never reach a device, a zone or a command. Each refusal says what to write.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

_NETWORK = re.compile(r"[0-9.]+/(0|[1-9][0-9]?)")
"""An address and a length; a mask in the length's place would be accepted by ``ipaddress``."""


def matching(pattern: str, what: str, remedy: str) -> AfterValidator:
    """A validator for text that must match a pattern as a whole."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise PydanticCustomError(
                "form",
                "{value} is no valid {what}",
                {"value": shown(value), "what": what, "remedy": remedy},
            )
        return value

    return AfterValidator(check)


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
        r"[A-Za-z][A-Za-z-]*[0-9]+(/[0-9]+)*",
        "port name",
        "write the full name, like TenGigabitEthernet1/1/1",
    ),
]
LinkEndText = Annotated[
    str,
    matching(
        r"[a-z0-9-]+:[A-Za-z][A-Za-z0-9/.-]*",
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
