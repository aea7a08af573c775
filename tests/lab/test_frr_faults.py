"""A real FRR router, every fault, every step: it is on its old or on its new configuration.

The faults are made around the router, see ``struck_router``; the steps are the requests that the
driver makes of it. After each transaction the fault is gone, the router is asked over a new
connection, and looked into from its console.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum

import pytest

from fake_device import Notes
from frr_router import BASE, MANAGEMENT, containers, made_key
from muniform.devices import (
    Approved,
    Tools,
    Transaction,
    difference,
    fingerprint,
    normalise,
)
from muniform.devices.deadlines import DEFAULT, Deadlines
from muniform.errors import DeviceError
from muniform.lab.simulated.faults import Strike
from muniform.masking import Secret
from muniform.model import City, Device
from muniform.results import Result, Status
from struck_router import StruckRouter, Trap, struck

# The first test waits for all cases: they run side by side, in the fixture.
pytestmark = [pytest.mark.lab, pytest.mark.slow, pytest.mark.timeout(1200)]

ROUTERS = tuple(f"127.88.1.{number}" for number in range(1, 7))
KEY = Secret("hash_key", "key")
IMPATIENT = Deadlines(
    opening=12, reading=6, looking=8, staging=10, committing=15, confirming=6, reverting=12,
    cleaning=10, closing=3,
)  # fmt: skip
TIMER, LONG_TIMER = 30, 180
"""Seconds that the router waits for a confirmation; the longer one behind a slow link."""
CHANGED = BASE.replace("LAN trunk", "LAN of the station").replace(
    " passive-interface default\n",
    " log-adjacency-changes detail\n passive-interface default\n area 0.0.0.7 range 10.18.0.0/16\n",
)
CUT_OFF = CHANGED.replace(f"{MANAGEMENT}/32", "10.0.240.99/32")
ENDS_ON = {
    Status.CHANGED: "after",
    Status.UNCHANGED: "after",
    Status.REVERTED: "before",
    Status.REFUSED: "before",
    Status.STALE: "before",
    Status.UNREACHABLE: "before",
}


UNSAVED = "after, not saved"


class Step(StrEnum):
    """A request of the driver's. There is none for a comparison: a transaction compares what it
    has read with what it has loaded, and the router itself compares again within the commit."""

    READ = "read"
    LOOK = "look"
    STAGE = "check"
    COMMIT = "commit"
    CONFIRM = "confirm"
    ROLLBACK = "rollback"
    SAVE = "save"
    CLEAN = "tidy"


Fault = Callable[[StruckRouter], AbstractContextManager[None]]


@dataclass(frozen=True)
class Case:
    """A fault that is on while a transaction runs."""

    id: str
    fault: Fault
    after: str = CHANGED
    timer: int = TIMER
    deadlines: Deadlines = IMPATIENT
    expected: frozenset[Status] = frozenset(ENDS_ON)
    found: str = "before"
    """How the router stood when the transaction came."""

    def ends_on(self, status: Status) -> str:
        """A transaction that says it has done nothing has done nothing."""
        left_alone = (Status.REFUSED, Status.STALE, Status.UNREACHABLE)
        return self.found if status in left_alone else ENDS_ON[status]


@dataclass(frozen=True)
class Outcome:
    """What came of a case. ``seconds`` is how long the transaction took."""

    result: Result
    standing: str
    left: str
    kinds: tuple[str, ...]
    requests: tuple[str, ...]
    acted: tuple[bool, ...]
    seconds: float


# --- faults ------------------------------------------------------------------------------------


@contextmanager
def nothing(_: StruckRouter) -> Iterator[None]:
    yield


def striking(strike: Strike, step: Step) -> Fault:
    """Once, at the first request of its kind."""

    @contextmanager
    def fault(struck: StruckRouter) -> Iterator[None]:
        if step is Step.ROLLBACK:
            # Somebody has a reason to take the change back: what it answered was lost.
            struck.traps.append(Trap(Step.COMMIT, lambda: struck.strike(Strike.DROP_AFTER)))
        if step is Step.SAVE:
            run_unsaved(struck)
        struck.traps.append(Trap(step, lambda: struck.strike(strike)))
        yield

    return fault


def run_unsaved(struck: StruckRouter) -> None:
    """The new configuration already runs, and is not saved."""
    with struck.router.driver() as session:
        session.load_replace_candidate(config=CHANGED)
        session.commit_config(revert_in=60)
        session.confirm_commit()
    struck.router.sh(f"cat > /etc/frr/frr.conf <<'END'\n{BASE}END")


@contextmanager
def slow_link(struck: StruckRouter) -> Iterator[None]:
    struck.router.forwarder.wire.delay = 0.3
    yield


@contextmanager
def login_refused(struck: StruckRouter) -> Iterator[None]:
    keys = "/home/muniform/.ssh/authorized_keys"
    struck.router.sh(f"mv {keys} {keys}.away")
    yield
    struck.router.sh(f"mv {keys}.away {keys}")


@contextmanager
def login_refused_after_commit(struck: StruckRouter) -> Iterator[None]:
    """As if the automation account had been locked out: nobody can confirm."""
    keys = "/home/muniform/.ssh/authorized_keys"
    away, back = f"mv {keys} {keys}.away", f"sleep 20; mv {keys}.away {keys}"
    struck.traps.append(
        Trap(
            Step.COMMIT,
            lambda: console(struck, f"{away}; systemd-run --quiet bash -c '{back}'"),
        )
    )
    yield


@contextmanager
def wrong_host_key(struck: StruckRouter) -> Iterator[None]:
    """A stranger answers in the router's place."""
    struck.router.sh(
        "ssh-keygen -q -t ed25519 -N '' -f /run/stranger\n"
        "/usr/sbin/sshd -p 2222 -h /run/stranger -o PidFile=/run/stranger.pid"
    )
    struck.router.forwarder.target_port = 2222
    yield
    struck.router.forwarder.target_port = 22
    struck.router.sh("kill $(cat /run/stranger.pid); rm -f /run/stranger*")


