"""What is kept at rest can't be read, exchanged or altered without the key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniform.masking import Secret
from muniform.rollout.sealing import NotSealedError, Sealer

KEY = Secret("hash_key", "of the city")
SEALER = Sealer(KEY)
CONTENT = b"hostname fs03-sw1\nusername muniform secret 9 $9$abc\n"


@given(st.binary(max_size=2000), st.text(st.characters(codec="ascii"), max_size=20))
def test_what_is_sealed_can_be_opened(content: bytes, name: str) -> None:
    sealed = SEALER.seal(name, content)
    assert SEALER.open(name, sealed) == content
    assert SEALER.has(name, sealed, content)
    assert not SEALER.has(name, sealed, content + b"!")


def test_nothing_of_it_is_seen() -> None:
    sealed = SEALER.seal("fs03-sw1", CONTENT)
    assert b"secret" not in sealed
    assert b"fs03-sw1" not in sealed
    assert sealed != SEALER.seal("fs03-sw1", CONTENT)


def test_another_name_another_key_and_any_byte_are_noticed() -> None:
    sealed = SEALER.seal("fs03-sw1", CONTENT)
    with pytest.raises(NotSealedError):
        SEALER.open("fs03-sw2", sealed)
    with pytest.raises(NotSealedError):
        Sealer(Secret("hash_key", "another")).open("fs03-sw1", sealed)
    header = sealed.index(b"\n")
    for place in (0, 20, header - 1, header + 1, header + 30, len(sealed) - 6):
        altered = bytearray(sealed)
        altered[place] = ord("A") if altered[place] != ord("A") else ord("B")
        with pytest.raises(NotSealedError):
            SEALER.open("fs03-sw1", bytes(altered))
    for cut in (0, 10, 90, len(sealed) - 8):
        with pytest.raises(NotSealedError):
            SEALER.open("fs03-sw1", sealed[:cut])


def test_a_mark_tells_equal_content_and_nothing_else() -> None:
    assert SEALER.mark("a", CONTENT) == SEALER.mark("a", CONTENT)
    marks = {
        SEALER.mark("a", CONTENT),
        SEALER.mark("b", CONTENT),
        SEALER.mark("a", CONTENT + b" "),
        Sealer(Secret("hash_key", "another")).mark("a", CONTENT),
    }
    assert len(marks) == 4
