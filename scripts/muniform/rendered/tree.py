"""All configurations of a city: whether they render, and as a folder of files.

Only sites of which something is new are rendered: see ``memory``. The folder itself is looked at
byte by byte, so that a file which someone changed is written again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from muniform.errors import MuniformError, RenderError
from muniform.model import Blueprint, Device
from muniform.render.engine import first_boot, render
from muniform.rendered.files import read_file, write_file
from muniform.rendered.memory import Kind, RenderMemory

_MAKE: Mapping[Kind, Callable[[Device], str]] = {
    Kind.CONFIGURATION: render,
    Kind.FIRST_BOOT: first_boot,
}


@dataclass(frozen=True)
class Tree:
    """What ``render_tree`` left behind."""

    files: int
    written: tuple[str, ...]
    """Paths below the folder of those that were new or different."""


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

    Raises RenderError for the first device that can't be rendered, OSError, with the path, for
    what can't be written.
    """
    files = 0
    written: list[str] = []
    for site_id in blueprint.site_ids:
        inputs = blueprint.fingerprint(site_id)
        digests = memory.known(site_id, inputs, kind)
        if digests is None or any(
            _differs(out, f"{site_id}/{name}.cfg", digest) for name, digest in digests.items()
        ):
            texts = {d.name: _MAKE[kind](d).encode() for d in blueprint.site(site_id).devices}
            digests = {name: _digest(text) for name, text in texts.items()}
            paths = {f"{site_id}/{name}.cfg": text for name, text in texts.items()}
            written += [path for path, text in paths.items() if write_file(out, path, text)]
            memory.learn(site_id, inputs, kind, digests)
        files += len(digests)
    memory.save(frozenset(blueprint.site_ids))
    return Tree(files, tuple(written))


def _digest(text: bytes) -> str:
    return sha256(text).hexdigest()


def _differs(out: Path, name: str, digest: str) -> bool:
    found = read_file(out, name)
    return found is None or _digest(found) != digest