@contextmanager
def pending_of_another(struck: StruckRouter) -> Iterator[None]:
    """Somebody waits to confirm a commit that changes nothing."""
    with struck.router.driver() as session:
        session.load_replace_candidate(config=BASE)
        session.commit_config(revert_in=60)
    yield
    with struck.router.driver() as session:
        assert session.has_pending_commit(), "what another waits for is no matter of ours"
        session.confirm_commit()


def locked_at(step: Step) -> Fault:
    """Somebody else is at work for longer than we wait, from a step on."""

    @contextmanager
    def fault(struck: StruckRouter) -> Iterator[None]:
        hold = "systemd-run --quiet --unit=test-hold flock /run/muniform/lock sleep 25"
        act = "mkdir -p -m 700 /run/muniform; touch /run/muniform/lock; " + hold
        struck.traps.append(Trap(step, lambda: console(struck, act)))
        yield
        struck.router.sh("systemctl stop test-hold; systemctl reset-failed test-hold || true")

    return fault


@contextmanager
def flash_full(struck: StruckRouter) -> Iterator[None]:
    """No room for another startup configuration."""
    struck.router.sh(
        "mkdir /run/frr-kept; cp -a /etc/frr/. /run/frr-kept/\n"
        "mount -t tmpfs -o size=64k tmpfs /etc/frr; cp -a /run/frr-kept/. /etc/frr/\n"
        "chown frr:frr /etc/frr; head -c 100000 /dev/zero > /etc/frr/frr.conf.sav || true"
    )
    yield
    struck.router.sh("umount /etc/frr; rm -r /run/frr-kept")


def memory_full(room: int) -> Fault:
    """So many bytes are left for what a transaction keeps in memory on the router."""

    @contextmanager
    def fault(struck: StruckRouter) -> Iterator[None]:
        struck.router.sh(
            "mkdir -p -m 700 /run/muniform; touch /run/muniform/lock\n"
            f"mount -t tmpfs -o size={room},mode=700 tmpfs /run/muniform"
        )
        yield
        struck.router.sh("umount /run/muniform")

    return fault


