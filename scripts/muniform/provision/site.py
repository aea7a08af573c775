"""What can be done with a site's stack: look ahead, make, look for drift, retire.

Every operation first reads reality anew (the engine's refresh), so that what somebody changed by
hand shows in a plan and is repaired by the next ``up``.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from pulumi.automation import CommandError, Stack, StackNotFoundError
from pulumi.automation.events import EngineEvent

from muniform.errors import ProvisionError, UsageError
from muniform.model import City, Site
from muniform.provision import steps
from muniform.provision.engine import failure, held, locks_folder, work_folder, workspace
from muniform.provision.locks import clear_stale
from muniform.provision.program import site_program
from muniform.provision.settings import ProvisionSettings

CREATING = "creating"
"""The engine's word for an operation that it began and didn't see end."""

Operation = Callable[[Callable[[EngineEvent], None]], object]


def preview(city: City, site_id: str, settings: ProvisionSettings) -> steps.SitePlan:
    """What ``up`` would do now. Changes nothing, but asks the servers.

    Raises ProvisionError; also where a server would refuse what ``up`` is going to ask for.
    """
    site = _site(city, site_id)
    stack = _open(settings, site.id, site_program(city, site), Stack.create_or_select)
    events, _ = _run(
        settings, stack, lambda on: stack.preview(on_event=on, refresh=True, color="never")
    )
    return steps.planned(site.id, events)


def up(city: City, site_id: str, settings: ProvisionSettings) -> steps.SiteResult:
    """Make the site as declared. Run again it changes nothing. Raises ProvisionError.

    After an error the next run goes on from what was made.
    """
    site = _site(city, site_id)
    stack = _open(settings, site.id, site_program(city, site), Stack.create_or_select)
    was_cut_off = bool(_cut_off(settings, stack))
    events, elapsed = _run(
        settings,
        stack,
        lambda on: stack.up(on_event=on, refresh=True, color="never", show_secrets=False),
    )
    if was_cut_off:  # everything is made now, but the engine would never forget what it began
        _run(
            settings,
            stack,
            lambda on: stack.refresh(clear_pending_creates=True, on_event=on, color="never"),
        )
    return steps.done(site.id, events, elapsed)


def drift(city: City, site_id: str, settings: ProvisionSettings) -> steps.SitePlan:
    """What differs in reality from what ``up`` last made. Changes nothing, not even the state.

    A site that was never made has none.
    """
    name = _stack_name(city, site_id)
    try:
        stack = _open(settings, name, _nothing, Stack.select)
    except StackNotFoundError:
        _site(city, site_id)
        return steps.SitePlan(name, (), (), 0)
    events, _ = _run(
        settings, stack, lambda on: stack.refresh(preview_only=True, on_event=on, color="never")
    )
    return steps.planned(name, events)


def retire(city: City, site_id: str, settings: ProvisionSettings) -> steps.SiteResult:
    """Remove everything that ``up`` made, then the stack. A site never made is no error.

    Works also after the site has left the inventory, since the stack knows what it made.
    """
    name = _stack_name(city, site_id)
    try:
        stack = _open(settings, name, _nothing, Stack.select)
    except StackNotFoundError:
        _site(city, site_id)
        return steps.SiteResult(name, (), (), 0, 0.0)
    begun = _cut_off(settings, stack)
    if begun:
        _finish_first(city, name, settings, begun)
    events, elapsed = _run(
        settings,
        stack,
        lambda on: stack.destroy(on_event=on, refresh=True, color="never", show_secrets=False),
    )
    with _explained(settings, name, events):
        stack.workspace.remove_stack(name)
    shutil.rmtree(work_folder(settings, name))
    return steps.done(name, events, elapsed)


def _cut_off(settings: ProvisionSettings, stack: Stack) -> tuple[str, ...]:
    """The resources that a killed run had begun to make: they may exist, the state lacks them.

    Changes and removals that were begun need no care: the resource is in the state, and read anew.
    """
    with _explained(settings, stack.name, ()):
        deployment = stack.export_stack().deployment or {}
    pending = deployment.get("pending_operations") or []
    begun = [operation["resource"]["urn"] for operation in pending if operation["type"] == CREATING]
    return tuple(sorted(urn.rpartition("::")[2] for urn in begun))


def _finish_first(
    city: City, name: str, settings: ProvisionSettings, names: tuple[str, ...]
) -> None:
    """Make the site before it is retired: only what the state knows can be removed."""
    if name not in {site.id for site in city.sites}:
        raise ProvisionError(
            f"site {name}: the last run was cut off while it made {', '.join(names)}, and the "
            "inventory doesn't have the site any more, so it can't be finished",
            f"put the site back, then: muniform site up {name} && muniform site retire {name}",
        )
    up(city, name, settings)


def _site(city: City, site_id: str) -> Site:
    try:
        return city.site(site_id)
    except KeyError:
        known = ", ".join(sorted(site.id for site in city.sites))
        raise UsageError(f"{city.name} has no site {site_id!r}", f"one of: {known}") from None


def _stack_name(city: City, site_id: str) -> str:
    """The stack's name, also of a site that is not in the inventory any more."""
    if re.fullmatch(r"[a-z][a-z0-9_]*", site_id) and site_id not in {s.code for s in city.sites}:
        return site_id
    return _site(city, site_id).id


def _nothing() -> None:
    """The program for operations that only follow the state."""


def _open(
    settings: ProvisionSettings,
    name: str,
    program: Callable[[], None],
    choose: Callable[..., Stack],
) -> Stack:
    """The stack, freed of what a dead engine left locked. Raises ProvisionError.

    StackNotFoundError passes through, for callers to whom it is an answer.
    """
    living = clear_stale(locks_folder(settings, name))
    if living:
        raise held(name, living)
    place = workspace(settings, name, program)
    with _explained(settings, name, ()):
        return choose(name, place)


def _run(
    settings: ProvisionSettings, stack: Stack, operation: Operation
) -> tuple[list[EngineEvent], float]:
    """The events of an operation and how long it took, in seconds. Raises ProvisionError."""
    events: list[EngineEvent] = []
    started = time.monotonic()
    with _explained(settings, stack.name, events):
        operation(events.append)
    return events, time.monotonic() - started


@contextmanager
def _explained(
    settings: ProvisionSettings, name: str, events: Iterable[EngineEvent]
) -> Iterator[None]:
    """The engine's failures as ProvisionErrors, except that there is no such stack."""
    try:
        yield
    except StackNotFoundError:
        raise
    except CommandError as error:
        raise failure(settings, name, error, events) from None
