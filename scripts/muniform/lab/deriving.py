"""From a city to the lab that plays it. Pure: no I/O, no addresses invented."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from muniform.errors import LabError
from muniform.lab.choosing import WHOLE_CITY, Choice, cast
from muniform.lab.secret_names import lab_secrets
from muniform.lab.simulated.spec import SSH
from muniform.lab.spec import Cable, DevicePlan, LabSpec, Machine, Nic, Part
from muniform.lab.uplinks import Uplinks, unique_links
from muniform.model import City, Device, Host

FirstBoot = Callable[[Device], str]

DNS_PORT = 53
LONGEST_INTERFACE_NAME = 15
"""Linux' IFNAMSIZ without its terminating zero."""


def lab_spec(city: City, first_boot: FirstBoot, choice: Choice = WHOLE_CITY) -> LabSpec:
    """The lab of what is chosen of a city. Raises LabError for what no lab can play."""
    played = cast(city, choice)
    names = {device.name for device in (*played.routers, *played.simulated)}
    cables = tuple(
        Cable(link.a, link.b, link.medium, link.network is not None)
        for link in unique_links(played.sites)
        if {link.a.device, link.b.device} <= names
    )
    real = {router.name for router in played.routers}
    uplinks = Uplinks(city)
    return LabSpec(
        city=city.name,
        account=city.baseline.account.name,
        controller=city.controller,
        dns=city.dns,
        machines=(
            *(_router(router, cables, real, first_boot) for router in played.routers),
            *(_host(host) for host in played.hosts),
        ),
        devices=tuple(
            _device(device, uplinks.of(device), first_boot) for device in played.simulated
        ),
        cables=cables,
        secrets=lab_secrets(city),
    )


def _router(
    device: Device, cables: Iterable[Cable], real: set[str], first_boot: FirstBoot
) -> Machine:
    lans = [
        Nic(_checked(device, interface.name), f"{device.site_code}.{interface.vlan}")
        for interface in device.interfaces
        if interface.vlan is not None
    ]
    # What leads to a simulated device has nobody behind it who would take a packet.
    plugs = [
        Nic(_checked(device, here.port))
        for cable in cables
        for here, there in (cable.ends, cable.ends[::-1])
        if here.device == device.name and not (cable.is_routed and there.device in real)
    ]
    return Machine(
        name=device.name,
        part=Part.ROUTER,
        address=device.management.address.ip,
        ports=(SSH,),
        nics=(*plugs, *lans),
        configuration=first_boot(device),
    )


def _host(host: Host) -> Machine:
    return Machine(
        name=host.name,
        part=Part.HOST,
        address=host.address.ip,
        ports=(SSH, DNS_PORT) if "dns" in host.services else (SSH,),
        nics=(Nic("eth0", f"{host.site_code}.{host.vlan}", host.address),),
        gateway=host.gateway,
        services=host.services,
    )


def _device(device: Device, uplinks: tuple[str, ...], first_boot: FirstBoot) -> DevicePlan:
    gateway = device.management.gateway
    if gateway is None and device.management.vlan is not None:
        raise LabError(
            f"{device.name}: no gateway on its management network",
            "give it a management VLAN that its site's router serves",
        )
    return DevicePlan(
        name=device.name,
        platform=device.platform,
        model=device.model,
        serial=device.serial,
        ports=tuple(port.name for port in device.ports),
        startup=first_boot(device),
        address=device.management.address.ip,
        gateway=gateway,
        uplinks=uplinks,
    )


def _checked(device: Device, interface: str) -> str:
    if len(interface) > LONGEST_INTERFACE_NAME:
        raise LabError(
            f"{device.name}: interface {interface} is longer than Linux allows",
            f"shorten it to {LONGEST_INTERFACE_NAME} characters",
        )
    return interface
