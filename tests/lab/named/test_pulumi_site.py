"""A site's stack: the real engine and our provider against a real BIND."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from muniform import provision
from muniform.errors import ProvisionError, UsageError
from muniform.model import City
from muniform.provision import ProvisionSettings, StepOp
from muniform.provision.engine import backend, backend_url, locks_folder
from muniform.services import DnsClient, site_records

pytestmark = [
    pytest.mark.lab,
    pytest.mark.engine,
    pytest.mark.slow,
]

REPOSITORY = Path(__file__).resolve().parents[3]
SITE = "fire_station_3"
DEVICES = "infra.portaurelia.example"
SWITCH = f"fs03-sw1.{DEVICES}"


@pytest.fixture(scope="session")
def engine() -> Path:
    """The engine as the build makes it (at once, if it is there already)."""
    install = REPOSITORY / "tools" / "pulumi" / "install"
    made = subprocess.run([install], check=True, stdout=subprocess.PIPE, text=True)
    return Path(made.stdout.strip())


@pytest.fixture
def settings(engine: Path, state: Path, inventory: Path) -> ProvisionSettings:
    return ProvisionSettings(engine, state, inventory)


def served(client: DnsClient, city: City) -> list[Any]:
    """What the server answers now for each record set of the site."""
    wanted = site_records(city, city.site(SITE))
    return [client.read(record.zone, record.name, record.type) for record in wanted]


def test_from_preview_to_retirement(
    bind: Any, client: DnsClient, city: City, settings: ProvisionSettings
) -> None:
    wanted = list(site_records(city, city.site(SITE)))

    plan = provision.preview(city, SITE, settings)
    assert [step.op for step in plan.steps] == [StepOp.CREATE] * len(wanted)
    assert served(client, city) == [None] * len(wanted)

    made = provision.up(city, SITE, settings)
    assert made.steps == plan.steps
    assert served(client, city) == wanted

    again = provision.up(city, SITE, settings)
    assert (again.steps, again.drift, again.unchanged) == ((), (), len(wanted))

    bind.by_hand(DEVICES, f"{SWITCH}.", "A", 77, "10.18.254.99")
    gone = f"fs03-sw2.{DEVICES}"
    bind.by_hand(DEVICES, f"{gone}.", "A", 77)
    for found in (provision.drift(city, SITE, settings), provision.preview(city, SITE, settings)):
        assert [(step.op, step.name) for step in found.drift] == [
            (StepOp.DRIFT, f"{SWITCH}/A"),
            (StepOp.GONE, f"{gone}/A"),
        ]
        assert found.drift[0].detail == ("ttl: 3600 -> 77", "values: 10.18.254.11 -> 10.18.254.99")
        assert found.unchanged == len(wanted) - 2
    assert [(step.op, step.name) for step in found.steps] == [
        (StepOp.UPDATE, f"{SWITCH}/A"),
        (StepOp.CREATE, f"{gone}/A"),
    ]
    repaired = provision.up(city, SITE, settings)
    assert repaired.steps == found.steps
    assert served(client, city) == wanted

    # Also the record that somebody changed since is one of ours, and goes.
    bind.by_hand(DEVICES, f"{SWITCH}.", "A", 77, "10.18.254.99")
    retired = provision.retire(city, SITE, settings)
    assert [step.op for step in retired.steps] == [StepOp.DELETE] * len(wanted)
    assert served(client, city) == [None] * len(wanted)
    assert provision.retire(city, SITE, settings).steps == ()


@pytest.mark.usefixtures("bind")
def test_the_declaration_changes(
    client: DnsClient, city: City, settings: ProvisionSettings
) -> None:
    """A changed address is an update, a changed name a replacement: old gone, new there."""
    provision.up(city, SITE, settings)
    site = city.site(SITE)
    host = replace(site.hosts[0], address=type(site.hosts[0].address)("10.18.10.77/24"))
    moved = _with_site(city, replace(site, hosts=(host,)))
    steps = {step.name: step.op for step in provision.up(moved, SITE, settings).steps}
    assert steps == {
        "fs03-ws1.corp.portaurelia.example/A": StepOp.UPDATE,
        "10.10.18.10.in-addr.arpa/PTR": StepOp.DELETE,
        "77.10.18.10.in-addr.arpa/PTR": StepOp.CREATE,
    }
    assert served(client, moved) == list(site_records(moved, moved.site(SITE)))
    assert client.read("10.in-addr.arpa", "10.10.18.10.in-addr.arpa", "PTR") is None


def _with_site(city: City, changed: Any) -> City:
    return replace(city, sites=tuple(changed if s.id == changed.id else s for s in city.sites))


def test_a_record_of_somebody_else_stops_the_preview_and_is_left_alone(
    bind: Any, client: DnsClient, city: City, settings: ProvisionSettings
) -> None:
    bind.by_hand(DEVICES, f"{SWITCH}.", "A", 60, "10.18.254.50")
    for operation in (provision.preview, provision.up):
        with pytest.raises(ProvisionError, match="was not made here") as caught:
            operation(city, SITE, settings)
        assert SWITCH in caught.value.message
        assert "pulumi import" in caught.value.hint
    found = client.read(DEVICES, SWITCH, "A")
    assert found is not None
    assert found.values == ("10.18.254.50",)


def test_dns_down_claims_nothing_and_the_next_run_repairs(
    bind: Any,
    client: DnsClient,
    city: City,
    settings: ProvisionSettings,
    capfd: pytest.CaptureFixture[str],
) -> None:
    bind.stop()
    for operation in (provision.preview, provision.up):
        with pytest.raises(ProvisionError) as caught:
            operation(city, SITE, settings)
        assert "DNS server 10.1.1.98 refuses the connection" in caught.value.message
        assert ".arpa PTR)" in caught.value.message or "example A)" in caught.value.message
        assert caught.value.hint.startswith("start it")
        assert capfd.readouterr() == ("", "")
    assert "muniform:index:DnsRecordSet" not in _state_of(settings)
    bind.start()
    provision.up(city, SITE, settings)
    wanted = list(site_records(city, city.site(SITE)))
    assert served(client, city) == wanted

    bind.stop()
    with pytest.raises(ProvisionError, match="refuses the connection"):
        provision.drift(city, SITE, settings)
    with pytest.raises(ProvisionError, match="refuses the connection"):
        provision.retire(city, SITE, settings)
    bind.start()
    assert provision.drift(city, SITE, settings).unchanged == len(wanted)


@pytest.mark.usefixtures("bind")
def test_a_wrong_key_shows_in_the_preview(
    city: City, settings: ProvisionSettings, state: Path
) -> None:
    (state / "secrets" / "tsig_key").write_text("b3RoZXIga2V5IG90aGVyIGtleSBvdGhlciBrZXkhISE=")
    with pytest.raises(ProvisionError, match="another secret for our key"):
        provision.preview(city, SITE, settings)


def test_without_its_lab_the_provider_refuses(
    city: City, settings: ProvisionSettings, state: Path
) -> None:
    (state / "lab" / "lab.json").unlink()
    with pytest.raises(ProvisionError, match="its lab is not running"):
        provision.up(city, SITE, settings)


@pytest.mark.usefixtures("bind")
def test_no_secret_in_state_output_or_command_line(
    city: City, settings: ProvisionSettings, state: Path
) -> None:
    """Everything that lies in the state folder afterwards, and every command line meanwhile."""
    lines: set[bytes] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            for entry in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    lines.add(entry.read_bytes())
                except OSError:
                    continue
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    provision.up(city, SITE, settings)
    over.set()
    watcher.join()
    assert any(b"pulumi-resource-muniform" in line for line in lines)
    for secret in (state / "secrets").iterdir():
        value = secret.read_bytes()
        assert not any(value in line for line in lines)
        for path in (state / "pulumi").rglob("*"):
            if path.is_file():
                assert value not in path.read_bytes(), path
    assert (state / "pulumi").stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("bind")
def test_another_passphrase_is_explained(
    city: City, settings: ProvisionSettings, state: Path
) -> None:
    provision.up(city, SITE, settings)
    (state / "secrets" / "pulumi_passphrase").write_text("another one")
    with pytest.raises(ProvisionError, match="was made with another passphrase"):
        provision.up(city, SITE, settings)


@pytest.mark.usefixtures("bind")
def test_a_retired_site_need_not_be_in_the_inventory(
    client: DnsClient, city: City, settings: ProvisionSettings
) -> None:
    provision.up(city, SITE, settings)
    rest = replace(city, sites=tuple(s for s in city.sites if s.id != SITE))
    assert provision.retire(rest, SITE, settings).steps
    assert set(served(client, city)) == {None}
    with pytest.raises(UsageError, match="has no site"):
        provision.retire(rest, SITE, settings)


CALL = """
import sys
from pathlib import Path
from muniform import provision
from muniform.model import load_city
operation, engine, state, inventory, site = sys.argv[1:]
settings = provision.ProvisionSettings(Path(engine), Path(state), Path(inventory))
getattr(provision, operation)(load_city(settings.inventory), site, settings)
"""


def _engine_pid(settings: ProvisionSettings) -> int:
    (lock,) = locks_folder(settings, SITE).glob("*.json")
    return int(json.loads(lock.read_text())["pid"])


def kill_in_the_middle(operation: str, bind: Any, city: City, settings: ProvisionSettings) -> None:
    """kill -9 of a run and its engine when the server has done something they don't know yet."""
    bind.door.loses_answers = True
    places = (settings.engine, settings.state, settings.inventory)
    command = [sys.executable, "-c", CALL, operation, *map(str, places), SITE]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True) as process:
        try:
            assert bind.door.lost.wait(30)
            engine = _engine_pid(settings)
            with pytest.raises(ProvisionError, match=f"worked on by process {engine} of"):
                provision.up(city, SITE, settings)
            os.kill(engine, signal.SIGKILL)
        finally:
            process.kill()
    assert _engine_pid(settings) == engine  # its lock is still there
    # Files that are not replaced at once; one left half written would make the state unreadable.
    assert not list(backend(settings).rglob("*.attrs"))
    _wait_until(lambda: not _providers(settings.state))
    assert "pending_operations" in _state_of(settings)
    bind.door.loses_answers = False


