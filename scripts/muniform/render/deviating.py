"""A rendered configuration with its waived lines: some it keeps, some it goes without. Pure.

For platforms whose sections are told by indentation. A waiver that moves nothing is an error: the
standard says by now what it allows, or no longer says what it allows to be left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from muniform.errors import RenderError
from muniform.model import Device, WaivedLine, Waiver

_STEPS = {"ios": 1, "frr": 1, "eos": 3, "procurve": 3}
"""By how many columns a platform indents a section."""


def with_waivers(device: Device, text: str) -> str:
    """The text as the device's waivers allow it. Raises RenderError."""
    if not device.waivers:
        return text
    if device.platform not in _STEPS:
        raise RenderError(
            f"{device.name}: platform {device.platform} cannot serve waived lines",
            f"remove {device.name} from waivers/{device.waivers[0].id}.yml",
        )
    lines = _Lines(text, _STEPS[device.platform])
    for waiver in device.waivers:
        for path in waiver.without:
            if not lines.remove(path):
                raise _moves_nothing(device, waiver, path, "has no such line")
        for path in waiver.keep:
            if not lines.add(path):
                raise _moves_nothing(device, waiver, path, "has this line")
    return str(lines)


def _moves_nothing(device: Device, waiver: Waiver, path: WaivedLine, why: str) -> RenderError:
    return RenderError(
        f"{device.name}: waiver {waiver.id}: the standard {why}: {' / '.join(path)}",
        f"remove the line from waivers/{waiver.id}.yml",
    )


class _Lines:
    """The lines of a configuration, found and changed by their paths."""

    def __init__(self, text: str, step: int) -> None:
        self._lines = text.splitlines()
        self._step = step

    def __str__(self) -> str:
        return "\n".join(self._lines) + "\n"

    def remove(self, path: WaivedLine) -> bool:
        """Remove a line and what is below it; False if it isn't there."""
        found = [number for number, here in self._paths() if here[: len(path)] == path]
        if not any(here == path for _, here in self._paths()):
            return False
        for number in reversed(found):
            del self._lines[number]
        return True

    def add(self, path: WaivedLine) -> bool:
        """Add a line at the end of its section, which is made if need be; False if it's there."""
        places = list(self._paths())
        if any(here == path for _, here in places):
            return False
        if len(path) > 1:
            self.add(path[:-1])
            parent = path[:-1]
            last = max(number for number, here in self._paths() if here[: len(parent)] == parent)
            self._lines.insert(last + 1, " " * self._indent(parent) + path[-1])
        else:
            ends = self._lines and self._lines[-1] == "end"
            self._lines.insert(len(self._lines) - bool(ends), path[-1])
        return True

    def _indent(self, parent: WaivedLine) -> int:
        """The column of what stands below a section."""
        header = next(number for number, here in self._paths() if here == parent)
        line = self._lines[header]
        return len(line) - len(line.lstrip()) + self._step

    def _paths(self) -> Iterator[tuple[int, WaivedLine]]:
        """Each line's number and path. Comments have none."""
        stack: list[tuple[int, str]] = []
        for number, line in enumerate(self._lines):
            words = " ".join(line.split())
            if not words or words.startswith("!"):
                continue
            indent = len(line) - len(line.lstrip())
            while stack and stack[-1][0] >= indent:
                stack.pop()
            stack.append((indent, words))
            yield number, tuple(words for _, words in stack)
