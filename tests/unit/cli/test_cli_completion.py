"""What the shell offers after a tab, and that the list of commands tells the truth."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer.main

from muniform.cli import main, names

ROOT = Path(__file__).resolve().parents[3]
THIN = ROOT / "tests" / "cities" / "thin" / "inventory"


@pytest.fixture(autouse=True)
def thin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUNIFORM_INVENTORY", str(THIN))


def tab(shell: str, line: str) -> str:
    """What a shell gets for a command line whose last word is being typed."""
    words = line.split(" ")
    told = {"MUNIFORM_INVENTORY": str(THIN), "_MUNIFORM_COMPLETE": f"complete_{shell}"}
    told |= {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)} if shell == "bash" else {}
    told |= {"_TYPER_COMPLETE_ARGS": line} if shell != "bash" else {}
    program = [sys.executable, "-m", "muniform.cli.main"]
    done = subprocess.run(
        program, env=os.environ | told, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("muniform rend", ["render"]),
        ("muniform render fs03-", ["fs03-rtr1", "fs03-sw1", "fs03-sw2"]),
        ("muniform plan --target lb05-s", ["lb05-sw1"]),
        ("muniform rollout -t lib", ["library_5"]),
        ("muniform plan lb05-s", ["lb05-sw1"]),
        ("muniform drift fs03-sw1 lib", ["library_5"]),
        ("muniform backup lb05-s", ["lb05-sw1"]),
        ("muniform restore lb05-s", ["lb05-sw1"]),
        ("muniform adopt lb05-s", ["lb05-sw1"]),
        ("muniform show dev", ["device"]),
        ("muniform show site f", ["fire_station_3", "fs03"]),
        ("muniform show device fs03-sw", ["fs03-sw1", "fs03-sw2"]),
        ("muniform site up data", ["data_center_1"]),
        ("muniform lab up data", ["data_center_1"]),
        ("muniform lab reboot fs03-sw", ["fs03-sw1", "fs03-sw2"]),
        ("muniform lab fault lb05-s", ["lb05-sw1"]),
        ("muniform lab fault fs03-sw1 drop", ["drop", "drop_after"]),
        ("muniform lab fault fs03-sw1 hang --at com", ["compare", "commit"]),
        ("muniform check --js", ["--json"]),
    ],
)
def test_bash_completes(line: str, offered: list[str]) -> None:
    assert tab("bash", line).split() == offered


def test_zsh_and_fish_complete() -> None:
    assert '"fs03-sw2"' in tab("zsh", "muniform render fs03-")
    assert "library_5" in tab("zsh", "muniform site up ")


def test_names_come_within_the_blink_of_an_eye() -> None:
    """Measured against an empty interpreter with the same modules, not against the clock."""
    begun = time.process_time()
    found = names.completed(["render"])
    took = time.process_time() - begun
    assert found
    assert "fs03-sw1" in found
    assert took < 0.1


def test_names_are_those_of_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUNIFORM_INVENTORY", str(ROOT / "inventory"))
    code = (
        "from pathlib import Path; from muniform.model import load_city;"
        f"c = load_city(Path({str(ROOT / 'inventory')!r}));"
        "print(*(d.name for d in c.devices), *(s.id for s in c.sites), *(s.code for s in c.sites))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(names.completed(["render"]) or ()) == set(done.stdout.split())


def test_without_an_inventory_nothing_is_offered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MUNIFORM_INVENTORY", str(tmp_path / "inventory"))
    assert names.completed(["render"]) == []


@pytest.mark.parametrize("words", [["rollout", "--commit"], ["check"], ["restore", "fs03-sw1"], []])
def test_where_no_name_fits_the_command_answers(words: list[str]) -> None:
    assert names.completed(words) is None


@pytest.mark.parametrize("name", main.COMMANDS)
def test_the_list_of_commands_says_what_the_command_says(name: str) -> None:
    group = typer.main.get_command(main.build(name))
    command = group.commands[name]  # type: ignore[attr-defined]
    first = inspect.cleandoc(command.help or "").split("\n\n")[0].replace("\n", " ")
    assert first == main.COMMANDS[name].summary


def test_every_command_of_a_module_is_in_the_list() -> None:
    for name in main.COMMANDS:
        group = typer.main.get_command(main.build(name))
        assert set(group.commands) - {"version"} <= set(main.COMMANDS)  # type: ignore[attr-defined]
