"""Runs the resource parsers of the vendors' Ansible collections on a text, without a device.

A parser asks its connection for ``show running-config | section …``; here a connection answers
from the text, filtered as the device would. Junos's parsers take the configuration as XML.
"""

from __future__ import annotations

import importlib
import re
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

COLLECTIONS = Path(__file__).resolve().parents[2] / ".cache" / "collections"
SECONDS = 20
"""Of processor time. A parser that meets a line it does not know can take hours (nested repetitions
in its patterns); it has then not read the line."""


class Unreadable(Exception):
    """A parser gave up on a text."""


class _Module:
    """What parsers ask of Ansible's module object."""

    check_mode = False
    _socket_path: str | None = None

    def __init__(self) -> None:
        self.params: dict[str, Any] = {}
        self.no_log_values: set[str] = set()

    def fail_json(self, **details: Any) -> None:
        raise Unreadable(str(details.get("msg")))

    def warn(self, message: str) -> None:
        raise Unreadable(message)


class TextConnection:
    """A device that knows one command, and answers it from a text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def get(self, command: str, *_: object, **__: object) -> str:
        match = re.fullmatch(r"show running-config(?: all)? \| (section|include) (.+)", command)
        if not match:
            return ""
        pattern = re.compile(match[2])
        if match[1] == "include":
            return "\n".join(line for line in self._text.splitlines() if pattern.search(line))
        return "\n".join(
            "\n".join(part) for part in sections(self._text) if pattern.search(part[0])
        )

    def get_device_info(self) -> dict[str, str]:
        return {"network_os_type": "L3"}


def sections(text: str) -> Iterator[list[str]]:
    """Top-level lines, each with the indented lines below it."""
    section: list[str] = []
    for line in text.splitlines():
        if not line.startswith(" ") and section:
            yield section
            section = []
        section.append(line)
    if section:
        yield section


def resource(collection: str, name: str, text: str, data: object = None) -> Any:
    """What a collection's parser makes of one resource of ``text``. Raises Unreadable.

    ``collection`` is such as ``cisco.ios``; ``data`` replaces the text where a parser takes a tree.
    """
    parser = _parser(collection, name)
    facts: dict[str, Any] = {"ansible_network_resources": {}}
    with time_limit(SECONDS):
        try:
            parser.populate_facts(TextConnection(text), facts, data)
        except Unreadable:
            raise
        except Exception as error:
            raise Unreadable(f"{collection} {name}: {type(error).__name__}: {error}") from error
    found = facts["ansible_network_resources"]
    return found.get(name) or {}


def entries(found: Any) -> list[Mapping[str, Any]]:
    """A resource that is a list, also where a parser leaves out an empty one."""
    return list(found) if isinstance(found, list) else []


def _parser(collection: str, name: str) -> Any:
    if str(COLLECTIONS) not in sys.path:
        sys.path.insert(0, str(COLLECTIONS))
    platform = collection.partition(".")[2]
    module = importlib.import_module(
        f"ansible_collections.{collection}.plugins.module_utils.network."
        f"{platform}.facts.{name}.{name}"
    )
    wanted = f"{name.replace('_', '')}facts"
    classes = [item for item in vars(module) if item.lower().replace("_", "") == wanted]
    return getattr(module, classes[0])(_Module())


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Ends a parser that does not come back."""

    def give_up(*_: object) -> None:
        raise Unreadable(f"no answer within {seconds} s")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
