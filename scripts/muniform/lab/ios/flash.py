"""The flash file system: names, contents, dates, and the listings that IOS prints of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

CAPACITY = 11_353_194_496


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

    def __init__(self, now: Callable[[], datetime], is_full: Callable[[], bool]) -> None:
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
        return CAPACITY - sum(len(file.content) for file in self._files.values())

    def listing(self, path: str) -> list[str]:
        """What ``dir`` prints for a path, or its complaint."""
        if path.rstrip("/") in ("flash:", "bootflash:"):
            shown, chosen = "flash:/", list(self._files)
        else:
            name = self.name_of(path)
            if name is None or name not in self._files:
                return [f"%Error opening {path} (No such file or directory)"]
            shown, chosen = path, [name]
        rows = [self._row(number, name) for number, name in enumerate(chosen, start=11)]
        total = f"{CAPACITY} bytes total ({self.free} bytes free)"
        return [f"Directory of {shown}", "", *rows, "", total]

    def _row(self, number: int, name: str) -> str:
        file = self._files[name]
        date = file.modified.strftime("%b %d %Y %H:%M:%S +00:00")
        return f"{number:>5}  -rw-  {len(file.content):>16}  {date}  {name}"

    def md5(self, path: str) -> list[str]:
        """What ``verify /md5`` prints. A checksum of a transfer, not a protection."""
        file = self.read(path)
        if file is None:
            return [f"%Error opening {path} (No such file or directory)"]
        digest = hashlib.md5(file.content, usedforsecurity=False).hexdigest()
        return [f"{'.' * 8}Done!", f"verify /md5 ({path}) = {digest}"]
