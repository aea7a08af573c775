#!/usr/bin/env python3
"""Spoil rendered lines at random and count who notices: the proof that the checks can fail.

    scripts/bench/mutations.py [--lines 200] [--seed 1]

Only checks that never see the renderer's own text are asked: reading back through parsers of
others, references, whether ports of one kind are set alike, and the auditor's checklist. The lab's
simulated switch is a column of its own: it is ours, and refuses commands it does not know.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "scripts")]

from muniform.errors import RenderError  # noqa: E402
from muniform.lab.ios.arguments import Hardware  # noqa: E402
from muniform.lab.ios.defaults import blank  # noqa: E402
from muniform.lab.ios.editor import load  # noqa: E402
from muniform.model import Device  # noqa: E402
from muniform.render import render  # noqa: E402
from readback.devices import devices  # noqa: E402
from readback.expected import expected  # noqa: E402
from readback.facts import Facts  # noqa: E402
from readback.mutation import Kind, Mutation, mutate  # noqa: E402
from readback.verdict import verdict  # noqa: E402

SIMULATOR = "simulator"


@dataclass(frozen=True)
class Subject:
    """A configuration to spoil, and what it means."""

    device: Device
    text: str
    meant: Facts


@dataclass(frozen=True)
class Outcome:
    platform: str
    mutation: Mutation
    checks: frozenset[str]
    """Which checks complained."""

    @property
    def caught(self) -> bool:
        return bool(self.checks - {SIMULATOR})


def subjects() -> list[Subject]:
    """Every hand-written device whose platform renders, and is sound to begin with."""
    found = []
    for device in devices().values():
        try:
            text = render(device)
        except RenderError as error:
            print(f"left out: {error}", file=sys.stderr)
            continue
        subject = Subject(device, text, expected(device))
        if complaints := verdict(device, text, subject.meant):
            sys.exit(f"{device.platform} {device.name} is not sound unspoilt: {complaints}")
        found.append(subject)
    return found


def run(lines: int, seed: int) -> list[Outcome]:
    """``lines`` mutations, in turn over devices and kinds; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret, and repeatable on purpose
    known = subjects()
    kinds = list(Kind)
    outcomes = []
    for index in range(lines):
        subject = known[index % len(known)]
        mutation = mutate(subject.text, kinds[index // len(known) % len(kinds)], chance)
        checks = set(verdict(subject.device, mutation.text, subject.meant))
        if refused(subject, mutation.text):
            checks.add(SIMULATOR)
        outcomes.append(Outcome(subject.device.platform, mutation, frozenset(checks)))
    return outcomes


def refused(subject: Subject, text: str) -> bool:
    """Whether the lab's switch refuses a command that it takes in the unspoilt text."""
    if subject.device.platform != "ios":
        return False
    return _refusals(subject.device, text) > _refusals(subject.device, subject.text)


def _refusals(device: Device, text: str) -> int:
    hardware = Hardware(frozenset(port.name for port in device.ports), serial=device.serial)
    return len(load(text, blank(hardware), hardware))


def report(outcomes: list[Outcome]) -> None:
    """The table by platform and kind, and what nobody saw."""
    columns = (
        "meant",
        "caught",
        "read back",
        "references",
        "uniformity",
        SIMULATOR,
        "harmless",
        "noticed too",
    )
    print(f"{'platform':10}{'kind':9}" + "".join(f"{name:>14}" for name in columns))
    groups = [
        (platform, kind) for platform in sorted({o.platform for o in outcomes}) for kind in Kind
    ]
    for platform, kind in groups:
        row(
            [o for o in outcomes if (o.platform, o.mutation.kind) == (platform, kind)],
            platform,
            kind,
        )
    row(outcomes, "all", "all")
    print("\nchanged in meaning and seen by none of the checks:")
    for outcome in outcomes:
        if outcome.mutation.means and not outcome.caught:
            mutation = outcome.mutation
            change = f"{mutation.before.strip()} -> {mutation.after.strip()}"
            print(f"  {outcome.platform:9}{mutation.kind:8} {change}")


def row(outcomes: list[Outcome], platform: str, kind: str) -> None:
    meant = [o for o in outcomes if o.mutation.means]
    by = Counter(check for o in meant for check in o.checks)
    caught = sum(o.caught for o in meant)
    alarms = sum(o.caught for o in outcomes if not o.mutation.means)
    numbers = [
        len(meant),
        f"{caught} ({caught / max(1, len(meant)):.0%})",
        by["read back"],
        by["references"],
        by["uniformity"],
        by["checklist"],
        by[SIMULATOR],
        len(outcomes) - len(meant),
        alarms,
    ]
    print(f"{platform:10}{kind:9}" + "".join(f"{number!s:>14}" for number in numbers))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=200, help="how many lines to spoil")
    parser.add_argument("--seed", type=int, default=1, help="which lines")
    arguments = parser.parse_args()
    start = time.monotonic()
    outcomes = run(arguments.lines, arguments.seed)
    print(f"seed {arguments.seed}, {arguments.lines} lines, {time.monotonic() - start:.0f} s\n")
    report(outcomes)


if __name__ == "__main__":
    main()