@contextmanager
def early_timer(struck: StruckRouter) -> Iterator[None]:
    """The timer ends while the change is verified."""
    start = "systemctl start muniform-commit-confirm.service"
    struck.traps.append(Trap(Step.LOOK, lambda: console(struck, start), after=Step.COMMIT))
    yield


@contextmanager
def timer_before_confirmation(struck: StruckRouter) -> Iterator[None]:
    start = "systemctl start muniform-commit-confirm.service"
    struck.traps.append(Trap(Step.CONFIRM, lambda: console(struck, start)))
    yield


@contextmanager
def commits_other(struck: StruckRouter) -> Iterator[None]:
    """Something else runs than was committed: it was changed by hand before it is verified."""
    by_hand = "vtysh -c configure -c 'interface eth1' -c 'description by hand'"
    struck.traps.append(Trap(Step.READ, lambda: console(struck, by_hand), after=Step.COMMIT))
    yield


@contextmanager
def killed_on_the_router(struck: StruckRouter) -> Iterator[None]:
    """What carries the commit out is killed there, in its middle."""
    kill = (
        "while ! [ -e /run/muniform/pending/note.json ]; do sleep 0.02; done; sleep 0.2; "
        "pkill -KILL -fx '/usr/bin/python3 -I -'"
    )
    act = f'systemd-run --quiet bash -c "{kill}"'
    struck.traps.append(Trap(Step.COMMIT, lambda: console(struck, act)))
    yield


@contextmanager
def killed_while_it_confirms(struck: StruckRouter) -> Iterator[None]:
    """What confirms is killed there; the router's own timer is still running, or it is not."""
    kill = "sleep 0.25; pkill -KILL -fx '/usr/bin/python3 -I -'"
    struck.traps.append(
        Trap(Step.CONFIRM, lambda: console(struck, f'systemd-run --quiet bash -c "{kill}"'))
    )
    yield


def console(struck: StruckRouter, script: str) -> None:
    struck.router.sh(script)


def only(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


CASES = [
    # The longest first: several routers work through the list.
    Case("latency_600", slow_link, CHANGED, LONG_TIMER, DEFAULT, only(Status.CHANGED)),
    Case("cut_off", nothing, CUT_OFF, timer=20, expected=only(Status.REVERTED)),
    Case("locked_at_commit", locked_at(Step.COMMIT), expected=only(Status.REFUSED)),
    Case("locked_at_stage", locked_at(Step.STAGE), expected=only(Status.REFUSED)),
    Case("flash_full", flash_full, expected=only(Status.REVERTED)),
    Case("login_refused_after_commit", login_refused_after_commit,
         expected=only(Status.REVERTED, Status.CHANGED)),
    Case("killed_on_the_router", killed_on_the_router,
         expected=only(Status.REVERTED, Status.CHANGED)),
    *(
        Case(
            f"{strike.value}@{step.name.lower()}",
            striking(strike, step),
            found=UNSAVED if step is Step.SAVE else "before",
        )
        for strike in sorted(Strike, key=lambda strike: "hang" not in strike.value)
        for step in Step
    ),
    Case("none", nothing, expected=only(Status.CHANGED)),
    Case("login_refused", login_refused, expected=only(Status.REFUSED, Status.UNREACHABLE)),
    Case("wrong_host_key", wrong_host_key, expected=only(Status.REFUSED, Status.UNREACHABLE)),
    Case("pending_of_another", pending_of_another, expected=only(Status.REFUSED)),
    Case("memory_full", memory_full(4096), expected=only(Status.REFUSED)),
    Case("memory_full_at_commit", memory_full(24576), expected=only(Status.REFUSED)),
    Case("early_timer", early_timer, expected=only(Status.REVERTED)),
    Case("timer_before_confirmation", timer_before_confirmation, expected=only(Status.REVERTED)),
    Case("commits_other", commits_other, expected=only(Status.REVERTED)),
    Case("killed_while_it_confirms", killed_while_it_confirms),
]  # fmt: skip


# --- running them ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def outcomes(
    city: City, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Outcome | BaseException]]:
    folder = tmp_path_factory.mktemp("frr")
    key = made_key(folder)
    with ExitStack() as stack, ThreadPoolExecutor(len(ROUTERS)) as pool:
        start = containers(folder)
        started = pool.map(
            lambda address: stack.enter_context(struck(start, folder, address, key, IMPATIENT)),
            ROUTERS,
        )
        free: queue.SimpleQueue[StruckRouter] = queue.SimpleQueue()
        for each in started:
            free.put(each)

        def run(case: Case) -> Outcome | BaseException:
            router = free.get()
            try:
                outcome = carried_out(router, case, city.device("fs03-rtr1"))
                status, where = outcome.result.status.value, outcome.standing
                print(f"{case.id:28} {status:12} {where:8} {outcome.seconds:5.1f} s")
                return outcome
            except Exception as error:  # told by the one case, not by all
                return error
            finally:
                free.put(router)

        yield dict(zip([case.id for case in CASES], pool.map(run, CASES), strict=True))


