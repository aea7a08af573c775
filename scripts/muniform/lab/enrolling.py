"""What clients check a lab's machines and devices against, written into the state folder.

Host keys go to ``known_hosts``, the certificate of each device that speaks HTTPS to
``certificates/<device>.pem``: its public part only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address

from muniform.lab.certificates import ensure_certificate, public_part
from muniform.lab.endpoint import endpoint
from muniform.lab.files import private_folder, write_private
from muniform.lab.identities import ensure_host_key, public_line
from muniform.lab.known_hosts import enrol
from muniform.lab.paths import LabPaths
from muniform.lab.platforms import PLATFORMS
from muniform.lab.simulated.spec import SSH
from muniform.lab.spec import LabSpec


def enrol_lab(paths: LabPaths, spec: LabSpec, keys: Mapping[str, tuple[str, ...]]) -> None:
    """Enrol everything a lab plays. ``keys`` holds the host keys of each container."""
    enrolled: dict[tuple[str, ...], tuple[str, ...]] = {
        _names(machine.name, machine.address, (SSH,)): keys[machine.name]
        for machine in spec.machines
    }
    shown = (public_line(ensure_host_key(paths.device_host_key)),)
    for device in spec.devices:
        ports = PLATFORMS[device.platform].ssh_ports
        enrolled[_names(device.name, device.address, ports)] = shown
    enrol(paths.known_hosts, enrolled)
    _pin(paths, [d.name for d in spec.devices if PLATFORMS[d.platform].has_certificate])


def _pin(paths: LabPaths, devices: Iterable[str]) -> None:
    certificate = public_part(ensure_certificate(paths.certificate))
    folder = private_folder(paths.certificates)
    for device in devices:
        write_private(folder / f"{device}.pem", certificate)


def _names(name: str, address: IPv4Address, ports: Iterable[int]) -> tuple[str, ...]:
    """The name itself, and how clients meet it: at its loopback address and ports."""
    places = (endpoint(address, port) for port in ports)
    return (name, *(f"[{host}]:{port}" for host, port in places))
