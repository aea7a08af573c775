"""What clients of a lab check against: host keys of every SSH port, certificates of HTTPS."""

import ssl
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from muniform.lab import enrolling
from muniform.lab.deriving import lab_spec
from muniform.lab.enrolling import enrol_lab
from muniform.lab.files import private_folder
from muniform.lab.paths import LabPaths
from muniform.lab.platforms import HTTPS, NETCONF, Platform
from muniform.lab.simulated.device import Listener
from muniform.lab.simulated.spec import SSH
from muniform.lab.spec import LabSpec
from muniform.model import load_city

CITY = Path(__file__).parents[2] / "cities" / "thin" / "inventory" / "city.yml"


def nobody(*_: object) -> Iterable[Listener]:
    return ()


PLATFORMS = {
    "web": Platform(replace, nobody, (SSH, HTTPS)),  # type: ignore[arg-type]
    "tree": Platform(replace, nobody, (SSH, NETCONF)),  # type: ignore[arg-type]
    "ios": Platform(replace, nobody),  # type: ignore[arg-type]
}


@pytest.fixture
def spec() -> LabSpec:
    """Three switches, each of another kind."""
    found = lab_spec(load_city(CITY), lambda device: device.name)
    kinds = {"fs03-sw1": "web", "fs03-sw2": "tree"}
    devices = tuple(replace(d, platform=kinds.get(d.name, "ios")) for d in found.devices)
    return replace(found, devices=devices)


@pytest.fixture
def paths(tmp_path: Path, spec: LabSpec, monkeypatch: pytest.MonkeyPatch) -> LabPaths:
    monkeypatch.setattr(enrolling, "PLATFORMS", PLATFORMS)
    found = LabPaths.of(tmp_path)
    private_folder(found.folder)
    enrol_lab(found, spec, {m.name: (f"ssh-ed25519 KEYOF{m.name}",) for m in spec.machines})
    return found


def names_of(paths: LabPaths, first: str) -> tuple[list[str], str]:
    (line,) = [
        line for line in paths.known_hosts.read_text().splitlines() if line.startswith(f"{first},")
    ]
    names, _, key = line.partition(" ")
    return names.split(","), key


def test_each_ssh_port_is_enrolled_and_none_that_speaks_https(paths: LabPaths) -> None:
    own = names_of(paths, "lb05-sw1")[1]
    assert own.startswith("ssh-ed25519 AAAA")
    assert names_of(paths, "fs03-sw1") == (["fs03-sw1", "[127.18.254.11]:20022"], own)
    assert names_of(paths, "fs03-sw2") == (
        ["fs03-sw2", "[127.18.254.12]:20022", "[127.18.254.12]:20830"],
        own,
    )


def test_a_container_is_known_by_its_own_key(paths: LabPaths) -> None:
    assert names_of(paths, "fs03-rtr1") == (
        ["fs03-rtr1", "[127.0.240.18]:20022"],
        "ssh-ed25519 KEYOFfs03-rtr1",
    )


def test_certificates_are_those_of_https_devices_without_their_key(paths: LabPaths) -> None:
    assert [path.name for path in paths.certificates.iterdir()] == ["fs03-sw1.pem"]
    path = paths.certificates / "fs03-sw1.pem"
    assert "PRIVATE" not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    trusting = ssl.create_default_context(cafile=str(path))
    assert len(trusting.get_ca_certs()) == 1
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(paths.certificate)


def test_a_second_lab_of_the_city_shows_what_is_enrolled_already(
    paths: LabPaths, spec: LabSpec
) -> None:
    before = paths.known_hosts.read_text(), (paths.certificates / "fs03-sw1.pem").read_text()
    enrol_lab(paths, spec, {m.name: (f"ssh-ed25519 KEYOF{m.name}",) for m in spec.machines})
    assert (paths.known_hosts.read_text(), (paths.certificates / "fs03-sw1.pem").read_text()) == (
        before
    )
