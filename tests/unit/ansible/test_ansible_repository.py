"""What Ansible's files promise: they parse, pass their linters, and stay thin."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
PROGRAMS = Path(sys.executable).parent
ROLES = sorted(path.parents[1].name for path in ROOT.glob("roles/*/meta/argument_specs.yml"))
PLUGINS = sorted(ROOT.glob("playbooks/plugins/**/*.py"))
FORBIDDEN = ("muniform.lab", "muniform.cli")


def call(state: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a program of our environment as an engineer does: in the clone, without a network."""
    environment = {
        "PATH": os.pathsep.join([str(PROGRAMS), os.environ.get("PATH", os.defpath)]),
        "MUNIFORM_STATE": str(state),
        "NO_COLOR": "1",
        "ANSIBLE_NOCOLOR": "1",
    }
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False
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


@pytest.mark.parametrize("playbook", ["servers.yml", "desktops.yml", "network.yml"])
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


THIN = ROOT / "tests" / "cities" / "thin" / "inventory"


def told(inventory: Path, state: Path, *options: str) -> dict[str, Any]:
    """What ansible-inventory prints of a city."""
    done = call(state, "ansible-inventory", "--inventory", str(inventory / "city.yml"), *options)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_inventory_shows_the_city(tmp_path: Path) -> None:
    shown = told(THIN, tmp_path, "--list")
    assert shown["desktops"]["hosts"] == ["lb05-ws1", "fs03-ws1"]
    assert shown["fire_station_3"]["hosts"] == ["fs03-rtr1", "fs03-sw1", "fs03-sw2", "fs03-ws1"]
    assert shown["archetype_fire_station"]["children"] == ["fire_station_3"]
    assert shown["fire_station"]["children"] == ["fire_station_3"]
    assert "wan_routers" in shown["network_devices"]["children"]
    assert "fs03-sw1" not in shown["linux"]["hosts"]


@pytest.fixture
def own_city(tmp_path: Path) -> Path:
    return Path(shutil.copytree(THIN, tmp_path / "inventory"))


def test_group_vars_take_precedence_over_what_the_city_sets_on_groups(
    own_city: Path, tmp_path: Path
) -> None:
    variables = own_city / "group_vars"
    variables.mkdir()
    (variables / "all.yml").write_text("time_sync_serve: everywhere\nmine: all\n")
    (variables / "library_5.yml").write_text("ansible_user: librarian\nmine: library\n")
    shown = told(own_city, tmp_path, "--list")["_meta"]["hostvars"]
    assert shown["lb05-ws1"]["ansible_user"] == "librarian"
    assert shown["fs03-ws1"]["ansible_user"] == "muniform"
    assert shown["fs03-ws1"]["time_sync_serve"] == "everywhere"
    assert (shown["lb05-ws1"]["mine"], shown["fs03-sw1"]["mine"]) == ("library", "all")
    # What the city says of one host alone stands against group_vars.
    assert shown["dc01-srv1"]["time_sync_serve"] is True


def test_host_vars_take_precedence_over_everything(own_city: Path, tmp_path: Path) -> None:
    variables = own_city / "host_vars"
    variables.mkdir()
    (variables / "dc01-srv1.yml").write_text("time_sync_serve: false\nansible_host: 192.0.2.1\n")
    shown = told(own_city, tmp_path, "--host", "dc01-srv1")
    assert (shown["time_sync_serve"], shown["ansible_host"]) == (False, "192.0.2.1")


def test_each_host_is_known_by_its_own_key(own_city: Path, tmp_path: Path) -> None:
    done = call(
        tmp_path,
        "ansible",
        "--inventory",
        str(own_city / "city.yml"),
        "linux",
        "--module-name=ansible.builtin.debug",
        "--args=var=ansible_ssh_common_args",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("fs03-ws1", "dc01-rtr1"):
        assert f"HostKeyAlias={name}" in done.stdout


def test_a_play_for_all_stops_before_it_connects_also_for_switches(
    own_city: Path, tmp_path: Path
) -> None:
    play = tmp_path / "all.yml"
    guard = ROOT / "playbooks" / "tasks" / "reach.yml"
    play.write_text(
        "- hosts: all\n  gather_facts: false\n  tasks:\n"
        f"    - ansible.builtin.import_tasks: {guard}\n"
    )
    done = call(tmp_path, "ansible-playbook", "--inventory", str(own_city / "city.yml"), str(play))
    assert done.returncode == 2
    assert done.stdout.count("its lab is not running") >= 11
    assert "UNREACHABLE" not in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_playbooks_leave_windows_and_switches_alone(tmp_path: Path) -> None:
    for playbook, member in (("servers", "dc01-srv1"), ("desktops", "fs03-ws1")):
        done = call(tmp_path, "ansible-playbook", f"playbooks/{playbook}.yml", "--list-hosts")
        assert done.returncode == 0, done.stderr
        names = re.findall(r"^      (\S+)$", done.stdout, re.MULTILINE)
        assert member in names
        assert not [name for name in names if re.search(r"-(sw|core|dist|pc|lt|fw)[0-9]", name)]


def test_a_playbook_stops_before_it_connects_while_the_lab_is_down(tmp_path: Path) -> None:
    done = call(tmp_path, "ansible-playbook", "playbooks/servers.yml", "--check", "--diff")
    assert done.returncode == 2
    assert "its lab is not running" in done.stdout
    assert "UNREACHABLE" not in done.stdout


def test_a_secret_is_looked_up_by_tasks_and_not_in_the_inventory(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir(mode=0o700)
    (secrets / "tsig_key").write_text("not to be seen")
    (secrets / "tsig_key").chmod(0o600)
    looked_up = call(
        tmp_path,
        *(
            "ansible",
            "fs03-rtr1",
            "--connection",
            "local",
            "--module-name",
            "ansible.builtin.debug",
        ),
        *("--args", "msg={{ lookup('muniform_secret', '<secret:tsig_key>') }}"),
    )
    assert '"msg": "not to be seen"' in looked_up.stdout, looked_up.stderr
    assert "not to be seen" not in call(tmp_path, "ansible-inventory", "--list").stdout


def test_a_secret_without_a_value_is_named(tmp_path: Path) -> None:
    asked = call(
        tmp_path,
        *(
            "ansible",
            "fs03-rtr1",
            "--connection",
            "local",
            "--module-name",
            "ansible.builtin.debug",
        ),
        *("--args", "msg={{ lookup('muniform_secret', '<secret:tsig_key>') }}"),
    )
    assert asked.returncode != 0
    assert "secret 'tsig_key' has no value" in asked.stdout + asked.stderr


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
    servers, *routers = (roles_of(play) for play in plays("servers.yml"))
    (desktops,) = (roles_of(play) for play in plays("desktops.yml"))
    assert role in servers & desktops or role in set().union(*routers)


def plays(playbook: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((ROOT / "playbooks" / playbook).read_text()))


def roles_of(play: dict[str, Any]) -> set[str]:
    return {entry["role"] for entry in play["roles"]}


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
