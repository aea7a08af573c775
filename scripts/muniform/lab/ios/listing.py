"""What IOS prints of files on the flash."""

from __future__ import annotations

import hashlib

from muniform.lab.simulated.flash import File, Flash


def no_such(path: str) -> list[str]:
    """The complaint about a file that is not there."""
    return [f"%Error opening {path} (No such file or directory)"]


def listing(flash: Flash, path: str) -> list[str]:
    """What ``dir`` prints for a path, or its complaint."""
    if path.rstrip("/") in ("flash:", "bootflash:"):
        shown, chosen = "flash:/", list(flash.names)
    else:
        name = flash.name_of(path)
        if name is None or name not in flash.names:
            return no_such(path)
        shown, chosen = path, [name]
    files = ((name, flash.read(name)) for name in chosen)
    rows = [_row(at, name, file) for at, (name, file) in enumerate(files, start=11) if file]
    total = f"{flash.capacity} bytes total ({flash.free} bytes free)"
    return [f"Directory of {shown}", "", *rows, "", total]


def _row(number: int, name: str, file: File) -> str:
    date = file.modified.strftime("%b %d %Y %H:%M:%S +00:00")
    return f"{number:>5}  -rw-  {len(file.content):>16}  {date}  {name}"


def md5(flash: Flash, path: str) -> list[str]:
    """What ``verify /md5`` prints. A checksum of a transfer, not a protection."""
    file = flash.read(path)
    if file is None:
        return no_such(path)
    digest = hashlib.md5(file.content, usedforsecurity=False).hexdigest()
    return [f"{'.' * 8}Done!", f"verify /md5 ({path}) = {digest}"]
