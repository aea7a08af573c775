"""What all declarations have in common: unknown keys are errors, and standards have a version."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from muniform.model.shapes import Text, matching

ControlId = Annotated[
    str,
    matching(
        r"[A-Z][A-Za-z0-9]*(-[A-Za-z0-9]+)*(\.[0-9]+)*(\([0-9]+\))*( v[0-9.]+: [0-9.]+)?",
        "control id",
        "write it as its source does, like CISC-ND-000160 or AC-7",
    ),
]


class Declared(BaseModel):
    """Base of all declarations: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Standard(Declared):
    """A versioned set of settings. ``controls`` says which controls a setting answers to."""

    version: Text = "1"
    """Raised whenever a value changes; shown in evidence."""
    controls: dict[str, tuple[ControlId, ...]] = {}
    """From the path of a setting in this file, such as ``account`` or ``ntp.servers``."""
