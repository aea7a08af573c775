"""Commands on files: listings, copies, deletions, differences.

A path is ``flash:/name``, or one of the two configurations. Questions are asked unless
``file prompt quiet`` stands in the running configuration.
"""

from __future__ import annotations

from collections.abc import Sequence

from muniform.lab.ios import diff
from muniform.lab.ios.device import IosSwitch
from muniform.lab.ios.editor import GRAMMAR
from muniform.lab.ios.listing import no_such
from muniform.lab.ios.replies import Lines, Reply, after
from muniform.lab.ios.tree import shown
from muniform.lab.simulated.asking import Ask, confirmed
from muniform.lab.simulated.language.grammar import Shows

_ON_BY_DEFAULT = frozenset(
    rule.syntax
    for mode in GRAMMAR.modes.values()
    for rule in mode.root.rules()
    if rule.shows is Shows.NEGATIVE
)
_RUNNING = ("running-config", "system:running-config", "system:/running-config")
_STARTUP = ("startup-config", "nvram:startup-config", "nvram:/startup-config")


def read(switch: IosSwitch, path: str) -> str | None:
    """The text behind a path, or None."""
    if path in _RUNNING:
        return switch.running_file()
    if path in _STARTUP:
        return switch.startup
    file = switch.flash.read(path)
    return file.text if file else None


def is_quiet(switch: IosSwitch) -> bool:
    return switch.config.has("file", "prompt", "quiet")


def differences(switch: IosSwitch, paths: Sequence[str]) -> Lines:
    """``show archive config differences``: by default running against startup; one path is
    compared with running."""
    chosen = [*paths] if len(paths) == 2 else [paths[0] if paths else _STARTUP[0], _RUNNING[0]]
    texts = [read(switch, path) for path in chosen]
    for path, text in zip(chosen, texts, strict=True):
        if text is None:
            return no_such(path)
    return diff.visible(diff.contextual(texts[0] or "", texts[1] or ""))


def incremental(switch: IosSwitch, path: str, ignore_case: bool) -> Lines:
    text = read(switch, path)
    if text is None:
        return no_such(path)
    found = diff.incremental(switch.running, text, ignore_case, _ON_BY_DEFAULT)
    return diff.visible(found)


def more(switch: IosSwitch, path: str) -> Lines:
    text = read(switch, path)
    return no_such(path) if text is None else shown(text.rstrip("\n").split("\n"))


def delete(switch: IosSwitch, path: str, is_forced: bool) -> Reply:
    def remove(_: str) -> Reply:
        return [] if switch.flash.delete(path) else no_such(path)

    def asked(answer: str) -> Reply:
        return remove("") if confirmed(answer) else []

    if is_forced or is_quiet(switch):
        return remove("")
    name = switch.flash.name_of(path) or path
    final = Ask(f"Delete {path}? [confirm]", asked, takes_key=True)
    return Ask(f"Delete filename [{name}]? ", lambda _: final)


def copy(switch: IosSwitch, source: str, target: str, user: str) -> Reply:
    """Copy, after the questions that IOS asks."""

    def carry_out(_: str) -> Reply:
        return _copy(switch, source, target, user)

    if is_quiet(switch) or source == "null:":
        return carry_out("")
    name = target if target in _RUNNING + _STARTUP else switch.flash.name_of(target) or target
    overwrites = switch.flash.read(target) is not None

    def overwrite(_: str) -> Reply:
        if not overwrites:
            return carry_out("")
        warning = ["%Warning:There is a file already existing with this name"]
        question = "Do you want to over write? [confirm]"
        return Ask(
            question, lambda a: carry_out(a) if confirmed(a) else [], warning, takes_key=True
        )

    return Ask(f"Destination filename [{name}]? ", overwrite)


def _copy(switch: IosSwitch, source: str, target: str, user: str) -> Reply:
    text = "" if source == "null:" else read(switch, source)
    if text is None:
        return no_such(source)
    size = len(text.encode())
    copied = [f"{size} bytes copied in 0.125 secs ({size * 8} bytes/sec)"]
    if target in _RUNNING:
        return after(switch.merge(text, user), copied)
    if target in _STARTUP:
        if source in _RUNNING:
            switch.save()
            return ["Building configuration...", "[OK]"]
        switch.startup = text
        return copied
    if not switch.flash.write(target, text.encode()):
        why = "No space left on device" if switch.flash.name_of(target) else "Invalid argument"
        return [f"%Error opening {target} ({why})"]
    return copied
