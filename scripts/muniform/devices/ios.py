"""What is special about IOS-XE: a candidate's form, its files on flash, and SNMPv3 users.

IOS takes ``snmp-server user``, keeps it beside the configuration and prints it nowhere in it. In a
file for ``configure replace`` such a line would stay a difference until IOS gives up after five
passes and prints it, keys and all. So users are set by themselves, after the replace (their keys
are made from the engine id that it sets), and read back from ``show snmp user``. Keys can't be read
back: that a key is another one shows nowhere on the device.
"""

from __future__ import annotations

import re
from typing import Any

from muniform.devices.configuration.ios import snmp_user
from muniform.errors import CandidateRejected

# NAPALM's names for its files on flash.
_FILES = ("candidate_config.txt", "merge_config.txt", "rollback_config.txt")
_SELF_SIGNED = re.compile(
    r"^crypto pki (?:trustpoint|certificate chain) TP-self-signed-.*\n(?:[ \t]+.*\n)*", re.M
)
_USER = re.compile(r"^snmp-server user (\S+) (\S+) v3 .*\n", re.M)
_TOLD_USER = re.compile(
    r"^User name: (?P<name>\S+)\s*\n(?:.*\n)*?"
    r"Authentication Protocol: (?P<auth>\S+)\s*\n(?:.*\n)*?"
    r"Privacy Protocol: (?P<priv>\S+)\s*\n(?:.*\n)*?"
    r"Group-name: (?P<group>\S+)",
    re.M,
)
_BANNER_MARK = re.compile(r"^(banner \w+ )\^C(.*?)\^C$", re.M | re.S)


def flash_candidate(intended: str, running: str) -> str:
    """The text that goes to flash for ``configure replace``.

    Banner delimiters become ETX, since ``^C`` is only how IOS prints them. The device's own
    self-signed certificate is carried over byte for byte: replacing it would end HTTPS and needs
    its tab before ``quit``. SNMPv3 users are left out: ``set_users`` brings them.
    """
    text = _BANNER_MARK.sub("\\1\x03\\2\x03", _USER.sub("", intended))
    own = "".join(match.group(0) for match in _SELF_SIGNED.finditer(running))
    body, _, _ = text.rpartition("end\n")
    return f"{body}{own}end\n"


def remove_flash_files(connection: Any) -> None:
    """Delete what NAPALM left on flash: a candidate and a backup hold the whole configuration."""
    listing = connection.send_command("dir flash:")
    for name in _FILES:
        if name in listing:
            connection.send_command(f"delete /force flash:/{name}")


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


def read_users(connection: Any) -> str:
    return told_users(connection.send_command("show snmp user"))


def set_users(connection: Any, intended: str) -> None:
    """Set the intended users and remove every other. Raises CandidateRejected."""
    wanted = {match.groups(): match.group(0).rstrip() for match in _USER.finditer(intended)}
    shown = connection.send_command("show snmp user")
    there = {(user["name"], user["group"]) for user in _TOLD_USER.finditer(shown)}
    gone = sorted(there - wanted.keys())
    commands = [f"no snmp-server user {name} {group} v3" for name, group in gone]
    commands += wanted.values()
    if commands and any("%" in said for said in _configured(connection, commands)):
        # Without what was said: it may repeat the keys.
        raise CandidateRejected(
            "the device refused an SNMPv3 user",
            "look at the secrets of baseline.snmp: IOS takes 8 to 64 characters without blanks",
        )


def _configured(connection: Any, commands: list[str]) -> list[str]:
    """What the device says to each command. Netmiko's own way waits two seconds for silence."""
    connection.config_mode()
    try:
        return [connection.send_command(line, expect_string=r"\(config\)#") for line in commands]
    finally:
        connection.exit_config_mode()
