"""How many state changes the journal takes per second: one per commit, and many in one.

A state change is an event in the chain and the row beside it, durable when it returns. The
journal is made in the folder named on the command line (the present one by default), since the
disk below it decides; what is made is removed again.

    python scripts/bench/journal.py [FOLDER]
"""

from __future__ import annotations

import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path

from muniform.rollout.journal import Journal, Run, TargetState

TARGETS = tuple(f"site{number:03}-sw1" for number in range(500))
SECONDS = 3.0


def measure(journal: Journal, run: Run, size: int) -> float:
    """State changes per second, ``size`` to a commit, over about SECONDS."""
    changed = 0
    batches = cycle([TARGETS[at : at + size] for at in range(0, len(TARGETS), size)])
    states = cycle((TargetState.RUNNING, TargetState.DONE))
    start = time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        batch = next(batches)
        journal.set_states(run, batch, next(states))
        changed += len(batch)
    return changed / (time.perf_counter() - start)


def report(journal: Journal) -> None:
    """Measure and print; the ratio says what a commit costs."""
    run = journal.start_run("bench", "none", "none", TARGETS)
    single = measure(journal, run, 1)
    print(f"  1 per commit: {single:8,.0f} state changes/s")
    for size in (10, 50):
        rate = measure(journal, run, size)
        print(f"{size:3} per commit: {rate:8,.0f} state changes/s, {rate / single:.1f} x")
    start = time.perf_counter()
    found = journal.verify()
    seconds = time.perf_counter() - start
    count = found.head.count
    print(f"verify: {count:,} events in {seconds:.1f} s, {count / seconds:,.0f} events/s")
    if not found.ok:
        raise SystemExit(f"the chain doesn't hold: {found}")


def main() -> None:
    """Measure in the folder that was named, and leave nothing there."""
    parent = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    with (
        tempfile.TemporaryDirectory(dir=parent) as folder,
        Journal.open(Path(folder) / "journal.sqlite") as journal,
    ):
        report(journal)


if __name__ == "__main__":
    main()
