"""The RPCs that read the configuration, Junos's own and that of RFC 6241."""

from __future__ import annotations

from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from muniform.lab.junos.database import Editor
from muniform.lab.junos.device import JunosDevice
from muniform.lab.junos.json_tree import to_json
from muniform.lab.junos.loading import Action
from muniform.lab.junos.printing import printed, set_lines
from muniform.lab.junos.replies import RpcError, text_of, wrapped
from muniform.lab.junos.tree import Node, empty
from muniform.lab.junos.xml_tree import filtered, load_xml, local, to_xml

_XNM = "http://xml.juniper.net/xnm/1.1/xnm"
_OLDEST = 49


def release(device: JunosDevice) -> str:
    """The part of the version that names XML schemas."""
    return device.version.partition("-")[0]


def child(element: Element, name: str) -> Element | None:
    """An element's child by its name without namespace."""
    return next((each for each in element if local(each) == name), None)


def child_text(element: Element, name: str) -> str | None:
    found = child(element, name)
    return (found.text or "").strip() if found is not None else None


def head(device: JunosDevice, root: Node) -> str:
    """The comment and the version that ``show configuration`` begins with."""
    entry = device.database.history[0]
    at = entry.at.strftime("%Y-%m-%d %H:%M:%S UTC")
    word = "commit" if root is device.config else "changed"
    return f"## Last {word}: {at} by {entry.user}\nversion {device.version};\n"


def get_configuration(device: JunosDevice, editor: Editor, rpc: Element) -> str:
    """Text, set lines or XML of the candidate or the committed configuration, or a comparison."""
    if rpc.get("compare"):
        return _comparison(device, editor, rpc)
    root = device.database.of(editor)
    if rpc.get("database") == "committed":
        root = device.config
    wanted = child(rpc, "configuration")
    return _shown(device, root, rpc.get("format", "xml").lower(), wanted)


def _comparison(device: JunosDevice, editor: Editor, rpc: Element) -> str:
    if rpc.get("compare") != "rollback":
        raise RpcError("syntax error", bad=str(rpc.get("compare")))
    difference = device.database.difference(editor, number(rpc.get("rollback", "0")))
    if difference is None:
        raise RpcError("could not open configuration file for rollback")
    inner = wrapped("configuration-output", difference)
    return f"<configuration-information>\n{inner}\n</configuration-information>"


def number(text: str) -> int:
    """The number of a past configuration. Raises RpcError."""
    if not text.isdigit() or int(text) > _OLDEST:
        raise RpcError(f"Invalid numeric value: '{text}'", bad=text)
    return int(text)


def _shown(device: JunosDevice, root: Node, form: str, wanted: Element | None) -> str:
    if wanted is not None and len(wanted):
        part = filtered(to_xml(root), wanted)
        shown = load_xml(part, empty(), Action.OVERRIDE).root if part is not None else empty()
    else:
        shown = root
    if form in ("text", "ascii"):
        start = head(device, root) if shown is root else head(device, root).splitlines(True)[0]
        return wrapped("configuration-text", start + printed(shown))
    if form == "set":
        lines = [*([f"set version {device.version}"] if shown is root else []), *set_lines(shown)]
        return wrapped("configuration-set", "\n".join(lines) + "\n")
    if form == "json":
        return escape(to_json(shown)) + "\n"
    if form != "xml":
        raise RpcError(f"unsupported format '{form}'", bad=form)
    return text_of(_dated(device, to_xml(shown), shown is root))


def _dated(device: JunosDevice, top: Element, is_whole: bool) -> Element:
    entry = device.database.history[0]
    top.set("xmlns", _XNM)
    top.set("junos:commit-seconds", str(int(entry.at.timestamp())))
    top.set("junos:commit-localtime", entry.at.strftime("%Y-%m-%d %H:%M:%S UTC"))
    top.set("junos:commit-user", entry.user)
    if is_whole:
        version = Element("version")
        version.text = device.version
        top.insert(0, version)
    return top


def get_config(device: JunosDevice, editor: Editor, rpc: Element) -> str:
    """RFC 6241's: XML in ``<data>``."""
    source = child(rpc, "source")
    running = source is not None and child(source, "running") is not None
    root = device.config if running else device.database.of(editor)
    wanted = child(rpc, "filter")
    selection = child(wanted, "configuration") if wanted is not None else None
    return f"<data>\n{_shown(device, root, 'xml', selection)}\n</data>"
