"""Calls that hang keep nobody from ending the program."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from muniform.devices.threads import started

HANGING = (
    "import time; from muniform.devices.threads import started; started(lambda: time.sleep(60))"
)


def test_a_value_and_an_error_come_back() -> None:
    assert started(lambda: 7).result(10) == 7
    with pytest.raises(KeyError, match="x"):
        started(lambda: {}["x"]).result(10)


def test_a_program_ends_while_a_call_hangs() -> None:
    began = time.monotonic()
    assert subprocess.run([sys.executable, "-c", HANGING], timeout=30, check=False).returncode == 0
    assert time.monotonic() - began < 20
