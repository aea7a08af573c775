"""Which words of a configuration line are secrets. Pure; errs on the side of hiding too much.

After a word that announces a secret, everything is masked but a few words that never are one:
``ip ospf message-digest-key 1 md5 X`` keeps its number and its algorithm. The forms are those of
Cisco IOS and FRR.
"""

from __future__ import annotations

import re

from muniform.masking import MASK

_ANNOUNCES = {
    "secret", "password", "passphrase", "key", "key-string", "md5", "authentication-key",
    "message-digest-key", "pre-shared-key", "community", "auth", "priv", "wpa-psk", "psk",
    "shared-secret", "auth-string", "server-key", "encrypted-password", "authentication-password",
    "privacy-password", "encrypted-key", "simple-password",
}  # fmt: skip
# In these lines a secret follows without a word of its own before it.
_ANNOUNCING_LINES = re.compile(
    r"(snmp-server (host \S+|community)|(standby|vrrp|glbp) .*authentication)\b"
)
_NEVER_SECRET = {
    "secret", "password", "key", "key-string", "md5", "sha", "sha1", "sha256", "hmac-sha-256",
    "hmac-sha-384", "hmac-sha-512", "aes", "aes128", "des", "3des", "level", "local", "remote",
    "encrypted", "hex", "ascii", "text", "version", "v1", "2c", "v2c", "v3", "auth", "priv",
    "noauth", "access", "ro", "rw", "view", "udp-port", "vrf", "informs", "traps", "encryption",
    "authentication",
}  # fmt: skip
_NUMBER = re.compile(r"\d{1,2}")
_NO_SECRET = re.compile(
    r"(crypto key (generate|zeroize)|ip ssh |service password-encryption|banner |key chain |"
    r"(no )?aaa |description |ip scp |ntp server |snmp-server group |"
    # Of version 3 this is the user's name.
    r"snmp-server host \S+ ((informs|traps) )?version 3 )"
)


def mask_line(line: str) -> str:
    """A configuration line without the secrets it may hold."""
    stripped = line.strip()
    if _NO_SECRET.match(stripped):
        return line
    start = _first_secret_word(stripped)
    if start is None:
        return line
    words = re.split(r"(\s+)", line)
    seen = -1
    last = len(stripped.split()) - 1
    for index in range(0, len(words), 2):
        seen += bool(words[index])
        if words[index] and seen >= start and not _is_harmless(words[index], seen == last):
            words[index] = MASK
    return "".join(words)


def _first_secret_word(line: str) -> int | None:
    """The index of the first word that may be a secret, or None."""
    words = line.split()
    if special := _ANNOUNCING_LINES.match(line):
        return len(special.group(0).split())
    return next((i + 1 for i, word in enumerate(words) if word in _ANNOUNCES), None)


def _is_harmless(word: str, is_last: bool) -> bool:
    """Numbers are types and key ids, but the last word may be a password made of digits."""
    return word in _NEVER_SECRET or (not is_last and bool(_NUMBER.fullmatch(word)))
