"""A plan as a file, and what a push does with it: on devices in memory."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from fake_network import FakeNetwork
from muniform.plan.plan import content_digest
from muniform.rollout import Journal

EXTRA = "ip name-server 192.0.2.9\n"


def drifted(network: FakeNetwork, *names: str) -> None:
    for name in names:
        network.retouch(name, "end\n", f"{EXTRA}end\n")


@pytest.fixture
def plan_file(network: FakeNetwork, tmp_path: Path) -> Path:
    """A plan for two switches that were changed by hand, kept in a file."""
    drifted(network, "fs03-sw1", "fs03-sw2")
    file = tmp_path / "plan.json"
    code, _, err = network.call("plan", "fs03-sw1", "fs03-sw2", "lb05-sw1", "--out", str(file))
    assert code == 2
    assert f"muniform push {file}" in err
    return file


def test_equal_diffs_are_told_once_and_counts_come_last(network: FakeNetwork) -> None:
    drifted(network, "fs03-sw1", "fs03-sw2")
    code, out, _ = network.call("plan", "fs03-sw1", "fs03-sw2", "lb05-sw1", "-t", "dc01-sw1")
    assert code == 2
    assert out.count("- ip name-server 192.0.2.9") == 1
    assert "2 targets, the same change: fs03-sw1, fs03-sw2" in out
    assert "lb05-sw1" not in out
    assert out.rstrip().splitlines()[-1].startswith("plan ")
    assert "look twice at fs03-sw1, fs03-sw2: public safety depends on it" in out


def test_what_a_device_says_cannot_repaint_the_terminal(network: FakeNetwork) -> None:
    network.retouch("fs03-sw1", "end\n", "banner exec ^C\x1b[2J\x1b[1;1Hall is well\r^C\nend\n")
    _, out, _ = network.call("plan", "fs03-sw1")
    assert "\\x1b[2J\\x1b[1;1Hall is well" in out
    assert "\x1b" not in out
    network.call("backup", "fs03-sw1")
    _, out, _ = network.call("backup", "show", "fs03-sw1")
    assert ("\\x1b[2J" in out, "\x1b" in out) == (True, False)


def test_words_name_archetypes_and_platforms(network: FakeNetwork) -> None:
    code, out, _ = network.call("plan", "ios", "--json")
    assert {target["name"] for target in json.loads(out)["targets"]} == {
        "dc01-sw1",
        "fs03-sw1",
        "fs03-sw2",
        "lb05-sw1",
    }
    assert code == 0
    code, _, err = network.call("plan", "nowhere")
    assert (code, "there is no device, host, site, archetype or platform" in err) == (64, True)


def test_drift_says_the_same_in_its_words(network: FakeNetwork) -> None:
    drifted(network, "fs03-sw1", "fs03-sw2")
    code, out, _ = network.call("drift", "fs03-sw1", "fs03-sw2", "lb05-sw1")
    assert code == 2
    assert out.count("- ip name-server 192.0.2.9") == 1
    assert "fs03-sw1, fs03-sw2: drifted" in out
    assert "drift: 2 drifted, 0 unreadable, 1 as declared" in out
    code, out, _ = network.call("drift", "lb05-sw1", "--json")
    assert (code, json.loads(out)["targets"][0]["verdict"]) == (0, "unchanged")


def test_a_plan_file_is_private_and_whole(plan_file: Path) -> None:
    assert stat.S_IMODE(plan_file.stat().st_mode) == 0o600
    kept = json.loads(plan_file.read_text())
    target = next(t for t in kept["targets"] if t["name"] == "fs03-sw1")
    assert target["pre_hash"] != target["post_hash"]
    assert target["diff"] == ["- ip name-server 192.0.2.9"]
    assert target["fidelity"]
    assert target["revert"]
    assert target["risk"]
    assert kept["commit"]
    assert "muniform" in dict(kept["versions"])


def test_a_push_carries_it_out_and_shows_each_step(network: FakeNetwork, plan_file: Path) -> None:
    code, out, _ = network.call("push", str(plan_file), "--yes")
    assert code == 0, out
    for name in ("fs03-sw1", "fs03-sw2"):
        assert network.devices[name].running == network.intended(name)
        assert network.devices[name].startup == network.intended(name)
        assert f"{name}: changed" in out
    steps = [line for line in out.splitlines() if line.startswith("  fs03-sw1  ")]
    told = "\n".join(steps)
    order = [told.index(step) for step in ("backed up", "candidate", "committing", "confirming")]
    assert order == sorted(order)
    with Journal.open(network.state / "journal.sqlite", ()) as journal:
        run = journal.last_runs()[0]
        assert (run.kind, run.state.value) == ("push", "DONE")
    assert "before a push" in network.call("backup", "list", "fs03-sw1")[1]


def test_a_second_push_of_it_finds_nothing_to_do(network: FakeNetwork, plan_file: Path) -> None:
    assert network.call("push", str(plan_file), "--yes")[0] == 0
    code, out, _ = network.call("push", str(plan_file), "--yes")
    assert (code, out.count(": unchanged")) == (0, 2)


def test_a_push_can_be_narrowed(network: FakeNetwork, plan_file: Path) -> None:
    code, _, _ = network.call("push", str(plan_file), "--target", "fs03-sw2", "--yes")
    assert code == 0
    assert EXTRA in network.devices["fs03-sw1"].running
    assert EXTRA not in network.devices["fs03-sw2"].running
    code, _, err = network.call("push", str(plan_file), "--target", "dc01-sw1", "--yes")
    assert (code, "the plan says nothing of 'dc01-sw1'" in err) == (64, True)


def test_without_approval_nothing_happens(network: FakeNetwork, plan_file: Path) -> None:
    code, out, err = network.call("push", str(plan_file))
    assert (code, "not approved; nothing was changed" in err) == (1, True)
    assert "- ip name-server 192.0.2.9" in out
    digest = json.loads(plan_file.read_text())["digest"]
    assert network.call("push", str(plan_file), "--approve", "0" * 12)[0] == 1
    assert EXTRA in network.devices["fs03-sw1"].running
    # Of the part that is pushed, not of the file.
    code, out, _ = network.call("push", str(plan_file), "--approve", digest[:12])
    approved = next(line for line in out.splitlines() if line.startswith("plan ")).split()[1]
    assert network.call("push", str(plan_file), "--approve", approved.rstrip(":"))[0] == 0


def test_a_device_that_moved_on_is_stale(network: FakeNetwork, plan_file: Path) -> None:
    network.retouch("fs03-sw1", "end\n", "ip http secure-server\nend\n")
    code, out, err = network.call("push", str(plan_file), "--yes")
    assert code == 1
    assert "fs03-sw1: stale" in out
    assert "no longer what the plan read, and not changed: fs03-sw1" in err
    assert "fs03-sw2: changed" in out


def test_what_the_inventory_no_longer_says_is_not_pushed(
    network: FakeNetwork, plan_file: Path
) -> None:
    site = network.inventory / "sites" / "fire_station_3.yml"
    site.write_text(site.read_text() + "ports: {sw1: {camera: 5}}\n")
    code, _, err = network.call("push", str(plan_file), "--yes")
    assert (code, "declares something else than was planned" in err) == (1, True)
    assert EXTRA in network.devices["fs03-sw1"].running


def test_a_plan_that_was_edited_is_refused(network: FakeNetwork, plan_file: Path) -> None:
    plan_file.write_text(
        plan_file.read_text().replace("ip name-server 192.0.2.9", "ip name-server 192.0.2.8")
    )
    code, _, err = network.call("push", str(plan_file), "--yes")
    assert (code, "is not what was written" in err) == (1, True)
    assert EXTRA in network.devices["fs03-sw1"].running


def test_a_diff_that_was_made_harmless_is_refused(network: FakeNetwork, plan_file: Path) -> None:
    content = json.loads(plan_file.read_text())
    for target in content["targets"]:
        target["diff"], target["risk"] = ["+ nothing of note"], []
    unsealed = {name: content[name] for name in content if name not in ("digest", "seal")}
    plan_file.write_text(json.dumps({**content, "digest": content_digest(unsealed)}))
    code, _, err = network.call("push", str(plan_file), "--yes")
    assert (code, "its seal is that of another content" in err) == (1, True)
    assert EXTRA in network.devices["fs03-sw1"].running


def test_many_devices_are_a_rollout(
    network: FakeNetwork, plan_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("muniform.cli.pushing._A_FEW", 1)
    code, _, err = network.call("push", str(plan_file), "--yes")
    assert (code, "muniform rollout" in err) == (64, True)
    assert network.call("push", str(plan_file), "--yes", "--force")[0] == 0


def test_a_device_that_takes_it_back_ends_the_push(network: FakeNetwork, plan_file: Path) -> None:
    network.devices["fs03-sw1"].mangles = True
    network.devices["fs03-sw2"].mangles = True
    code, out, err = network.call("push", str(plan_file), "--yes")
    assert code == 1
    assert out.count(": reverted") == 1
    assert "stopped at" in err
    assert EXTRA in network.devices["fs03-sw1"].running
    assert EXTRA in network.devices["fs03-sw2"].running
