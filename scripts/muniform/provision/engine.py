"""The Pulumi engine: the right version, a workspace for one site, and its failures in words."""

from __future__ import annotations

import logging
import os
import subprocess
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import grpc
import yaml
from pulumi.automation import (
    CommandError,
    ConcurrentUpdateError,
    LocalWorkspace,
    PulumiCommand,
)
from pulumi.automation.events import EngineEvent
from semver import VersionInfo

from muniform.errors import ProvisionError
from muniform.masking import mask
from muniform.places import INVENTORY, STATE
from muniform.provision.locks import Lock, read_locks
from muniform.provision.settings import ProvisionSettings
from muniform.secrets import SecretStore

PROJECT = "muniform-site"
PASSPHRASE = "pulumi_passphrase"  # noqa: S105  # a secret's name
INSTALL = "tools/pulumi/install makes it and prints its path"
SHOWN_ERRORS = 3
KEPT_LOGS = 50


class Engine(PulumiCommand):
    """The engine at one path. It must have the SDK's version: the protocol between them moves."""

    def __init__(self, path: Path) -> None:
        # Not the parent's: that one finds an engine only as bin/pulumi, or anything on the PATH.
        self.command = str(path)
        self.version = _checked_version(path)
        logging.getLogger("grpc._server").addFilter(_is_news)


@lru_cache
def _checked_version(path: Path) -> VersionInfo:
    quiet = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "1"}
    try:
        told = subprocess.run(
            [str(path), "version"],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
            env=quiet,
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise ProvisionError(f"the Pulumi engine {path} does not run: {error}", INSTALL) from None
    needed = version("pulumi")
    if told.strip().removeprefix("v") != needed:
        raise ProvisionError(
            f"the Pulumi engine {path} is {told.strip()}, needed is v{needed}", INSTALL
        )
    return VersionInfo.parse(needed)


def backend(settings: ProvisionSettings) -> Path:
    """The folder of all stacks."""
    return settings.state / "pulumi" / "backend"


def backend_url(settings: ProvisionSettings) -> str:
    """Where the engine keeps all stacks.

    Without the files of attributes that it would write beside each: it replaces a state at once
    but those in place, and one that a killed engine left half written makes a state unreadable.
    """
    return f"{backend(settings).resolve().as_uri()}?metadata=skip"


def locks_folder(settings: ProvisionSettings, stack: str) -> Path:
    """Where the file backend keeps the locks of a stack."""
    return backend(settings) / ".pulumi" / "locks" / "organization" / PROJECT / stack


def work_folder(settings: ProvisionSettings, stack: str) -> Path:
    """The project's folder of one stack: each has its own, so that two sites don't meet."""
    return settings.state / "pulumi" / "work" / stack


def workspace(
    settings: ProvisionSettings, stack: str, program: Callable[[], None]
) -> LocalWorkspace:
    """Where the engine runs for one stack. Raises SecretError without the city's passphrase."""
    passphrase = SecretStore(settings.state / "secrets").get(PASSPHRASE)
    home = settings.state / "pulumi" / "home"
    folder = work_folder(settings, stack)
    for made in (settings.state / "pulumi", home, backend(settings), folder):
        made.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_project(folder, settings)
    _forget_old_logs(home / "logs")
    environment = {
        "PULUMI_BACKEND_URL": backend_url(settings),
        # The value, not its file: a passphrase in the caller's environment would come first.
        "PULUMI_CONFIG_PASSPHRASE": passphrase.reveal(),
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        INVENTORY: str(settings.inventory.resolve()),
        STATE: str(settings.state.resolve()),
    }
    return LocalWorkspace(
        work_dir=str(folder),
        pulumi_home=str(home),
        program=program,
        env_vars=environment,
        pulumi_command=Engine(settings.engine),
    )


def _write_project(folder: Path, settings: ProvisionSettings) -> None:
    """Pulumi.yaml, naming the folder of our provider, whatever the caller's PATH is."""
    provider = {"name": "muniform", "path": str(settings.provider.resolve())}
    project = {"name": PROJECT, "runtime": "python", "plugins": {"providers": [provider]}}
    text = yaml.safe_dump(project, sort_keys=True)
    path = folder / "Pulumi.yaml"
    if not path.is_file() or path.read_text() != text:
        fresh = path.with_name(f"Pulumi.yaml.{os.getpid()}")
        fresh.write_text(text)
        fresh.replace(path)


def _forget_old_logs(folder: Path) -> None:
    """The engine writes a log, encrypted, for every command and never removes one."""
    logs = sorted(folder.glob("*.log"), key=lambda path: path.name[-19:])
    for path in logs[:-KEPT_LOGS]:
        path.unlink(missing_ok=True)


def failure(
    settings: ProvisionSettings, stack: str, error: CommandError, events: Iterable[EngineEvent]
) -> ProvisionError:
    """The engine's failure in words: what it reported as errors, else what it printed last."""
    if isinstance(error, ConcurrentUpdateError):
        return held(stack, read_locks(locks_folder(settings, stack)))
    reports = [event.diagnostic_event for event in events if event.diagnostic_event]
    errors = [report for report in reports if report.severity == "error"]
    # An error without a resource only says that there were errors, if there are others.
    told = [report for report in errors if report.urn] or errors
    texts = sorted({report.message.strip() for report in told}) or [_last_line(str(error))]
    secrets = SecretStore(settings.state / "secrets").all()
    return _in_words(stack, [mask(text, secrets) for text in texts])


def _in_words(stack: str, texts: Sequence[str]) -> ProvisionError:
    if "incorrect passphrase" in texts[0]:
        return ProvisionError(
            f"the state of site {stack} was made with another passphrase",
            f"put that one back into the secret {PASSPHRASE}",
        )
    # Errors of ours come with their hint behind an arrow (see muniform.errors).
    told = [text.removeprefix("Preview failed: ").partition("\n  -> ") for text in texts]
    lines = [message for message, _, _ in told[:SHOWN_ERRORS]]
    if len(told) > SHOWN_ERRORS:
        lines.append(f"and {len(told) - SHOWN_ERRORS} more like these")
    hint = told[0][2]
    return ProvisionError(
        f"site {stack}: " + "\n  ".join(lines),
        f"{hint}; then run this again" if hint else "correct that and run this again",
    )


def held(stack: str, locks: Iterable[Lock]) -> ProvisionError:
    """The error for a stack on which somebody else works."""
    owners = "; ".join(map(str, locks)) or "a run that has just ended"
    return ProvisionError(
        f"site {stack} is being worked on by {owners}",
        "wait until it is done; if it hangs, end that process and run this again",
    )


def _is_news(record: logging.LogRecord) -> bool:
    """Whether gRPC logs more than that the engine hung up on the program in this process.

    An engine that stops at an error does so, after it has told the error itself; gRPC then logs
    a traceback as if it were a bug here.
    """
    return not (record.exc_info and isinstance(record.exc_info[1], grpc.RpcError))


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "it said nothing")
