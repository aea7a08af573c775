"""What a lab consists of follows from the city."""

from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from muniform.errors import LabError
from muniform.lab.spec import Part, lab_spec, uplinks
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


def test_every_device_and_host_is_played_once(city: City) -> None:
    spec = lab_spec(city, boots)
    names = [m.name for m in spec.machines] + [s.name for s in spec.switches]
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
        ends = [end for cable in spec.cables for end in (cable.a, cable.b)]
        present = {nic.name for nic in machine.nics}
        present |= {end.port for end in ends if end.device == device.name}
        assert {i.name for i in device.interfaces} - {"lo"} <= present


def test_a_host_shares_its_segment_with_its_gateway(city: City) -> None:
    spec = lab_spec(city, boots)
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
    cables = lab_spec(city, boots).cables
    assert len(cables) == len(set(listed)) < len(listed)


def test_a_switch_is_cabled_towards_its_router_only(city: City) -> None:
    station = city.site("fs03")
    assert uplinks(station, "fs03-sw1") == ("TenGigabitEthernet1/1/1",)
    assert uplinks(station, "fs03-sw2") == ("TenGigabitEthernet1/1/1",)


def test_an_uplink_is_where_the_cable_lies_whatever_the_port_is_declared_as(city: City) -> None:
    unplugged = tuple(link for link in city.site("fs03").links if link.a.device != "fs03-sw1")
    assert uplinks(replace(city.site("fs03"), links=unplugged), "fs03-sw2") == ()


def test_all_that_is_reachable_is_served(city: City) -> None:
    services = {str(service) for service in lab_spec(city, boots).services}
    expected = {f"{device.management.address.ip}:22" for device in city.devices}
    expected |= {f"{host.address.ip}:22" for host in city.hosts}
    expected |= {f"{server}:53" for server in city.dns.servers}
    assert services == expected


def test_a_platform_nobody_can_play_is_refused(city: City) -> None:
    other = changed(city, "fs03-sw1", platform="eos")
    with pytest.raises(
        LabError, match=r"nothing that plays eos as access_switch \(fs03\)\n.*dc01, lb05"
    ):
        lab_spec(other, boots)
    assert {switch.name for switch in lab_spec(other, boots, ("dc01", "library_5")).switches} == {
        "dc01-sw1",
        "lb05-sw1",
    }


def test_only_the_named_sites_are_played_and_what_leads_elsewhere_is_left_out(city: City) -> None:
    spec = lab_spec(city, boots, ("data_center_1", "fs03"))
    names = {machine.name for machine in spec.machines} | {s.name for s in spec.switches}
    assert {name.split("-")[0] for name in names} == {"dc01", "fs03"}
    assert [(str(cable.a), str(cable.b)) for cable in spec.cables] == [
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
        lab_spec(city, boots, sites)


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
        lab_spec(changed(city, "dc01-sw1", platform="eos"), boots)
