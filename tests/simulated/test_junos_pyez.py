"""Juniper's PyEZ, unmodified, against a simulated Junos switch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jnpr.junos import Device
from jnpr.junos.exception import CommitError, ConfigLoadError, ConnectAuthError
from jnpr.junos.utils.config import Config

from simulated_devices import Identities
from simulated_junos import PASSWORD, STARTUP, USER, Played, playing


@pytest.fixture(scope="module")
def played(identities: Identities) -> Iterator[Played]:
    with playing(identities, "127.96.3.1") as found:
        yield found


@pytest.fixture
def device(played: Played) -> Iterator[Any]:
    with Device(played.address, user=USER, passwd=PASSWORD, port=played.netconf) as found:
        yield found


def test_facts(device: Any) -> None:
    assert device.facts["hostname"] == "ops-sw1"
    assert device.facts["version"] == "23.4R2-S4.5"
    assert device.facts["serialnumber"] == "ZE1234567890"
    assert device.facts["RE0"]["status"] == "OK"
    assert device.uptime >= 0


def test_a_wrong_password(played: Played) -> None:
    with pytest.raises(ConnectAuthError):
        Device(played.address, user=USER, passwd="wrong", port=played.netconf).open()


def test_a_commit_and_its_way_back(device: Any) -> None:
    with Config(device) as work:
        work.lock()
        work.load("set snmp contact NOC", format="set")
        assert work.diff() == "\n[edit snmp]\n+   contact NOC;\n"
        assert work.commit_check()
        work.commit(comment="who to call")
        work.rollback(1)
        assert work.diff() == "\n[edit snmp]\n-   contact NOC;\n"
        work.commit()
        work.unlock()
    commits = device.rpc.get_commit_information()
    assert [each.text for each in commits.xpath("commit-history/log")] == ["who to call"]


@pytest.mark.parametrize("action", ["overwrite", "update"])
def test_a_whole_configuration_in_the_place_of_another(device: Any, action: str) -> None:
    with Config(device) as work:
        work.lock()
        work.load(STARTUP.replace("Desk 1", "Desk 9"), format="text", **{action: True})
        assert work.diff() == (
            '\n[edit interfaces ge-0/0/0]\n-   description "Desk 1";\n+   description "Desk 9";\n'
        )
        work.rollback(0)
        assert work.diff() is None
        work.unlock()


def test_only_marked_statements_are_replaced(device: Any) -> None:
    with Config(device) as work:
        work.lock()
        work.load("vlans { replace: Office { vlan-id 21; } }", format="text")
        assert work.diff() == "\n[edit vlans Office]\n-   vlan-id 20;\n+   vlan-id 21;\n"
        work.rollback(0)
        work.unlock()


def test_xml_with_a_deletion(device: Any) -> None:
    with Config(device) as work:
        work.lock()
        work.load('<configuration><snmp delete="delete"/></configuration>', format="xml")
        assert 'location "Operations center";' in str(work.diff())
        work.rollback(0)
        work.unlock()


def test_refusals(device: Any) -> None:
    with Config(device) as work:
        work.lock()
        with pytest.raises(ConfigLoadError, match="syntax error"):
            work.load("set system host-nam x", format="set")
        work.load("delete system root-authentication", format="set")
        with pytest.raises(CommitError, match="root-authentication"):
            work.commit()
        work.rollback(0)
        work.unlock()


def test_a_private_copy(device: Any, played: Played) -> None:
    with Config(device, mode="private") as work:
        work.load("set snmp contact NOC", format="set")
        assert "contact" in str(work.diff())
        assert not played.call(lambda: played.device.database.is_modified)
    assert played.call(played.device.residue) == []


def test_the_command_line_over_netconf(device: Any) -> None:
    assert "host-name ops-sw1" in device.cli("show configuration | display set", warning=False)
    assert device.rpc.get_vlan_information().xpath("//l2ng-l2rtb-vlan-name")
    assert device.rpc.ping(host="10.96.99.1", count="2").find(".//ping-success") is not None
