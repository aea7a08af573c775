"""The archive feature: copies of the configuration that the device keeps by itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from muniform.lab.simulated.flash import Flash
from muniform.lab.simulated.language.tree import Node

DEFAULT_MAXIMUM = 10
NOT_ENABLED = "Archive feature not enabled"


@dataclass
class Archive:
    """Numbered copies under the path that the configuration names."""

    flash: Flash
    names: list[str] = field(default_factory=list)
    number: int = 0

    def path(self, config: Node) -> str | None:
        """Where copies go; None: the feature is off, and so are revert timers."""
        section = config.find("archive")
        value = section.value("path") if section else None
        return value[0] if value else None

    def maximum(self, config: Node) -> int:
        section = config.find("archive")
        value = section.value("maximum") if section else None
        return int(value[0]) if value else DEFAULT_MAXIMUM

    def saves_on_write(self, config: Node) -> bool:
        section = config.find("archive")
        return bool(section and section.has("write-memory"))

    def keep(self, config: Node, text: str, stamp: str) -> str | None:
        """Store a copy, drop the oldest above the maximum. Returns its path."""
        path = self.path(config)
        if path is None:
            return None
        name = f"{path}-{stamp}-{self.number}"
        if not self.flash.write(name, text.encode()):
            return None
        self.number += 1
        self.names.append(name)
        while len(self.names) > self.maximum(config):
            self.flash.delete(self.names.pop(0))
        return name

    def listing(self, config: Node) -> list[str]:
        """What ``show archive`` prints."""
        path = self.path(config)
        if path is None:
            return [NOT_ENABLED]
        lines = [
            f"The maximum archive configurations allowed is {self.maximum(config)}.",
            f"There are currently {len(self.names)} archive configurations saved.",
            f"The next archive file will be named {path}-<timestamp>-{self.number}",
            " Archive #  Name",
        ]
        for index, name in enumerate(self.names, start=1):
            recent = " <- Most Recent" if index == len(self.names) else ""
            lines.append(f"   {index:<8} {name}{recent}")
        return lines
