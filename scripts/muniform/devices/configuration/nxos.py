"""NX-OS's configuration as a set of lines. Pure. Never met a device, see ``devices.nxos``."""

from __future__ import annotations

import re

from muniform.devices.configuration.indented import paths
from muniform.devices.configuration.lines import Normal

# Printed by the device, owned by nobody. Matched at the first column.
_VOLATILE = re.compile(
    r"(Building configuration|version |boot nxos |boot kickstart |boot system |license |"
    r"vdc \S+ id \d)"
)


def normalise(text: str) -> Normal:
    """What ``show running-config`` or a checkpoint file says."""
    return frozenset(paths(text.splitlines(), _VOLATILE))
