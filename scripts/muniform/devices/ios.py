"""What a full IOS-XE candidate needs beyond the rendered text, and what it leaves on flash."""

from __future__ import annotations

import re
from typing import Any

# NAPALM's names for its files on flash.
_FILES = ("candidate_config.txt", "merge_config.txt", "rollback_config.txt")
_SELF_SIGNED = re.compile(
    r"^crypto pki (?:trustpoint|certificate chain) TP-self-signed-.*\n(?:[ \t]+.*\n)*", re.M
)
_BANNER_MARK = re.compile(r"^(banner \w+ )\^C(.*?)\^C$", re.M | re.S)


def flash_candidate(intended: str, running: str) -> str:
    """The text that goes to flash for ``configure replace``.

    Banner delimiters become ETX, since ``^C`` is only how IOS prints them. The device's own
    self-signed certificate is carried over byte for byte: replacing it would end HTTPS and needs
    its tab before ``quit``.
    """
    text = _BANNER_MARK.sub("\\1\x03\\2\x03", intended)
    own = "".join(match.group(0) for match in _SELF_SIGNED.finditer(running))
    body, _, _ = text.rpartition("end\n")
    return f"{body}{own}end\n"


def remove_flash_files(connection: Any) -> None:
    """Delete what NAPALM left on flash: a candidate and a backup hold the whole configuration."""
    listing = connection.send_command("dir flash:")
    for name in _FILES:
        if name in listing:
            connection.send_command(f"delete /force flash:/{name}")
