"""All configurations of a city: whether they render, and as a folder of files.

Only sites of which something is new are rendered: see ``memory``. The folder itself is looked at
byte by byte, so that a file which someone changed is written again.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from muniform.errors import MuniformError, RenderError
from muniform.model import Blueprint, Device
from muniform.render.engine import first_boot, render
from muniform.rendered.memory import Kind, RenderMemory

_MAKE: Mapping[Kind, Callable[[Device], str]] = {
    Kind.CONFIGURATION: render,
    Kind.FIRST_BOOT: first_boot,
}


@dataclass(frozen=True)
class Tree:
    """What ``render_tree`` left behind."""

    files: int
    written: int
    """How many were new or different."""


def rendering_errors(blueprint: Blueprint, memory: RenderMemory) -> tuple[MuniformError, ...]:
    """What keeps devices from being rendered, both texts of each; nothing if all do."""
    errors: list[MuniformError] = []
    for site_id in blueprint.site_ids:
        inputs = blueprint.fingerprint(site_id)
        kinds = [kind for kind in Kind if memory.known(site_id, inputs, kind) is None]
        if kinds:
            errors += _try(blueprint, site_id, inputs, kinds, memory)
    memory.save(frozenset(blueprint.site_ids))
    # What a device lacks keeps both of its texts from being made: it is said once.
    return tuple({str(error): error for error in errors}.values())


def _try(
    blueprint: Blueprint, site_id: str, inputs: str, kinds: list[Kind], memory: RenderMemory
) -> Iterator[MuniformError]:
    devices = blueprint.site(site_id).devices
    for kind in kinds:
        texts: dict[str, str] = {}
        for device in devices:
            try:
                texts[device.name] = _digest(_MAKE[kind](device).encode())
            except RenderError as error:
                yield error
        if len(texts) == len(devices):
            memory.learn(site_id, inputs, kind, texts)


def render_tree(
    blueprint: Blueprint, out: Path, memory: RenderMemory, kind: Kind = Kind.CONFIGURATION
) -> Tree:
    """Make ``<site>/<device>.cfg`` below a folder what the city declares; remove nothing.

    Raises RenderError for the first device that can't be rendered, OSError for a folder that can't
    be written.
    """
    files = written = 0
    for site_id in blueprint.site_ids:
        folder = out / site_id
        inputs = blueprint.fingerprint(site_id)
        digests = memory.known(site_id, inputs, kind)
        if digests is None or any(_differs(folder, name, d) for name, d in digests.items()):
            texts = {d.name: _MAKE[kind](d).encode() for d in blueprint.site(site_id).devices}
            digests = {name: _digest(text) for name, text in texts.items()}
            written += sum(_write(folder, name, digests[name], texts[name]) for name in texts)
            memory.learn(site_id, inputs, kind, digests)
        files += len(digests)
    memory.save(frozenset(blueprint.site_ids))
    return Tree(files, written)


def _digest(text: bytes) -> str:
    return sha256(text).hexdigest()


def _differs(folder: Path, name: str, digest: str) -> bool:
    try:
        return _digest((folder / f"{name}.cfg").read_bytes()) != digest
    except OSError:
        return True


def _write(folder: Path, name: str, digest: str, text: bytes) -> bool:
    """Whether the file had to be written. Its readers never see half of it."""
    if not _differs(folder, name, digest):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    handle, new = tempfile.mkstemp(prefix=f".{name}-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        # No secret stands in it: whoever may read the folder may read the file.
        Path(new).chmod(0o644)
        Path(new).replace(folder / f"{name}.cfg")
    except BaseException:
        with suppress(OSError):
            Path(new).unlink()
        raise
    return True
