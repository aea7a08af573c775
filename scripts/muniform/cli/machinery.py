"""Builds what plans and rollouts work with from one call's context."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from muniform import hosts
from muniform.cli.context import Context
from muniform.devices import Connector
from muniform.model import City
from muniform.results import Result
from muniform.rollout import Journal, Machinery, assembled, city_journal

OS_SUFFIX = ".os"
"""A router's operating system is planned apart from its routing: ``fs03-rtr1.os``."""


def systems(city: City) -> dict[str, hosts.HostTarget]:
    """Every operating system that roles look after, by its name as a target."""
    devices = {device.name for device in city.devices}
    return {
        f"{target.name}{OS_SUFFIX}" if target.name in devices else target.name: target
        for target in hosts.targets(city)
    }


def connector(context: Context, city: City) -> Connector:
    return Connector(context.reach(city), context.secrets, context.state)


def host_runner(context: Context) -> Callable[[Sequence[str], bool], tuple[Result, ...]]:
    """Runs the playbooks of this context's files."""
    settings = hosts.RunSettings.of(context.root, context.state)

    def run(targets: Sequence[str], check: bool) -> tuple[Result, ...]:
        names = {target.removesuffix(OS_SUFFIX): target for target in targets}
        found = hosts.run(tuple(names), check=check, settings=settings, progress=_quiet)
        return tuple(replace(result, target=names[result.target]) for result in found)

    return run


def open_journal(context: Context) -> Journal:
    return city_journal(context.state, context.secrets)


def machinery(context: Context, city: City, journal: Journal, kind: str = "rollout") -> Machinery:
    """``kind`` is what the journal calls a run, and what backups were made before."""
    runner = host_runner(context)
    return assembled(city, context.state, context.secrets, journal, runner, kind)


def _quiet(_: str) -> None:
    """Results are shown when they are whole; nothing is said in between."""
