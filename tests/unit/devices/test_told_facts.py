"""What devices say reaches people as text: it can't repaint what they read, nor add lines to it."""

from __future__ import annotations

from muniform.devices.trail import Trail
from muniform.masking import printable
from muniform.results import Status


class _Silent:
    def record(self, target: str, kind: str, payload: object) -> None:
        """Nothing is kept."""


def test_a_fact_is_one_printable_line() -> None:
    trail = Trail("fs03-sw1", _Silent())
    trail.saw("fs03-sw1: refused: \x1b[1A\x1b[2K\n  fs03-sw2: changed")
    assert trail.end(Status.REFUSED).evidence == (
        "refused: \\x1b[1A\\x1b[2K\\n  fs03-sw2: changed",
    )


def test_what_is_printable_stays_as_it_is() -> None:
    assert printable("Größe, 日本 'x' \\n") == "Größe, 日本 'x' \\n"
    assert printable("a\x9b\x07\u200b\u2028\udcff") == "a\\x9b\\x07\\u200b\\u2028\\udcff"
