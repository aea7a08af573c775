"""eAPI as pyeapi speaks it, and its errors as the wire carries them."""

from __future__ import annotations

import http.client
import json
import ssl
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pyeapi
import pytest
from pyeapi.eapilib import CommandError
from pyeapi.eapilib import ConnectionError as EapiConnectionError

import eos_lab
from eos_lab import Bench
from simulated_devices import Identities

pytestmark = [pytest.mark.lab]


@pytest.fixture
def bench(identities: Identities) -> Iterator[Bench]:
    with eos_lab.served(identities, eos_lab.spec(21)) as served:
        yield served


def node_of(bench: Bench, password: str = eos_lab.PASSWORD) -> Any:
    connection = pyeapi.connect(
        transport="https",
        host=bench.address,
        username=eos_lab.USER,
        password=password,
        port=eos_lab.WEB_PORT,
        timeout=5,
    )
    return pyeapi.client.Node(connection)


@pytest.fixture
def node(bench: Bench) -> Iterator[Any]:
    node = node_of(bench)
    yield node
    node.connection.transport.close()


def test_structured_and_text_output(node: Any) -> None:
    version, name = node.run_commands(["show version", "show hostname"])
    assert version["modelName"] == "CCS-720XP-48ZC2"
    assert name == {"hostname": "fs03-sw1", "fqdn": "fs03-sw1.portaurelia.example"}
    text = node.run_commands("show hostname", encoding="text")
    assert text == [{"output": "Hostname: fs03-sw1\nFQDN:     fs03-sw1.portaurelia.example\n"}]


def test_the_running_configuration_as_data(node: Any) -> None:
    found = node.run_commands("show running-config")[0]["cmds"]
    assert found["hostname fs03-sw1"] is None
    uplink = found["interface Ethernet1"]["cmds"]
    assert list(uplink) == [
        "description uplink",
        "switchport trunk allowed vlan 20,999",
        "switchport mode trunk",
    ]


def test_a_command_that_is_none(node: Any) -> None:
    with pytest.raises(CommandError) as refused:
        node.run_commands(["show version", "show nothing"])
    error = refused.value
    assert error.error_code == 1002
    assert "CLI command 3 of 3 'show nothing' failed: invalid command" in error.message
    assert error.output[-1] == {"errors": ["Invalid input (at token 1: 'nothing')"]}
    assert error.output[1]["modelName"] == "CCS-720XP-48ZC2"


def test_output_that_has_no_structure_falls_back_to_text(node: Any) -> None:
    with pytest.raises(CommandError) as refused:
        node.run_commands("show running-config diffs")
    assert refused.value.error_code == 1003
    found = node.enable("show running-config diffs")
    assert found[0]["encoding"] == "text"


def test_configure_at_once(bench: Bench, node: Any) -> None:
    assert node.config(["hostname other", "ntp server 10.2.1.10"]) == [{}, {}]
    assert "ntp server 10.2.1.10" in bench.switch.running
    assert "hostname other" in node.get_config(as_string=True)
    node.config(["no ntp server 10.2.1.10", "default hostname"])
    assert bench.switch.hostname == "localhost"


def test_a_configuration_session(bench: Bench, node: Any) -> None:
    node.configure_session()
    node.config(["vlan 30", "name phones"])
    assert node.diff().splitlines()[-2:] == ["+vlan 30", "+   name phones"]
    assert "vlan 30" not in bench.switch.running
    node.commit()
    assert "vlan 30\n   name phones" in bench.switch.running


def test_an_aborted_session(bench: Bench, node: Any) -> None:
    node.configure_session()
    node.config("vlan 30")
    node.abort()
    assert bench.switch.sessions.all == {}


def test_a_banner_comes_as_input(bench: Bench, node: Any) -> None:
    node.config(["banner motd MULTILINE: Closed\non Sundays"])
    assert "banner motd\nClosed\non Sundays\nEOF\n" in bench.switch.running
    with pytest.raises(CommandError, match="needs its text"):
        node.config(["banner motd"])


def test_a_wrong_password(bench: Bench) -> None:
    with pytest.raises(EapiConnectionError, match="Bad username/password"):
        node_of(bench, "wrong").run_commands("show version")


def test_without_privilege_nothing_is_shown(bench: Bench, node: Any) -> None:
    bench.background.call(lambda: bench.switch.merge("no aaa authorization exec default"))
    with pytest.raises(CommandError, match="privileged mode required"):
        node.run_commands("show running-config", send_enable=False)
    assert node.run_commands("show hostname", send_enable=False)


def test_an_enable_password_is_asked_for(bench: Bench, node: Any) -> None:
    bench.background.call(
        lambda: bench.switch.merge("no aaa authorization exec default\nenable password 0 sesame")
    )
    with pytest.raises(CommandError, match="asks a question"):
        node.run_commands("show running-config")
    node.enable_authentication("sesame")
    assert node.run_commands("show running-config")
    node.enable_authentication("wrong")
    with pytest.raises(CommandError, match="Bad secret"):
        node.run_commands("show running-config")


# The wire


def posted(bench: Bench, body: str, path: str = "/command-api", method: str = "POST") -> Any:
    connection = http.client.HTTPSConnection(
        bench.address,
        eos_lab.WEB_PORT,
        timeout=5,
        context=ssl._create_unverified_context(),  # noqa: S323 - a stranger on purpose
    )
    token = b64encode(f"{eos_lab.USER}:{eos_lab.PASSWORD}".encode()).decode()
    try:
        connection.request(method, path, body, {"Authorization": f"Basic {token}"})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", -32700),
        ("[]", -32600),
        ('{"method": "fly"}', -32601),
        ('{"method": "runCmds", "params": {"cmds": "show version"}}', -32602),
        ('{"method": "runCmds", "params": {"cmds": [1]}}', -32602),
        ('{"method": "runCmds", "params": {"cmds": [], "version": 7}}', -32602),
        ('{"method": "runCmds", "params": {"cmds": [], "format": "xml"}}', -32602),
    ],
)
def test_what_is_no_request(bench: Bench, body: str, code: int) -> None:
    status, answer = posted(bench, body)
    assert status == 200
    assert json.loads(answer)["error"]["code"] == code


def test_other_places_and_methods(bench: Bench) -> None:
    assert posted(bench, "", path="/elsewhere")[0] == 404
    assert posted(bench, "", method="GET")[0] == 405


def test_versions_and_an_id(bench: Bench) -> None:
    params = {"version": "latest", "cmds": [{"cmd": "show hostname"}], "format": "json"}
    request = {"jsonrpc": "2.0", "method": "runCmds", "params": params, "id": "mine"}
    answer = json.loads(posted(bench, json.dumps(request))[1])
    assert answer["id"] == "mine"
    assert answer["result"][0]["hostname"] == "fs03-sw1"
