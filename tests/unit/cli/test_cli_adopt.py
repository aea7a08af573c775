"""A difference becomes inventory or a waiver: on devices in memory."""

from __future__ import annotations

from fake_network import FakeNetwork

PORT = "interface TenGigabitEthernet1/0/20"
WHO = ("--owner", "Facilities", "--reason", "The lobby kiosk keeps its label", "--until")


def label(network: FakeNetwork, name: str = "fs03-sw1") -> None:
    """Somebody gives an unused port a description of their own."""
    network.retouch(name, f"{PORT}\n description UNUSED", f"{PORT}\n description Lobby kiosk")


def test_what_the_inventory_cannot_say_becomes_a_waiver(network: FakeNetwork) -> None:
    label(network)
    code, out, _ = network.call("adopt", "fs03-sw1")
    assert (code, "--owner, --reason and --until" in out) == (1, True)
    assert "- " in out
    assert "description Lobby kiosk" in out
    code, out, err = network.call("adopt", "fs03-sw1", *WHO, "2099-06-30")
    assert code == 2, err
    assert "+++ waivers/adopted_fs03_sw1.yml" in out
    assert not (network.inventory / "waivers").exists()
    code, out, err = network.call("adopt", "fs03-sw1", *WHO, "2099-06-30", "--write")
    assert code == 0, err
    assert network.call("check")[0] == 0
    code, out, _ = network.call("plan", "fs03-sw1")
    assert (code, "0 to change, 1 as intended" in out) == (0, True)
    assert "nothing to adopt" in network.call("adopt", "fs03-sw1")[1]


def test_a_rollout_keeps_what_is_waived(network: FakeNetwork) -> None:
    """The candidate that is pushed for another reason keeps the waived line."""
    label(network)
    network.call("adopt", "fs03-sw1", *WHO, "2099-06-30", "--write")
    network.retouch("fs03-sw1", "end\n", "ip name-server 192.0.2.9\nend\n")
    plan = network.state / "plan.json"
    assert network.call("plan", "fs03-sw1", "--out", str(plan))[0] == 2
    code, _, err = network.call("push", str(plan), "--yes")
    assert code == 0, err
    running = network.devices["fs03-sw1"].running
    assert f"{PORT}\n" in running
    assert "description Lobby kiosk" in running
    assert "192.0.2.9" not in running


def test_one_more_port_is_said_by_the_site(network: FakeNetwork) -> None:
    """Somebody sets up one more camera port just as the standard would."""
    site = network.inventory / "sites" / "fire_station_3.yml"
    before = site.read_text()
    site.write_text(before + "ports: {sw1: {camera: 5}}\n")
    network.runs("fs03-sw1", network.intended("fs03-sw1"))
    site.write_text(before)
    code, out, _ = network.call("adopt", "fs03-sw1")
    assert (code, "+ports: {sw1: {camera: 5}}" in out) == (2, True)
    assert site.read_text() == before
    code, out, err = network.call("adopt", "fs03-sw1", "--write")
    assert code == 0, err
    assert "written: sites/fire_station_3.yml: ports.sw1.camera: 5" in out
    assert site.read_text() == before + "ports: {sw1: {camera: 5}}\n"
    assert network.call("plan", "fs03-sw1")[0] == 0


def test_an_uplink_that_was_moved_is_said_by_the_site(network: FakeNetwork) -> None:
    site = network.inventory / "sites" / "fire_station_3.yml"
    before = site.read_text()
    moved = before + "uplinks: {sw2: TenGigabitEthernet1/1/3}\n"
    site.write_text(moved)
    network.runs("fs03-sw2", network.intended("fs03-sw2"))
    site.write_text(before)
    assert network.call("adopt", "fs03-sw2", "--write")[0] == 0
    assert site.read_text() == moved
    assert network.call("plan", "fs03-sw2")[0] == 0


def test_inventory_first_and_a_waiver_for_the_rest(network: FakeNetwork) -> None:
    site = network.inventory / "sites" / "fire_station_3.yml"
    before = site.read_text()
    site.write_text(before + "ports: {sw1: {camera: 5}}\n")
    network.runs("fs03-sw1", network.intended("fs03-sw1"))
    site.write_text(before)
    label(network)
    code, _, err = network.call("adopt", "fs03-sw1", *WHO, "2099-06-30", "--write")
    assert code == 0, err
    assert "camera: 5" in site.read_text()
    waiver = (network.inventory / "waivers" / "adopted_fs03_sw1.yml").read_text()
    assert "Lobby kiosk" in waiver
    assert "camera" not in waiver.lower()
    assert network.call("plan", "fs03-sw1")[0] == 0


def test_a_secret_is_not_written_into_a_file(network: FakeNetwork) -> None:
    network.retouch("fs03-sw1", "end\n", "username guest secret 9 $9$abcdefghijk\nend\n")
    code, out, err = network.call("adopt", "fs03-sw1", *WHO, "2099-06-30", "--write")
    assert (code, "a line with a secret can't be written" in err) == (64, True)
    assert "abcdefghijk" not in out + err
    assert not (network.inventory / "waivers").exists()


def test_a_waiver_has_somebody_who_answers_for_it(network: FakeNetwork) -> None:
    label(network)
    code, _, err = network.call("adopt", "fs03-sw1", "--owner", "Facilities")
    assert (code, "needs an owner, a reason and a last day" in err) == (64, True)
    code, _, err = network.call("adopt", "fs03-sw1", *WHO, "soon")
    assert (code, "'soon' is no date" in err) == (64, True)
    code, _, err = network.call("adopt", "fs03-sw1", *WHO, "2001-01-01", "--write")
    assert (code, "the waiver expired on 2001-01-01" in err) == (1, True)
    code, _, err = network.call("adopt", "fs03-sw1", "--write")
    assert (code, "the inventory can't say this" in err) == (64, True)
