"""What Ctrl-C says: only what is true of the command that was interrupted."""

from __future__ import annotations

from typing import NoReturn

import pytest
import typer

from muniform.cli import main


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (
            "rollout",
            "interrupted: what had started is in the journal; a device with an unconfirmed change "
            "takes it back by itself; run the command again to go on",
        ),
        ("plan", "interrupted: nothing was changed"),
        ("site", "interrupted: run the command again to go on"),
        (None, "interrupted: run the command again to go on"),
    ],
)
def test_an_interrupted_command_says_how_things_stand(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str | None,
    said: str,
) -> None:
    def interrupted(_: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "build", interrupted)
    assert main._run(command) == main.EXIT_INTERRUPTED
    assert capsys.readouterr().err.strip() == said


def test_ctrl_c_in_the_middle_of_a_command_says_so_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Typer catches it first: what is built here is a real command line."""
    app = typer.Typer()

    @app.command()
    def push() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "build", lambda _: app)
    monkeypatch.setattr("sys.argv", ["muniform"])
    assert main._run("push") == main.EXIT_INTERRUPTED
    assert "takes it back by itself" in capsys.readouterr().err
