"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Inventory = Annotated[
    Path | None,
    typer.Option("--inventory", "-i", help="The inventory folder.", show_default="./inventory"),
]
Words = Annotated[
    list[str] | None,
    typer.Argument(help="Devices, hosts, sites, archetypes or platforms. None: all of them."),
]
Targets = Annotated[
    list[str] | None,
    typer.Option("--target", "-t", help="Only this device, host or site; may be repeated."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Approve without being asked.")]
Approve = Annotated[
    str | None, typer.Option("--approve", help="Approve the plan with this digest only.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
