"""What a lab consists of follows from the city."""

from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from muniform.errors import LabError
from muniform.lab.choosing import Choice
from muniform.lab.deriving import lab_spec
from muniform.lab.spec import Part
from muniform.model import City, Device, DeviceRole, load_city

CITY = Path(__file__).parents[2] / "cities" / "thin" / "inventory" / "city.yml"


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(CITY)


def boots(device: Device) -> str:
    return f"first boot of {device.name}"


def changed(city: City, name: str, **values: object) -> City:
    """The city with one device declared differently."""
    sites = tuple(
        replace(
            site,
            devices=tuple(
                replace(device, **values) if device.name == name else device
                for device in site.devices
            ),
        )
        for site in city.sites
    )
    return replace(city, sites=sites)


def test_every_device_and_host_of_named_sites_is_played_once(city: City) -> None:
    spec = lab_spec(city, boots, Choice(tuple(site.code for site in city.sites)))
    names = [m.name for m in spec.machines] + [d.name for d in spec.devices]
    assert sorted(names) == sorted([d.name for d in city.devices] + [h.name for h in city.hosts])


def test_a_router_boots_blank_and_gets_no_address_from_the_lab(city: City) -> None:
    for machine in lab_spec(city, boots).machines:
        if machine.part is Part.ROUTER:
            assert machine.configuration == f"first boot of {machine.name}"
            assert all(nic.address is None for nic in machine.nics)
            assert machine.gateway is None


def test_each_router_interface_exists_under_its_declared_name(city: City) -> None:
    spec = lab_spec(city, boots)
    for device in city.devices:
        if device.role is not DeviceRole.WAN_ROUTER:
            continue
        (machine,) = (m for m in spec.machines if m.name == device.name)
        ends = [end for cable in spec.circuits for end in cable.ends]
        present = {nic.name for nic in machine.nics}
        present |= {end.port for end in ends if end.device == device.name}
        assert {i.name for i in device.interfaces} - {"lo"} <= present


def test_of_a_whole_city_only_the_hosts_that_serve_it_are_played(city: City) -> None:
    spec = lab_spec(city, boots)
    played = {machine.name for machine in spec.machines if machine.part is Part.HOST}
    assert played == {host.name for host in city.hosts if host.services}
    assert played < {host.name for host in city.hosts}


def test_what_is_only_simulated_needs_no_container(city: City) -> None:
    spec = lab_spec(city, boots, Choice(("fs03",), is_simulated_only=True))
    assert [device.name for device in spec.devices] == ["fs03-sw1", "fs03-sw2"]
    assert spec.machines == ()
    assert [str(cable.a) for cable in spec.cables] == ["fs03-sw1:TenGigabitEthernet1/1/2"]
    assert spec.circuits == ()


def test_a_circuit_to_a_simulated_device_is_a_port_that_leads_nowhere(city: City) -> None:
    spec = lab_spec(changed(city, "dc01-rtr1", platform="ios"), boots)
    router = spec.machine("fs03-rtr1")
    assert router is not None
    assert "eth0" in {nic.name for nic in router.nics if nic.segment is None}
    assert "fs03-rtr1:eth0" in {str(cable.a) for cable in spec.cables if cable.is_routed}
    assert spec.circuits == ()


def test_a_host_shares_its_segment_with_its_gateway(city: City) -> None:
    spec = lab_spec(city, boots, Choice(tuple(site.code for site in city.sites)))
    for host in city.hosts:
        (machine,) = (m for m in spec.machines if m.name == host.name)
        (nic,) = machine.nics
        assert nic.address == host.address
        neighbours = {
            (other.name, mate.name)
            for other in spec.machines
            for mate in other.nics
            if mate.segment == nic.segment and other.part is Part.ROUTER
        }
        gateways = {
            (device.name, interface.name)
            for device in city.devices
            for interface in device.interfaces
            if interface.address.ip == host.gateway
        }
        assert neighbours == gateways
        assert len(gateways) == 1


def test_each_circuit_is_one_cable_though_both_sites_list_it(city: City) -> None:
    listed = [link for site in city.sites for link in site.links if link.network]
    cables = lab_spec(city, boots).circuits
    assert len(cables) == len(set(listed)) < len(listed)


def test_all_that_is_reachable_is_served(city: City) -> None:
    services = {str(service) for service in lab_spec(city, boots).services}
    expected = {f"{device.management.address.ip}:22" for device in city.devices}
    expected |= {f"{host.address.ip}:22" for host in city.hosts if host.services}
    expected |= {f"{server}:53" for server in city.dns.servers}
    assert services == expected


def test_a_platform_nobody_can_play_is_refused(city: City) -> None:
    other = changed(city, "fs03-sw1", platform="nxos")
    with pytest.raises(
        LabError, match=r"nothing that plays nxos as access_switch \(fs03\)\n.*dc01, lb05"
    ):
        lab_spec(other, boots)
    assert {
        device.name for device in lab_spec(other, boots, Choice(("dc01", "library_5"))).devices
    } == {
        "dc01-sw1",
        "lb05-sw1",
    }


def test_only_the_named_sites_are_played_and_what_leads_elsewhere_is_left_out(city: City) -> None:
    spec = lab_spec(city, boots, Choice(("data_center_1", "fs03")))
    names = {machine.name for machine in spec.machines} | {d.name for d in spec.devices}
    assert {name.split("-")[0] for name in names} == {"dc01", "fs03"}
    assert [(str(cable.a), str(cable.b)) for cable in spec.circuits] == [
        ("fs03-rtr1:eth0", "dc01-rtr1:eth-fs03")
    ]


@pytest.mark.parametrize(
    ("sites", "message"),
    [(("fs04",), "there is no site 'fs04'"), (("fs03",), "without the site of the controller")],
)
def test_sites_that_make_no_lab_are_refused(
    city: City, sites: tuple[str, ...], message: str
) -> None:
    with pytest.raises(LabError, match=message):
        lab_spec(city, boots, Choice(sites))


def test_an_interface_name_linux_cannot_bear_is_refused(city: City) -> None:
    router = city.device("fs03-rtr1")
    long = tuple(
        replace(i, name=f"ethernet-module.{i.vlan}") if i.vlan else i for i in router.interfaces
    )
    with pytest.raises(LabError, match="longer than Linux allows"):
        lab_spec(changed(city, "fs03-rtr1", interfaces=long), boots)


def test_a_switch_without_a_gateway_is_refused(city: City) -> None:
    lost = replace(city.device("fs03-sw1").management, gateway=None)
    with pytest.raises(LabError, match="fs03-sw1: no gateway"):
        lab_spec(changed(city, "fs03-sw1", management=lost), boots)


def test_the_controller_is_the_citys(city: City) -> None:
    moved = replace(city, controller=IPv4Address("10.1.254.77"))
    assert lab_spec(moved, boots).controller == IPv4Address("10.1.254.77")


def test_a_hub_that_nothing_plays_makes_every_lab_impossible(city: City) -> None:
    with pytest.raises(LabError, match=r"dc01, where the controller stands.*\n.*no lab of this"):
        lab_spec(changed(city, "dc01-sw1", platform="nxos"), boots)
