"""SNMPv3 users of IOS-XE, which stand in no configuration.

IOS takes ``snmp-server user``, keeps it beside the configuration and prints it nowhere in it. In a
file for ``configure replace`` such a line would stay a difference until IOS gives up after five
passes and prints it, keys and all. So users are set by themselves, after the replace (their keys
are made from the engine id that it sets), and read back from ``show snmp user``. Keys can't be read
back: that a key is another one shows nowhere on the device. Nor does a revert bring old keys back:
users that only may have got another key are set once the change is confirmed.
"""

from __future__ import annotations

import re

from muniform.devices.configuration import normalise
from muniform.devices.configuration.ios import snmp_user

_USER = re.compile(r"^snmp-server user (\S+) (\S+) v3 .*\n", re.M)
_TOLD_USER = re.compile(
    r"^User name: (?P<name>\S+)\s*\n(?:.*\n)*?"
    r"Authentication Protocol: (?P<auth>\S+)\s*\n(?:.*\n)*?"
    r"Privacy Protocol: (?P<priv>\S+)\s*\n(?:.*\n)*?"
    r"Group-name: (?P<group>\S+)",
    re.M,
)


_Key = tuple[str, str]
"""A user's name and group: by both IOS tells users apart."""


def told_users(shown: str) -> str:
    """The users in ``show snmp user`` as comments of a configuration, which are compared."""
    return "".join(f"! {line}\n" for line in sorted(_told(shown).values()))


def with_users(text: str, users: str) -> str:
    """A configuration with its users, which no command prints together."""
    return f"{text.rstrip()}\n{users}" if users else text


def without_users(intended: str) -> str:
    """A configuration without the lines that a replace must not see."""
    return _USER.sub("", intended)


def user_lines(intended: str) -> list[str]:
    """The lines that set the intended users."""
    return list(_wanted(intended).values())


def differing_users(intended: str, shown: str) -> list[str]:
    """What removes users that ``show snmp user`` tells of and nobody intends, and sets those that
    it tells otherwise than intended, or not at all."""
    wanted, told = _wanted(intended), _told(shown)
    gone = [
        f"no snmp-server user {name} {group} v3" for name, group in sorted(told.keys() - wanted)
    ]
    return gone + [line for key, line in wanted.items() if told.get(key) != _described(line)]


def same_users(intended: str, shown: str) -> list[str]:
    """What sets the users again that are there as intended: nobody can read whether their keys are
    the intended ones."""
    told = _told(shown)
    return [line for key, line in _wanted(intended).items() if told.get(key) == _described(line)]


def _wanted(intended: str) -> dict[_Key, str]:
    return {(user[1], user[2]): user[0].rstrip() for user in _USER.finditer(intended)}


def _told(shown: str) -> dict[_Key, str]:
    return {
        (user["name"], user["group"]): snmp_user(
            user["name"], user["group"], user["auth"], user["priv"]
        )
        for user in _TOLD_USER.finditer(shown.replace("\r", ""))
    }


def _described(line: str) -> str:
    """A line of an intended configuration as it is compared, without keys."""
    ((told,),) = normalise(line, "ios")
    return told
