"""The DNS client against a real BIND."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from muniform.errors import ReachError, ServiceError
from muniform.services import DnsClient, record_set

pytestmark = [pytest.mark.lab]

ZONE = "corp.portaurelia.example"
NAME = f"fs03-ws1.{ZONE}"
WANTED = record_set(ZONE, NAME, "A", 3600, ["10.18.10.10"])
OTHER = record_set(ZONE, NAME, "A", 60, ["10.18.10.99", "10.18.10.98"])


@pytest.mark.usefixtures("bind")
def test_created_changed_and_removed(client: DnsClient) -> None:
    assert client.read(ZONE, NAME, "A") is None
    client.create(WANTED)
    assert client.read(ZONE, NAME, "A") == WANTED
    client.update(WANTED, OTHER)
    assert client.read(ZONE, NAME, "A") == OTHER
    client.delete(OTHER)
    assert client.read(ZONE, NAME, "A") is None
    client.delete(OTHER)


@pytest.mark.usefixtures("bind")
@pytest.mark.parametrize(
    ("rdtype", "values"),
    [
        ("AAAA", ["2001:DB8::1"]),
        ("CNAME", ["Other.Portaurelia.example"]),
        ("MX", ["10 Mail.portaurelia.example"]),
        ("SRV", ["0 5 5060 sip.portaurelia.example"]),
        ("TXT", ['"v=spf1 -all"', '"it\'s; \\"quoted\\""']),
    ],
)
def test_every_type_reads_back_as_it_was_written(
    client: DnsClient, rdtype: str, values: list[str]
) -> None:
    wanted = record_set(ZONE, f"thing.{ZONE}", rdtype, 300, values)
    client.create(wanted)
    assert client.read(wanted.zone, wanted.name, rdtype) == wanted
    client.delete(wanted)
    assert client.read(wanted.zone, wanted.name, rdtype) is None


def test_what_somebody_else_made_is_left_alone(bind: Any, client: DnsClient) -> None:
    bind.by_hand(ZONE, NAME + ".", "A", 60, "10.18.10.50")
    with pytest.raises(
        ServiceError, match=r"was not made here: it answers 10\.18\.10\.50 \(ttl 60"
    ):
        client.create(WANTED)
    found = client.read(ZONE, NAME, "A")
    assert found is not None
    assert found.values == ("10.18.10.50",)


@pytest.mark.usefixtures("bind")
def test_a_creation_that_was_cut_off_is_taken_up_again(client: DnsClient) -> None:
    client.create(WANTED)
    client.create(WANTED)
    assert client.read(ZONE, NAME, "A") == WANTED


def test_a_change_by_hand_meanwhile_is_not_overwritten(bind: Any, client: DnsClient) -> None:
    client.create(WANTED)
    bind.by_hand(ZONE, NAME + ".", "A", 60, "10.18.10.50")
    with pytest.raises(ServiceError, match="was changed by somebody else"):
        client.update(WANTED, OTHER)
    with pytest.raises(ServiceError, match="was changed by somebody else"):
        client.delete(WANTED)
    found = client.read(ZONE, NAME, "A")
    assert found is not None
    assert found.values == ("10.18.10.50",)


def test_an_update_the_server_drops_in_silence_is_noticed(bind: Any, client: DnsClient) -> None:
    bind.by_hand(ZONE, NAME + ".", "CNAME", 60, "elsewhere.portaurelia.example.")
    with pytest.raises(ServiceError, match=r"accepted .* but answers nothing"):
        client.create(WANTED)


def test_a_server_that_is_down(bind: Any, client: DnsClient) -> None:
    bind.stop()
    with pytest.raises(ServiceError) as caught:
        client.create(WANTED)
    assert "DNS server 10.1.1.98 refuses the connection" in caught.value.message
    assert f"asked to create {NAME} A" in caught.value.message
    assert caught.value.hint


@pytest.mark.usefixtures("bind")
def test_a_server_that_has_another_secret(client: DnsClient, state: Path) -> None:
    (state / "secrets" / "tsig_key").write_text("b3RoZXIga2V5IG90aGVyIGtleSBvdGhlciBrZXkhISE=")
    for call in (lambda: client.read(ZONE, NAME, "A"), lambda: client.create(WANTED)):
        with pytest.raises(ServiceError, match=r"another secret for our key.*BADSIG") as caught:
            call()
        assert "b3RoZXI" not in str(caught.value)


@pytest.mark.usefixtures("bind")
def test_a_server_that_does_not_know_the_key(client: DnsClient) -> None:
    stranger = replace(client, service=replace(client.service, key_name="somebody"))
    with pytest.raises(ServiceError, match=r"does not know our key.*BADKEY"):
        stranger.read(ZONE, NAME, "A")
    with pytest.raises(ServiceError, match=r"does not know our key.*BADKEY"):
        stranger.create(WANTED)


@pytest.mark.usefixtures("bind")
def test_a_zone_the_server_does_not_serve(client: DnsClient) -> None:
    foreign = record_set("other.example", "a.other.example", "A", 60, ["10.18.10.10"])
    with pytest.raises(ServiceError, match="REFUSED"):
        client.read(foreign.zone, foreign.name, "A")
    with pytest.raises(ServiceError, match=r"does not serve this zone.*NOTAUTH"):
        client.create(foreign)
    deeper = f"deeper.{ZONE}"
    with pytest.raises(ServiceError, match=f"does not serve the zone {deeper}.*answers from"):
        client.read(deeper, f"a.{deeper}", "A")


def test_without_its_lab_no_packet_leaves(client: DnsClient, tmp_path: Path) -> None:
    """The server here would answer wrongly, if it were asked: it fails the test then."""
    asked = threading.Event()
    with socket.create_server(("127.1.1.98", 20053)) as server:
        server.settimeout(1)

        def listen() -> None:
            try:
                server.accept()
                asked.set()
            except TimeoutError:
                pass

        thread = threading.Thread(target=listen)
        thread.start()
        elsewhere = replace(client, reach=replace(client.reach, state=tmp_path / "nowhere"))
        with pytest.raises(ReachError, match="its lab is not running"):
            elsewhere.read(ZONE, NAME, "A")
        thread.join()
    assert not asked.is_set()


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [("silent", "does not answer in time"), ("closing", "closed the connection")],
)
def test_a_server_that_accepts_but_does_not_answer(
    client: DnsClient, behaviour: str, says: str
) -> None:
    with socket.create_server(("127.1.1.98", 20053)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                if behaviour == "silent":
                    connection.recv(4096)
                    connection.settimeout(5)
                    connection.recv(4096)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(ServiceError, match=says):
            replace(client, timeout=0.5).read(ZONE, NAME, "A")
        thread.join()
