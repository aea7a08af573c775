"""What the lab keeps in the state folder: private, whole, locked, and free of secrets."""

import base64
import os
import re
import subprocess
import sys
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import asyncssh
import pytest
from hypothesis import given
from hypothesis import strategies as st

import catalysts
from muniform.errors import LabError
from muniform.lab import plan as plans
from muniform.lab.credentials import ensure_secrets, public_key
from muniform.lab.deriving import lab_spec
from muniform.lab.endpoint import endpoint
from muniform.lab.files import private_folder, write_private
from muniform.lab.known_hosts import enrol, enrolled
from muniform.lab.locks import LockedError, held, holders
from muniform.lab.paths import LabPaths
from muniform.lab.plan import DaemonPlan
from muniform.lab.secret_names import LabSecrets, lab_secrets
from muniform.lab.type9 import type9_hash
from muniform.model import ReachMode, load_city
from muniform.owned import is_held
from muniform.reach import Reach
from muniform.reach.resolver import lab_endpoint
from muniform.render import first_boot
from muniform.secrets import SecretStore

CITY = Path(__file__).parents[2] / "cities" / "thin" / "inventory" / "city.yml"
PLAN = DaemonPlan(
    clock_scale=30.0,
    spec=lab_spec(load_city(CITY), first_boot),
    pids={"dc01-rtr1": 17},
)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