def carried_out(struck: StruckRouter, case: Case, declared: Device) -> Outcome:
    """One transaction under one fault, and how the router stands when the fault is gone."""
    struck.reset()
    struck.deadlines = case.deadlines
    baseline = replace(declared.baseline, confirm_seconds=case.timer)
    device = replace(declared, baseline=baseline)
    notes = Notes()
    with case.fault(struck):
        began = time.monotonic()
        result = transaction(struck, device, case.after, notes).run()
        seconds = time.monotonic() - began
        struck.mend()
    standing = found(struck, device, case.after)
    left = struck.left()
    return Outcome(
        result,
        standing,
        left,
        tuple(notes.kinds),
        tuple(struck.requests),
        tuple(struck.acted),
        seconds,
    )


def transaction(struck: StruckRouter, device: Device, after: str, notes: Notes) -> Transaction:
    old, new = normalise(BASE, "frr"), normalise(after, "frr")
    diff = fingerprint(difference(old, new), KEY)
    approved = Approved(fingerprint(old, KEY), fingerprint(new, KEY), diff)
    tools = Tools(struck.connect, KEY, notes, notes, notes, committing=20.0)
    return Transaction(device, after, approved, tools)


def found(struck: StruckRouter, device: Device, after: str) -> str:
    """``before``, ``after`` or ``neither``, read over a new connection; it may be starting."""
    deadline = time.monotonic() + 20
    while True:
        try:
            driver = struck.connect(device)
            try:
                snapshot = driver.snapshot()
            finally:
                driver.close()
            break
        except DeviceError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)
    known = {normalise(BASE, "frr"): "before", normalise(after, "frr"): "after"}
    stores = [known.get(normalise(text, "frr"), "neither") for text in
              (snapshot.running, snapshot.startup)]  # fmt: skip
    return stores[0] if stores[0] == stores[1] else UNSAVED


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_whatever_happens_the_router_is_old_or_new_and_the_record_says_which(
    outcomes: dict[str, Outcome | BaseException], case: Case
) -> None:
    outcome = outcomes[case.id]
    if isinstance(outcome, BaseException):
        raise outcome
    result = outcome.result
    said = f"{result.status}: {result.message}\n{outcome.kinds}\n{result.evidence}"
    assert result.status in case.expected, said
    assert outcome.standing == case.ends_on(result.status), said
    assert outcome.left == "", said
    assert result.evidence, said
    assert outcome.kinds[-1] == result.status.value, said


@pytest.mark.parametrize("step", Step)
def test_the_steps_are_those_of_a_transaction(
    outcomes: dict[str, Outcome | BaseException], step: Step
) -> None:
    """Else a fault would wait at a step that nobody comes to."""
    outcome = outcomes[f"drop@{step.name.lower()}"]
    assert isinstance(outcome, Outcome)
    assert step in outcome.requests


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("strike", [strike for strike in Strike if strike.value.endswith("_after")])
def test_what_strikes_after_a_step_strikes_when_it_is_done(
    outcomes: dict[str, Outcome | BaseException], strike: Strike, step: Step
) -> None:
    outcome = outcomes[f"{strike.value}@{step.name.lower()}"]
    assert isinstance(outcome, Outcome)
    assert outcome.acted
    assert all(outcome.acted)
