"""Configurations as XML: printed, taken in, and filtered as a subtree asks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement

from muniform.lab.junos import editing
from muniform.lab.junos.editing import EditError
from muniform.lab.junos.lexer import Word
from muniform.lab.junos.loading import Action, Complaint, Loaded
from muniform.lab.junos.printing import head_words
from muniform.lab.junos.schema import Kind, Rule
from muniform.lab.junos.tree import Node, empty, prune

_OPERATIONS = ("operation", "{urn:ietf:params:xml:ns:netconf:base:1.0}operation")


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def to_xml(root: Node) -> Element:
    """``<configuration>`` with everything in the tree."""
    top = Element("configuration")
    _append(top, root)
    return top


def _append(parent: Element, node: Node) -> None:
    for child in node.in_order():
        for element in _elements(child):
            parent.append(element)


def _elements(node: Node) -> Iterator[Element]:
    rule = node.rule
    if rule.kind is Kind.LIST:
        for value in node.values:
            element = Element(rule.tag)
            element.text = value
            yield element
    elif _is_wrapped_by_parent(rule):
        # tacplus-server { A { … } }: one element of the parent's name for each.
        for child in node.in_order():
            yield _element(child, rule.tag)
    else:
        yield _element(node, rule.tag)


def _is_wrapped_by_parent(rule: Rule) -> bool:
    return bool(rule.nameless) and rule.nameless[0].is_unwrapped


def _element(node: Node, tag: str) -> Element:
    element = Element(tag)
    if node.is_inactive:
        element.set("inactive", "inactive")
    for key, value in zip(node.rule.keys, node.keys, strict=True):
        SubElement(element, key.tag).text = value
    if node.rule.kind is Kind.LEAF:
        element.text = node.values[0]
    _append(element, node)
    return element


def load_xml(top: Element, base: Node, action: Action) -> Loaded:
    """``<configuration>`` onto a copy of ``base``, or instead of it."""
    loaded = Loaded(empty() if action in (Action.OVERRIDE, Action.UPDATE) else base.copy())
    _load(top, [loaded.root], loaded)
    prune(loaded.root)
    return loaded


def _load(top: Element, way: list[Node], loaded: Loaded) -> None:
    for element in top:
        if not isinstance(element.tag, str) or _is_head(element, way):
            continue
        try:
            _load_one(element, way, loaded)
        except EditError as error:
            loaded.complaints.append(
                Complaint(error.message, 0, error.path, error.statement, error.bad)
            )


def _is_head(element: Element, way: list[Node]) -> bool:
    """Keys of the hierarchy itself, and what the device prints for people."""
    names = {key.tag for key in way[-1].rule.keys}
    return local(element) in names or (len(way) == 1 and local(element) == "version")


def _load_one(element: Element, way: list[Node], loaded: Loaded) -> None:
    name = local(element)
    rule = way[-1].rule.by_tag.get(name)
    if rule is None:
        raise EditError(editing.SYNTAX, way, [Word(name)], 0)
    words = _words(element, rule)
    if _operation(element) == "delete":
        if not editing.delete(way, _named(words, rule)):
            path = tuple(word for node in way for word in head_words(node))
            text = " ".join(word.text for word in words)
            loaded.complaints.append(
                Complaint(editing.NOT_FOUND, 0, path, text, name, is_warning=True)
            )
        return
    if _operation(element) == "replace":
        editing.delete(way, _named(words, rule))
    reached = editing.put(way, words)
    if "inactive" in element.attrib or "active" in element.attrib:
        editing.set_active(way, _named(words, rule), "active" in element.attrib)
    if rule.kind is Kind.HIERARCHY:
        _load(element, reached, loaded)


def _named(words: Sequence[Word], rule: Rule) -> Sequence[Word]:
    """What names a statement: a leaf is named without its value."""
    return words[:1] if rule.kind is Kind.LEAF and rule.keyword else words


def _words(element: Element, rule: Rule) -> list[Word]:
    """The words that the statement would begin with."""
    words = [Word(rule.keyword)] if rule.keyword else []
    text = element.text or ""
    if rule.kind in (Kind.LEAF, Kind.LIST):
        text = text if rule.value == "text" else text.strip()
        return [*words, Word(text)] if text else words
    keys = rule.keys
    if _is_wrapped_by_parent(rule):
        keys = rule.nameless[0].keys
    for key in keys:
        value = next((child for child in element if local(child) == key.tag), None)
        if value is not None and value.text:
            words += [Word(key.word)] if key.word else []
            words.append(Word(value.text.strip()))
    return words


def _operation(element: Element) -> str | None:
    for name in _OPERATIONS:
        if name in element.attrib:
            return element.attrib[name]
    return next((verb for verb in ("delete", "replace") if verb in element.attrib), None)


def filtered(element: Element, wanted: Element) -> Element | None:
    """The part of an element that a subtree filter asks for (RFC 6241, section 6); None: nothing.

    Leaves with text select the one instance that has it.
    """
    matches = [child for child in wanted if (child.text or "").strip() and not len(child)]
    for match in matches:
        texts = [(child.text or "") for child in element if local(child) == local(match)]
        if (match.text or "").strip() not in texts:
            return None
    if len(wanted) == len(matches):
        return element
    found = Element(element.tag, element.attrib)
    names = {local(match) for match in matches} | {"name"}
    for child in element:
        picked = _picked(child, wanted)
        if picked is not None:
            found.append(picked)
        elif local(child) in names:
            found.append(child)
    return found


def _picked(child: Element, wanted: Element) -> Element | None:
    for selection in wanted:
        if local(selection) == local(child):
            part = filtered(child, selection)
            if part is not None:
                return part
    return None
