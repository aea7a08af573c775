"""What a form hides and a device must be able to read comes back, by readers we did not write."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st
from netutils.password import decrypt_cisco_type7, decrypt_juniper_type9

from muniform.errors import SecretError
from muniform.secrets.forms import apply, cisco7, eos_cbc, find, junos9
from muniform.secrets.references import Reference, references

values = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=80)
names = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
salts = st.from_regex(r"[A-Za-z0-9_./-]{1,40}", fullmatch=True)


@given(values, names)
def test_type_7_is_read_back(value: str, name: str) -> None:
    stored = cisco7.encode(value, name, "")
    assert decrypt_cisco_type7(stored) == value
    assert 0 <= int(stored[:2]) <= 15


@given(values, names)
def test_juniper_9_is_read_back(value: str, name: str) -> None:
    assert decrypt_juniper_type9(junos9.encode(value, name, "")) == value


@given(values, salts)
def test_arista_cbc_is_read_back(value: str, salt: str) -> None:
    stored = base64.b64decode(eos_cbc.encode(value, "", salt), validate=True)
    decryptor = eos_cbc.cipher(salt).decryptor()
    plain = decryptor.update(stored) + decryptor.finalize()
    assert plain[:3] == b"\x4c\x88\xbb"
    padding, low = divmod(plain[3], 16)
    assert (low, padding < 8) == (0x0E, True)
    assert plain[4 : len(plain) - padding].decode() == value
    assert plain[len(plain) - padding :] == bytes(padding)


@given(names, st.sampled_from(["ios7", "junos9", "sha512_crypt"]), values)
def test_what_a_form_yields_is_one_word(name: str, form: str, value: str) -> None:
    """It stands on a command line, between other words."""
    reference = Reference(name, form)
    stored = apply(find(reference), reference, value)
    assert stored.isascii()
    assert stored.isprintable()
    assert " " not in stored
    assert "?" not in stored


@given(names, st.sampled_from(["", "eos_cbc"]), salts)
def test_a_reference_is_read_as_it_is_written(name: str, form: str, salt: str) -> None:
    reference = Reference(name, form, salt if form else "")
    assert references(f"key {reference}\n") == (reference,)


@given(st.text(max_size=30))
def test_no_text_after_the_opening_passes_unnoticed(rest: str) -> None:
    """Every ``<secret:`` is a reference or an error."""
    try:
        assert len(references(f"<secret:{rest}")) >= 1
    except SecretError as error:
        assert "is no valid reference" in error.message  # noqa: PT017  # either outcome is right


def test_the_readers_can_fail() -> None:
    """A check that takes everything for right would prove nothing above."""
    stored = cisco7.encode("Engine 3", "key", "")
    assert decrypt_cisco_type7(stored[:-1] + ("0" if stored[-1] != "0" else "1")) != "Engine 3"
    stored = junos9.encode("Engine 3", "key", "")
    assert decrypt_juniper_type9(stored[:-1] + ("Q" if stored[-1] != "Q" else "z")) != "Engine 3"
