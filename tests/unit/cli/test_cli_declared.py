"""What the commands that only look at the inventory answer, and with which exit code."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from muniform.cli import declared, main
from muniform.errors import RenderError
from muniform.model import load_city
from muniform.model.load import load_declaration
from muniform.model.new_site import draft_site
from muniform.render import first_boot, render

ROOT = Path(__file__).resolve().parents[3]
THIN = ROOT / "tests" / "cities" / "thin" / "inventory"
EXAMPLE = ROOT / "inventory"

Answer = tuple[int, str, str]
Muniform = Callable[..., Answer]


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    """A copy of the thin city, to be changed."""
    return Path(shutil.copytree(THIN, tmp_path / "inventory"))


@pytest.fixture
def muniform(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], inventory: Path
) -> Muniform:
    """Calls the command line like a shell; answers with its exit code and what it wrote."""

    def call(*words: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["muniform", *words])
        monkeypatch.setenv("MUNIFORM_INVENTORY", str(inventory))
        with pytest.raises(SystemExit) as left:
            main.main()
        told = capsys.readouterr()
        return int(left.value.code or 0), told.out, told.err

    return call


def test_check_as_json(muniform: Muniform) -> None:
    code, out, _ = muniform("check", "--json")
    found = json.loads(out)
    assert (code, found["valid"], found["sites"], found["findings"]) == (0, True, 3, [])


def test_check_as_json_with_errors(muniform: Muniform, inventory: Path) -> None:
    (inventory / "sites" / "library_5.yml").write_text("code: LB\n")
    code, out, err = muniform("check", "--json")
    found = json.loads(out)
    assert (code, found["valid"], err) == (1, False, "")
    finding = next(f for f in found["findings"] if f["path"] == "code")
    assert finding["file"] == "sites/library_5.yml"
    assert finding["line"] == 1
    assert "site code" in finding["problem"]


def test_check_shows_every_device_that_cannot_be_rendered(
    muniform: Muniform, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = [RenderError(f"{name}: cannot serve it", "another") for name in ("a-sw1", "b-sw1")]
    monkeypatch.setattr(declared, "rendering_errors", lambda *_: errors)
    code, out, err = muniform("check")
    assert (code, out) == (1, "")
    assert all(f"{name}: cannot serve it" in err for name in ("a-sw1", "b-sw1"))
    _, told, _ = muniform("check", "--json")
    assert [e["remedy"] for e in json.loads(told)["render_errors"]] == ["another", "another"]
    assert json.loads(told)["valid"] is False


def test_one_configuration_is_printed_as_it_is(muniform: Muniform) -> None:
    device = load_city(THIN).device("fs03-sw1")
    assert muniform("render", "fs03-sw1") == (0, render(device), "")
    assert muniform("render", "fs03-sw1", "--first-boot") == (0, first_boot(device), "")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["fs03"], ["fs03-rtr1", "fs03-sw1", "fs03-sw2"]),
        (["library"], ["lb05-rtr1", "lb05-sw1"]),
        (["frr"], ["dc01-rtr1", "lb05-rtr1", "fs03-rtr1"]),
        (["fs03-sw2", "library_5"], ["lb05-rtr1", "lb05-sw1", "fs03-sw2"]),
        (
            [],
            ["dc01-rtr1", "dc01-sw1", "lb05-rtr1", "lb05-sw1", "fs03-rtr1", "fs03-sw1", "fs03-sw2"],
        ),
    ],
)
def test_targets_of_render(muniform: Muniform, words: list[str], names: list[str]) -> None:
    _, out, _ = muniform("render", *words)
    assert re.findall(r"^==> (\S+) \(", out, re.MULTILINE) == names
    _, told, _ = muniform("render", *words, "--json")
    assert list(json.loads(told)) == names


def test_render_into_a_folder_removes_nothing(muniform: Muniform, tmp_path: Path) -> None:
    out = tmp_path / "out"
    mine = out / "fire_station_3" / "notes.cfg"
    mine.parent.mkdir(parents=True)
    mine.write_text("keep me")
    code, said, _ = muniform("render", "--out", str(out))
    assert code == 0
    assert "7 configurations, 7 of them new or changed" in said
    written = out / "fire_station_3" / "fs03-sw1.cfg"
    assert written.read_text() == render(load_city(THIN).device("fs03-sw1"))
    assert stat.S_IMODE(written.stat().st_mode) == 0o644
    assert mine.read_text() == "keep me"
    assert "0 of them new or changed" in muniform("render", "--out", str(out))[1]


def test_what_is_rendered_holds_no_secret(muniform: Muniform) -> None:
    _, out, _ = muniform("render", "fs03-sw1")
    assert "<secret:automation_password_hash" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["render", "fs03-sw9"], "there is no device, site, archetype or platform 'fs03-sw9'"),
        (["show", "site", "fs99"], "there is no site 'fs99'"),
        (["show", "device"], "which device?"),
        (["show", "planet"], "'planet' is not one of"),
        (["explain", "fs03-sw1", "colour"], "fs03-sw1 has no setting 'colour'"),
        (["schema", "planet"], "there is no kind of file 'planet'"),
        (["new", "site", "x", "-a", "librar"], "did you mean 'library'?"),
        (["new", "site", "library_5", "-a", "library"], "there is already a site 'library_5'"),
        (["new", "site", "x", "-a", "library", "--code", "lb05"], "the code 'lb05' is taken"),
        (["new", "site", "x", "-a", "library", "--code", "LB"], "'LB' is no valid site code"),
        (["new", "site", "x", "-a", "library", "--number", "17"], "number 17 is library_5's"),
        (["new", "site", "x", "-a", "library", "--number", "3"], "number 3 is outside the range"),
        (["new", "site", "!", "-a", "library"], "'!' makes no site id"),
        (["render", "--out", "/dev/null/x", "fs03"], "cannot be written"),
        (["chek"], "No such command 'chek'"),
    ],
)
def test_wrong_usage_exits_with_64(muniform: Muniform, words: list[str], said: str) -> None:
    code, out, err = muniform(*words)
    assert (code, out) == (64, "")
    assert said in re.sub(r"\s+", " ", err)


def test_show_is_the_city(muniform: Muniform) -> None:
    code, out, _ = muniform("show")
    assert code == 0
    assert out == muniform("show", "city")[1]
    assert re.search(
        r"fire_station_3 +fs03 +fire_station +10\.18\.0\.0/16 +3 +1 +public_safety", out
    )


def test_show_a_site(muniform: Muniform) -> None:
    _, out, _ = muniform("show", "site", "fs03")
    assert "public_safety, public safety: changed last" in out
    assert re.search(r"20 +Corporate +10\.18\.10\.0/23 +10\.18\.10\.1 +\.10\.10 to \.11\.250", out)
    assert re.search(
        r"fs03-sw1 +access_switch +C9300-24UX +10\.18\.254\.11 +FOC2701A1B3 +15 of 32", out
    )
    assert re.search(r"fs03-rtr1:eth0 +dc01-rtr1:eth-fs03 +fiber +PA-F-1018 +10\.0\.0\.36/31", out)
    _, told, _ = muniform("show", "site", "fire_station_3", "--json")
    assert json.loads(told)["subnets"][0]["network"] == "10.18.10.0/23"


def test_show_a_device(muniform: Muniform) -> None:
    _, out, _ = muniform("show", "device", "fs03-sw1")
    assert re.search(
        r"TenGigabitEthernet1/0/3 +WS-FS03-SW1-03, access, VLAN 20, voice VLAN 30", out
    )
    _, told, _ = muniform("show", "device", "fs03-sw1", "--json")
    assert json.loads(told)["baseline"]["account"]["password"]["name"] == "automation_password"


def test_show_a_host(muniform: Muniform) -> None:
    _, out, _ = muniform("show", "host", "lb05-ws1")
    assert re.search(r"^address +10\.17\.10\.10/23$", out, re.MULTILINE)
    assert json.loads(muniform("show", "host", "lb05-ws1", "--json")[1])["profile"] == "office"


def test_addresses_are_sorted_and_each_is_somebodys(muniform: Muniform) -> None:
    _, told, _ = muniform("show", "addresses", "fs03", "--json")
    rows = json.loads(told)
    addresses = [tuple(map(int, row["address"].split("."))) for row in rows]
    assert addresses == sorted(addresses)
    assert {"address": "10.18.254.11", "name": "fs03-sw1", "is": "management"}.items() <= next(
        row for row in rows if row["name"] == "fs03-sw1"
    ).items()
    assert len(muniform("show", "addresses")[1].splitlines()) > len(rows)


@pytest.mark.parametrize(
    "words",
    [["city"], ["site", "city_hall"], ["site", "fire_station_3"], ["device", "dc02-core1"]],
    ids=" ".join,
)
def test_tables_fit_100_columns(muniform: Muniform, words: list[str]) -> None:
    _, out, err = muniform("show", *words, "--inventory", str(EXAMPLE))
    assert not err
    assert max(len(line) for line in out.splitlines()) <= 100


def test_explain_a_setting(muniform: Muniform) -> None:
    _, out, _ = muniform("explain", "fs03-sw1", "ntp")
    assert "standards/services.yml:10: ntp.servers" in out
    _, told, _ = muniform("explain", "fs03-sw1", "ntp", "--json")
    assert json.loads(told)[0]["origins"][0]["line"] == 10


def test_explain_an_error_by_its_message(muniform: Muniform, inventory: Path) -> None:
    site = inventory / "sites" / "library_5.yml"
    site.write_text(site.read_text().replace("number: 17", "number: 18"))
    _, _, err = muniform("check")
    message = err.removeprefix("error: ").split("\n1 error")[0].strip()
    code, out, _ = muniform("explain", message)
    assert code == 0
    assert re.search(r"^> +[0-9]+  number: 18$", out, re.MULTILINE)
    assert "a whole number from 0 to 255" in out


def test_schema_of_one_kind(muniform: Muniform) -> None:
    _, out, _ = muniform("schema", "site")
    assert json.loads(out)["title"] == "A site: sites/<id>.yml"
    assert set(json.loads(muniform("schema", "site", "vlans")[1])) == {"site", "vlans"}


def test_a_new_site_is_a_file_to_be_completed(muniform: Muniform, inventory: Path) -> None:
    code, out, _ = muniform("new", "site", "Fire Station 4", "--archetype", "fire_station")
    assert code == 0
    assert "fs04-sw1" in out
    file = inventory / "sites" / "fire_station_4.yml"
    text = file.read_text()
    assert "code: fs04\nname: Fire Station 4\n" in text
    assert "number: 16\n" in text
    code, _, err = muniform("check")
    assert code == 1
    assert "sites/fire_station_4.yml:7: serials.rtr1" in err
    for label in ("rtr1", "sw1", "sw2"):
        text = re.sub(rf"  {label}:  #.*", f"  {label}: SN-{label}", text)
    file.write_text(re.sub(r"circuit:  #.*", "circuit: PA-F-1099", text))
    assert muniform("check")[0] == 0
    assert muniform("render", "fs04-sw1")[0] == 0


def test_a_new_sites_file_is_never_written_over(muniform: Muniform, inventory: Path) -> None:
    file = inventory / draft_site(load_declaration(inventory), "Plaza", "library").file
    file.symlink_to(inventory / "nowhere.yml")
    code, _, err = muniform("new", "site", "Plaza", "-a", "library")
    assert code != 0
    assert "plaza.yml" in err
    assert not (inventory / "nowhere.yml").exists()


def test_a_new_site_is_only_printed(muniform: Muniform, inventory: Path) -> None:
    code, out, _ = muniform("new", "site", "branch_7", "-a", "library", "--print")
    assert code == 0
    assert out.startswith("code: lb07\nname: Branch 7\n")
    assert not (inventory / "sites" / "branch_7.yml").exists()


@pytest.mark.parametrize("archetype", ["library", "city_hall", "water_plant", "psap"])
def test_what_a_new_site_of_the_example_city_would_cost(muniform: Muniform, archetype: str) -> None:
    code, out, err = muniform(
        "new", "site", "plaza", "-a", archetype, "--print", "--json", "-i", str(EXAMPLE)
    )
    assert code == 0, err
    told = json.loads(out)
    assert told["cost"]["devices"] > 0
    assert len(told["site"]["devices"]) == len(
        load_declaration(EXAMPLE).archetypes[archetype].devices
    )


def test_help_and_light_commands_load_no_heavy_library() -> None:
    heavy = ("napalm", "netmiko", "ansible", "pulumi", "sqlalchemy", "asyncssh", "grpc")
    for called in ("check", "show", "explain", "render", "new", "schema", None):
        load = f"from muniform.cli.main import build; build({called!r})"
        code = f"import sys; {load}; print(*sys.modules)"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        loaded = {name.split(".")[0] for name in done.stdout.split()}
        assert loaded.isdisjoint(heavy), (called, loaded & set(heavy))
