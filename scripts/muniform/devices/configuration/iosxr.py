"""IOS-XR's configuration as a set of lines. Pure. Never met a device, see ``devices.iosxr``."""

from __future__ import annotations

import re

from muniform.devices.configuration.indented import paths
from muniform.devices.configuration.lines import Normal

# Printed by the device, owned by nobody. Matched at the first column.
_VOLATILE = re.compile(r"(Building configuration|Current configuration|end$)")


def normalise(text: str) -> Normal:
    """What the datastore ``running`` or ``candidate`` says in the command line's words."""
    return frozenset(paths(text.splitlines(), _VOLATILE))
