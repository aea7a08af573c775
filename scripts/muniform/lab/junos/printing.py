"""The tree as Junos prints it: curly-brace text and ``set`` lines. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muniform.lab.junos.schema import Kind
from muniform.lab.junos.tree import Node
from muniform.lab.junos.values import quoted

INDENT = "    "
SECRET_MARK = " ## SECRET-DATA"  # noqa: S105 - what Junos prints behind one


def printed(root: Node) -> str:
    """Everything in the tree, without the volatile head."""
    return "".join(f"{line}\n" for line in inside(root))


def inside(node: Node, depth: int = 0) -> Iterator[str]:
    """The lines of all statements inside a statement."""
    for child in node.in_order():
        if child.rule.is_prefix:
            for inner in child.in_order():
                yield from block(inner, depth, f"{child.rule.keyword} ", child.is_inactive)
        else:
            yield from block(child, depth)


def block(node: Node, depth: int, before: str = "", is_inactive: bool = False) -> Iterator[str]:
    """One statement, and what stands inside it."""
    margin = INDENT * depth
    yield from _comment(node, margin)
    start = margin + ("inactive: " if node.is_inactive or is_inactive else "") + before
    line = one_line(node)
    if line is not None:
        yield f"{start}{line};{SECRET_MARK if holds_secret(node) else ''}"
        return
    yield f"{start}{' '.join(head_texts(node))} {{"
    yield from inside(node, depth + 1)
    yield f"{margin}}}"


def _comment(node: Node, margin: str) -> list[str]:
    if not node.comment:
        return []
    return (
        [f"{margin}/* {node.comment} */"]
        if "\n" not in node.comment
        else [
            f"{margin}/*",
            *(f"{margin} * {line}" for line in node.comment.split("\n")),
            f"{margin} */",
        ]
    )


def one_line(node: Node) -> str | None:
    """A statement without braces, or None if it is printed with them."""
    rule = node.rule
    if rule.kind is not Kind.HIERARCHY or not node.children:
        return " ".join(head_texts(node))
    if rule.is_inline:
        inner = [one_line(child) for child in node.in_order()]
        texts = [text for text in inner if text is not None]
        return " ".join([*head_texts(node), *texts])
    if rule.is_single and len(node.children) == 1:
        (child,) = node.children.values()
        if not child.is_inactive and _is_plain(child):
            return " ".join([*head_texts(node), *head_texts(child)])
    return None


def _is_plain(node: Node) -> bool:
    return node.rule.kind is not Kind.HIERARCHY


def holds_secret(node: Node) -> bool:
    """Whether a statement that is printed on one line shows a secret."""
    return node.rule.is_secret or any(holds_secret(child) for child in node.children.values())


def head_texts(node: Node) -> list[str]:
    """What a statement begins with; of a leaf that is all."""
    rule = node.rule
    words = [rule.keyword] if rule.keyword else []
    for key, value in zip(rule.keys, node.keys, strict=True):
        words += [key.word] if key.word else []
        words.append(quoted(value))
    if rule.kind is Kind.LEAF:
        words.append(_value(node))
    elif rule.kind is Kind.LIST:
        texts = [quoted(value) for value in node.values]
        words.append(texts[0] if len(texts) == 1 else f"[ {' '.join(texts)} ]")
    return words


def _value(node: Node) -> str:
    """A leaf's value. Hashes and keys are always quoted, words if they need it."""
    value = node.values[0]
    if node.rule.is_secret and not value.startswith('"'):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return quoted(value)


def head_words(node: Node) -> list[str]:
    """A hierarchy's words, as in ``[edit …]`` and ``set``. The root has none."""
    rule = node.rule
    if rule.tag == "configuration":
        return []
    words = [rule.keyword] if rule.keyword else []
    for key, value in zip(rule.keys, node.keys, strict=True):
        words += [key.word] if key.word else []
        words.append(quoted(value))
    return words


def set_lines(node: Node, way: Sequence[str] = ()) -> Iterator[str]:
    """The ``set`` lines that make everything inside a statement."""
    for child in node.in_order():
        here = [*way, *head_words(child)]
        path = " ".join(here)
        rule = child.rule
        if child.children and rule.is_inline:
            yield from _inline_lines(child, here)
        elif child.children:
            yield from set_lines(child, here)
        elif rule.kind is Kind.LIST:
            yield from (f"set {path} {quoted(value)}" for value in child.values)
        elif rule.kind is Kind.LEAF:
            yield f"set {' '.join([*way, *head_texts(child)])}{_mark(child)}"
        else:
            yield f"set {path}"
        if child.comment:
            yield f'annotate {path} "{child.comment}"'
        if child.is_inactive:
            yield f"deactivate {path}"


def _inline_lines(node: Node, way: list[str]) -> Iterator[str]:
    """One line each for what stands on one line in the other form."""
    for child in node.in_order():
        if child.children:
            yield from _inline_lines(child, [*way, *head_words(child)])
        elif child.rule.kind is Kind.LIST:
            start = " ".join([*way, *head_words(child)])
            yield from (f"set {start} {quoted(value)}" for value in child.values)
        else:
            yield f"set {' '.join([*way, *head_texts(child)])}{_mark(child)}"


def _mark(node: Node) -> str:
    return SECRET_MARK if node.rule.is_secret else ""
