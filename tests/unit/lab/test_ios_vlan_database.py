"""VLANs live in vlan.dat: what a switch prints, keeps and restores of them, by its VTP mode."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from muniform.lab.ios import IosSwitch
from muniform.lab.ios.tree import ETX
from muniform.lab.simulated.clock import Clock
from muniform.lab.simulated.spec import DeviceSpec, Wiring
from muniform.model import City, Device, DeviceRole
from muniform.render import first_boot, render

HASH = "$9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6"
TRANSPARENT = "vtp mode transparent\n"


def switch(startup: str, device: Device | None = None) -> IosSwitch:
    ports = tuple(port.name for port in device.ports) if device else ("TenGigabitEthernet1/0/1",)
    address = device.management.address.ip if device else IPv4Address("10.9.254.11")
    spec = DeviceSpec(
        name="sw1",
        model="C9300-24UX",
        serial="FOC1",
        ports=ports,
        startup=startup,
        wiring=Wiring((ports[0],), IPv4Address("10.9.254.1"), IPv4Address("10.1.254.10")),
        address="127.9.254.11",
        port=20022,
        management=address,
    )
    made = IosSwitch(spec, Clock())
    assert made.boot_messages == []
    return made


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() != "!"]


def vlans(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(("vlan ", "vtp "))]


def loadable(text: str) -> str:
    return text.replace("<secret:automation_password_hash>", HASH).replace("^C", ETX)


@pytest.fixture
def switches(city: City) -> list[Device]:
    return [device for device in city.devices if device.role is DeviceRole.ACCESS_SWITCH]


def test_the_citys_configurations_read_back_line_by_line(switches: list[Device]) -> None:
    for device in switches:
        simulated = switch(loadable(first_boot(device)), device)
        intended = loadable(render(device))
        assert simulated.replace(intended, "muniform", revert_on_error=True).is_applied
        assert lines(simulated.running) == lines(intended)


def test_without_a_vtp_mode_they_do_not(switches: list[Device]) -> None:
    for device in switches:
        simulated = switch(loadable(first_boot(device)).replace(TRANSPARENT, ""), device)
        intended = loadable(render(device)).replace(TRANSPARENT, "")
        assert simulated.replace(intended, "muniform", revert_on_error=True).is_applied
        missing = set(lines(intended)) - set(lines(simulated.running))
        assert {f"vlan {vlan.id}" for vlan in device.vlans} <= missing
        for vlan in device.vlans:
            assert simulated.config.find("vlan", str(vlan.id)), "it is there, but not printed"


@pytest.mark.parametrize("mode", ["server", "client"])
def test_switches_that_share_their_vlans_print_none(mode: str) -> None:
    simulated = switch(f"vlan 20\nvtp mode {mode}\nvtp domain city\nvtp version 2\n")
    assert vlans(simulated.running) == ["vtp version 2"]


@pytest.mark.parametrize("mode", ["transparent", "off"])
def test_switches_that_keep_to_themselves_print_them(mode: str) -> None:
    simulated = switch(f"vlan 20\nvtp mode {mode}\nvtp domain city\n")
    assert vlans(simulated.running) == ["vtp domain city", f"vtp mode {mode}", "vlan 20"]


def test_a_client_takes_no_vlans() -> None:
    simulated = switch("vtp mode client\n")
    said = simulated.merge("vlan 20\n", "muniform")
    assert any("not allowed when device is in CLIENT mode" in line for line in said)


@pytest.mark.parametrize(
    ("before", "left"), [(TRANSPARENT, ["vlan 20"]), ("", ["vlan 20", "vlan 30"])]
)
def test_a_replace_removes_only_vlans_that_were_printed(before: str, left: list[str]) -> None:
    simulated = switch(before + "vlan 30\n")
    intended = f"version 17.12\n{TRANSPARENT}vlan 20\nend\n"
    assert simulated.replace(intended, "muniform", revert_on_error=True).is_applied
    assert vlans(simulated.running) == ["vtp mode transparent", *left]


def test_a_replace_adds_vlans_that_are_not_printed() -> None:
    simulated = switch("")
    simulated.replace("version 17.12\nvlan 20\nend\n", "muniform", revert_on_error=True)
    assert simulated.config.find("vlan", "20") is not None


@pytest.mark.parametrize(
    ("startup", "change", "after"),
    [
        (TRANSPARENT + "vlan 20\n", "vlan 30", ["vtp mode transparent", "vlan 20"]),
        # What a server learned is in vlan.dat at once, saved or not.
        (
            "vlan 20\n",
            "vlan 30\nvtp mode transparent",
            ["vtp mode transparent", "vlan 20", "vlan 30"],
        ),
        # A mode that does not match vlan.dat's is not taken from the startup configuration.
        (TRANSPARENT + "vlan 20\n", "vtp mode server", []),
    ],
)
def test_what_is_left_after_a_boot(startup: str, change: str, after: list[str]) -> None:
    simulated = switch(startup)
    simulated.merge(change + "\n", "muniform")
    simulated.boot()
    assert vlans(simulated.running) == after
    assert simulated.config.find("vlan", "20") is not None
