"""Which variables hosts have in common, so that they can be set on a group.

It saves Ansible much work, and it decides precedence: what is set on a group an engineer overrides
in group_vars/, what is set on a host only in host_vars/.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

Variables = dict[str, object]


def shared(hosts: Mapping[str, Variables]) -> tuple[Variables, dict[str, Variables]]:
    """What most hosts have, where all have the variable; and what each host has beside it."""
    common: Variables = {}
    for name in {name: None for found in hosts.values() for name in found}:
        values = [found[name] for found in hosts.values() if name in found]
        if len(values) == len(hosts):
            # Lists and maps are no keys; their text is.
            most, _ = Counter(map(repr, values)).most_common(1)[0]
            common[name] = next(value for value in values if repr(value) == most)
    own = {
        host: {
            name: value
            for name, value in found.items()
            if name not in common or value != common[name]
        }
        for host, found in hosts.items()
    }
    return common, own
