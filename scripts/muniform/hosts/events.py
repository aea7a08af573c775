"""Folds the JSON events of one Ansible run into one record for each host. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from muniform.hosts.changes import HostChange, TaskChange, task_diff
from muniform.masking import Secret, mask
from muniform.results import Result, Status

HINT_MARK = "\n  -> "
"""Divides message and hint in the text of our own errors."""

UNREACHABLE_HINTS = (
    (
        "Host key verification failed",
        "the host shows another key than the enrolled one: find out why before you enrol it anew",
    ),
    (
        "Permission denied",
        "the host did not accept the account's key: compare its authorized_keys",
    ),
    ("", "is it switched on, and does its SSH server run?"),
)


@dataclass
class _Record:
    changes: list[TaskChange] = field(default_factory=list)
    failure: str = ""
    failed_task: str = ""
    unreachable: bool = False
    seconds: float = 0.0


@dataclass(frozen=True)
class HostOutcome:
    """How a host's run ended, and what it changed or would change."""

    result: Result
    change: HostChange


def fold(
    events: Iterable[Mapping[str, object]],
    targets: Sequence[str],
    playbook: str,
    secrets: Iterable[Secret],
    ended_early: str = "",
) -> tuple[HostOutcome, ...]:
    """One outcome for each target, in their order. A target without events has failed.

    ``playbook`` is the file's name, for the advice that a failure comes with; ``ended_early`` says
    why we ended the run ourselves.
    """
    known = tuple(secrets)
    records: dict[str, _Record] = {}
    ended: Mapping[str, object] | None = None
    for event in events:
        data = event.get("event_data")
        if not isinstance(data, Mapping):
            continue
        if event.get("event") == "playbook_on_stats":
            ended = data
        elif isinstance(data.get("host"), str):
            record = records.setdefault(str(data["host"]), _Record())
            _take(record, str(event.get("event")), data, known)
    why = ended_early or "the run broke off"
    return tuple(_outcome(name, playbook, records.get(name), ended, why) for name in targets)


def not_started(names: Sequence[str], playbook: str, said: str) -> tuple[HostOutcome, ...]:
    """The outcomes of a run that came to no task: its inventory or its playbook is wrong."""
    hint = f"see it by itself: ansible-playbook playbooks/{playbook} --syntax-check"
    message = "Ansible could not start" + (f":\n{said}" if said else "")
    return tuple(
        HostOutcome(Result(name, Status.FAILED, message=message, hint=hint), HostChange(name))
        for name in names
    )


def _take(
    record: _Record, kind: str, data: Mapping[str, object], secrets: tuple[Secret, ...]
) -> None:
    result = data.get("res")
    if not isinstance(result, Mapping) or kind not in ENDINGS:
        return
    duration = data.get("duration")
    record.seconds += float(duration) if isinstance(duration, int | float) else 0.0
    if result.get("changed") and kind == "runner_on_ok":
        record.changes.append(TaskChange(_task_name(data), task_diff(result, secrets)))
    if kind == "runner_on_failed" and not data.get("ignore_errors"):
        record.failure, record.failed_task = _complaint(result, secrets), _task_name(data)
    if kind == "runner_on_unreachable":
        # ssh says last what stopped it, after banners and warnings.
        record.failure = _complaint(result, secrets).splitlines()[-1]
        record.unreachable = True


ENDINGS = frozenset({"runner_on_ok", "runner_on_failed", "runner_on_unreachable"})
"""Events with which a task ends on a host."""


def _task_name(data: Mapping[str, object]) -> str:
    task, role = str(data.get("task") or "unnamed task"), data.get("role")
    return f"{role} : {task}" if role else task


def _complaint(result: Mapping[str, object], secrets: tuple[Secret, ...]) -> str:
    """What a failed task said, as short as it can be understood."""
    said = str(result.get("msg") or "failed without a message").replace("\r", "").strip()
    said = said.removeprefix("Task failed: ")
    details = str(result.get("stderr") or result.get("module_stderr") or "").strip()
    text = f"{said}: {details.splitlines()[-1]}" if details else said
    return mask(text, secrets)


def _outcome(
    name: str,
    playbook: str,
    record: _Record | None,
    ended: Mapping[str, object] | None,
    broke_off: str,
) -> HostOutcome:
    if record is None:
        return HostOutcome(_silent(name, playbook), HostChange(name))
    change = HostChange(name, tuple(record.changes))
    status = _status(name, record, ended)
    message, hint = _explain(_alone(name, playbook), status, record, broke_off)
    result = Result(name, status, change.lines, message, hint, round(record.seconds, 3))
    return HostOutcome(result, change)


def _silent(name: str, playbook: str) -> Result:
    return Result(
        name,
        Status.FAILED,
        message=f"playbooks/{playbook} did nothing on {name}",
        hint=_alone(name, playbook),
    )


def _status(name: str, record: _Record, ended: Mapping[str, object] | None) -> Status:
    """By Ansible's closing count, which knows of rescued failures; without it the run broke off."""
    if record.unreachable:
        return Status.UNREACHABLE
    if ended is None or _counted(ended, "failures", name) or _counted(ended, "dark", name):
        return Status.FAILED
    return Status.CHANGED if record.changes else Status.UNCHANGED


def _counted(ended: Mapping[str, object], what: str, name: str) -> bool:
    counts = ended.get(what)
    return isinstance(counts, Mapping) and bool(counts.get(name))


def _explain(advice: str, status: Status, record: _Record, broke_off: str) -> tuple[str, str]:
    """Message and hint of a host that did not end well; both empty for one that did."""
    if status.ok:
        return "", ""
    if status is Status.UNREACHABLE:
        hint = next(hint for sign, hint in UNREACHABLE_HINTS if sign in record.failure)
        return record.failure, hint
    if not record.failure:
        return f"{broke_off} before it was done with this host", advice
    message, _, hint = record.failure.partition(HINT_MARK)
    if hint:
        return message, hint
    return f"{record.failed_task}: {message}", advice


def _alone(name: str, playbook: str) -> str:
    return f"try it alone: ansible-playbook playbooks/{playbook} --check --diff --limit {name}"
