"""A whole lab: built, reached, isolated, killed, taken away.

The example city, moved to addresses of its own, so that a lab that runs beside this test is not
in its way.
"""

import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.tsigkeyring
import dns.update
import pytest

from moved_city import moved
from muniform.errors import LabError, ReachError
from muniform.lab import control
from muniform.lab.choosing import Choice
from muniform.lab.fault_order import FaultOrder
from muniform.lab.image import default_cache
from muniform.lab.paths import LabPaths
from muniform.lab.podman import Podman, containers_conf
from muniform.model import City, load_city
from muniform.reach import Reach
from muniform.secrets import SecretStore

pytestmark = [
    pytest.mark.lab,
    pytest.mark.city,
    pytest.mark.skipif(os.geteuid() != 0, reason="the lab needs root"),
]

ROOT = Path(__file__).parents[2]
THIN = ROOT / "tests" / "cities" / "thin" / "inventory" / "city.yml"
SCALE = 30.0


def silent(_: str) -> None:
    pass


@dataclasses.dataclass(frozen=True)
class Lab:
    city: City
    state: Path

    @property
    def paths(self) -> LabPaths:
        return LabPaths.of(self.state)

    @property
    def reach(self) -> Reach:
        return Reach(self.city.reach, self.state)

    @property
    def podman(self) -> Podman:
        return Podman(containers_conf(self.paths.folder))

    @property
    def choice(self) -> Choice:
        """All sites, with all that is in them."""
        return Choice(tuple(site.code for site in self.city.sites))

    def up(self) -> None:
        control.up(self.city, self.state, default_cache(), SCALE, silent, self.choice)

    def faults(self, name: str) -> tuple[str, ...]:
        (found,) = (d.faults for d in control.status(self.state).devices if d.name == name)
        return found

    def inside(self, machine: str, *command: str) -> str:
        """Run in a container, without the network."""
        return self.podman.exec(self.container(machine), command)

    def container(self, machine: str) -> str:
        return f"muniform-{self.paths.id}-{machine}"

    def ssh(
        self, address: IPv4Address, command: str, known_hosts: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        place = self.reach.resolve(address, 22)
        options = {
            "UserKnownHostsFile": known_hosts or self.paths.known_hosts,
            "StrictHostKeyChecking": "yes",
            "BatchMode": "yes",
            "IdentitiesOnly": "yes",
            "ConnectTimeout": "10",
        }
        return subprocess.run(
            [
                *("ssh", "-F", "none", "-i", str(self.paths.secrets / "automation_ssh_key")),
                *(word for name, value in options.items() for word in ("-o", f"{name}={value}")),
                *("-p", str(place.port), f"muniform@{place.host}", command),
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


def outline() -> tuple[object, ...]:
    """What the machine's own namespace looks like: links, addresses, routes, namespaces."""
    links = json.loads(subprocess.check_output(["ip", "-json", "link"]))
    addresses = json.loads(subprocess.check_output(["ip", "-json", "-4", "address"]))
    routes = subprocess.check_output(["ip", "route", "show", "table", "all"], text=True)
    return (
        sorted(link["ifname"] for link in links),
        sorted(str(a.get("local")) for entry in addresses for a in entry["addr_info"]),
        sorted(routes.splitlines()),
    )


@pytest.fixture(scope="module")
def before() -> tuple[object, ...]:
    return outline()


@pytest.fixture(scope="module")
def lab(before: tuple[object, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    assert before
    built = Lab(
        moved(load_city(THIN)),
        tmp_path_factory.mktemp("state"),
    )
    built.up()
    try:
        yield built
    finally:
        control.down(built.state, silent)


def eventually(true: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not become true"
        time.sleep(0.2)


def first_bytes(lab: Lab, address: IPv4Address, port: int = 22) -> bytes:
    place = lab.reach.resolve(address, port)
    with socket.create_connection((place.host, place.port), timeout=10) as line:
        return line.recv(64)


class TestReached:
    def test_every_host_and_router_lets_the_account_in(self, lab: Lab) -> None:
        machines = {host.name: host.address.ip for host in lab.city.hosts}
        machines |= {
            device.name: device.management.address.ip
            for device in lab.city.devices
            if device.platform == "frr"
        }
        for name, address in machines.items():
            done = lab.ssh(address, "hostname; sudo -n id -u; systemctl is-system-running")
            assert done.stdout.split() == [name, "0", "running"], done.stderr

    def test_a_stranger_is_not_believed(self, lab: Lab, tmp_path: Path) -> None:
        host = lab.city.hosts[0].address.ip
        done = lab.ssh(host, "true", known_hosts=tmp_path / "empty")
        assert done.returncode == 255
        assert "Host key verification failed" in done.stderr

    def test_passwords_open_no_container(self, lab: Lab) -> None:
        assert (
            lab.inside(lab.city.hosts[0].name, "passwd", "--status", "muniform").split()[1] != "P"
        )

    def test_switches_answer_and_take_faults(self, lab: Lab) -> None:
        switch = next(device for device in lab.city.devices if device.platform == "ios")
        assert first_bytes(lab, switch.management.address.ip).startswith(b"SSH-2.0-")
        assert lab.faults(switch.name) == ()
        control.set_fault(lab.state, FaultOrder(switch.name, "refuse_login"))
        assert lab.faults(switch.name) == ("refuse_login",)
        control.set_fault(lab.state, FaultOrder(switch.name, "refuse_login", on=False))
        assert lab.faults(switch.name) == ()
        with pytest.raises(LabError, match="simulates no device 'printer'"):
            control.set_fault(lab.state, FaultOrder("printer", "refuse_login"))
        with pytest.raises(LabError, match="there is no fault 'smoke'"):
            control.set_fault(lab.state, FaultOrder(switch.name, "smoke"))

    def test_routers_have_found_each_other(self, lab: Lab) -> None:
        for site in lab.city.sites:
            router = next(device for device in site.devices if device.platform == "frr")
            wanted = sum(1 for interface in router.interfaces if interface.ospf_active)

            def all_full(name: str = router.name, wanted: int = wanted) -> bool:
                shown = lab.inside(name, "vtysh", "-c", "show ip ospf neighbor")
                return shown.count("Full") == wanted

            eventually(all_full, 60)

    def test_a_router_that_starts_anew_finds_its_neighbours_again(self, lab: Lab) -> None:
        name = "fs03-rtr1"
        pids = lab.podman.run(["inspect", "--format={{.State.Pid}}", lab.container(name)])
        before = lab.inside(name, "ip", "-brief", "-4", "address", "show", "up")
        assert control.reboot(lab.state, name) == 0
        after = lab.podman.run(["inspect", "--format={{.State.Pid}}", lab.container(name)])
        assert pids != after
        assert lab.ssh(lab.city.device(name).management.address.ip, "true").returncode == 0
        eventually(lambda: "Full" in lab.inside(name, "vtysh", "-c", "show ip ospf neighbor"), 60)
        shown = lab.inside(name, "ip", "-brief", "-4", "address", "show", "up")
        assert [line.split("@")[0] for line in shown.splitlines()] == [
            line.split("@")[0] for line in before.splitlines()
        ]
        assert [str(end) for wire in control.wiring(lab.state) for end in wire.down] == []

    def test_a_host_that_starts_anew_knows_its_way_and_its_name_server(self, lab: Lab) -> None:
        host = lab.city.hosts[0]
        lines = ("cat", "/etc/resolv.conf", "/etc/hosts")
        before = lab.inside(host.name, *lines)
        control.reboot(lab.state, host.name)
        assert lab.inside(host.name, *lines) == before
        assert str(host.gateway) in lab.inside(host.name, "ip", "route", "show", "default")
        assert lab.ssh(host.address.ip, "true").returncode == 0

    def test_a_switch_that_starts_anew_is_away_for_a_while(self, lab: Lab) -> None:
        seconds = control.reboot(lab.state, "fs03-sw2")
        assert 0 < seconds < 30
        (found,) = (d for d in control.status(lab.state).devices if d.name == "fs03-sw2")
        assert found.cut == "the device is starting"
        down = [str(end) for wire in control.wiring(lab.state) for end in wire.down]
        assert down == ["fs03-sw2 TenGigabitEthernet1/1/1"]
        eventually(lambda: not any(d.cut for d in control.status(lab.state).devices))
        with pytest.raises(LabError, match=r"no device 'fs03-sw'\n.*fs03-sw2"):
            control.reboot(lab.state, "fs03-sw")

    def test_wires_are_those_of_the_city(self, lab: Lab) -> None:
        links = {link for site in lab.city.sites for link in site.links}
        wanted = {(link.a.device, link.a.port, link.b.device, link.b.port) for link in links}
        wires = control.wiring(lab.state)
        assert {(w.a.device, w.a.port, w.b.device, w.b.port) for w in wires} == wanted
        simulated = {end.device for w in wires for end in (w.a, w.b) if end.simulated}
        assert simulated == {d.name for d in lab.city.devices if d.platform != "frr"}
        of_one = control.wiring(lab.state, "fs03-sw1")
        assert [(w.a.device, w.b.device) for w in of_one] == [
            ("fs03-sw1", "fs03-rtr1"),
            ("fs03-sw1", "fs03-sw2"),
        ]
        with pytest.raises(LabError, match="no cable at 'printer'"):
            control.wiring(lab.state, "printer")
        router = "fs03-rtr1"
        lab.inside(router, "ip", "link", "set", "eth0", "down")
        try:
            (cut,) = (wire for wire in control.wiring(lab.state) if wire.down)
            # A cable without a light at one end has none at the other.
            assert {end.device for end in cut.down} == {router, "dc01-rtr1"}
        finally:
            lab.inside(router, "ip", "link", "set", "eth0", "up")

    def test_an_address_that_is_not_up_is_not_reached(self, lab: Lab) -> None:
        host = lab.city.hosts[-1]
        assert first_bytes(lab, host.address.ip).startswith(b"SSH-2.0-")
        lab.inside(host.name, "ip", "address", "del", str(host.address), "dev", "eth0")
        try:
            assert first_bytes(lab, host.address.ip) == b""
        finally:
            lab.inside(host.name, "ip", "address", "add", str(host.address), "dev", "eth0")
            lab.inside(host.name, "ip", "route", "add", "default", "via", str(host.gateway))
        assert first_bytes(lab, host.address.ip).startswith(b"SSH-2.0-")

    def test_much_data_passes_unharmed(self, lab: Lab) -> None:
        done = lab.ssh(lab.city.hosts[0].address.ip, "head -c 20000000 /dev/zero | tr '\\0' m")
        assert len(done.stdout) == 20_000_000
        assert set(done.stdout) == {"m"}

    def test_packages_install_without_a_network(self, lab: Lab) -> None:
        done = lab.ssh(
            lab.city.hosts[0].address.ip,
            "sudo apt-get -q update && sudo apt-get -q install -y chrony"
            " && systemctl is-active chrony && ps -o args= -C chronyd",
        )
        assert done.returncode == 0, done.stderr
        assert "active\n" in done.stdout
        assert "chronyd -x" in done.stdout


class TestDns:
    def update(self, lab: Lab, keyring: Any) -> dns.rcode.Rcode:
        service = lab.city.dns
        place = lab.reach.resolve(service.servers[0], 53)
        change = dns.update.UpdateMessage(
            service.host_zone, keyring=keyring, keyalgorithm=service.key_algorithm
        )
        change.replace("proof", 60, "A", "10.101.1.99")
        return dns.query.tcp(change, place.host, port=place.port, timeout=10).rcode()

    def ask(self, lab: Lab, name: str, kind: str) -> dns.message.Message:
        place = lab.reach.resolve(lab.city.dns.servers[0], 53)
        return dns.query.tcp(
            dns.message.make_query(name, kind), place.host, port=place.port, timeout=10
        )

    def test_every_zone_is_served_with_authority(self, lab: Lab) -> None:
        service = lab.city.dns
        for zone in (service.host_zone, service.device_zone, service.reverse_zone):
            answer = self.ask(lab, zone, "SOA")
            assert "AA" in dns.flags.to_text(answer.flags)
            assert [rrset.rdtype for rrset in answer.answer] == [dns.rdatatype.SOA]

    def test_an_update_with_the_citys_key_is_accepted(self, lab: Lab) -> None:
        key = SecretStore(lab.paths.secrets).get("tsig_key").reveal()
        ring = dns.tsigkeyring.from_text({lab.city.dns.key_name: key})
        assert self.update(lab, ring) == dns.rcode.NOERROR
        answer = self.ask(lab, f"proof.{lab.city.dns.host_zone}", "A")
        assert answer.answer[0][0].to_text() == "10.101.1.99"

    def test_an_update_without_a_key_is_refused(self, lab: Lab) -> None:
        assert self.update(lab, None) == dns.rcode.REFUSED

    def test_an_update_with_another_key_is_refused(self, lab: Lab) -> None:
        ring = dns.tsigkeyring.from_text({lab.city.dns.key_name: "AAAAAAAAAAAAAAAAAAAAAA=="})
        with pytest.raises(dns.tsig.PeerBadSignature):
            self.update(lab, ring)

    def test_it_asks_nobody_else(self, lab: Lab) -> None:
        assert self.ask(lab, "example.com", "A").rcode() == dns.rcode.REFUSED


class TestIsolation:
    def test_the_machines_own_network_is_as_it_was(
        self, lab: Lab, before: tuple[object, ...]
    ) -> None:
        assert control.status(lab.state).running
        assert outline() == before

    def test_the_machine_itself_knows_no_way_into_the_lab(self, lab: Lab) -> None:
        own = {link["ifname"] for link in self.links("/proc/self/ns/net", ())}
        for host in lab.city.hosts:
            # A look-up in the routing table: no packet is sent.
            found = subprocess.run(
                ["ip", "-json", "route", "get", str(host.address.ip)],
                capture_output=True,
                check=False,
            )
            hops = json.loads(found.stdout or "[]")
            assert all(hop["dev"] in own and hop.get("type") != "local" for hop in hops)

    def test_no_container_has_an_interface_that_leads_out(self, lab: Lab) -> None:
        """Each other end lies in a namespace of this lab: the peer's index is known there."""
        namespaces = {machine: f"/proc/{pid}/ns/net" for machine, pid in self.pids(lab).items()} | {
            "fabric": f"/run/netns/{lab.paths.namespace}"
        }
        links = {name: self.links(path) for name, path in namespaces.items()}
        ends = {(link["ifindex"], link["link_index"]) for all_ in links.values() for link in all_}
        assert ends
        for name, found in links.items():
            for link in found:
                assert (link["link_index"], link["ifindex"]) in ends, (name, link["ifname"])

    def test_routers_have_no_default_route(self, lab: Lab) -> None:
        for device in lab.city.devices:
            if device.platform == "frr":
                assert lab.inside(device.name, "ip", "route", "show", "default") == ""

    def test_the_fabric_has_no_route_at_all(self, lab: Lab) -> None:
        shown = subprocess.check_output(
            ["ip", "-netns", lab.paths.namespace, "-4", "route", "show", "table", "main"]
        )
        assert shown == b""

    def pids(self, lab: Lab) -> dict[str, int]:
        names = [name for name, _ in control.status(lab.state).containers]
        shown = lab.podman.run(["inspect", "--format={{.State.Pid}}", *names]).split()
        return {name: int(pid) for name, pid in zip(names, shown, strict=True)}

    def links(
        self, namespace: str, kind: tuple[str, ...] = ("type", "veth")
    ) -> list[dict[str, Any]]:
        shown = subprocess.check_output(
            ["nsenter", f"--net={namespace}", "ip", "-json", "link", "show", *kind]
        )
        return [link for link in json.loads(shown) if link]


class TestLife:
    """Ends the lab of this module: keep it last."""

    def test_up_again_changes_nothing(self, lab: Lab) -> None:
        pid = control.status(lab.state).pid
        said: list[str] = []
        control.up(lab.city, lab.state, default_cache(), SCALE, said.append, lab.choice)
        assert said == ["the lab is up already"]
        assert control.status(lab.state).pid == pid

    def test_up_for_another_inventory_is_refused(self, lab: Lab) -> None:
        smaller = dataclasses.replace(lab.city, sites=lab.city.sites[:1])
        with pytest.raises(LabError, match="built for other sites or another inv"):
            control.up(smaller, lab.state, default_cache(), SCALE, silent)

    def test_a_second_lab_at_the_same_addresses_is_refused(self, lab: Lab, tmp_path: Path) -> None:
        with pytest.raises(LabError, match=f"another lab runs, of {lab.state}"):
            control.up(lab.city, tmp_path, default_cache(), SCALE, silent)
        assert control.status(tmp_path) == control.LabStatus(running=False)
        assert control.status(lab.state).running

    def test_no_secret_lies_where_it_should_not(self, lab: Lab) -> None:
        values = [secret.reveal() for secret in SecretStore(lab.paths.secrets).all()]
        for path in lab.paths.folder.iterdir():
            if path.is_file():
                text = path.read_text(errors="replace")
                assert not [value for value in values if value in text], path
                assert path.stat().st_mode & 0o077 == 0, path

    def test_a_killed_daemon_is_no_lab_and_up_builds_a_new_one(self, lab: Lab) -> None:
        host = lab.city.hosts[0].address.ip
        pid = control.status(lab.state).pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: not control.status(lab.state).running)
        with pytest.raises(ReachError, match="not running"):
            lab.reach.resolve(host, 22)
        assert control.status(lab.state).containers
        lab.up()
        assert lab.ssh(host, "true").returncode == 0

    def test_down_leaves_nothing(self, lab: Lab, before: tuple[object, ...]) -> None:
        control.down(lab.state, silent)
        assert_gone(lab, before)
        assert (lab.paths.secrets / "tsig_key").exists()
        control.down(lab.state, silent)

    def test_down_cleans_up_after_an_up_that_was_killed(
        self, lab: Lab, before: tuple[object, ...]
    ) -> None:
        code = (
            "import sys\nfrom pathlib import Path\n"
            "sys.path[:0] = sys.argv[1], str(Path(sys.argv[1]).parent)\n"
            "from test_lab_city import Lab, THIN, load_city, moved\n"
            "Lab(moved(load_city(THIN)), Path(sys.argv[2])).up()\n"
        )
        command = [sys.executable, "-c", code, str(Path(__file__).parent), str(lab.state)]
        with subprocess.Popen(command) as process:
            eventually(lambda: bool(control.status(lab.state).containers))
            process.kill()
        control.down(lab.state, silent)
        assert_gone(lab, before)


def assert_gone(lab: Lab, before: tuple[object, ...]) -> None:
    assert control.status(lab.state) == control.LabStatus(running=False)
    assert lab.paths.namespace not in subprocess.check_output(["ip", "netns"], text=True)
    left = subprocess.run(
        ["pgrep", "--full", f"{lab.state}|muniform-{lab.paths.id}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert left.stdout == ""
    assert str(lab.state) not in Path("/proc/mounts").read_text()
    assert outline() == before
    with pytest.raises(ReachError):
        lab.reach.resolve(lab.city.hosts[0].address.ip, 22)
