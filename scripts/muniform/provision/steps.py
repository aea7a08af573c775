"""What the engine says it would do or did, as values. Pure: its events in, steps out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pulumi.automation.events import EngineEvent, OpType, StepEventMetadata, StepEventStateMetadata


class StepOp(StrEnum):
    """What happens to one resource."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    DRIFT = "drift"
    """Differs in reality from what was last made here."""
    GONE = "gone"
    """Was made here and is not there any more."""

    @property
    def symbol(self) -> str:
        """The sign that stands before such a step in a plan."""
        return {"create": "+", "delete": "-", "gone": "-"}.get(self.value, "~")


OPS: Mapping[OpType, StepOp] = {
    OpType.CREATE: StepOp.CREATE,
    OpType.UPDATE: StepOp.UPDATE,
    OpType.REPLACE: StepOp.REPLACE,
    OpType.DELETE: StepOp.DELETE,
}


@dataclass(frozen=True)
class SiteStep:
    """One resource's change. ``detail`` has a line for each property: ``ttl: 60 -> 3600``."""

    op: StepOp
    urn: str
    type: str
    name: str
    detail: tuple[str, ...]

    def __str__(self) -> str:
        lines = [
            f"{self.op.symbol} {self.op.value} {self.name}",
            *(f"    {d}" for d in self.detail),
        ]
        return "\n".join(lines)


@dataclass(frozen=True)
class SitePlan:
    """What ``up`` would do at a site, and what somebody else changed since it ran last.

    ``unchanged`` counts the resources that stay as they are.
    """

    site: str
    steps: tuple[SiteStep, ...]
    drift: tuple[SiteStep, ...]
    unchanged: int


@dataclass(frozen=True)
class SiteResult:
    """What was done at a site, and what drift it met. ``elapsed`` is in seconds."""

    site: str
    steps: tuple[SiteStep, ...]
    drift: tuple[SiteStep, ...]
    unchanged: int
    elapsed: float


def planned(site: str, events: Iterable[EngineEvent]) -> SitePlan:
    """The plan in the events of a preview or of a refresh."""
    refreshed, operations = _sorted_out(events)
    return SitePlan(site, _changes(operations), _drift(refreshed), _same(refreshed, operations))


def done(site: str, events: Iterable[EngineEvent], elapsed: float) -> SiteResult:
    """What an update did."""
    plan = planned(site, events)
    return SiteResult(site, plan.steps, plan.drift, plan.unchanged, elapsed)


def _sorted_out(
    events: Iterable[EngineEvent],
) -> tuple[list[StepEventMetadata], list[StepEventMetadata]]:
    """The results of reading resources anew, and those of the operations after it.

    A step announces itself as a refresh, but its result is told as same, update or delete, like
    an operation's: what belongs to what follows from the order for each resource.
    """
    refreshing: set[str] = set()
    refreshed: list[StepEventMetadata] = []
    operations: list[StepEventMetadata] = []
    for event in events:
        if event.resource_pre_event and event.resource_pre_event.metadata.op is OpType.REFRESH:
            refreshing.add(event.resource_pre_event.metadata.urn)
        elif event.res_outputs_event:
            step = event.res_outputs_event.metadata
            if _is_resource(step):
                (refreshed if step.urn in refreshing else operations).append(step)
            refreshing.discard(step.urn)
    return refreshed, operations


def _is_resource(step: StepEventMetadata) -> bool:
    """Whether something stands behind it; stacks, components and providers are bookkeeping."""
    state = step.new or step.old
    return bool(state and state.custom) and not step.type.startswith("pulumi:")


def _changes(operations: Iterable[StepEventMetadata]) -> tuple[SiteStep, ...]:
    steps = (
        _step(OPS[step.op], step, _inputs(step.old), _inputs(step.new))
        for step in operations
        if step.op in OPS
    )
    return tuple(sorted(steps, key=lambda step: step.name))


def _drift(refreshed: Iterable[StepEventMetadata]) -> tuple[SiteStep, ...]:
    steps = []
    for step in refreshed:
        before, now = _outputs(step.old), _outputs(step.new)
        if before != now:
            op = StepOp.DRIFT if step.new else StepOp.GONE
            steps.append(_step(op, step, before, now))
    return tuple(sorted(steps, key=lambda step: step.name))


def _same(refreshed: list[StepEventMetadata], operations: list[StepEventMetadata]) -> int:
    return sum(1 for step in operations or refreshed if step.op is OpType.SAME)


def _step(
    op: StepOp, step: StepEventMetadata, before: Mapping[str, Any], after: Mapping[str, Any]
) -> SiteStep:
    keys = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
    detail = tuple(_line(key, before.get(key), after.get(key)) for key in keys)
    return SiteStep(op, step.urn, step.type, step.urn.rpartition("::")[2], detail)


def _line(key: str, before: object, after: object) -> str:
    """A property that one side lacks has come or gone with its resource: the sign says which."""
    if before is None or after is None:
        return f"{key}: {_shown(after if before is None else before)}"
    return f"{key}: {_shown(before)} -> {_shown(after)}"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)


def _inputs(state: StepEventStateMetadata | None) -> Mapping[str, Any]:
    return (state.inputs or {}) if state else {}


def _outputs(state: StepEventStateMetadata | None) -> Mapping[str, Any]:
    return (state.outputs or {}) if state else {}
