"""Configuration mode: takes lines, one after the other, and changes a tree.

The same editor reads what is typed, a file that is merged, the startup configuration at boot, and
(strictly, by indentation) a file for ``configure replace``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from muniform.lab.ios import names
from muniform.lab.ios.actions import ACTIONS
from muniform.lab.ios.arguments import Hardware
from muniform.lab.ios.edits import Edit
from muniform.lab.ios.grammar import INVALID, CommandError, load_grammar
from muniform.lab.ios.negating import negation, rule_of_prefix
from muniform.lab.ios.tree import ETX
from muniform.lab.simulated.language.grammar import Match, Rule
from muniform.lab.simulated.language.tree import Node, store

GRAMMAR = load_grammar("configuration.yml")


@dataclass
class Context:
    """Where in the tree the next line belongs. A range has several sections."""

    mode: str
    sections: list[Node]


@dataclass
class _Banner:
    words: tuple[str, str]
    rule: Rule
    delimiter: str
    text: str = ""


@dataclass
class Editor:
    """A configuration that is being changed."""

    root: Node
    hardware: Hardware
    strict: bool = False
    stack: list[Context] = field(init=False)
    ended: bool = False
    _banner: _Banner | None = None

    def __post_init__(self) -> None:
        self.stack = [Context("global", [self.root])]

    @property
    def mode(self) -> str:
        return self.stack[-1].mode

    @property
    def prompt(self) -> str:
        """The bracketed part of the prompt, empty while a banner's text is gathered."""
        if self._banner is not None:
            return ""
        if self.mode == "interface" and len(self.stack[-1].sections) > 1:
            return "(config-if-range)"
        return GRAMMAR.modes[self.mode].prompt

    @property
    def is_collecting(self) -> bool:
        """True while a banner's text is gathered: the line is not a command."""
        return self._banner is not None

    def feed(self, line: str) -> list[str]:
        """Take one line. Returns IOS's messages; raises CommandError if it refuses the line."""
        if self._banner is not None:
            self._collect(line)
            return []
        if not line.strip() or line.lstrip().startswith("!"):
            return []
        if self.mode == "certificate":
            self._certificate(line)
            return []
        if self.strict:
            self._descend(line)
        word = line.split()[0].lower()
        if word in ("end", "exit", "exit-address-family", "exit-vrrp") and len(line.split()) == 1:
            self._leave(word)
            return []
        if word == "do":
            # A session runs it; in a file it has no one to answer to.
            return []
        return self._command(line)

    def _leave(self, word: str) -> None:
        if word == "end" or len(self.stack) == 1:
            self.ended = True
            del self.stack[1:]
        else:
            self.stack.pop()

    def _descend(self, line: str) -> None:
        """In a replace file the indentation says to which section a line belongs."""
        depth = len(line) - len(line.lstrip(" "))
        if depth >= len(self.stack):
            raise CommandError(INVALID, depth)
        del self.stack[depth + 1 :]

    def _command(self, line: str) -> list[str]:
        level = len(self.stack) - 1
        try:
            return self._apply(self.stack[level], line)
        except CommandError as fault:
            if self.strict or level == 0 or fault.message != INVALID:
                raise
            first = fault
        # A command of an outer mode leaves the inner one.
        while level > 0:
            level -= 1
            kept = self.stack[level + 1 :]
            del self.stack[level + 1 :]
            try:
                return self._apply(self.stack[level], line)
            except CommandError as fault:
                self.stack.extend(kept)
                if fault.message != INVALID:
                    raise
        raise first

    def _apply(self, context: Context, line: str) -> list[str]:
        negative, offset = negation(GRAMMAR, line, context.mode)
        blanked = " " * offset + line[offset:]
        match = GRAMMAR.match(context.mode, blanked, self.hardware)
        rule = match.rule or rule_of_prefix(match, negative)
        messages: list[str] = []
        for section in context.sections:
            edit = Edit(self.root, section, rule, match.words, negative, self.hardware)
            edit.strict = self.strict
            self._perform(edit, is_whole=match.rule is not None, mode=context.mode)
            messages.extend(edit.messages)
        return messages

    def _perform(self, edit: Edit, is_whole: bool, mode: str) -> None:
        words: tuple[str, ...] | None = edit.words
        if is_whole and edit.rule.action:
            words = ACTIONS[edit.rule.action](edit)
        if edit.collects:
            self._start_banner(edit)
            return
        for created in edit.creates:
            self._section(GRAMMAR.match("global", created, self.hardware), self.root)
        if edit.renumbered and words is not None:
            edit.rule = GRAMMAR.match(mode, " ".join(words), self.hardware).rule or edit.rule
        opened: list[Node] = []
        if edit.targets:
            opened = [self._target(target) for target in edit.targets]
        elif words is not None:
            node = store(edit.section, edit.rule, words, edit.negative)
            opened = [node] if node is not None else []
        if edit.targets or (edit.rule.opens and not edit.negative):
            self._open(edit.rule.opens or "interface", opened)

    def _target(self, words: tuple[str, ...]) -> Node:
        return self._section(GRAMMAR.match("global", " ".join(words), self.hardware), self.root)

    def _section(self, match: Match, parent: Node) -> Node:
        assert match.rule is not None  # noqa: S101 - built from our own words
        existing = parent.find(*match.rule.key(match.words))
        if existing is not None:
            return existing
        node = Node(match.words, match.rule.key(match.words), match.rule)
        parent.children.append(node)
        return node

    def _open(self, mode: str, sections: list[Node]) -> None:
        name = sections[0].words[-1]
        if mode == "interface" and names.is_logical(name) and not name.startswith("Port"):
            mode = "svi"
        if mode == "certificate":
            sections[0].children.clear()
        self.stack.append(Context(mode, sections))

    def _certificate(self, line: str) -> None:
        section = self.stack[-1].sections[0]
        text = line.strip()
        if text == "quit":
            if self.strict and "\t" not in line:
                # The trap of files that went through a terminal: the tab became spaces.
                raise CommandError(INVALID, len(line) - len("quit"))
            self.stack.pop()
            text = "\tquit"
        else:
            text = GRAMMAR.match("certificate", text, self.hardware).words[0]
        key = (str(len(section.children)),)
        section.children.append(Node((text,), key, None))

    def _start_banner(self, edit: Edit) -> None:
        first = edit.words[2][len(edit.collects) :]
        self._banner = _Banner((edit.words[0], edit.words[1]), edit.rule, edit.collects)
        self._collect(first)

    def _collect(self, line: str) -> None:
        banner = self._banner
        if banner is None:
            return
        for delimiter in {banner.delimiter, ETX if banner.delimiter == "^C" else banner.delimiter}:
            text, found, _ = line.partition(delimiter)
            if found:
                words = (*banner.words, f"{ETX}{banner.text}{text}{ETX}")
                store(self.root, banner.rule, words, negative=False)
                self._banner = None
                return
        banner.text += line + "\n"

    def removed_user(self, line: str) -> str | None:
        """The account that ``line`` would delete: IOS asks before it does."""
        if self.is_collecting or not negation(GRAMMAR, line)[0]:
            return None
        try:
            offset = negation(GRAMMAR, line)[1]
            words = GRAMMAR.match("global", " " * offset + line[offset:], self.hardware).words
        except CommandError:
            return None
        known = words[:1] == ("username",) and self.root.find(*words[:2]) is not None
        return words[1] if known else None


def load(text: str, root: Node, hardware: Hardware, strict: bool = False) -> list[Rejected]:
    """Feed a whole text into ``root``; returns the lines that were refused."""
    editor = Editor(root, hardware, strict)
    rejected: list[Rejected] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        try:
            editor.feed(line)
        except CommandError as fault:
            rejected.append(Rejected(line, fault))
        if editor.ended:
            break
    return rejected


@dataclass(frozen=True)
class Rejected:
    """A line of a file that the parser refused, with its reason."""

    line: str
    fault: CommandError

    def __str__(self) -> str:
        return f"{self.line}\n{self.fault.render()}\n"
