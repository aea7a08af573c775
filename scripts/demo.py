"""The main job before your eyes: a part of a city goes from blank to its standard, and stays there.

Every step prints the command an engineer would type, runs exactly that, and checks what it
claims; the demo fails if one claim isn't true. The city is a copy of this repository's example
in ``.muniform/demo/city``, with its lab beside it. Simulated: the switches (they have no data
plane). Real: routers, server, desktops, DNS and the packets between them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEFAULT = ROOT / ".muniform" / "demo" / "city"
BIN = Path(sys.executable).parent
SITES = ("data_center_1", "library_5", "fire_station_3")
"""What the lab plays: with all 34 sites two cores would be busy for a long time."""
BOLD, DIM, GREEN, RED, PLAIN = (
    ("\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[0m")
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    else ("",) * 5
)


class ClaimError(Exception):
    """Something the demo said is not true."""


class Stage:
    """Runs commands in front of the reader and keeps the time."""

    def __init__(self, city: Path) -> None:
        self.city = city
        self.times: list[tuple[str, float]] = []
        self._title = ""
        self._since = time.monotonic()

    def step(self, title: str, why: str) -> None:
        self.close()
        self._title, self._since = title, time.monotonic()
        print(f"\n{BOLD}{len(self.times) + 1}. {title}{PLAIN}\n{DIM}{why}{PLAIN}", flush=True)

    def close(self) -> None:
        if self._title:
            self.times.append((self._title, time.monotonic() - self._since))
            self._title = ""

    def run(self, *command: str, code: int = 0, shown: int = 40) -> str:
        """Run a command in the city's repository; its exit code is a claim too."""
        print(f"{GREEN}$ {' '.join(command)}{PLAIN}", flush=True)
        done = subprocess.run(
            [str(BIN / command[0]), *command[1:]] if (BIN / command[0]).exists() else command,
            cwd=self.city,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        _print_some(done.stdout.splitlines(), shown)
        claim(
            done.returncode == code,
            f"{command[0]} ends with {code}, not {done.returncode}",
            done.stdout,
        )
        return done.stdout


def claim(true: bool, what: str, evidence: str = "") -> None:
    """Check something that the demo says."""
    if not true:
        raise ClaimError(f"{what}\n{evidence[-4000:]}")


def _print_some(lines: Sequence[str], shown: int) -> None:
    for line in lines[:shown]:
        print(f"  {line}")
    if len(lines) > shown:
        print(f"  {DIM}... {len(lines) - shown} more lines{PLAIN}")
    sys.stdout.flush()


def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MUNIFORM_", "ANSIBLE_"))}
    return {
        **kept,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".cache" / "collections"),
    }


def make_city(city: Path) -> None:
    """A repository of its own, as a city would have it: inventory, playbooks, roles."""
    shutil.rmtree(city, ignore_errors=True)
    city.mkdir(parents=True)
    for name in ("inventory", "playbooks", "roles", "ansible.cfg", ".gitignore"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, city / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, city / name)
    _git(city, "init", "-q", "-b", "main")
    _git(city, "config", "user.name", "Demo Engineer")
    _git(city, "config", "user.email", "engineer@portaurelia.example")
    commit(city, "Declare the city")


def commit(city: Path, message: str) -> None:
    _git(city, "add", "-A")
    _git(city, "commit", "-q", "-m", message)


def _git(city: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=city, check=True)


def lab_down(city: Path) -> None:
    if (city / "inventory").is_dir():
        muniform = str(BIN / "muniform")
        subprocess.run([muniform, "lab", "down"], cwd=city, env=_environment(), check=False)


def demo(stage: Stage) -> None:
    declared_city(stage)
    build_lab(stage)
    provision(stage)
    roll_out(stage)
    verify_from_the_desktop(stage)
    change_nothing(stage)
    repair_a_change_by_hand(stage)
    survive_a_cut(stage)


