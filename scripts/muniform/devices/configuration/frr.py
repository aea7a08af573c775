"""FRR's configuration as a set of lines. Pure."""

from __future__ import annotations

import re

from muniform.devices.configuration.indented import paths
from muniform.devices.configuration.lines import Normal

# Printed by the router, owned by nobody: they change without a change. Matched at the first column,
# since ``version 2`` inside a routing process is a setting.
_VOLATILE = re.compile(
    r"(Building configuration|Current configuration|frr version|end$|exit$|"
    r"service integrated-vtysh-config|no ipv6 forwarding)"
)


def normalise(text: str) -> Normal:
    """What ``show running-config`` or frr.conf says. No banner of FRR has several lines."""
    return frozenset(paths(text.splitlines(), _VOLATILE, banner=None))
