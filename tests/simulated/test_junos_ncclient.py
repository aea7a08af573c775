"""ncclient, with Juniper's handler and with none, against a simulated Junos switch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ncclient import manager
from ncclient.operations.rpc import RPCError
from ncclient.xml_ import to_ele

from simulated_devices import Identities
from simulated_junos import PASSWORD, USER, Played, playing

CONTACT = "<configuration><snmp><contact>NOC</contact></snmp></configuration>"


@pytest.fixture(scope="module")
def played(identities: Identities) -> Iterator[Played]:
    with playing(identities, "127.96.2.1") as found:
        yield found


def connected(played: Played, name: str, port: int | None = None) -> Any:
    return manager.connect(
        host=played.address,
        port=port or played.netconf,
        username=USER,
        password=PASSWORD,
        hostkey_verify=False,
        allow_agent=False,
        look_for_keys=False,
        device_params={"name": name},
    )


@pytest.fixture
def junos(played: Played) -> Iterator[Any]:
    with connected(played, "junos") as found:
        yield found


@pytest.fixture
def plain(played: Played) -> Iterator[Any]:
    with connected(played, "default") as found:
        yield found


def test_capabilities_and_session(plain: Any) -> None:
    assert ":candidate" in plain.server_capabilities
    assert ":confirmed-commit" in plain.server_capabilities
    assert int(plain.session_id) > 0


def test_netconf_is_also_at_port_22(played: Played) -> None:
    with connected(played, "junos", played.ssh) as found:
        assert found.connected


def test_reading_as_text_set_and_xml(junos: Any) -> None:
    text = junos.get_configuration(format="text").xpath("//configuration-text")[0].text
    assert "    host-name ops-sw1;\n" in text
    lines = junos.get_configuration(format="set").xpath("//configuration-set")[0].text
    assert "set routing-options static route 0.0.0.0/0 next-hop 10.96.99.1\n" in lines
    xml = junos.get_configuration()
    assert xml.xpath("//vlans/vlan[name='Office']/vlan-id")[0].text == "20"
    assert xml.xpath("//interfaces/interface[name='irb']/unit/name")[0].text == "999"


def test_reading_a_part(junos: Any) -> None:
    part = to_ele("<configuration><vlans><vlan><name>Office</name></vlan></vlans></configuration>")
    found = junos.get_configuration(format="xml", filter=part)
    assert [each.text for each in found.xpath("//vlan/name")] == ["Office"]
    assert not found.xpath("//system")


def test_loading_comparing_and_dropping(junos: Any) -> None:
    junos.lock()
    junos.load_configuration(action="set", config=["set snmp contact NOC"])
    difference = junos.compare_configuration().xpath("//configuration-output")[0].text
    assert difference == "\n[edit snmp]\n+   contact NOC;\n"
    junos.validate()
    junos.discard_changes()
    assert junos.compare_configuration().xpath("//configuration-output")[0].text == "\n"
    junos.unlock()


def test_an_error_names_line_and_place(junos: Any) -> None:
    junos.lock()
    with pytest.raises(RPCError) as caught:
        junos.load_configuration(
            format="text", config="vlans {\n  Big {\n    vlan-id 5000;\n  }\n}"
        )
    assert "Value 5000 is not within range (1..4094)" in str(caught.value)
    assert "line 3" in str(caught.value)
    assert caught.value.path == "[edit vlans Big]"
    junos.discard_changes()
    junos.unlock()


def test_a_reference_to_nothing_is_no_commit(junos: Any) -> None:
    junos.lock()
    line = "set interfaces ge-0/0/0 unit 0 family ethernet-switching vlan members Attic"
    junos.load_configuration(action="set", config=[line])
    with pytest.raises(RPCError, match="vlan 'Attic' is not defined"):
        junos.commit()
    junos.discard_changes()
    junos.unlock()


def test_the_standard_way_to_edit_and_commit(plain: Any, played: Played) -> None:
    """RFC 6241 alone: edit-config, confirmed commit in seconds, confirm, and back again."""
    with plain.locked("candidate"):
        plain.edit_config(target="candidate", config=f"<config>{CONTACT}</config>")
        plain.commit(confirmed=True, timeout="120")
        assert played.device.pending is not None
        plain.commit()
    assert played.device.pending is None
    assert "<contact>NOC</contact>" in plain.get_config(source="running").data_xml
    with plain.locked("candidate"):
        gone = CONTACT.replace("<contact>", '<contact operation="delete">')
        plain.edit_config(target="candidate", config=f"<config>{gone}</config>")
        plain.commit()
    assert "contact" not in plain.get_config(source="running").data_xml


def test_the_lock_is_one_sessions(plain: Any, junos: Any) -> None:
    with plain.locked("candidate"), pytest.raises(RPCError, match="configuration database locked"):
        junos.lock()


def test_what_is_not_known_is_refused(junos: Any) -> None:
    with pytest.raises(RPCError, match="syntax error"):
        junos.rpc("<get-moon-phase/>")