def declared_city(stage: Stage) -> None:
    stage.step(
        "A city, declared",
        "34 facilities from a few files each: checked, rendered, and shown as what follows.",
    )
    stage.run("muniform", "check")
    stage.run("muniform", "show", "city", shown=50)
    stage.run("muniform", "show", "site", "fire_station_3", shown=60)
    stage.run("muniform", "explain", "fs03-sw1", "ntp")
    written = stage.city / ".muniform" / "rendered"
    stage.run("muniform", "render", "--out", str(written))
    claim(len(list(written.rglob("*.cfg"))) > 100, "every device of the city is rendered")
    stage.run("ansible-inventory", "--graph", "fire_station_3", shown=16)


def build_lab(stage: Stage) -> None:
    stage.step(
        "A lab of three of its sites",
        "The hub of the WAN, a library and a fire station: all blank, unreachable from outside.",
    )
    stage.run("muniform", "lab", "up", *SITES)


def provision(stage: Stage) -> None:
    stage.step("Sites come into being", "Pulumi makes each site's DNS records in a real BIND.")
    for site in SITES:
        stage.run("muniform", "site", "up", site, "--yes", shown=6)
    again = stage.run("muniform", "site", "up", "fire_station_3", "--yes")
    claim("nothing to do" in again, "a second 'site up' changes nothing", again)


def roll_out(stage: Stage) -> None:
    stage.step(
        "From blank to the standard",
        "Plan, then a canary, then site by site; the fire "
        "station last. Switches are simulated; routers and hosts are real.",
    )
    answer = resolve(stage.city, "fs03-sw1.infra.portaurelia.example")
    claim(answer is None, "before the rollout the desktop can't resolve a name", str(answer))
    print("  (the fire station's desktop cannot resolve a name yet: no gateway answers)")
    stage.run("muniform", "plan", "--target", "fs03-rtr1", "--target", "fs03-sw2", code=2, shown=32)
    said = stage.run("muniform", "rollout", "--commit", "HEAD", "--yes", shown=400)
    waves = [line.split(":")[0] for line in said.splitlines() if line.startswith("wave ")]
    claim(
        waves[0] == "wave canary" and waves[-1] == "wave fire_station_3",
        "the canary comes first and public safety last",
        said,
    )


def verify_from_the_desktop(stage: Stage) -> None:
    stage.step(
        "Seen from the fire station's desktop",
        "It resolves a name through the new DNS and is routed over the WAN.",
    )
    found = stage.run("ansible", "fs03-ws1", "-a", "dig +short fs03-sw1.infra.portaurelia.example")
    claim("10.18.254.11" in found, "the desktop resolves a switch's name", found)
    first = stage.run("ansible", "fs03-ws1", "-b", "-a", "ping -c 1 -W 2 -t 1 10.1.1.10", code=2)
    claim("10.18.10.1" in first, "the first hop is the fire station's router", first)
    second = stage.run("ansible", "fs03-ws1", "-b", "-a", "ping -c 1 -W 2 -t 2 10.1.1.10", code=2)
    claim("10.0.0.36" in second, "the second hop is the data centre's end of the WAN", second)
    stage.run("ansible", "fs03-ws1", "-b", "-a", "ping -c 1 -W 2 10.1.1.10")


def change_nothing(stage: Stage) -> None:
    stage.step("The same commit again", "A second rollout has nothing to do on any target.")
    said = stage.run("muniform", "rollout", "--commit", "HEAD", "--yes")
    claim("nothing to do" in said, "the second rollout is a no-op", said)


def repair_a_change_by_hand(stage: Stage) -> None:
    stage.step("Somebody changes a switch by hand", "Drift finds it; a rollout brings it back.")
    lines = ("interface TenGigabitEthernet1/0/2", "switchport access vlan 40", "shutdown")
    print(f"{GREEN}$ ssh fs03-sw1   (configure terminal; {'; '.join(lines)}){PLAIN}")
    type_on_switch(stage.city, "fs03-sw1", lines)
    found = stage.run("muniform", "drift", code=2)
    claim(
        "fs03-sw1: drifted" in found and "1 drifted" in found, "exactly that switch drifted", found
    )
    stage.run("muniform", "rollout", "--yes", "--target", "fs03-sw1")
    stage.run("muniform", "drift", "--target", "fs03-sw1")


