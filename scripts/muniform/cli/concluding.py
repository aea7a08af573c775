"""How a run that changed things ends: the summary, and an error if it is not as planned."""

from __future__ import annotations

from muniform.cli import show, showplan
from muniform.errors import RolloutError
from muniform.model import City
from muniform.results import Status, Summary


def conclude(city: City, summary: Summary, kind: str = "rollout") -> None:
    """Say how it went. Raises RolloutError unless every target is as planned."""
    showplan.summary(summary, kind)
    stopped_by = next((r for r in summary.failed if r.status is not Status.STALE), None)
    if stopped_by:
        raise RolloutError(
            f"stopped at {stopped_by.target} ({stopped_by.status.value}); "
            "targets after it were not started",
            stopped_by.hint or f"look at its message above, then run the {kind} again",
        )
    if summary.failed:
        names = ", ".join(result.target for result in summary.failed)
        raise RolloutError(
            f"no longer what the plan read, and not changed: {names}",
            "look at them and plan once more: muniform plan",
        )
    show.say(f"{city.name}: every planned target was read back as declared")
