"""The entry point: commands, exit codes, and errors without tracebacks.

Exit codes: 0 nothing to do or done, 2 changes found, 1 error, 64 wrong usage.
"""

from __future__ import annotations

import logging
import sys
from importlib import import_module

import typer
from typer.exceptions import TyperException

from muniform import __version__
from muniform.cli import show
from muniform.errors import MuniformError, UsageError

EXIT_ERROR = 1
EXIT_USAGE = 64
EXIT_INTERRUPTED = 130

# Which module has a command. Only the one that is called is imported: the libraries behind the
# others (NAPALM, Pulumi, SQLAlchemy) take seconds to load.
_COMMANDS = {
    "check": "declared",
    "show": "declared",
    "render": "declared",
    "plan": "inspecting",
    "drift": "inspecting",
    "rollout": "rolling",
    "journal": "journals",
    "lease": "journals",
    "site": "sites",
    "lab": "lab",
}

# What is true after Ctrl-C, by command.
_GO_ON = "run the command again to go on"
_INTERRUPTED = {
    "rollout": "what had started is in the journal; a device with an unconfirmed change takes it "
    "back by itself; run the command again to go on",
    "plan": "nothing was changed",
    "drift": "nothing was changed",
}


def build(called: str | None) -> typer.Typer:
    """The command line: with one command's module, or with all when none of them is called."""
    app = typer.Typer(
        help="Bring a city's network devices, servers and desktops to their declared standard.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog="Exit codes: 0 nothing to do or done, 2 changes found, 1 error, 64 wrong usage.",
    )
    app.command()(version)
    one = _COMMANDS.get(called or "")
    for module in [one] if one else dict.fromkeys(_COMMANDS.values()):
        import_module(f"muniform.cli.{module}").register(app)
    return app


def version() -> None:
    """Print the version."""
    show.say(__version__)


def main() -> None:
    """Run the command line and exit with its code."""
    # Libraries log what they send; a log is no place for a configuration.
    logging.disable(logging.CRITICAL)
    sys.exit(_run(sys.argv[1] if len(sys.argv) > 1 else None))


def _run(called: str | None) -> int:
    try:
        code = build(called)(standalone_mode=False)
        return code if isinstance(code, int) else 0
    except TyperException as problem:
        problem.show()  # type: ignore[attr-defined]  # every usage error of Typer has it
        return EXIT_USAGE
    except (typer.Abort, KeyboardInterrupt):
        show.err.print(f"interrupted: {_INTERRUPTED.get(called or '', _GO_ON)}")
        return EXIT_INTERRUPTED
    except MuniformError as problem:
        show.error(problem)
        return EXIT_USAGE if isinstance(problem, UsageError) else EXIT_ERROR


if __name__ == "__main__":
    main()