class TestFiles:
    def test_private_whatever_the_umask(self, tmp_path: Path) -> None:
        before = os.umask(0)
        try:
            folder = private_folder(tmp_path / "a" / "b")
            write_private(folder / "file", "text\n")
        finally:
            os.umask(before)
        assert mode(folder) == 0o700
        assert mode(folder / "file") == 0o600

    def test_a_write_that_fails_leaves_the_old_file_and_no_other(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_private(tmp_path / "file", "old\n")

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            write_private(tmp_path / "file", "new\n")
        assert (tmp_path / "file").read_text() == "old\n"
        assert [p.name for p in tmp_path.iterdir()] == ["file"]

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
    def test_under_sudo_files_belong_to_the_caller(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SUDO_UID", "12345")
        monkeypatch.setenv("SUDO_GID", "12346")
        private_folder(tmp_path / "state" / "secrets")
        write_private(tmp_path / "state" / "secrets" / "x", "1\n")
        for path in (tmp_path / "state", tmp_path / "state/secrets", tmp_path / "state/secrets/x"):
            assert (path.stat().st_uid, path.stat().st_gid) == (12345, 12346)


WANTED = LabSecrets(
    "automation_password", "automation_password_hash", "automation_ssh_key", "tsig_key"
)


class TestSecrets:
    def test_made_once_private_and_readable_by_the_store(self, tmp_path: Path) -> None:
        folder = tmp_path / "secrets"
        made = ensure_secrets(folder, WANTED)
        store = SecretStore(folder)
        values = {name: store.get(name).reveal() for name in made}
        assert mode(folder) == 0o700
        assert {mode(path) for path in folder.iterdir()} == {0o600}
        assert ensure_secrets(folder, WANTED) == ()
        assert {name: store.get(name).reveal() for name in made} == values

    def test_they_are_what_their_users_need(self, tmp_path: Path) -> None:
        ensure_secrets(tmp_path, WANTED)
        store = SecretStore(tmp_path)
        stored = store.get("automation_password_hash").reveal()
        salt = stored.split("$")[2]
        assert stored == type9_hash(store.get("automation_password").reveal(), salt)
        assert len(base64.b64decode(store.get("tsig_key").reveal())) == 32
        key = asyncssh.import_private_key(store.get("automation_ssh_key").reveal() + "\n")
        assert key.export_public_key("openssh").decode().strip() == public_key(
            tmp_path, WANTED.ssh_key
        )

    def test_every_other_secret_of_the_city_gets_a_key_that_devices_take(
        self, tmp_path: Path
    ) -> None:
        wanted = lab_secrets(load_city(CITY))
        more = replace(wanted, keys=(*wanted.keys, "bgp_key"))
        made = ensure_secrets(tmp_path, wanted)
        assert {*wanted.keys, wanted.password, wanted.tsig_key} <= set(made)
        assert ensure_secrets(tmp_path, more) == ("bgp_key",)
        store = SecretStore(tmp_path)
        assert re.fullmatch(r"[A-Za-z0-9]{16}", store.get("bgp_key").reveal())
        assert ensure_secrets(tmp_path, more) == ()

    def test_all_references_of_a_device_are_found(self) -> None:
        found = lab_secrets(catalysts.distribution_switch)
        assert found == replace(
            WANTED,
            tsig_key=None,
            keys=("ntp_key", "ospf_key", "radius_key", "snmp_auth", "snmp_privacy", "tacacs_key"),
        )

    def test_a_city_may_call_its_secrets_what_it_likes(self, tmp_path: Path) -> None:
        wanted = LabSecrets("door", "door_hash", "badge", "bind", ("routes",))
        assert set(ensure_secrets(tmp_path, wanted)) == {
            *("door", "door_hash", "badge", "bind", "routes", "hash_key", "pulumi_passphrase")
        }
        assert SecretStore(tmp_path).get("door_hash").reveal().startswith("$9$")
        assert public_key(tmp_path, "badge").startswith("ssh-ed25519 ")

    def test_a_lost_hash_follows_the_password_that_is_there(self, tmp_path: Path) -> None:
        ensure_secrets(tmp_path, WANTED)
        password = (tmp_path / "automation_password").read_text()
        (tmp_path / "automation_password_hash").unlink()
        assert ensure_secrets(tmp_path, WANTED) == ("automation_password_hash",)
        assert (tmp_path / "automation_password").read_text() == password

    def test_two_labs_share_nothing(self, tmp_path: Path) -> None:
        names = ensure_secrets(tmp_path / "a", WANTED)
        ensure_secrets(tmp_path / "b", WANTED)
        for name in names:
            assert (tmp_path / "a" / name).read_text() != (tmp_path / "b" / name).read_text()


class TestKnownHosts:
    def test_a_rebuilt_machine_replaces_its_old_keys_only(self) -> None:
        before = "# mine\nprinter ssh-rsa P\nws1,[127.1.1.1]:20022 ssh-ed25519 OLD\n"
        after = enrolled(before, {("ws1", "[127.1.1.1]:20022"): ["ssh-ed25519 NEW"]})
        assert after == "# mine\nprinter ssh-rsa P\nws1,[127.1.1.1]:20022 ssh-ed25519 NEW\n"

    def test_enrolling_twice_changes_nothing(self, tmp_path: Path) -> None:
        keys = {("ws1", "[127.1.1.1]:20022"): ["ssh-ed25519 A", "ssh-rsa B"]}
        enrol(tmp_path / "known_hosts", keys)
        first = (tmp_path / "known_hosts").read_text()
        enrol(tmp_path / "known_hosts", keys)
        assert (tmp_path / "known_hosts").read_text() == first
        assert mode(tmp_path / "known_hosts") == 0o600


class TestLocks:
    def test_only_one_holds_it(self, tmp_path: Path) -> None:
        path = tmp_path / "lock"
        assert not is_held(path)
        with held(path):
            assert is_held(path)
            with pytest.raises(LockedError), held(path):
                pass
        assert not is_held(path)

    def test_the_kernel_names_the_holder_and_frees_a_killed_ones(self, tmp_path: Path) -> None:
        path = tmp_path / "lock"
        code = (
            "import sys, time\nfrom pathlib import Path\nfrom muniform.lab.locks import held\n"
            "with held(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
        )
        command = [sys.executable, "-c", code, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            assert is_held(path)
            table = Path("/proc/locks").read_text()
            assert process.pid in holders(table, path.stat().st_ino)
            process.kill()
        assert not is_held(path)

    def test_waiters_and_readers_hold_nothing(self) -> None:
        table = (
            "1: FLOCK  ADVISORY  WRITE 100 fe:00:77 0 EOF\n"
            "1: -> FLOCK  ADVISORY  WRITE 200 fe:00:77 0 EOF\n"
            "2: FLOCK  ADVISORY  READ 300 fe:00:77 0 EOF\n"
            "3: POSIX  ADVISORY  WRITE 400 fe:00:77 0 EOF\n"
            "4: FLOCK  ADVISORY  WRITE 500 fe:00:78 0 EOF\n"
        )
        assert holders(table, 77) == (100,)


class TestPlan:
    def test_it_survives_the_file(self, tmp_path: Path) -> None:
        plans.write(tmp_path, PLAN)
        assert plans.read(tmp_path) == PLAN
        assert mode(tmp_path / plans.FILE) == 0o600

    def test_secrets_stay_references_in_it(self) -> None:
        assert "<secret:automation_password_hash>" in plans.to_json(PLAN)

    @pytest.mark.parametrize("text", ["", "{}", "[1]", '{"lab": 1}'])
    def test_another_versions_file_is_an_error_not_a_traceback(
        self, tmp_path: Path, text: str
    ) -> None:
        (tmp_path / plans.FILE).write_text(text)
        with pytest.raises(LabError, match=r"of another version"):
            plans.read(tmp_path)


class TestNames:
    def test_a_state_folder_always_has_the_same_lab(self, tmp_path: Path) -> None:
        link = tmp_path / "link"
        (tmp_path / "state").mkdir()
        link.symlink_to(tmp_path / "state")
        assert LabPaths.of(link).id == LabPaths.of(tmp_path / "state").id
        assert LabPaths.of(tmp_path / "other").id != LabPaths.of(tmp_path / "state").id

    @given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255), st.sampled_from([22, 53]))
    def test_lab_and_reach_agree_where_an_address_is_served(
        self, a: int, b: int, c: int, port: int
    ) -> None:
        address = IPv4Address(f"10.{a}.{b}.{c}")
        assert endpoint(address, port) == lab_endpoint(address, port)

    def test_reach_refuses_without_a_lab(self, tmp_path: Path) -> None:
        assert "not running" in Reach(ReachMode.LAB, tmp_path).refusal()
