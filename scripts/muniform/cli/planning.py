"""Makes a plan for the targets a command names. Shared by plan, drift and rollout."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from muniform import __version__
from muniform.cli import show
from muniform.cli.context import Context
from muniform.cli.machinery import OS_SUFFIX, connector, host_runner, systems
from muniform.errors import UsageError
from muniform.gitops.repository import DECIDED
from muniform.model import City
from muniform.plan import Plan, files_digest, plan_devices, plan_hosts, with_risk
from muniform.reach import Reach
from muniform.rollout import hash_key

_TOOLS = ("napalm", "netmiko", "ansible-core")


def make_plan(context: Context, city: City, wanted: Sequence[str], commit: str) -> Plan:
    """Read the targets and compare them with their intent. Changes nothing anywhere."""
    reach = context.reach(city)
    reach.require()
    names = select(city, wanted) if wanted else by_default(city, reach)
    devices = [device for device in city.devices if device.name in names]
    hosts = {name: target.site for name, target in systems(city).items() if name in names}
    key = hash_key(context.secrets)
    found = plan_devices(devices, connector(context, city), context.secrets, key)
    return Plan(
        commit=commit,
        inventory_digest=files_digest(context.root, DECIDED),
        versions=versions(),
        targets=(
            *(with_risk(city, target) for target in found),
            *plan_hosts(hosts, host_runner(context)),
        ),
    )


def versions() -> tuple[tuple[str, str], ...]:
    """What a plan was made with."""
    return (("muniform", __version__), *((tool, version(tool)) for tool in _TOOLS))


def by_default(city: City, reach: Reach) -> set[str]:
    """Every target that may be changed without being named; says what is left out and why."""
    addresses = {device.name: device.management.address.ip for device in city.devices}
    addresses |= {name: target.address for name, target in systems(city).items()}
    manual = {
        device.name
        for device in city.devices
        if not city.change_class(device.change_class).automatic
    }
    outlook = reach.look()
    played = {name for name, address in addresses.items() if outlook.serves(address)}
    if absent := len(addresses) - len(played):
        show.note(f"{absent} of {len(addresses)} targets are not in the lab: left out")
    if left := sorted(played & manual):
        show.note(f"never changed by default, only when named: {', '.join(left)}")
    return played - manual


def select(city: City, wanted: Sequence[str]) -> set[str]:
    """The names of targets that are named directly, or by their site, archetype or platform."""
    known = {device.name: device.site for device in city.devices}
    known |= {name: target.site for name, target in systems(city).items()}
    chosen: set[str] = set()
    for word in wanted:
        sites = _sites(city, word)
        found = {
            name
            for name, where in known.items()
            if word in (name, name.removesuffix(OS_SUFFIX)) or where in sites
        }
        found = found or {device.name for device in city.devices if device.platform == word}
        if not found:
            raise UsageError(
                f"there is no device, host, site, archetype or platform {word!r}",
                "list them with: muniform show",
            )
        chosen |= found
    return chosen


def _sites(city: City, word: str) -> set[str]:
    """The sites that a word means: one by its id or code, else those of an archetype."""
    named = {site.id for site in city.sites if word in (site.id, site.code)}
    return named or {site.id for site in city.sites if site.archetype == word}