def test_a_killed_run_is_finished_by_the_next(
    bind: Any, client: DnsClient, city: City, settings: ProvisionSettings
) -> None:
    kill_in_the_middle("up", bind, city, settings)
    wanted = list(site_records(city, city.site(SITE)))
    assert len(provision.up(city, SITE, settings).steps) == len(wanted)
    assert served(client, city) == wanted
    assert "pending_operations" not in _state_of(settings)
    assert provision.up(city, SITE, settings).unchanged == len(wanted)


def test_a_killed_run_can_be_retired_without_a_rest(
    bind: Any, client: DnsClient, city: City, settings: ProvisionSettings
) -> None:
    kill_in_the_middle("up", bind, city, settings)
    assert set(served(client, city)) != {None}
    rest = replace(city, sites=tuple(s for s in city.sites if s.id != SITE))
    with pytest.raises(ProvisionError, match=r"cut off while it made .*/"):
        provision.retire(rest, SITE, settings)
    wanted = site_records(city, city.site(SITE))
    assert len(provision.retire(city, SITE, settings).steps) == len(wanted)
    assert set(served(client, city)) == {None}


def test_a_killed_retirement_is_finished_by_the_next(
    bind: Any, client: DnsClient, city: City, settings: ProvisionSettings
) -> None:
    provision.up(city, SITE, settings)
    kill_in_the_middle("retire", bind, city, settings)
    provision.retire(city, SITE, settings)
    assert set(served(client, city)) == {None}
    assert _state_of(settings) == ""


