"""What ArubaOS-Switch tells of its neighbours, who choose what they are called."""

from __future__ import annotations

import pytest

from muniform.devices import Neighbour
from muniform.devices import procurve_reading as reading
from muniform.errors import DeviceError

HEAD = """
 LLDP Remote Devices Information

  LocalPort | ChassisId                 PortId             PortDescr SysName
  --------- + ------------------------- ------------------ --------- -------------------
"""
UPLINK = (
    "  49        | 00 1b 3f 00 00 01         Te1/0/24           Te1/0/24  fs03-sw1.city.examp\n"
)
PHONE = "  A1        | 00 1b 3f 00 00 02         port 1             a b c ... \n"
STACKED = "  1/A4      | 00 1b 3f 00 00 03         23                 23        fs03-sw2\n"


def test_neighbours_by_their_columns() -> None:
    assert reading.neighbours(HEAD + UPLINK + PHONE + STACKED) == {
        Neighbour("49", "fs03-sw1"),
        Neighbour("1/A4", "fs03-sw2"),
    }
    assert reading.neighbours(HEAD) == frozenset()


def test_a_line_in_a_name_is_no_row() -> None:
    broken = STACKED.replace("fs03-sw2", "\n  49        | x")
    assert reading.neighbours(HEAD + broken) == frozenset()


@pytest.mark.parametrize("answer", ["", "Invalid input: info", UPLINK])
def test_no_table_is_an_error(answer: str) -> None:
    with pytest.raises(DeviceError, match="makes no sense"):
        reading.neighbours(answer)


def test_bytes_that_were_lost_are_told() -> None:
    head = '; J9729A Configuration Editor; Created on release #WB.16.10\n\nhostname "a"\n'
    assert reading.configuration(head, "show config") == head
    with pytest.raises(DeviceError, match="no UTF-8"):
        reading.configuration(f'{head}name "Caf\ufffd"\n', "show config")
