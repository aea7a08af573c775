"""Runs the playbooks for a set of hosts: one Ansible run for each, side by side.

Works on Ansible's JSON events; its text is never read, only quoted when a run came to no task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from muniform.errors import UsageError
from muniform.hosts.events import HostOutcome, fold, not_started
from muniform.hosts.process import Event, hold, play
from muniform.hosts.settings import RunSettings
from muniform.hosts.variables import HostTarget, targets
from muniform.masking import Secret, mask
from muniform.model import load_city
from muniform.results import Result
from muniform.secrets import city_secrets

LAST_WORDS = 12
"""Lines of Ansible's own text that a failure quotes."""

Progress = Callable[[str], None]


def run(
    names: Sequence[str], *, check: bool, settings: RunSettings, progress: Progress
) -> tuple[Result, ...]:
    """Bring these hosts to their declared state; with ``check`` only say what would change.

    One result for each name, in their order. ``progress`` may be called from several threads.
    Raises UsageError for a name that is no host of the city, IntentError if there is no valid
    city, RolloutError or HostRunError if no run can be started; what goes wrong in a run is in
    the results.
    """
    done = outcomes(names, check=check, settings=settings, progress=progress)
    return tuple(outcome.result for outcome in done)


def outcomes(
    names: Sequence[str], *, check: bool, settings: RunSettings, progress: Progress
) -> tuple[HostOutcome, ...]:
    """The same, with each host's changes as values.

    Each playbook is a run of its own, side by side: Ansible ends a run when all hosts of one play
    have failed, and would never come to the others. Whatever ends the wait for them (Ctrl-C, an
    error of ours) ends them too, before it goes on: no further task is started.
    """
    city = load_city(settings.inventory)
    secrets = tuple(city_secrets(city, settings.state, settings.inventory).all())
    slices = by_playbook(names, targets(city))
    with ExitStack() as stack:
        holds = {playbook: stack.enter_context(hold(settings.state)) for playbook in slices}

        def run_slice(playbook: str) -> tuple[HostOutcome, ...]:
            held, wanted = holds[playbook], slices[playbook]
            events = play(playbook, wanted, check, settings, held, _teller(progress))
            if not any(str(event.get("event")).startswith("runner_on_") for event in events):
                return not_started(wanted, playbook, held.reason or _last_words(events, secrets))
            return fold(events, wanted, playbook, secrets, held.reason)

        with ThreadPoolExecutor(max_workers=max(1, len(slices))) as pool:
            try:
                ended = [outcome for part in pool.map(run_slice, slices) for outcome in part]
            except BaseException:
                for held in holds.values():
                    held.let_go("the run was interrupted")
                raise
    return tuple(sorted(ended, key=lambda outcome: names.index(outcome.result.target)))


def by_playbook(names: Sequence[str], known: Iterable[HostTarget]) -> dict[str, list[str]]:
    """The names that each playbook is run for. Raises UsageError for an unknown one."""
    playbook_of = {target.name: target.playbook for target in known}
    unknown = [name for name in names if name not in playbook_of]
    if unknown:
        raise UsageError(
            f"no playbook configures {', '.join(unknown)}",
            f"those that are configured: {', '.join(playbook_of)}",
        )
    slices: dict[str, list[str]] = {}
    for name in names:
        slices.setdefault(playbook_of[name], []).append(name)
    return slices


def _teller(progress: Progress) -> Callable[[Event], None]:
    """Passes on what a reader waits for: each host's changed and failed tasks, as they happen."""
    words = {"runner_on_failed": "failed", "runner_on_unreachable": "unreachable"}

    def tell(event: Event) -> None:
        kind, data = str(event.get("event")), event.get("event_data")
        if not isinstance(data, Mapping):
            return
        result = data.get("res")
        changed = isinstance(result, Mapping) and result.get("changed") and kind == "runner_on_ok"
        word = "changed" if changed else words.get(kind)
        if word:
            progress(f"{data.get('host')}: {word}: {data.get('task')}")

    return tell


def _last_words(events: Iterable[Event], secrets: Iterable[Secret]) -> str:
    """The end of what Ansible printed in a run that came to no task."""
    said = "\n".join(str(event.get("stdout") or "") for event in events).strip()
    return "\n".join(mask(said, secrets).splitlines()[-LAST_WORDS:])
