"""Rules about the hardware catalogue: what a model's platform can be, and which ports it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from muniform.errors import Finding
from muniform.model.declaration import Declaration, model_ports
from muniform.model.parts.kinds import SWITCHING_ROLES, DeviceRole
from muniform.model.rule import Rule, at
from muniform.model.schema import ModelEntry, Platform

_FILE = "catalog/models.yml"

PLATFORM_ROLES: Mapping[Platform, frozenset[DeviceRole]] = {
    "eos": SWITCHING_ROLES,
    "frr": frozenset({DeviceRole.WAN_ROUTER}),
    "ios": SWITCHING_ROLES,
    "junos": SWITCHING_ROLES | {DeviceRole.FIREWALL},
    "procurve": frozenset({DeviceRole.ACCESS_SWITCH}),
}
"""As what a platform can be rendered. A test holds this true against ``render/platforms/``."""

LONGEST_PORT_NAME: Mapping[Platform, int] = {"frr": 15}
"""Linux' IFNAMSIZ without its terminating zero. Other platforms' names come from their vendor."""


def longest_port_name(platform: Platform) -> int:
    """How many characters the name of an interface may have. No limit is a large number."""
    return LONGEST_PORT_NAME.get(platform, 1000)


def _roles(declared: Declaration) -> Iterator[Finding]:
    for name, model in declared.models.models.items():
        can = PLATFORM_ROLES[model.platform]
        for index, role in enumerate(model.roles):
            if role not in can:
                yield at(
                    declared,
                    _FILE,
                    ("models", name, "roles", index),
                    f"platform {model.platform!r} cannot serve the role {role.value!r}",
                    "remove the role; this platform serves: " + ", ".join(sorted(can)),
                )


def _ports(declared: Declaration) -> Iterator[Finding]:
    for name, model in declared.models.models.items():
        yield from _ranges(declared, name, model)
        names = [*model_ports(model, "access"), *model_ports(model, "uplink")]
        twice = [port for port, count in Counter(names).items() if count > 1]
        if twice:
            yield at(
                declared,
                _FILE,
                ("models", name),
                f"port {twice[0]!r} lies in two ranges",
                "narrow one of the ranges of 'access' and 'uplink'",
            )
        limit = longest_port_name(model.platform)
        too_long = [port for port in names if len(port) > limit]
        if too_long:
            yield at(
                declared,
                _FILE,
                ("models", name),
                f"port name {too_long[0]!r} is longer than {limit} characters",
                f"shorten the prefix: platform {model.platform!r} accepts no longer name",
            )


def _ranges(declared: Declaration, name: str, model: ModelEntry) -> Iterator[Finding]:
    for key, ranges in (("access", model.access), ("uplink", model.uplink)):
        for index, ports in enumerate(ranges):
            if ports.first > ports.last:
                yield at(
                    declared,
                    _FILE,
                    ("models", name, key, index),
                    f"the range holds no port: {ports.first} is greater than {ports.last}",
                    "write the lower number as 'first'",
                )


CATALOGUE_RULES: tuple[Rule, ...] = (_roles, _ports)
