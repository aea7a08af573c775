"""What backup and restore say and do: on devices in memory."""

from __future__ import annotations

import json

from fake_network import FakeNetwork
from muniform.rollout import Journal

LINE = "ip name-server 192.0.2.9\n"


def test_a_backup_is_made_once_and_again_after_a_change(network: FakeNetwork) -> None:
    code, out, err = network.call("backup", "fs03-sw1", "lb05-sw1")
    assert (code, "backup: 2 saved, 0 as saved before, 0 failed" in out) == (0, True), err
    network.retouch("fs03-sw1", "end\n", f"{LINE}end\n")
    assert "1 saved, 1 as saved before" in network.call("backup", "fs03-sw1", "lb05-sw1")[1]
    code, out, _ = network.call("backup", "list", "fs03-sw1", "--json")
    revisions = [kept["revision"] for kept in json.loads(out)]
    assert (code, len(revisions), len(set(revisions))) == (0, 2, 2)


def test_the_whole_city_is_saved_without_a_word(network: FakeNetwork) -> None:
    code, out, _ = network.call("backup", "--json")
    assert (code, len(json.loads(out))) == (0, len(network.devices))
    assert all(saved["new"] for saved in json.loads(out))


def test_what_is_not_saved_on_the_device_is_told(network: FakeNetwork) -> None:
    network.devices["fs03-sw1"].running += "! by hand\nip name-server 192.0.2.9\n"
    _, out, _ = network.call("backup", "fs03-sw1")
    assert "fs03-sw1: runs something else than it would boot with" in out


def test_one_that_does_not_answer_hides_no_other(network: FakeNetwork) -> None:
    network.devices["fs03-sw1"].away_until = 1000.0
    code, out, err = network.call("backup", "fs03-sw1", "fs03-sw2")
    assert code == 1
    assert "fs03-sw2: saved" in out
    assert "1 of 2 devices were not saved: fs03-sw1" in err
    network.devices["fs03-sw2"].reverts_at = 1000.0
    _, out, _ = network.call("backup", "fs03-sw2")
    assert "fs03-sw2: not saved: fs03-sw2: a change waits for its confirmation" in out


def test_what_is_kept_is_ciphertext_and_what_is_shown_is_masked(network: FakeNetwork) -> None:
    network.call("backup", "fs03-sw1")
    hashed = network.secrets.resolve("<secret:automation_password_hash>")
    assert hashed in network.devices["fs03-sw1"].running
    code, out, _ = network.call("backup", "show", "fs03-sw1")
    assert code == 0
    assert "hostname fs03-sw1" in out
    values = [secret.reveal() for secret in network.secrets.all()]
    assert not [value for value in values if value in out]
    for path in (network.state / "backups").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"hostname" not in content
            assert not [value for value in values if value.encode() in content]


def test_a_restore_is_a_transaction_back(network: FakeNetwork) -> None:
    network.call("backup", "fs03-sw1")
    before = network.devices["fs03-sw1"].running
    network.retouch("fs03-sw1", "end\n", f"{LINE}end\n")
    code, out, err = network.call("restore", "fs03-sw1")
    assert (code, "- ip name-server 192.0.2.9" in out, "--approve" in err) == (1, True, True)
    assert LINE in network.devices["fs03-sw1"].running
    approved = next(line for line in out.splitlines() if line.startswith("plan ")).split()[1]
    code, out, err = network.call("restore", "fs03-sw1", "--approve", approved.rstrip(":"))
    assert code == 0, err
    device = network.devices["fs03-sw1"]
    assert (device.running, device.startup) == (before, before)
    assert "committing" in out
    with Journal.open(network.state / "journal.sqlite", ()) as journal:
        assert journal.last_runs()[0].kind == "restore"


def test_a_restore_names_a_revision(network: FakeNetwork) -> None:
    network.retouch("fs03-sw1", "end\n", f"{LINE}end\n")
    network.call("backup", "fs03-sw1")
    kept = json.loads(network.call("backup", "list", "fs03-sw1", "--json")[1])[0]["revision"]
    network.retouch("fs03-sw1", LINE, "")
    network.call("backup", "fs03-sw1")
    assert "nothing to do" in network.call("restore", "fs03-sw1")[1]
    assert LINE not in network.call("backup", "show", "fs03-sw1")[1]
    assert LINE in network.call("backup", "show", "fs03-sw1", "--rev", kept[:8])[1]
    code, out, _ = network.call("restore", "fs03-sw1", "--to", kept[:8], "--yes")
    assert (code, f"back to fs03-sw1@{kept}" in out) == (0, True)
    assert LINE in network.devices["fs03-sw1"].running
    assert network.call("plan", "fs03-sw1")[0] == 2


def test_what_is_not_there_is_said(network: FakeNetwork) -> None:
    code, _, err = network.call("restore", "fs03-sw1")
    assert (code, "there is no backup of fs03-sw1" in err) == (64, True)
    code, _, err = network.call("restore", "fs03-sw1", "--to", "main")
    assert (code, "'main' is no revision of a backup" in err) == (64, True)
    code, _, err = network.call("restore", "fs99-sw1")
    assert (code, "there is no network device 'fs99-sw1'" in err) == (64, True)
    code, out, _ = network.call("backup", "list", "fs03-sw1")
    assert (code, "none" in out) == (0, True)
