"""What of a difference the inventory could say, and a waiver for the rest. Pure.

The inventory says which ports a switch has for what, and where its uplink is plugged in. Whether
such a change explains a difference is not guessed: each that could is tried, and the device
rendered anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from pydantic import ValidationError

from muniform.devices import Change, Normal, difference, mask_line, normalise, show
from muniform.devices.configuration.lines import ORDER
from muniform.errors import IntentError, RenderError, UsageError
from muniform.model import Device, PortMode
from muniform.model.build import build
from muniform.model.declaration import Declaration
from muniform.model.editing import with_value, written
from muniform.model.schema import SiteFile, WaiverFile
from muniform.model.source import parse
from muniform.render import render

Resolve = Callable[[str], str]
_MOST_PORTS = 4
"""By how many ports a profile's count is tried to differ."""


@dataclass(frozen=True)
class Responsible:
    """Who answers for a waiver, why, and until when."""

    owner: str
    reason: str
    until: date


@dataclass(frozen=True)
class Proposal:
    """Edits of the inventory: each file's new text by its name below ``inventory/``.

    ``left`` is what would still differ, ``why`` says what each edit is about.
    """

    files: Mapping[str, str]
    declared: Declaration
    left: frozenset[Change]
    why: tuple[str, ...] = ()


class Adoption:
    """One device's difference from its intent, and the inventory that it is to be brought into."""

    def __init__(
        self, declared: Declaration, device: Device, running: str, resolve: Resolve
    ) -> None:
        self._declared = declared
        self._device = device
        self._running: Normal = normalise(running, device.platform)
        self._resolve = resolve

    def nothing_yet(self) -> Proposal:
        """The inventory as it is, and what differs from it."""
        return Proposal({}, self._declared, self._difference(self._declared))

    def declared_ports(self, texts: Mapping[str, str]) -> Proposal:
        """The edit of the site's file that leaves the least to differ, if one helps at all.

        ``texts`` are the inventory's files.
        """
        best = self.nothing_yet()
        file = f"sites/{self._device.site}.yml"
        for path, value in self._candidates():
            try:
                text = with_value(texts[file], path, value)
            except ValueError:
                continue
            declared = self._with_site(file, text)
            left = None if declared is None else self._left(declared)
            if declared is not None and left is not None and len(left) < len(best.left):
                why = f"{file}: {'.'.join(path)}: {written(value)}"
                best = Proposal({file: text}, declared, left, (why,))
        return best

    def waived(self, before: Proposal, who: Responsible) -> Proposal:
        """What is left to differ as a waiver of its own.

        Raises UsageError, IntentError or RenderError for what can't be one.
        """
        changes = sorted(before.left)
        _refuse_unwaivable(self._device, changes)
        name = _free_name(before.declared, self._device)
        file = f"waivers/{name}.yml"
        text = _waiver_text(self._device, changes, who)
        try:
            entry = WaiverFile.model_validate(parse(file, text).data)
        except ValidationError as error:
            first = error.errors()[0]
            raise UsageError(
                f"this makes no waiver: {'.'.join(map(str, first['loc']))}: {first['msg']}",
                "look at --owner, --reason and --until, and at the lines above",
            ) from None
        declared = replace(
            before.declared,
            waivers={**(before.declared.waivers or {}), name: entry},
            sources={**before.declared.sources, file: parse(file, text)},
        )
        left = self._difference(declared)
        why = f"{file}: {len(changes)} lines, until {who.until}"
        return Proposal({**before.files, file: text}, declared, left, (*before.why, why))

    def _left(self, declared: Declaration) -> frozenset[Change] | None:
        """As ``_difference``; None for an inventory that declares no such device or no city."""
        try:
            return self._difference(declared)
        except (IntentError, RenderError):
            return None

    def _difference(self, declared: Declaration) -> frozenset[Change]:
        """What turns the running configuration into that inventory's.

        Raises IntentError, RenderError.
        """
        blueprint, findings = build(declared)
        if blueprint is None:
            raise IntentError(findings)
        devices = blueprint.site(self._device.site).devices
        device = next(found for found in devices if found.name == self._device.name)
        intended = self._resolve(render(device))
        return difference(self._running, normalise(intended, device.platform))

    def _candidates(self) -> Iterator[tuple[tuple[str, ...], int | str]]:
        """Values of the site's file that concern this device: (path, value)."""
        label = self._device.name.removeprefix(f"{self._device.site_code}-")
        counts: dict[str, int] = {}
        for port in self._device.ports:
            if port.profile is not None:
                counts[port.profile.name] = counts.get(port.profile.name, 0) + 1
        others = [name for name in self._declared.profiles.profiles if name not in counts]
        for name, count in (*counts.items(), *((name, 0) for name in others)):
            for by in (n for n in range(-_MOST_PORTS, _MOST_PORTS + 1) if n and count + n >= 1):
                yield ("ports", label, name), count + by
        touched = {
            word for c in self.nothing_yet().left for part in c.path for word in part.split()
        }
        for port in self._device.ports:
            if port.mode is PortMode.UNUSED and port.name in touched:
                yield ("uplinks", label), port.name

    def _with_site(self, file: str, text: str) -> Declaration | None:
        source = parse(file, text)
        if source.findings:
            return None
        try:
            entry = SiteFile.model_validate(source.data)
        except ValidationError:
            return None
        return replace(
            self._declared,
            sites={**self._declared.sites, self._device.site: entry},
            sources={**self._declared.sources, file: source},
        )


def _refuse_unwaivable(device: Device, changes: list[Change]) -> None:
    for change in changes:
        if change.line.startswith(ORDER):
            problem = "the order of lines can't be waived"
        elif any(mask_line(part) != part for part in change.path):
            problem = "a line with a secret can't be written into a file"
        elif any("\n" in part for part in change.path):
            problem = "a text of several lines can't be waived"
        else:
            continue
        raise UsageError(
            f"{device.name}: {problem}: {'; '.join(show([change]))}",
            f"bring it back with: muniform rollout --target {device.name}",
        )


def _free_name(declared: Declaration, device: Device) -> str:
    base = f"adopted_{device.name.replace('-', '_')}"
    names = (base, *(f"{base}_{number}" for number in range(2, 1000)))
    return next(name for name in names if name not in (declared.waivers or {}))


def _waiver_text(device: Device, changes: list[Change], who: Responsible) -> str:
    """The file. A difference's ``-`` is what runs and isn't declared: it is kept."""
    lines = [f"targets: [{device.name}]"]
    for key, sign in (("keep", "-"), ("without", "+")):
        paths = [change.path for change in changes if change.sign == sign]
        lines += [f"{key}:"] * bool(paths)
        lines += [f"  - [{', '.join(written(part) for part in path)}]" for path in paths]
    lines += [
        f"owner: {written(who.owner)}",
        f"reason: {written(who.reason)}",
        f"expires: {who.until.isoformat()}",
    ]
    return "\n".join(lines) + "\n"
