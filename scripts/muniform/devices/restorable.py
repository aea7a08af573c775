"""A configuration as a device printed it, in a form in which it can be brought back. Pure.

What drivers load is what people would write. A print-out has more: lines about itself, certificates
that the device made; and less: SNMPv3 users of IOS, which stand in no configuration.
"""

from __future__ import annotations

import re

from muniform.devices.configuration import normalise
from muniform.errors import DeviceError

_ABOUT_ITSELF = re.compile(
    r"^(Building configuration|Current configuration|Using \d+ out of|Load for |Time source is|"
    r"ntp clock-period).*\n",
    re.M,
)
_OWN_CERTIFICATE = re.compile(
    r"^crypto pki (?:trustpoint|certificate chain) TP-self-signed-.*\n(?:[ \t]+.*\n)*", re.M
)
# EOS: the command, and its certificate and its key, each up to a line ``EOF``.
_OWN_TEXTS = re.compile(
    r"^[ \t]*protocol https certificate[ \t]*\n(?:(?:.*\n)*?[ \t]*EOF[ \t]*\n){2}", re.M
)
_TOLD_USER = re.compile(r"^! (SNMPv3 user .*)\n", re.M)
_USER = re.compile(r"^snmp-server user .*\n", re.M)


def restorable(printed: str, intended: str, platform: str) -> str:
    """The text that brings ``printed`` back, secrets in their places.

    ``intended`` is what is declared for the device: keys that no device tells are taken from it.
    Raises DeviceError for a user whose keys it doesn't know.
    """
    if platform == "frr":
        return _ABOUT_ITSELF.sub("", printed)
    if platform == "eos":
        # The device keeps the one that it shows now; an old one might not be the enrolled one.
        return _OWN_TEXTS.sub("", printed)
    if platform != "ios":
        return printed
    # The last line may have come without its end.
    text = _OWN_CERTIFICATE.sub("", _ABOUT_ITSELF.sub("", printed.rstrip() + "\n"))
    known = {
        told: found[0]
        for found in _USER.finditer(intended)
        for (told,) in normalise(found[0], platform)
    }
    users = _TOLD_USER.findall(text)
    for user in users:
        if user not in known:
            raise DeviceError(
                f"the keys of {user} are in no backup, and the inventory declares no such user",
                "declare the user, or set it by hand and remove it from the device before",
            )
    body, _, _ = _TOLD_USER.sub("", text).rpartition("end\n")
    return f"{body}{''.join(known[user] for user in users)}end\n"
