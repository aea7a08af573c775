"""What was rendered before is never taken for what would be rendered now."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest

from muniform.errors import RenderError
from muniform.model import Blueprint, load_blueprint
from muniform.rendered import Kind, RenderMemory, memory, render_tree, rendering_errors, tree

SITES = {"data_center_1", "fire_station_3", "library_5"}
DEVICES = 7


CODE_DIGEST = memory.code_digest


@pytest.fixture(autouse=True)
def _one_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody may be at work on the code while its tests run."""
    monkeypatch.setattr(memory, "code_digest", lambda: "0" * 64)


@pytest.fixture
def inventory(root: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "inventory"
    shutil.copytree(root / "tests" / "cities" / "thin" / "inventory", folder)
    return folder


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state" / "rendered"


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sites that were built, and so rendered, since the test began or cleared it."""
    found: list[str] = []
    build = Blueprint.site

    def site(self: Blueprint, site_id: str) -> object:
        found.append(site_id)
        return build(self, site_id)

    monkeypatch.setattr(Blueprint, "site", site)
    return found


def edit(inventory: Path, name: str, find: str, replace: str) -> None:
    path = inventory / name
    assert path.read_text().count(find) == 1
    path.write_text(path.read_text().replace(find, replace))


def write_all(inventory: Path, out: Path, state: Path | None) -> tree.Tree:
    return render_tree(load_blueprint(inventory), out, RenderMemory(state))


def texts(out: Path) -> dict[str, str]:
    return {path.relative_to(out).as_posix(): path.read_text() for path in out.rglob("*.cfg")}


def learn(state: Path, site_id: str) -> None:
    kept = RenderMemory(state)
    kept.learn(site_id, "inputs", Kind.CONFIGURATION, {"sw1": "digest"})
    kept.save(frozenset({"a", "b", site_id}))


def signed(body: bytes) -> bytes:
    return body + b"\n" + sha256(body).hexdigest().encode()


def knows(state: Path, site_id: str) -> bool:
    return RenderMemory(state).known(site_id, "inputs", Kind.CONFIGURATION) == {"sw1": "digest"}


def test_a_city_in_which_nothing_changed_is_not_rendered_again(
    inventory: Path, state: Path, tmp_path: Path, built: list[str]
) -> None:
    first = write_all(inventory, tmp_path / "out", state)
    assert (first.files, len(first.written)) == (DEVICES, DEVICES)
    assert set(built) == SITES
    built.clear()
    again = write_all(inventory, tmp_path / "out", state)
    assert (again.files, again.written, built) == (DEVICES, (), [])


def test_without_a_folder_everything_is_rendered_each_time(
    inventory: Path, tmp_path: Path, built: list[str]
) -> None:
    for _ in range(2):
        built.clear()
        write_all(inventory, tmp_path / "out", None)
        assert set(built) == SITES


@pytest.mark.parametrize(
    ("name", "find", "replace", "changed"),
    [
        ("sites/library_5.yml", "Riverside Branch", "Lakeside Branch", {"library_5"}),
        # A circuit is a matter of both its ends.
        ("sites/library_5.yml", "PA-F-1017", "PA-F-2017", {"library_5", "data_center_1"}),
        # Its addresses follow from the number, the hub's end of the circuit as well.
        ("sites/library_5.yml", "number: 17", "number: 19", {"library_5", "data_center_1"}),
        ("archetypes/fire_station.yml", "printer: 1", "printer: 2", {"fire_station_3"}),
        ("standards/vlans.yml", "Employee workstations", "Desks", SITES),
    ],
)
def test_only_what_follows_from_a_change_is_rendered_again(
    inventory: Path,
    state: Path,
    tmp_path: Path,
    built: list[str],
    name: str,
    find: str,
    replace: str,
    changed: set[str],
) -> None:
    write_all(inventory, tmp_path / "out", state)
    edit(inventory, name, find, replace)
    built.clear()
    write_all(inventory, tmp_path / "out", state)
    assert set(built) == changed
    write_all(inventory, tmp_path / "fresh", None)
    assert texts(tmp_path / "out") == texts(tmp_path / "fresh")


def test_a_file_that_someone_changed_or_removed_is_written_again(
    inventory: Path, state: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    write_all(inventory, out, state)
    before = texts(out)
    changed = out / "library_5" / "lb05-sw1.cfg"
    stamp = changed.stat()
    changed.write_text(changed.read_text().replace("lb05", "lb06"))
    os.utime(changed, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    (out / "library_5" / "lb05-rtr1.cfg").unlink()
    note = out / "library_5" / "note.txt"
    note.write_text("not ours")
    assert write_all(inventory, out, state).written == (
        "library_5/lb05-rtr1.cfg",
        "library_5/lb05-sw1.cfg",
    )
    assert texts(out) == before
    assert note.read_text() == "not ours"


def test_both_kinds_of_text_are_kept_apart(inventory: Path, state: Path, tmp_path: Path) -> None:
    city = load_blueprint(inventory)
    render_tree(city, tmp_path / "full", RenderMemory(state))
    render_tree(city, tmp_path / "first", RenderMemory(state), Kind.FIRST_BOOT)
    assert texts(tmp_path / "full") != texts(tmp_path / "first")
    assert render_tree(city, tmp_path / "full", RenderMemory(state)).written == ()


def test_checking_remembers_what_renders_and_never_what_does_not(
    inventory: Path, state: Path, monkeypatch: pytest.MonkeyPatch, built: list[str]
) -> None:
    def refuse(device: object) -> str:
        if "lb05-sw1" in str(device):
            raise RenderError("lb05-sw1: no", "do something")
        return "text"

    city = load_blueprint(inventory)
    with monkeypatch.context() as patched:
        patched.setattr(tree, "_MAKE", dict.fromkeys(Kind, refuse))
        for _ in range(2):
            built.clear()
            # Both of its texts fail for the same reason, which is said once.
            assert len(rendering_errors(city, RenderMemory(state))) == 1
    assert built == ["library_5"]
    assert rendering_errors(city, RenderMemory(state)) == ()
    built.clear()
    assert rendering_errors(city, RenderMemory(state)) == ()
    assert built == []


def test_other_code_knows_nothing(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learn(state, "a")
    assert knows(state, "a")
    monkeypatch.setattr(memory, "code_digest", lambda: "another")
    assert not knows(state, "a")


def test_code_that_was_replaced_meanwhile_keeps_nothing(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = RenderMemory(state)
    kept.learn("a", "inputs", Kind.CONFIGURATION, {"sw1": "digest"})
    monkeypatch.setattr(memory, "code_digest", lambda: "another")
    kept.save(frozenset({"a"}))
    assert not state.exists()


def test_the_digest_of_the_code_covers_code_templates_and_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "muniform"
    (package / "render" / "templates" / "ntp").mkdir(parents=True)
    found = set()
    monkeypatch.setattr(memory, "files", lambda _: package)
    for name in ("errors.py", "render/platforms.yml", "render/templates/ntp/ios.j2"):
        for text in ("one", "two"):
            (package / name).write_text(text)
            found.add(CODE_DIGEST())
    (package / "render" / "templates" / "ntp" / "ios.j2").rename(package / "ios.j2")
    found.add(CODE_DIGEST())
    monkeypatch.setattr(memory, "version", lambda name: f"{name} 99")
    found.add(CODE_DIGEST())
    assert len(found) == 8


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data + b"\n",
        lambda data: data.replace(b"digest", b"dugest"),
        lambda data: b"\x00" * len(data),
        # Whole, and still not what we write.
        lambda _: signed(b"[" * 100_000),
        lambda _: signed(b"null"),
        lambda _: signed(b'{"sites": {}}'),
        lambda data: signed(data.rpartition(b"\n")[0].replace(b"configuration", b"konfiguration")),
    ],
)
def test_a_damaged_file_is_none(state: Path, damage: object) -> None:
    learn(state, "a")
    path = state / "rendered.json"
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert not knows(state, "a")
    learn(state, "a")
    assert knows(state, "a")


def test_what_others_can_write_or_read_is_not_trusted(state: Path) -> None:
    learn(state, "a")
    path = state / "rendered.json"
    assert (path.stat().st_mode & 0o777, state.stat().st_mode & 0o777) == (0o600, 0o700)
    for exposed, mode in ((path, 0o644), (state, 0o755)):
        private = exposed.stat().st_mode & 0o777
        exposed.chmod(mode)
        assert not knows(state, "a")
        exposed.chmod(private)
        assert knows(state, "a")
    elsewhere = state.parent / "elsewhere.json"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert not knows(state, "a")


@pytest.mark.timeout(10)
def test_a_fifo_in_the_files_place_is_not_waited_for(state: Path) -> None:
    learn(state, "a")
    (state / "rendered.json").unlink()
    os.mkfifo(state / "rendered.json", 0o600)
    assert not knows(state, "a")
    learn(state, "a")
    assert knows(state, "a")


def test_a_state_folder_that_cannot_be_used_costs_time_only(
    inventory: Path, state: Path, tmp_path: Path
) -> None:
    state.parent.write_text("a file")
    for _ in range(2):
        assert rendering_errors(load_blueprint(inventory), RenderMemory(state)) == ()
    assert len(write_all(inventory, tmp_path / "out", state).written) == DEVICES


def test_only_digests_are_kept(inventory: Path, state: Path, tmp_path: Path) -> None:
    write_all(inventory, tmp_path / "out", state)
    content = json.loads((state / "rendered.json").read_text().rpartition("\n")[0])
    assert set(content["sites"]) == SITES
    digest = re.compile(r"[0-9a-f]{64}")
    assert digest.fullmatch(content["code"])
    for site in content["sites"].values():
        assert digest.fullmatch(site["inputs"])
        for found in site["texts"].values():
            assert all(digest.fullmatch(value) for value in found.values())


def test_sites_that_are_gone_are_forgotten(state: Path) -> None:
    learn(state, "gone")
    learn(state, "b")
    kept = RenderMemory(state)
    kept.save(frozenset({"b"}))
    assert not knows(state, "gone")
    assert knows(state, "b")


def test_runs_side_by_side_lose_nothing_of_each_other(state: Path) -> None:
    one, other = RenderMemory(state), RenderMemory(state)
    for kept, site_id in ((one, "a"), (other, "b")):
        kept.learn(site_id, "inputs", Kind.CONFIGURATION, {"sw1": "digest"})
        kept.save(frozenset({"a", "b"}))
    assert knows(state, "a")
    assert knows(state, "b")


_SAVES_FOR_EVER = """
import sys
from pathlib import Path
from muniform.rendered import Kind, RenderMemory, memory
memory.code_digest = lambda: "0" * 64
while True:
    kept = RenderMemory(Path(sys.argv[1]))
    for number in range(200):
        kept.learn(f"s{number}", "inputs", Kind.CONFIGURATION, {"sw1": "digest"})
    kept.save(frozenset(f"s{number}" for number in range(200)))
"""


def test_a_killed_run_leaves_all_or_nothing(state: Path) -> None:
    for round_ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", _SAVES_FOR_EVER, str(state)])
        try:
            end = time.monotonic() + 30
            while not (state / "rendered.json").exists() and time.monotonic() < end:
                time.sleep(0.01)
            time.sleep(0.03 * round_)
        finally:
            writer.send_signal(signal.SIGKILL)
            writer.wait()
        assert all(knows(state, f"s{number}") for number in range(200))
        learn(state, "a")
        assert knows(state, "a")
        (state / "rendered.json").unlink()
