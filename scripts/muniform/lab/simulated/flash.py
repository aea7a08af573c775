"""A flash file system: names, contents, dates. How they are listed is the platform's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class File:
    """A stored file."""

    content: bytes
    modified: datetime

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", errors="replace")


class Flash:
    """One flat file system, ``flash:``. Names are given with or without ``flash:/``."""

    def __init__(
        self, capacity: int, now: Callable[[], datetime], is_full: Callable[[], bool]
    ) -> None:
        self.capacity = capacity
        """In bytes."""
        self._now = now
        self._is_full = is_full
        self._files: dict[str, File] = {}

    @staticmethod
    def name_of(path: str) -> str | None:
        """The file's name in ``flash:/name``; None for another file system or a folder."""
        system, colon, name = path.rpartition(":")
        name = name.lstrip("/")
        if (colon and system not in ("flash", "bootflash")) or not name or "/" in name:
            return None
        return name

    def read(self, path: str) -> File | None:
        name = self.name_of(path)
        return self._files.get(name) if name else None

    def write(self, path: str, content: bytes) -> bool:
        """Store a file; False if the path is none of ours or there is no room."""
        name = self.name_of(path)
        if name is None or self._is_full() or len(content) > self.free:
            return False
        self._files[name] = File(content, self._now())
        return True

    def delete(self, path: str) -> bool:
        name = self.name_of(path)
        return name is not None and self._files.pop(name, None) is not None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._files)

    @property
    def free(self) -> int:
        if self._is_full():
            return 0
        return self.capacity - sum(len(file.content) for file in self._files.values())
