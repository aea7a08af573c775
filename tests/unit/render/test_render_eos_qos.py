"""Classes of traffic in EOS terms."""

from __future__ import annotations

import pytest

from muniform.model import QosClass
from muniform.render.filters import eos_qos


def entry(dscp: tuple[int, ...], cos: int, share: int = 10, *, priority: bool = False) -> QosClass:
    return QosClass("any", dscp, cos, share, priority=priority)


@pytest.mark.parametrize(("dscp", "cos"), [(46, 5), (26, 3), (34, 4), (0, 0), (7, 0), (8, 1)])
def test_code_points_that_eos_puts_there_by_itself_need_no_line(dscp: int, cos: int) -> None:
    assert eos_qos.dscp_maps([entry((dscp,), cos)]) == []


def test_code_points_elsewhere_are_mapped_once_and_in_order() -> None:
    classes = [entry((46, 44), 6), entry((8,), 0), entry((46,), 2)]
    assert eos_qos.dscp_maps(classes) == [(8, 1), (44, 6), (46, 6)]


def test_a_class_is_sent_with_its_first_code_point() -> None:
    classes = [entry((46, 44), 5), entry((40,), 5), entry((0,), 0), entry((), 1), entry((16,), 2)]
    assert eos_qos.class_maps(classes) == [(5, 46)]


def test_classes_of_one_queue_add_up() -> None:
    classes = [entry((46,), 5, 20), entry((44,), 5, 5, priority=True), entry((0,), 0, 50)]
    assert eos_qos.queues(classes) == [
        eos_qos.Queue(1, 50, priority=False),
        eos_qos.Queue(5, 25, priority=True),
    ]
