"""What the lab's daemon is told: a file without secrets, written by ``up``, read once at start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from muniform.errors import LabError
from muniform.lab.files import write_private
from muniform.lab.spec import LabSpec

FILE = "plan.json"


@dataclass(frozen=True)
class DaemonPlan:
    """Everything the daemon serves. Configurations still hold references to secrets."""

    clock_scale: float
    spec: LabSpec
    pids: Mapping[str, int]
    """The first process of each container, which names its network namespace."""


_ADAPTER = TypeAdapter(DaemonPlan)


def write(folder: Path, plan: DaemonPlan) -> None:
    write_private(folder / FILE, to_json(plan))


def read(folder: Path) -> DaemonPlan:
    """Raises LabError if there is none, or it was written by another version."""
    try:
        return from_json((folder / FILE).read_text())
    except (FileNotFoundError, ValidationError) as error:
        raise LabError(
            f"{folder / FILE} is missing or of another version: {type(error).__name__}",
            "muniform lab down && muniform lab up",
        ) from None


def to_json(plan: DaemonPlan) -> str:
    return _ADAPTER.dump_json(plan, indent=1).decode()


def from_json(text: str) -> DaemonPlan:
    return _ADAPTER.validate_json(text)