def survive_a_cut(stage: Stage) -> None:
    stage.step(
        "A change that cuts off its own management",
        "The library's uplink is declared on the wrong port: valid, and fatal. The device "
        "takes it back by itself, and the rollout stops.",
    )
    site = stage.city / "inventory" / "sites" / "library_5.yml"
    good = site.read_text()
    site.write_text(good + "uplinks: {sw1: TenGigabitEthernet1/1/2}\n")
    commit(stage.city, "Move the library's uplink")
    stage.run("git", "show", "--format=%s", "--unified=0", "HEAD", shown=12)
    said = stage.run("muniform", "rollout", "--commit", "HEAD", "--yes", code=1, shown=60)
    claim("lb05-sw1: reverted" in said, "the switch reverted by itself", said)
    claim("stopped at lb05-sw1" in said, "the rollout stopped", said)
    site.write_text(good)
    commit(stage.city, "Put the library's uplink back where it is plugged in")
    said = stage.run("muniform", "drift")
    claim("0 drifted, 0 unreadable" in said, "everything is reachable and as declared", said)
    stage.run("muniform", "journal", "verify")


def resolve(city: Path, name: str) -> str | None:
    """What the fire station's desktop gets for a name now."""
    done = subprocess.run(
        [str(BIN / "ansible"), "fs03-ws1", "-a", f"dig +short +time=1 +tries=1 {name}"],
        cwd=city, env=_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout if done.returncode == 0 else None


def type_on_switch(city: Path, name: str, lines: Sequence[str]) -> None:
    """What an engineer in a hurry types, through Netmiko, with the switch's host key checked."""
    script = (
        "import json, sys; from netmiko import ConnectHandler\n"
        "told = json.load(sys.stdin)\n"
        "with ConnectHandler(**told['login']) as device:\n"
        "    device.send_config_set(told['lines']); device.save_config()\n"
    )
    octets = "127.18.254.11"
    state = city / ".muniform"
    login = {
        "device_type": "cisco_ios", "host": octets, "port": 20022, "username": "muniform",
        "password": (state / "secrets" / "automation_password").read_text().strip(),
        "ssh_strict": True, "alt_host_keys": True, "alt_key_file": str(state / "known_hosts"),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps({"login": login, "lines": list(lines)}),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    claim(done.returncode == 0, f"the change by hand on {name} is taken", done.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--down", action="store_true", help="remove the demo's lab")
    parser.add_argument("--city", type=Path, default=DEFAULT, help="where the demo's city is made")
    told = parser.parse_args()
    lab_down(told.city)
    if told.down:
        return 0
    started = time.monotonic()
    make_city(told.city)
    stage = Stage(told.city)
    try:
        demo(stage)
    except ClaimError as problem:
        print(f"\n{RED}The demo failed: {problem}{PLAIN}", file=sys.stderr)
        print("The lab is still up for a look; make demo-down removes it.", file=sys.stderr)
        give_back(told.city)
        return 1
    stage.close()
    print(f"\n{BOLD}Every claim was checked.{PLAIN} {time.monotonic() - started:.0f} s in all:")
    for number, (title, seconds) in enumerate(stage.times, 1):
        print(f"  {number}. {title}: {seconds:.0f} s")
    give_back(told.city)
    print(
        f"The city's lab is still up: cd {_short(told.city)} && muniform plan"
        "\nmake demo-down removes it."
    )
    return 0


def give_back(city: Path) -> None:
    """Under sudo: the city belongs to the engineer who started the demo, not to root."""
    owner, group = os.environ.get("SUDO_UID"), os.environ.get("SUDO_GID")
    if owner and group:
        subprocess.run(["chown", "-R", f"{owner}:{group}", str(city.parent)], check=True)


def _short(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    sys.exit(main())
