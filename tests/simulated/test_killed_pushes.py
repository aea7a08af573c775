"""kill -9 at every step, on every platform: the next start knows what is and goes on.

The switches live in this process; what pushes to them is a process of its own, killed as soon as
its journal says that it has come to a step.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

import push_once
from device_fleet import EXAMPLES, Fleet, Member, fleet
from journal_watch import await_step
from muniform.model import City, load_city
from muniform.results import Status
from simulated_devices import Identities

# The first test waits for all cases: they run side by side, in the fixture.
pytestmark = [pytest.mark.lab, pytest.mark.slow, pytest.mark.timeout(1200)]

STEPS = ("read", "backup", "stage", "commit", "reconnect", "probes", "confirm")
NETWORKS = {"ios": "127.89.1", "eos": "127.89.2", "junos": "127.89.3", "procurve": "127.89.4"}
AT_ONCE = 4
"""Processes: each needs seconds of CPU to start."""


@dataclass(frozen=True)
class Killed:
    """How a switch stood after the next start, and what that said."""

    came_so_far: bool
    at_once: str
    """What it ran when the process had been killed."""
    told: str
    """What the next start said before it did anything."""
    status: Status
    message: str
    standing: str
    left: tuple[str, ...]


@pytest.fixture(scope="module")
def big_city(root: Path) -> City:
    return load_city(root / "inventory")


@pytest.fixture(scope="module", params=sorted(EXAMPLES))
def killed(
    request: pytest.FixtureRequest,
    big_city: City,
    tmp_path_factory: pytest.TempPathFactory,
    identities: Identities,
) -> Iterator[dict[str, Killed]]:
    platform: str = request.param
    folder = tmp_path_factory.mktemp(platform)
    network = NETWORKS[platform]
    with fleet(big_city, platform, len(STEPS), network, folder, identities) as playing:

        def one(number: int) -> Killed:
            # A journal of its own: all are clones of one name.
            own = folder / f"run{number}"
            own.mkdir()
            for name in ("secrets", "known_hosts", "certificates"):
                (own / name).symlink_to(folder / name)
            member = playing.members[number]
            return _kill(playing, big_city, member, STEPS[number], own, network, number + 1)

        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            yield dict(zip(STEPS, pool.map(one, range(len(STEPS))), strict=True))


def _kill(
    playing: Fleet,
    city: City,
    member: Member,
    step: str,
    folder: Path,
    network: str,
    number: int,
) -> Killed:
    platform = member.device.platform
    script = str(Path(push_once.__file__))
    process = subprocess.Popen(
        [sys.executable, script, str(folder), network, platform, str(number)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    came = await_step(process, folder / "journal.sqlite", step)
    process.kill()
    process.communicate()
    at_once = playing.standing(member)
    result, told = push_once.push(city, member.device, folder, network)
    standing = playing.standing(member)
    left = playing.background.call(lambda: member.simulated.residue())
    return Killed(
        came, at_once, "".join(told[:1]), result.status, result.message, standing, tuple(left)
    )


@pytest.mark.parametrize("step", STEPS)
def test_after_a_kill_the_next_start_reaches_a_known_state(
    killed: dict[str, Killed], step: str
) -> None:
    outcome = killed[step]
    assert outcome.came_so_far, outcome.message
    # Until the commit has been journaled nothing is changed.
    assert outcome.at_once in ({"before"} if step in STEPS[:3] else {"before", "after"})
    # From the confirmation on a switch may be faster than the kill.
    interrupted = "was interrupted; reading again what it was working on"
    assert interrupted in outcome.told or (step == "confirm" and not outcome.told)
    assert outcome.status in (Status.CHANGED, Status.UNCHANGED), outcome.message
    assert outcome.standing == "after"
    assert outcome.left == ()
