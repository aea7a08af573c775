"""The RPCs that read and change the configuration, Junos's own and those of RFC 6241."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.etree.ElementTree import Element

from muniform.lab.junos.database import Editor, LockedError
from muniform.lab.junos.device import JunosDevice
from muniform.lab.junos.loading import Action, Loaded, load_set, load_text
from muniform.lab.junos.reading_rpcs import child, child_text, get_config, get_configuration, number
from muniform.lab.junos.replies import OK, RpcError, load_results
from muniform.lab.junos.tree import Node
from muniform.lab.junos.xml_tree import load_xml, local

_DEFAULT_MINUTES = 10


def lock(device: JunosDevice, editor: Editor, rpc: Element) -> str:
    is_running = _targets(rpc, "running")
    if is_running:
        raise RpcError("running configuration can't be locked", "operation-not-supported")
    try:
        device.lock(editor)
    except LockedError as error:
        tag = "lock-denied" if local(rpc) == "lock" else "operation-failed"
        raise RpcError(str(error), tag) from error
    return OK


def _targets(rpc: Element, name: str) -> bool:
    target = child(rpc, "target")
    return target is not None and child(target, name) is not None


def unlock(device: JunosDevice, editor: Editor, rpc: Element) -> str:  # noqa: ARG001 - as all
    if not device.database.unlock(editor):
        raise RpcError("configuration database is not locked", bad="unlock")
    return OK


def open_configuration(device: JunosDevice, editor: Editor, rpc: Element) -> str:
    if child(rpc, "private") is None:
        raise RpcError("syntax error", bad="open-configuration")
    device.may_change(editor)
    device.database.open_private(editor)
    return OK


def close_configuration(device: JunosDevice, editor: Editor, rpc: Element) -> str:  # noqa: ARG001
    editor.private = editor.private_base = None
    device.database.unlock(editor)
    return OK


def load_configuration(device: JunosDevice, editor: Editor, rpc: Element) -> str:
    """A load, or ``rollback N`` into the candidate."""
    rollback = rpc.get("rollback")
    if rollback is not None:
        past = device.database.past(number(rollback))
        if past is None:
            raise RpcError("could not open configuration file for rollback")
        device.may_change(editor)
        device.database.change(editor, past)
        return f"<load-configuration-results>\n{OK}\n</load-configuration-results>"
    if rpc.get("url"):
        raise RpcError(f"could not open configuration file '{rpc.get('url')}'")
    loaded = _load(rpc, device.database.of(editor))
    device.stage(editor, loaded)
    return load_results(loaded.complaints)


def _load(rpc: Element, base: Node) -> Loaded:
    name = rpc.get("action", "merge")
    if name not in set(Action):
        raise RpcError("syntax error", bad=name)
    action = Action(name)
    for tag, load in _LOADERS.items():
        content = child(rpc, tag)
        if content is not None:
            return load(content, base, action)
    raise RpcError("missing configuration", "missing-element", "configuration")


_LOADERS: Mapping[str, Callable[[Element, Node, Action], Loaded]] = {
    "configuration-text": lambda e, base, action: load_text(e.text or "", base, action),
    "configuration-set": lambda e, base, _: load_set(e.text or "", base),
    "configuration": load_xml,
}


def edit_config(device: JunosDevice, editor: Editor, rpc: Element) -> str:
    """RFC 6241's load into the candidate."""
    if not _targets(rpc, "candidate"):
        raise RpcError("only the candidate can be edited", "operation-not-supported", "target")
    replaces = child_text(rpc, "default-operation") == "replace"
    action = Action.OVERRIDE if replaces else Action.MERGE
    base = device.database.of(editor)
    config = child(rpc, "config")
    text = child(rpc, "config-text")
    if config is not None and child(config, "configuration") is not None:
        loaded = load_xml(_found(config, "configuration"), base, action)
    elif text is not None and child(text, "configuration-text") is not None:
        loaded = load_text(_found(text, "configuration-text").text or "", base, action)
    else:
        raise RpcError("missing configuration", "missing-element", "config")
    if loaded.errors:
        return load_results(loaded.complaints)
    device.stage(editor, loaded)
    return OK


def _found(element: Element, name: str) -> Element:
    found = child(element, name)
    if found is None:
        raise RpcError("missing element", "missing-element", name)
    return found


def discard(device: JunosDevice, editor: Editor, rpc: Element) -> str:  # noqa: ARG001 - as all
    device.may_change(editor)
    device.database.discard(editor)
    return OK


def validate(device: JunosDevice, editor: Editor, rpc: Element) -> str:  # noqa: ARG001 - as all
    device.check(editor)
    return OK


def commit_configuration(device: JunosDevice, editor: Editor, rpc: Element) -> str:
    """Junos's: its timeout is in minutes."""
    if child(rpc, "check") is not None:
        return validate(device, editor, rpc)
    minutes = None
    if child(rpc, "confirmed") is not None:
        minutes = _number_of(child_text(rpc, "confirm-timeout") or str(_DEFAULT_MINUTES))
    device.commit(editor, child_text(rpc, "log") or "", minutes)
    return OK


def commit(device: JunosDevice, editor: Editor, rpc: Element) -> str:
    """RFC 6241's: its timeout is in seconds, of which Junos makes minutes, rounded up."""
    minutes = None
    if child(rpc, "confirmed") is not None:
        seconds = _number_of(child_text(rpc, "confirm-timeout") or str(_DEFAULT_MINUTES * 60))
        minutes = max(1, -(-seconds // 60))
    device.commit(editor, child_text(rpc, "log") or "", minutes)
    return OK


def _number_of(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise RpcError(f"Value {text} is not within range (1..65535)", bad=text)
    return int(text)


Handler = Callable[[JunosDevice, Editor, Element], str]
READING = frozenset({"get-configuration", "get-config"})
RPCS: Mapping[str, Handler] = {
    "get-configuration": get_configuration,
    "get-config": get_config,
    "lock": lock,
    "lock-configuration": lock,
    "unlock": unlock,
    "unlock-configuration": unlock,
    "open-configuration": open_configuration,
    "close-configuration": close_configuration,
    "load-configuration": load_configuration,
    "edit-config": edit_config,
    "discard-changes": discard,
    "validate": validate,
    "commit-configuration": commit_configuration,
    "commit": commit,
}
