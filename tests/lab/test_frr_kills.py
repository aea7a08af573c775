"""kill -9 at every step of a push to a real FRR router: the next start knows what is and goes on.

The router runs the declared configuration but for one description. What pushes to it is a process
of its own, killed as soon as its journal says that it has come to a step.
"""

from __future__ import annotations

import queue
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

import push_router
from frr_router import Router, containers, playing
from journal_watch import await_step
from muniform.devices import normalise
from muniform.lab.credentials import ensure_secrets, public_key
from muniform.lab.secret_names import lab_secrets
from muniform.render import render
from muniform.results import Status
from muniform.secrets import SecretStore
from push_router import ROUTER, RouterReach

# The first test waits for all cases: they run side by side, in the fixture.
pytestmark = [pytest.mark.lab, pytest.mark.slow, pytest.mark.timeout(1200)]

STEPS = ("read", "backup", "stage", "commit", "reconnect", "probes", "confirm")
ROUTERS = tuple(f"127.88.3.{number}" for number in range(1, len(STEPS) + 1))
SHORT_TIMER, TIMER = 15, 60
"""Seconds: of what is killed, whose commit has to run out, and of what comes after it."""


@dataclass(frozen=True)
class Killed:
    """How the router stood after the next start, and what that said."""

    came_so_far: bool
    status: Status
    message: str
    running: str
    startup: str
    left: str


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with secrets, the account's key among them."""
    folder = tmp_path_factory.mktemp("frr")
    secrets, wanted = folder / "secrets", lab_secrets(push_router.declared())
    ensure_secrets(secrets, wanted)
    public_key(secrets, wanted.ssh_key)
    return folder


@pytest.fixture(scope="module")
def intended(state: Path) -> str:
    return SecretStore(state / "secrets").resolve(render(push_router.declared().device(ROUTER)))


@pytest.fixture(scope="module")
def killed(state: Path, intended: str) -> Iterator[dict[str, Killed]]:
    key = state / "secrets" / lab_secrets(push_router.declared()).ssh_key
    before = intended.replace(" description ", " description formerly ", 1)
    assert before != intended
    with ExitStack() as stack, ThreadPoolExecutor(len(ROUTERS)) as pool:
        free: queue.SimpleQueue[Router] = queue.SimpleQueue()
        start = containers(state)
        for router in pool.map(
            lambda address: stack.enter_context(playing(start, state, address, key)), ROUTERS
        ):
            router.base = before
            free.put(router)

        def one(step: str) -> Killed:
            router = free.get()
            try:
                return _kill(router, step, state)
            finally:
                free.put(router)

        yield dict(zip(STEPS, pool.map(one, STEPS), strict=True))


def _kill(router: Router, step: str, state: Path) -> Killed:
    router.reset()
    # A journal of its own: all are the same router.
    own = state / f"run-{step}"
    own.mkdir()
    for name in ("secrets", "known_hosts"):
        (own / name).symlink_to(state / name)
    script = str(Path(push_router.__file__))
    process = subprocess.Popen(
        [sys.executable, script, str(own), router.address, str(router.port), str(SHORT_TIMER)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    came = await_step(process, own / "journal.sqlite", step)
    process.kill()
    said, _ = process.communicate()
    result = push_router.push(own, RouterReach(router.address, router.port), TIMER)
    return Killed(
        came,
        result.status,
        f"{result.message} {said}",
        router.running(),
        router.startup(),
        router.leftovers(),
    )


@pytest.mark.parametrize("step", STEPS)
def test_after_a_kill_the_next_start_reaches_a_known_state(
    killed: dict[str, Killed], intended: str, step: str
) -> None:
    outcome = killed[step]
    assert outcome.came_so_far, outcome.message
    assert outcome.status in (Status.CHANGED, Status.UNCHANGED), outcome.message
    assert normalise(outcome.running, "frr") == normalise(intended, "frr")
    assert normalise(outcome.startup, "frr") == normalise(intended, "frr")
    assert outcome.left == ""
