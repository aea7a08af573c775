"""Arista's type 7 for OSPF and BGP: DES in CBC mode, keyed with where the secret is used.

``SALT`` is that key: ``Ethernet1_passwd`` for OSPF's simple authentication,
``Ethernet1_md5Key_1`` for its message digest key 1 (also sha1Key, sha256Key and so on),
``GROUP_passwd`` or ``10.0.0.1_passwd`` for a BGP peer group or neighbour. Everything here is
public, so it hides a value from a glance and from nothing else.
"""

from __future__ import annotations

import base64

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.modes import CBC

_START = bytes.fromhex("d5a8c91ef5d58a23")
_SIGNATURE = bytes.fromhex("4c88bb")
_BLOCK = 8


def encode(value: str, _name: str, salt: str) -> str:
    """The encrypted value in base64."""
    plain = value.encode()
    padding = -(len(plain) + len(_SIGNATURE) + 1) % _BLOCK
    # The fourth byte tells the padding's length in its upper half.
    block = _SIGNATURE + bytes([padding << 4 | 0x0E]) + plain + bytes(padding)
    encryptor = cipher(salt).encryptor()
    return base64.b64encode(encryptor.update(block) + encryptor.finalize()).decode()


def cipher(salt: str) -> Cipher[CBC]:
    """The cipher that EOS uses for this key text. Three equal keys make triple DES single DES."""
    key = bytearray(_START)
    for place, byte in enumerate(salt.encode()):
        key[place % _BLOCK] ^= byte
    # EOS drops the top bit of each byte; the lowest is a parity bit, which DES ignores.
    single = bytes(byte & 0x7F for byte in key)
    return Cipher(TripleDES(single * 3), CBC(bytes(_BLOCK)))
