"""Which words of a configuration are secrets. Pure; errs on the side of hiding too much.

After a word that announces a secret, everything is masked but a few words that never are one:
``ip ospf message-digest-key 1 md5 X`` keeps its number and its algorithm. The forms are those of
Cisco IOS, FRR, Arista EOS, Junos and ArubaOS-Switch. What is no configuration but stands in one
(addresses with a password, options of a program, private keys) is found by its own form.
"""

from __future__ import annotations

import re

from muniform.masking import MASK

_ANNOUNCES = {
    "secret", "password", "passphrase", "key", "key-string", "md5", "authentication-key",
    "message-digest-key", "pre-shared-key", "community", "auth", "priv", "wpa-psk", "psk",
    "shared-secret", "auth-string", "server-key", "encrypted-password", "authentication-password",
    "privacy-password", "encrypted-key", "simple-password", "key-value", "privacy-key", "md5-key",
    "chap-secret", "plain-text-password-value", "hello-authentication-key", "secret-key",
    "set-key", "auth-key", "api-key", "passwd", "token", "idtoken", "domain-password",
    "area-password", "ascii-text", "pap-password",
}  # fmt: skip
# In these lines a secret follows without a word of its own before it, or not at once.
_ANNOUNCING_LINES = re.compile(
    r"(snmp-server (host \S+|community)|(standby|vrrp|glbp) .*authentication|"
    r"ip nhrp authentication|event manager environment \S+|"
    r"password (manager|operator|port-access)( user-name \S+)?)(?!\S)"
)
_NEVER_SECRET = {
    "secret", "password", "key", "key-string", "md5", "sha", "sha1", "sha256", "sha512",
    "hmac-sha-256", "hmac-sha-384", "hmac-sha-512", "aes", "aes128", "des", "3des", "level",
    "local", "remote", "encrypted", "hex", "ascii", "text", "version", "v1", "2c", "v2c", "v3",
    "auth", "priv", "noauth", "access", "ro", "rw", "view", "udp-port", "vrf", "informs", "traps",
    "encryption", "authentication", "type", "value", "key-value", "trusted", "{", "}",
    "non-plaintext-sha256", "sha256-crypt", "authentication-mode", "localized",
}  # fmt: skip
# What only a hash, a hidden key or a line of a private key looks like, whatever stands before it.
_HIDDEN = re.compile(
    r'"?(\$[0-9a-z]{1,2}\$|MII[A-Za-z0-9+/]{9}|'
    # A line of base64; keys that begin with AAAA are the public ones of SSH.
    r'(?!AAAA)(?=\S*[A-Z])(?=\S*\d)[A-Za-z0-9+/]{60,}=*"?$)'
)
# Secrets inside a word: an address's ``//user:password@``, a program's ``-option=key,secret``.
_INSIDE = (
    re.compile(r'(//[^\s/:@"]*:)[^\s"]+(?=@)'),
    re.compile(r'(\b(?:[a-z]*(?:key|auth)|passw(?:or)?d|secret|token)[=,])[^\s\\"]+', re.I),
    re.compile(r"(\s-u\s+[^\s:]+:)\S+"),
)
# What stands between the two ends of a key or a certificate in its textual form (RFC 7468).
_ARMOUR = re.compile(r"(-----BEGIN ([A-Z0-9 ]+)-----).*?(-----END \2-----|\Z)", re.DOTALL)
_NUMBER = re.compile(r"\d{1,2}")
_NO_SECRET = re.compile(
    r"(crypto key (generate|zeroize)|ip ssh |service password-encryption|banner |key chain \S+$|"
    r"(no )?aaa (authentication|authorization|accounting) |ip scp |ntp server |snmp-server group |"
    # Of version 3 this is the user's name.
    r"snmp-server host \S+ ((informs|traps) )?version 3 )"
)
# What follows is somebody's text.
_TEXT = re.compile(r"(^|\s)(description|full-name|message)\s")
# A text in quotes is one word, blanks and all.
_QUOTE = re.compile(r'(?<!\\)"')
_WORD = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^\s"])+|"[^\s"]*')


def mask_text(text: str) -> str:
    """A configuration, or a text of several lines in it, without the secrets it may hold.

    Unlike single lines it shows where a key's lines begin, and where a text in quotes ends.
    """
    masked: list[str] = []
    is_open = False
    for line in _unarmoured(text).splitlines():
        if is_open:
            # A secret in quotes goes on up to the next mark.
            masked.append(MASK)
            is_open = not _QUOTE.search(line)
            continue
        masked.append(mask_line(line))
        is_open = len(_QUOTE.findall(line)) % 2 == 1 and masked[-1].endswith(MASK)
    return "\n".join(masked)


def mask_line(line: str) -> str:
    """A configuration line without the secrets it may hold."""
    line = _unarmoured(line)
    for inside in _INSIDE:
        line = inside.sub(rf"\1{MASK}", line)
    words = list(_WORD.finditer(line))
    start = _first_secret_word(line.strip(), [word.group() for word in words])
    last = len(words) - 1
    masked, end = [], 0
    for index, word in enumerate(words):
        is_shown = index < start or _is_harmless(word.group(), index == last)
        shown = word.group() if is_shown and not _HIDDEN.match(word.group()) else MASK
        masked.append(line[end : word.start()] + shown)
        end = word.end()
    return "".join(masked) + line[end:]


def _unarmoured(text: str) -> str:
    """Keys and certificates by their ends alone."""
    return _ARMOUR.sub(rf"\1\n{MASK}\n\3", text)


def _first_secret_word(line: str, words: list[str]) -> int:
    """The index of the first word that may be a secret; beyond the last if there is none."""
    nowhere = len(words)
    if _NO_SECRET.match(line):
        return nowhere
    if special := _ANNOUNCING_LINES.match(line):
        return len(_WORD.findall(special.group()))
    announced = next((i + 1 for i, word in enumerate(words) if word in _ANNOUNCES), nowhere)
    text = _TEXT.search(line)
    is_text = text is not None and len(_WORD.findall(line[: text.end()])) < announced
    return nowhere if is_text else announced


def _is_harmless(word: str, is_last: bool) -> bool:
    """Numbers are types and key ids, but the last word may be a password made of digits."""
    return word in _NEVER_SECRET or (not is_last and bool(_NUMBER.fullmatch(word)))
