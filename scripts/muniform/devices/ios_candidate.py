"""A candidate's form on IOS-XE, and its way to flash: from memory, over SCP."""

from __future__ import annotations

import re

import paramiko
from netmiko.exceptions import ReadException

from muniform.devices.configuration.ios import factory_lines
from muniform.devices.ios_session import IosSession
from muniform.devices.ios_users import without_users
from muniform.errors import CandidateRejected

NAME = "muniform-candidate.cfg"
PATH = f"flash:/{NAME}"
_SECONDS = 45.0
"""How long the device may be silent while it takes a file."""
_BANNER_MARK = re.compile(r"^(banner \w+ )\^C(.*?)\^C$", re.M | re.S)


def flash_candidate(intended: str, running: str) -> str:
    """The text that goes to flash for ``configure replace``.

    Banner delimiters become ETX, since ``^C`` is only how IOS prints them. What the device made
    itself is carried over byte for byte: a replace would take it away, and a certificate needs its
    tab before ``quit``. SNMPv3 users are left out: they are set by themselves.
    """
    text = _BANNER_MARK.sub("\\1\x03\\2\x03", without_users(intended))
    body, _, _ = text.rpartition("end\n")
    return f"{body}{factory_lines(running)}end\n"


def upload(session: IosSession, content: bytes) -> None:
    """Write the candidate to flash over a connection of its own, as ``scp -t`` takes a file.

    Raises CandidateRejected if the device takes no file, and what Paramiko raises.
    """
    client = session.sibling()
    try:
        channel = client.get_transport().open_session(timeout=_SECONDS)
        channel.settimeout(_SECONDS)
        channel.exec_command(f"scp -t {PATH}")
        _await_go_ahead(channel)
        channel.sendall(f"C0600 {len(content)} {NAME}\n".encode())
        _await_go_ahead(channel)
        channel.sendall(content + b"\0")
        _await_go_ahead(channel)
    finally:
        client.close()


def _await_go_ahead(channel: paramiko.Channel) -> None:
    """SCP's answer to each step: a zero, or a one or a two with a reason behind it."""
    answer = channel.recv(512)
    if not answer:
        raise ReadException("the device closed the connection for the file")
    if answer[:1] != b"\0":
        said = answer[1:].decode(errors="replace").strip()
        raise CandidateRejected(
            f"the device took no file: {said or 'no reason given'}",
            "look at 'ip scp server enable', at 'dir flash:', and at the account's privilege",
        )
