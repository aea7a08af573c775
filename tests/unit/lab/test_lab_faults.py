"""Orders for faults, and that everything that can be ordered is explained."""

from ipaddress import IPv4Address

import pytest

from muniform.errors import LabError
from muniform.lab.fault_order import AT_A_POINT, CLEAR, EVERYWHERE, POINTS, FaultOrder
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.device import SimulatedDevice
from muniform.lab.simulated.faults import NAMES, Condition, Point, Strike
from muniform.lab.simulated.spec import DeviceSpec, Wiring

WIRING = Wiring((), None, IPv4Address("10.1.254.10"))


class Box(SimulatedDevice):
    """A device that does nothing."""

    def way_in(self) -> str | None:
        return None

    def boot(self) -> None:
        self.started()

    def stop(self) -> None:
        pass

    def residue(self) -> list[str]:
        return []


@pytest.fixture
def box() -> Box:
    return Box(DeviceSpec("box", "", "", (), "", WIRING, "127.0.0.1", 0), Clock())


def test_every_fault_and_every_point_is_explained() -> None:
    assert {*EVERYWHERE, *AT_A_POINT} == set(NAMES)
    assert list(POINTS) == list(Point)


@pytest.mark.parametrize("name", NAMES)
def test_every_fault_can_be_switched_on_and_off(box: Box, name: str) -> None:
    point = "600" if name == "latency" else "commit" if name in AT_A_POINT else ""
    FaultOrder("box", name, True, point).carry_out(box)
    (told,) = box.faults.described()
    assert name in told
    FaultOrder("box", name, False, point).carry_out(box)
    assert box.faults.described() == []


def test_clear_switches_all_off(box: Box) -> None:
    for order in (
        FaultOrder("box", "latency", True, "30"),
        FaultOrder("box", "locked"),
        FaultOrder("box", "drop", True, "stage"),
    ):
        order.carry_out(box)
    assert len(box.faults.described()) == 3
    FaultOrder("box", CLEAR).carry_out(box)
    assert box.faults.described() == []


def test_how_often_is_counted(box: Box) -> None:
    FaultOrder("box", "hang", True, "read", 2).carry_out(box)
    assert [box.faults.take(Point.READ) for _ in range(3)] == [Strike.HANG, Strike.HANG, None]
    FaultOrder("box", "hang", True, "read").carry_out(box)
    assert {box.faults.take(Point.READ) for _ in range(9)} == {Strike.HANG}


@pytest.mark.parametrize(
    ("name", "point", "message"),
    [
        ("smoke", "", "there is no fault 'smoke'"),
        ("drop", "", "happens at a point"),
        ("drop", "lunch", "happens at a point"),
        ("latency", "slow", "latency needs its milliseconds"),
    ],
)
def test_what_does_not_exist_is_refused(box: Box, name: str, point: str, message: str) -> None:
    with pytest.raises(LabError, match=message):
        FaultOrder("box", name, True, point).carry_out(box)
    assert box.faults.described() == []


def test_an_order_survives_its_way_to_the_daemon() -> None:
    order = FaultOrder("fs03-sw1", Condition.LOCKED, False, "", 3)
    assert FaultOrder.of(order.message()) == order
    with pytest.raises(ValueError, match="name"):
        FaultOrder.of({"do": "fault", "device": "x"})
