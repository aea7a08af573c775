"""The entry point: commands, exit codes, and errors without tracebacks.

Exit codes: 0 nothing to do or done, 2 changes found, 1 error, 64 wrong usage.
"""

from __future__ import annotations

import logging
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import typer
from typer.exceptions import TyperException

from muniform import __version__
from muniform.cli import names, show
from muniform.errors import MuniformError, UsageError

EXIT_ERROR = 1
EXIT_USAGE = 64
EXIT_INTERRUPTED = 130

PROGRAM = "muniform"
_COMPLETE = "_MUNIFORM_COMPLETE"
"""Set by the shell while it asks what a word may become."""


@dataclass(frozen=True)
class Command:
    """Which module has a command, and the line about it in the list of all."""

    module: str
    summary: str


# Only the module of the command that is called is imported: the libraries behind the others
# (NAPALM, Pulumi, SQLAlchemy) take seconds to load.
COMMANDS: Mapping[str, Command] = {
    "check": Command(
        "declared", "Check the inventory and render every device; shows all errors at once."
    ),
    "show": Command("showing", "Show what is declared and what follows from it."),
    "explain": Command(
        "explaining", "Say where a value comes from, what a key means, or what an error is about."
    ),
    "render": Command("declared", "Print intended configurations; secrets stay references."),
    "new": Command("creating", "Begin something new in the inventory."),
    "schema": Command("declared", "Print or write the JSON Schemas of the inventory's files."),
    "plan": Command(
        "inspecting",
        "Compare what runs with what is declared; changes nothing. Exits with 2 on changes.",
    ),
    "rollout": Command(
        "rolling", "Bring targets to their standard: plan, approval, canary, then site by site."
    ),
    "drift": Command(
        "inspecting", "Say which targets no longer run what is declared. Exits with 2 if any does."
    ),
    "push": Command(
        "pushing",
        "Carry out a plan on one or a few devices, one after the other, each as a transaction.",
    ),
    "backup": Command("backing", "Keep what devices run, encrypted, and show what was kept."),
    "restore": Command(
        "restoring", "Bring a device back to a configuration that was kept, as one transaction."
    ),
    "adopt": Command(
        "adopting",
        "Turn what a device runs and the inventory does not say into inventory, or into a waiver.",
    ),
    "site": Command("sites", "Provision a site, look at its drift, or retire it."),
    "journal": Command("journals", "What was done, run by run."),
    "lease": Command("journals", "Who holds the right to change a target."),
    "lab": Command("lab", "The virtual city on this machine."),
}

# What is true after Ctrl-C, by command.
_GO_ON = "run the command again to go on"
_UNCONFIRMED = (
    "what had started is in the journal; a device with an unconfirmed change takes it "
    "back by itself; run the command again to go on"
)
_INTERRUPTED = {
    **dict.fromkeys(("rollout", "push", "restore"), _UNCONFIRMED),
    "plan": "nothing was changed",
    "drift": "nothing was changed",
}


def build(called: str | None) -> typer.Typer:
    """The command line: with one command's module, or with the list of all of them."""
    app = typer.Typer(
        name=PROGRAM,
        help="Bring a city's network devices, servers and desktops to their declared standard.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog="Exit codes: 0 nothing to do or done, 2 changes found, 1 error, 64 wrong usage.",
    )
    found = COMMANDS.get(called or "")
    if found is not None:
        import_module(f"muniform.cli.{found.module}").register(app)
    else:
        for name, command in COMMANDS.items():
            app.command(name, help=command.summary)(_listed)
    app.command()(version)
    return app


def version() -> None:
    """Print the version."""
    show.say(__version__)


def _listed() -> None:
    """Stands in the list of commands; one that is called is loaded instead."""


def main() -> None:
    """Run the command line and exit with its code."""
    # Libraries log what they send; a log is no place for a configuration.
    logging.disable(logging.CRITICAL)
    if os.environ.get(_COMPLETE):
        _complete()
    sys.exit(_run(next((word for word in sys.argv[1:] if not word.startswith("-")), None)))


def _complete() -> None:
    """Answer the shell: names without loading a command, all else through the command's options."""
    words = _typed(os.environ)
    found = None if words[-1].startswith("-") else names.completed(words[:-1])
    called = words[0] if len(words) > 1 else None
    (build(called) if found is None else _offering(words[0], found))(prog_name=PROGRAM)


def _typed(environment: Mapping[str, str]) -> list[str]:
    """The words after the program's name; the last one is being completed, and may be empty."""
    if "COMP_WORDS" in environment:  # bash
        words = _split(environment["COMP_WORDS"])
        turn = int(environment.get("COMP_CWORD") or 1)
        return [*words[1:turn], words[turn] if turn < len(words) else ""]
    line = environment.get("_TYPER_COMPLETE_ARGS", "")
    words = _split(line)[1:]
    return words if words and not line.endswith(" ") else [*words, ""]


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:  # An open quote.
        return line.split()


def _offering(command: str, found: Sequence[str]) -> typer.Typer:
    """A command line whose command takes any words and completes to these names."""

    def offered(incomplete: str) -> list[str]:
        return [name for name in found if name.startswith(incomplete)]

    # Typer reads annotations outside of this function, where it would not find ``offered``.
    def taking(words: list[str] = typer.Argument(autocompletion=offered)) -> None:
        """Never runs: the shell only asks."""

    app = typer.Typer(name=PROGRAM)
    app.callback()(_listed)
    app.command(command, context_settings={"ignore_unknown_options": True})(taking)
    return app


def _run(called: str | None) -> int:
    try:
        code = build(called)(standalone_mode=False)
        # Typer answers Ctrl-C itself, with this code and without a word.
        if code == EXIT_INTERRUPTED:
            return _interrupted(called)
        return code if isinstance(code, int) else 0
    except TyperException as problem:
        problem.show()  # type: ignore[attr-defined]  # every usage error of Typer has it
        return EXIT_USAGE
    except (typer.Abort, KeyboardInterrupt):
        return _interrupted(called)
    except MuniformError as problem:
        show.error(problem)
        return EXIT_USAGE if isinstance(problem, UsageError) else EXIT_ERROR
    except OSError as problem:
        _drop_output()
        show.error(_explained(problem, called))
        return EXIT_ERROR


def _interrupted(called: str | None) -> int:
    show.err.print(f"interrupted: {_INTERRUPTED.get(called or '', _GO_ON)}")
    return EXIT_INTERRUPTED


def _drop_output() -> None:
    """What could not be written would be tried again at the exit, with an error nobody asked for.

    A stream without a descriptor belongs to a test or to another program: it is left alone.
    """
    with suppress(OSError, AttributeError):
        handle = sys.stdout.fileno()
        try:
            sys.stdout.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, handle)
            os.close(nowhere)


def _explained(problem: OSError, called: str | None) -> MuniformError:
    """What the system refused: a full disk, an answer that can't be written, a folder gone."""
    try:
        Path.cwd()
    except FileNotFoundError:
        return MuniformError("the working directory is gone", "go to a folder that exists")
    what = problem.strerror or str(problem) or type(problem).__name__
    message = f"{problem.filename}: {what}" if problem.filename else f"the system refused: {what}"
    then = _INTERRUPTED.get(called or "", "run the command again")
    return MuniformError(message, f"look at the disk, the output and your rights there; {then}")


if __name__ == "__main__":
    main()
