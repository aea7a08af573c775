"""The script that makes a container a blank machine."""

import subprocess
from pathlib import Path

import pytest

from muniform.lab import blank
from muniform.lab.blank import Credentials, host_keys, script
from muniform.lab.deriving import lab_spec
from muniform.lab.spec import LabSpec, Part
from muniform.masking import Secret
from muniform.model import load_city

CITY = Path(__file__).parents[2] / "cities" / "thin" / "inventory" / "city.yml"
CREDENTIALS = Credentials(
    "ssh-ed25519 AAAA muniform",
    Secret("tsig_key", "c2VjcmV0"),
    lambda text: text.replace("<secret:ospf_key>", "Adjacent"),
)


@pytest.fixture(scope="module")
def spec() -> LabSpec:
    return lab_spec(load_city(CITY), lambda device: f"hostname {device.name}\n")


def test_every_machines_script_is_valid_shell(spec: LabSpec) -> None:
    for machine in spec.machines:
        text = script(spec, machine, CREDENTIALS)
        subprocess.run(["sh", "-n"], input=text, text=True, check=True)


def test_the_key_reaches_only_the_dns_server(spec: LabSpec) -> None:
    holders = [m.name for m in spec.machines if "c2VjcmV0" in script(spec, m, CREDENTIALS)]
    assert holders == [m.name for m in spec.machines if "dns" in m.services]


def test_only_routers_run_frr(spec: LabSpec) -> None:
    for machine in spec.machines:
        runs_frr = "frr.service" in script(spec, machine, CREDENTIALS)
        assert runs_frr == (machine.part is Part.ROUTER)


def test_a_router_boots_with_the_values_of_its_secrets() -> None:
    spec = lab_spec(load_city(CITY), lambda device: f"key <secret:ospf_key> of {device.name}\n")
    router = next(machine for machine in spec.machines if machine.part is Part.ROUTER)
    text = script(spec, router, CREDENTIALS)
    assert f"key Adjacent of {router.name}\n" in text
    assert "<secret:" not in text


def test_credentials_do_not_show_themselves() -> None:
    assert "c2VjcmV0" not in f"{CREDENTIALS!r} {CREDENTIALS}"


def test_a_file_is_written_as_it_is_whatever_it_holds(tmp_path: Path) -> None:
    target = tmp_path / "a folder" / "it's.conf"
    text = "$HOME `id` \\n 'x' \"y\"\nEOF\n!\n"
    owner = f"{tmp_path.owner()}:{tmp_path.group()}"
    step = blank.file_step(str(target), text, "640", owner)
    subprocess.run(["sh", "-eu"], input=step, text=True, check=True)
    assert target.read_text() == text
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_file_that_holds_the_end_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="mark"):
        blank.file_step("/etc/x", f"a\n{blank.HERE}\nid\n")


def test_host_keys_are_read_from_the_output() -> None:
    output = (
        f"noise\n{blank.KEY_MARK} ssh-ed25519 AAAA\nother line\n{blank.KEY_MARK} ssh-rsa BBBB\n"
    )
    assert host_keys(output) == ("ssh-ed25519 AAAA", "ssh-rsa BBBB")


def test_zones_take_updates_with_the_key_only(spec: LabSpec) -> None:
    text = blank.named_zones(spec.dns, "c2VjcmV0")
    zones = (spec.dns.host_zone, spec.dns.device_zone, spec.dns.reverse_zone)
    for zone in zones:
        assert f'zone "{zone}"' in text
    assert text.count(f'allow-update {{ key "{spec.dns.key_name}"; }}') == len(zones)


def test_the_name_server_takes_no_hosts_name(spec: LabSpec) -> None:
    (server,) = (m for m in spec.machines if "dns" in m.services)
    text = blank.zone_file(spec.dns.host_zone, spec.dns, server)
    assert f"ns1.{spec.dns.host_zone}. IN A {server.address}" in text
    assert server.name not in text