def test_a_killed_retirement_can_be_taken_back(
    bind: Any, client: DnsClient, city: City, settings: ProvisionSettings
) -> None:
    provision.up(city, SITE, settings)
    kill_in_the_middle("retire", bind, city, settings)
    provision.up(city, SITE, settings)
    wanted = list(site_records(city, city.site(SITE)))
    assert served(client, city) == wanted
    again = provision.up(city, SITE, settings)
    assert (again.steps, again.unchanged) == ((), len(wanted))
    assert "pending_operations" not in _state_of(settings)


@pytest.mark.usefixtures("bind")
def test_in_a_shell_the_same_stack_is_found(
    city: City, settings: ProvisionSettings, state: Path, tmp_path: Path
) -> None:
    """The drift gate that an engineer types in pulumi/site, with its own Pulumi.yaml.

    A program isn't run: that needs the language host, which only the official installer brings.
    """
    provision.up(city, SITE, settings)
    environment = {
        **os.environ,
        "MUNIFORM_INVENTORY": str(settings.inventory),
        "MUNIFORM_STATE": str(state),
        "PULUMI_HOME": str(state / "pulumi" / "home"),
        "PULUMI_BACKEND_URL": backend_url(settings),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(state / "secrets" / "pulumi_passphrase"),
        "PULUMI_SKIP_UPDATE_CHECK": "1",
    }
    # A copy, since the engine writes a file for the stack beside Pulumi.yaml.
    project = tmp_path / "clone" / "pulumi" / "site"
    shutil.copytree(REPOSITORY / "pulumi" / "site", project)
    (tmp_path / "clone" / ".venv").symlink_to(sys.prefix)
    command = ["refresh", "--stack", SITE, "--preview-only", "--expect-no-changes"]
    done = subprocess.run(
        [settings.engine, *command, "--non-interactive"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    records, bookkeeping = len(site_records(city, city.site(SITE))), len(("stack", "component"))
    assert f"{records + bookkeeping} unchanged" in done.stdout


def _providers(state: Path) -> list[Path]:
    """Running providers whose environment names this state folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            named = f"MUNIFORM_STATE={state}".encode() in (entry / "environ").read_bytes()
            if named and b"pulumi-resource-muniform" in (entry / "cmdline").read_bytes():
                found.append(entry)
        except OSError:
            continue
    return found


def _wait_until(condition: Any, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _state_of(settings: ProvisionSettings) -> str:
    path = backend(settings) / ".pulumi" / "stacks" / "muniform-site" / f"{SITE}.json"
    return path.read_text() if path.exists() else ""
