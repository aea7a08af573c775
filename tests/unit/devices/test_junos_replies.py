"""What Junos's replies say: pending commits and neighbours."""

from __future__ import annotations

import pytest
from lxml import etree

from muniform.devices.driver import Neighbour
from muniform.devices.junos import is_answered, is_ours, is_unconfirmed, neighbours


def history(*comments: str | None) -> etree._Element:
    root = etree.Element("commit-information")
    for number, comment in enumerate(comments):
        entry = etree.SubElement(root, "commit-history")
        etree.SubElement(entry, "sequence-number").text = str(number)
        etree.SubElement(entry, "user").text = "muniform"
        if comment is not None:
            etree.SubElement(entry, "comment").text = comment
    return root


WAITS = "commit confirmed, rollback in 2mins"


@pytest.mark.parametrize(
    ("comments", "pending"),
    [
        ((WAITS, None), True),
        ((None, WAITS), False),  # confirmed, or taken back, since
        (("by hand", WAITS), False),
        ((), False),
    ],
)
def test_only_the_latest_commit_can_wait(comments: tuple[str | None, ...], pending: bool) -> None:
    assert is_unconfirmed(history(*comments)) is pending


@pytest.mark.parametrize(
    ("logs", "expected"),
    [
        (("muniform: waits for its confirmation", None), True),
        ((None, "muniform: waits for its confirmation"), False),  # somebody came on top
        (("muniform: waits", None), False),
        ((), False),
    ],
)
def test_only_the_latest_commit_is_asked_whose_it_is(
    logs: tuple[str | None, ...], expected: bool
) -> None:
    told = history(*(WAITS for _ in logs))
    for entry, log in zip(told.findall("commit-history"), logs, strict=True):
        if log is not None:
            etree.SubElement(entry, "log").text = log
    assert is_ours(told) is expected


def test_neighbours_are_named_without_their_domain() -> None:
    told = etree.fromstring(
        "<lldp-neighbors-information>"
        "<lldp-neighbor-information><lldp-local-port-id>ge-0/0/1</lldp-local-port-id>"
        "<lldp-remote-system-name>fs03-sw2.city.example</lldp-remote-system-name>"
        "</lldp-neighbor-information>"
        "<lldp-neighbor-information><lldp-local-interface> xe-0/2/0 </lldp-local-interface>"
        "<lldp-remote-system-name>fs03-sw1</lldp-remote-system-name>"
        "</lldp-neighbor-information>"
        "<lldp-neighbor-information><lldp-local-port-id>ge-0/0/2</lldp-local-port-id>"
        "<lldp-remote-chassis-id>00:00:5e:00:53:01</lldp-remote-chassis-id>"
        "</lldp-neighbor-information>"
        "</lldp-neighbors-information>"
    )
    assert neighbours(told) == {
        Neighbour("ge-0/0/1", "fs03-sw2"),
        Neighbour("xe-0/2/0", "fs03-sw1"),
    }


@pytest.mark.parametrize(("received", "answered"), [("2", True), ("\n1\n", True), ("0", False)])
def test_an_answered_ping(received: str, answered: bool) -> None:
    told = etree.fromstring(
        "<ping-results><probe-results-summary><probes-sent>2</probes-sent>"
        f"<responses-received>{received}</responses-received></probe-results-summary>"
        "</ping-results>"
    )
    assert is_answered(told) is answered
    assert not is_answered(etree.fromstring("<ping-results><ping-failure/></ping-results>"))
