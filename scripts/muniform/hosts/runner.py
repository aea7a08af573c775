"""Runs the playbooks for a set of hosts through ansible-runner. The only I/O of this package.

Works on Ansible's JSON events; its text is never read, only quoted when a run came to no task.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ansible_runner

from muniform.errors import UsageError
from muniform.hosts.events import HostOutcome, fold, not_started
from muniform.hosts.settings import RunSettings
from muniform.hosts.variables import HostTarget, targets
from muniform.masking import Secret, mask
from muniform.model import load_city
from muniform.places import STATE
from muniform.results import Result
from muniform.secrets import SecretStore

LAST_WORDS = 12
"""Lines of Ansible's own text that a failure quotes."""

Event = Mapping[str, object]
Progress = Callable[[str], None]


def run(
    names: Sequence[str], *, check: bool, settings: RunSettings, progress: Progress
) -> tuple[Result, ...]:
    """Bring these hosts to their declared state; with ``check`` only say what would change.

    One result for each name, in their order. ``progress`` may be called from several threads.
    Raises UsageError for a name that is no host of the city, IntentError if there is no valid
    city; what goes wrong in a run is in the results.
    """
    done = outcomes(names, check=check, settings=settings, progress=progress)
    return tuple(outcome.result for outcome in done)


def outcomes(
    names: Sequence[str], *, check: bool, settings: RunSettings, progress: Progress
) -> tuple[HostOutcome, ...]:
    """The same, with each host's changes as values.

    Each playbook is a run of its own, side by side: Ansible ends a run when all hosts of one play
    have failed, and would never come to the others.
    """
    secrets = tuple(SecretStore(settings.state / "secrets").all())
    slices = by_playbook(names, targets(load_city(settings.inventory)))

    def run_slice(playbook: str) -> tuple[HostOutcome, ...]:
        events = _events(playbook, slices[playbook], check, settings, _teller(progress))
        if not any(str(event.get("event")).startswith("runner_on_") for event in events):
            return not_started(slices[playbook], playbook, _last_words(events, secrets))
        return fold(events, slices[playbook], playbook, secrets)

    with ThreadPoolExecutor(max_workers=max(1, len(slices))) as pool:
        ended = [outcome for part in pool.map(run_slice, slices) for outcome in part]
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


def _events(
    playbook: str,
    names: Sequence[str],
    check: bool,
    settings: RunSettings,
    tell: Callable[[Event], None],
) -> list[Event]:
    """One Ansible run, as its events. What it writes lies in a private folder and is removed."""
    events: list[Event] = []

    def keep(event: Event) -> bool:
        events.append(event)
        tell(event)
        return False  # not on the disk: a diff may hold what only memory should

    settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hosts-", dir=settings.state) as folder:
        limit = Path(folder) / "limit"
        limit.write_text("".join(f"{name}\n" for name in names))
        ansible_runner.run(
            private_data_dir=folder,
            project_dir=str(settings.playbooks),
            playbook=str(settings.playbooks / playbook),
            inventory=str(settings.inventory),
            roles_path=str(settings.roles),
            limit=f"@{limit}",
            cmdline="--check --diff" if check else "--diff",
            envvars=_environment(settings),
            settings={"suppress_output_file": True},
            suppress_env_files=True,
            quiet=True,
            timeout=settings.timeout,
            event_handler=keep,
        )
    return events


def _environment(settings: RunSettings) -> dict[str, str]:
    """What Ansible is told beyond our own environment. No secret is ever in it."""
    programs = str(Path(sys.executable).parent)
    return {
        "PATH": os.pathsep.join([programs, os.environ.get("PATH", os.defpath)]),
        "ANSIBLE_CONFIG": str(settings.config),
        # ansible-runner switches this off unless it is told otherwise.
        "ANSIBLE_HOST_KEY_CHECKING": "True",
        "ANSIBLE_NOCOLOR": "1",
        STATE: str(settings.state),
    }


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
