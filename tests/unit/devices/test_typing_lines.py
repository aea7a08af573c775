"""A command with a key in it that does something by itself is never typed."""

from __future__ import annotations

import pytest

from muniform.devices.typing_lines import check_typeable
from muniform.errors import CandidateRejected


@pytest.mark.parametrize("key", ["?", "\t", "\n", "\x1a", "\x03", "\x7f"])
def test_a_key_is_refused(key: str) -> None:
    with pytest.raises(CandidateRejected, match="can't be typed") as caught:
        check_typeable(["vlan 10", f'name "who{key}"'])
    assert key == "?" or key not in caught.value.message
    assert caught.value.hint


def test_a_secret_is_not_told() -> None:
    with pytest.raises(CandidateRejected) as caught:
        check_typeable(["snmp-server user m G v3 auth sha hid?den priv aes 128 other"])
    assert "hid" not in caught.value.message
    assert "question mark" in caught.value.message


def test_everything_else_is_typed() -> None:
    check_typeable(["name 'Bücherei; Büro #2 (alt)!'", "", "password plaintext a\\b$c%^&*"])
