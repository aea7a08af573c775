"""The commands that wire up a lab never touch the machine's own namespace."""

import re
from pathlib import Path

import pytest

from muniform.lab import network
from muniform.lab.deriving import lab_spec
from muniform.lab.network import NetworkPlan
from muniform.lab.spec import LabSpec, Part
from muniform.model import load_city

CITY = Path(__file__).parents[2] / "cities" / "thin" / "inventory" / "city.yml"


@pytest.fixture(scope="module")
def spec() -> LabSpec:
    return lab_spec(load_city(CITY), lambda device: device.name)


@pytest.fixture(scope="module")
def wires(spec: LabSpec) -> NetworkPlan:
    pids = {machine.name: 1000 + n for n, machine in enumerate(spec.machines)}
    return network.plan(spec, pids)


def test_every_other_end_of_a_pair_appears_inside_a_container(wires: NetworkPlan) -> None:
    pairs = [line for line in wires.fabric if "type veth" in line]
    assert pairs
    assert all(re.search(r" peer name \S+ netns \d+$", line) for line in pairs)


def test_bridges_have_no_address_and_the_fabric_no_route(wires: NetworkPlan) -> None:
    assert not [line for line in wires.fabric if line.startswith(("addr", "route"))]


def test_a_circuit_joins_two_containers_directly(spec: LabSpec, wires: NetworkPlan) -> None:
    direct = [line for line in wires.fabric if re.match(r"link add \S+ netns \d+ type veth", line)]
    assert len(direct) == len(spec.circuits) > 0


def test_only_hosts_get_addresses_and_a_default_route(spec: LabSpec, wires: NetworkPlan) -> None:
    for machine in spec.machines:
        given = [c for c in wires.machines[machine.name] if c.startswith(("addr", "route"))]
        if machine.part is Part.ROUTER:
            assert given == []
        else:
            (nic,) = machine.nics
            assert given == [
                f"addr add {nic.address} dev eth0",
                f"route add default via {machine.gateway}",
            ]


def test_every_interface_is_set_up(spec: LabSpec, wires: NetworkPlan) -> None:
    for machine in spec.machines:
        ups = {line.split()[2] for line in wires.machines[machine.name] if line.endswith(" up")}
        cabled = {e.port for c in spec.circuits for e in c.ends if e.device == machine.name}
        assert ups == {nic.name for nic in machine.nics} | cabled


def test_a_container_that_starts_anew_gets_the_cables_that_it_had(
    spec: LabSpec, wires: NetworkPlan
) -> None:
    router = spec.machine("fs03-rtr1")
    assert router is not None
    pids = {machine.name: 1000 + n for n, machine in enumerate(spec.machines)}
    again = network.plan_again(spec, router, pids)
    assert set(again.fabric) < set(wires.fabric)
    assert [line for line in wires.fabric if f"netns {pids[router.name]}" in line] == [
        line for line in again.fabric if f"netns {pids[router.name]}" in line
    ]
    assert again.machines[router.name] == wires.machines[router.name]
    assert again.machines["dc01-rtr1"] == ("link set eth-fs03 up",)


def test_a_circuit_to_a_machine_that_stands_still_is_left_out(spec: LabSpec) -> None:
    router = spec.machine("fs03-rtr1")
    assert router is not None
    again = network.plan_again(spec, router, {router.name: 1000})
    assert not [line for line in again.fabric if "eth-fs03" in line]
    assert set(again.machines) == {router.name}
    assert "link set eth0 up" not in again.machines[router.name]
