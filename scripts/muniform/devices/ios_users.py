"""SNMPv3 users of IOS-XE, which stand in no configuration.

IOS takes ``snmp-server user``, keeps it beside the configuration and prints it nowhere in it. In a
file for ``configure replace`` such a line would stay a difference until IOS gives up after five
passes and prints it, keys and all. So users are set by themselves, after the replace (their keys
are made from the engine id that it sets), and read back from ``show snmp user``. Keys can't be read
back: that a key is another one shows nowhere on the device.
"""

from __future__ import annotations

import re

from muniform.devices.configuration.ios import snmp_user

_USER = re.compile(r"^snmp-server user (\S+) (\S+) v3 .*\n", re.M)
_TOLD_USER = re.compile(
    r"^User name: (?P<name>\S+)\s*\n(?:.*\n)*?"
    r"Authentication Protocol: (?P<auth>\S+)\s*\n(?:.*\n)*?"
    r"Privacy Protocol: (?P<priv>\S+)\s*\n(?:.*\n)*?"
    r"Group-name: (?P<group>\S+)",
    re.M,
)


def told_users(shown: str) -> str:
    """The users in ``show snmp user`` as comments of a configuration, which are compared."""
    found = [
        snmp_user(user["name"], user["group"], user["auth"], user["priv"])
        for user in _TOLD_USER.finditer(shown.replace("\r", ""))
    ]
    return "".join(f"! {line}\n" for line in sorted(found))


def with_users(text: str, users: str) -> str:
    """A configuration with its users, which no command prints together."""
    return f"{text.rstrip()}\n{users}" if users else text


def without_users(intended: str) -> str:
    """A configuration without the lines that a replace must not see."""
    return _USER.sub("", intended)


def user_commands(intended: str, shown: str) -> list[str]:
    """What sets the intended users and removes every other that ``show snmp user`` tells of.

    Users that are there already are set again: nobody can read whether their keys are ours.
    """
    wanted = {match.groups(): match.group(0).rstrip() for match in _USER.finditer(intended)}
    told = _TOLD_USER.finditer(shown.replace("\r", ""))
    there = {(user["name"], user["group"]) for user in told}
    gone = sorted(there - wanted.keys())
    return [f"no snmp-server user {name} {group} v3" for name, group in gone] + [*wanted.values()]
