"""Curly-brace text and ``set`` lines into words and statements, by line. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<newline>\n[ \t\r]*)|(?P<space>[ \t\r]+)|(?P<word>(?!/\*|\#)[^\s{};\[\]"]+)"""
    r"""|(?P<mark>[{};\[\]])|(?P<string>"(?:\\.|[^"\\])*")|(?P<secret>\#\#[^\n]*)"""
    r"""|(?P<hash>\#[^\n]*)|(?P<comment>/\*.*?\*/)|(?P<other>.)""",
    re.DOTALL,
)
_TAGS = ("inactive:", "replace:", "delete:", "protect:", "active:")


@dataclass(slots=True)
class Word:
    """One word, unquoted, and where it stood."""

    text: str
    line: int = 0
    is_list: bool = False
    """A bracketed list; its members are in ``members``."""
    members: tuple[str, ...] = ()


@dataclass(slots=True)
class Statement:
    """``words;`` or ``words { … }``."""

    words: list[Word]
    line: int
    tags: tuple[str, ...] = ()
    comment: str = ""
    inner: list[Statement] | None = None


class LexError(Exception):
    """Text that is no configuration. The message is what Junos says of it."""

    def __init__(self, message: str, line: int, token: str) -> None:
        super().__init__(message)
        self.message, self.line, self.token = message, line, token


def unquoted(token: str) -> str:
    """A string without its quotes."""
    if not token.startswith('"'):
        return token
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), token[1:-1])


def statements(text: str) -> list[Statement]:
    """Everything in curly-brace text. Raises LexError."""
    return _Stream(text).block(is_top=True)


def set_words(line: str) -> list[Word]:
    """The words of one ``set`` line. Raises LexError."""
    stream = _Stream(line)
    return stream.words_to_end()


class _Stream:
    """The tokens of a text, with a little memory of comments."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._next = next(self._tokens, None)
        self._line = 1

    def _take(self) -> tuple[str, str, int] | None:
        token = self._next
        self._next = next(self._tokens, None)
        if token is not None:
            self._line = token[2]
        return token

    def words_to_end(self) -> list[Word]:
        words: list[Word] = []
        while (token := self._take()) is not None:
            kind, text, line = token
            if kind in ("word", "string"):
                words.append(Word(unquoted(text), line))
            elif text == "[":
                words.append(self._list(line))
            elif kind == "mark" or kind == "other":
                raise LexError("syntax error", line, text)
        return words

    def block(self, is_top: bool) -> list[Statement]:
        """Statements up to the closing brace, or to the end."""
        found: list[Statement] = []
        comment: list[str] = []
        while (token := self._next) is not None:
            kind, text, line = token
            if kind == "comment":
                comment.append(_annotation(text))
                self._take()
            elif text == "}" and kind == "mark":
                self._take()
                if is_top:
                    raise LexError("unmatched close brace", line, "}")
                return found
            elif text == ";" and kind == "mark":
                self._take()
            else:
                found.append(self._statement("\n".join(comment)))
                comment = []
        if not is_top:
            raise LexError("missing closing brace", self._line, "")
        return found

    def _statement(self, comment: str) -> Statement:
        words: list[Word] = []
        tags: list[str] = []
        start = self._next[2] if self._next else self._line
        while (token := self._take()) is not None:
            kind, text, line = token
            if text == ";" and kind == "mark":
                return Statement(words, start, tuple(tags), comment)
            if text == "{" and kind == "mark":
                return Statement(words, start, tuple(tags), comment, self.block(is_top=False))
            if text == "[" and kind == "mark":
                words.append(self._list(line))
            elif kind == "word" and not words and text in _TAGS:
                tags.append(text[:-1])
            elif kind in ("word", "string"):
                words.append(Word(unquoted(text), line))
            elif kind != "comment":
                raise LexError("syntax error", line, text)
        last = words[-1].text if words else ""
        raise LexError("syntax error, expecting ';' or '{'", self._line, last)

    def _list(self, start: int) -> Word:
        members: list[str] = []
        while (token := self._take()) is not None:
            kind, text, line = token
            if text == "]" and kind == "mark":
                return Word(f"[ {' '.join(members)} ]", start, True, tuple(members))
            if kind not in ("word", "string"):
                raise LexError("syntax error", line, text)
            members.append(unquoted(text))
        raise LexError("syntax error, expecting ']'", self._line, "[")


def _annotation(comment: str) -> str:
    inner = comment[2:-2] if comment.startswith("/*") else comment[1:]
    return "\n".join(part.strip() for part in inner.strip().splitlines())


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Kind, text and line; without spaces and ``##`` comments."""
    line = 1
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup or "other", match.group()
        if kind in ("comment", "string", "word", "mark", "other", "hash"):
            yield "comment" if kind == "hash" else kind, token, line
        line += token.count("\n")
