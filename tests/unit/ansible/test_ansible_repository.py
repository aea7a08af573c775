"""What Ansible's files promise: they parse, pass their linters, and stay thin."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
PROGRAMS = Path(sys.executable).parent
ROLES = sorted(path.parents[1].name for path in ROOT.glob("roles/*/meta/argument_specs.yml"))
PLUGINS = sorted(ROOT.glob("playbooks/plugins/**/*.py"))
FORBIDDEN = ("muniform.lab", "muniform.cli")


def call(state: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a program of our environment as an engineer does: in the clone, without a network."""
    told = {
        "PATH": os.pathsep.join([str(PROGRAMS), os.environ.get("PATH", os.defpath)]),
        "MUNIFORM_STATE": str(state),
        "NO_COLOR": "1",
        "ANSIBLE_NOCOLOR": "1",
    }
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | told, capture_output=True, text=True, check=False
    )


def script(name: str) -> ModuleType:
    """One of the executables in scripts/, as a module."""
    loader = SourceFileLoader(name.replace("-", "_"), str(ROOT / "scripts" / name))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def imported(source: str) -> Iterator[str]:
    """Every module that a source file imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("playbook", ["servers.yml", "desktops.yml"])
def test_a_playbook_passes_the_syntax_check(playbook: str, tmp_path: Path) -> None:
    done = call(tmp_path, "ansible-playbook", f"playbooks/{playbook}", "--syntax-check")
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_ansible_lint_passes_offline(tmp_path: Path) -> None:
    done = call(tmp_path, "ansible-lint", "--offline", "--nocolor", "--format", "pep8")
    assert done.returncode == 0, done.stdout + done.stderr


def test_yamllint_passes(tmp_path: Path) -> None:
    done = call(tmp_path, "yamllint", "--strict", "roles", "playbooks", "tests", "requirements.yml")
    assert done.returncode == 0, done.stdout


def test_the_inventory_shows_the_city_and_no_switch(tmp_path: Path) -> None:
    done = call(tmp_path, "ansible-inventory", "--list")
    shown = json.loads(done.stdout)
    assert shown["desktops"]["hosts"] == ["lb05-ws1", "fs03-ws1"]
    assert shown["fire_station_3"]["hosts"] == ["fs03-rtr1", "fs03-ws1"]
    assert "fs03-sw1" not in shown["_meta"]["hostvars"]


def test_a_playbook_stops_before_it_connects_while_the_lab_is_down(tmp_path: Path) -> None:
    done = call(tmp_path, "ansible-playbook", "playbooks/servers.yml", "--check", "--diff")
    assert done.returncode == 2
    assert "its lab is not running" in done.stdout
    assert "UNREACHABLE" not in done.stdout


def test_an_inventory_with_errors_stops_ansible_with_their_text(tmp_path: Path) -> None:
    inventory = tmp_path / "inventory"
    inventory.mkdir()
    (inventory / "city.yml").write_text("name: [\n")
    done = call(tmp_path, "ansible-inventory", "--inventory", str(inventory / "city.yml"), "--list")
    assert done.returncode != 0
    assert "error in the inventory" in done.stderr or "errors in the inventory" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.name)
def test_a_plugin_imports_packages_never_their_insides(plugin: Path) -> None:
    ours = [name for name in imported(plugin.read_text()) if name.split(".")[0] == "muniform"]
    assert ours
    for name in ours:
        assert name.count(".") == 1, f"{plugin.name} reaches into {name}"
        assert not name.startswith(FORBIDDEN), f"{plugin.name} imports {name}"


@pytest.mark.parametrize("role", ROLES)
def test_a_roles_table_of_variables_is_fresh(role: str) -> None:
    folder = ROOT / "roles" / role
    assert script("role-readme").readme(folder) == (folder / "README.md").read_text(), (
        "run scripts/role-readme"
    )


@pytest.mark.parametrize("role", ROLES)
def test_a_roles_public_variables_are_declared_and_named_after_it(role: str) -> None:
    folder = ROOT / "roles" / role
    specs = yaml.safe_load((folder / "meta/argument_specs.yml").read_text())
    defaults = yaml.safe_load((folder / "defaults/main.yml").read_text())
    options = specs["argument_specs"]["main"]["options"]
    assert set(defaults) == set(options)
    assert all(name.startswith(f"{role}_") for name in options)
    for name, option in options.items():
        assert option.get("default", defaults[name]) == defaults[name], name


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_scenario_and_runs_in_a_playbook(role: str) -> None:
    assert (ROOT / "roles" / role / "molecule/default/verify.yml").is_file()
    for playbook in ("servers.yml", "desktops.yml"):
        assert f"role: {role}" in (ROOT / "playbooks" / playbook).read_text()


def test_the_collections_fetched_are_those_required() -> None:
    required = yaml.safe_load((ROOT / "requirements.yml").read_text())["collections"]
    names = tuple(entry["name"].replace(".", "/") for entry in required)
    assert names == script("fetch-collections").COLLECTIONS


def test_a_stale_table_is_noticed() -> None:
    readme = script("role-readme")
    text = f"# role\n{readme.BEGIN}\nold\n{readme.END}\nby hand\n"
    assert readme.with_table(text, "new") == f"# role\n{readme.BEGIN}\nnew\n{readme.END}\nby hand\n"
    with pytest.raises(ValueError, match="lacks the lines"):
        readme.with_table("# role\n", "new")
