"""The terminal between a session's characters and its command line.

Every character is echoed when it arrives, as a device does: clients that wait for the echo of
each key (scrapli, people) work like those that wait for a line.
"""

from __future__ import annotations

from collections.abc import Callable

from muniform.lab.simulated.command_line import CommandLine

_HISTORY = 20


class Terminal:
    """One interactive session. ``write`` sends text to the client."""

    def __init__(self, shell: CommandLine, write: Callable[[str], None]) -> None:
        self._shell = shell
        self._write = write
        self._output: list[str] = []
        self._line = ""
        self._last = ""
        self._escape = ""
        self._held: list[str] = []
        self._history: list[str] = []
        self._recalled = 0

    def start(self) -> None:
        """Greet the client."""
        self._print(self._shell.greeting)
        self._put("\r\n" + self._shell.prompt)
        self._flush()

    def receive(self, text: str) -> None:
        """Take what the client typed."""
        for character in text:
            if self._shell.is_over or self._shell.is_frozen:
                break
            self._take(character)
        self._flush()

    def _take(self, character: str) -> None:
        last, self._last = self._last, character
        if self._held:
            self._page(character)
        elif self._escape or character == "\x1b":
            self._escaped(character)
        elif character == "\n" and last == "\r":
            return
        elif self._shell.takes_key:
            self._submit("" if character in "\r\n" else character)
        elif character in "\r\n":
            self._submit(self._line)
        else:
            self._edit(character)

    def _edit(self, character: str) -> None:
        if character in _CONTROLS and not self._is_text(character):
            _CONTROLS[character](self)
        elif character in "\t?" and not self._shell.takes_text:
            self._assist(character)
        elif character >= " " or character in "\t\x03":
            self._line += character
            if not self._shell.is_hidden:
                self._put(character)

    def _is_text(self, character: str) -> bool:
        """ETX ends a banner; anywhere else control-C drops the line."""
        banner = self._line.lstrip().lower().startswith("banner ")
        return character == "\x03" and (banner or self._shell.takes_text)

    # Keys

    def _erase(self) -> None:
        if self._line:
            self._line = self._line[:-1]
            if not self._shell.is_hidden:
                self._put("\b \b")

    def _kill(self) -> None:
        self._replace_line("")

    def _cancel(self) -> None:
        self._line = ""
        self._put("\r\n" + self._shell.prompt)

    def _control_z(self) -> None:
        self._line = ""
        self._put("^Z\r\n")
        self._print(self._shell.end_configuration())
        self._put(self._shell.prompt)

    def _control_d(self) -> None:
        lines = self._shell.end_text()
        if lines is not None:
            self._line = ""
            self._put("\r\n")
            self._print(lines)
            self._put(self._shell.prompt)

    def _ignore(self) -> None:
        return

    def _escaped(self, character: str) -> None:
        """Cursor up and down walk through the history; other sequences are swallowed."""
        self._escape += character
        if len(self._escape) < 3 and not (len(self._escape) == 2 and character != "["):
            return
        key, self._escape = self._escape, ""
        step = {"\x1b[A": -1, "\x1b[B": 1}.get(key)
        if step is not None:
            self._recall(step)

    def _recall(self, step: int) -> None:
        position = self._recalled + step
        if 0 <= position <= len(self._history):
            self._recalled = position
            self._replace_line([*self._history, ""][position])

    def _replace_line(self, text: str) -> None:
        self._put("\b \b" * len(self._line) + text)
        self._line = text

    def _assist(self, character: str) -> None:
        if character == "\t":
            self._line = self._shell.completed(self._line)
        else:
            self._put("?\r\n")
            self._print(self._shell.help(self._line))
        self._put(("\r\n" if character == "\t" else "") + self._shell.prompt + self._line)

    # Lines

    def _submit(self, line: str) -> None:
        self._line = ""
        if line.strip() and not self._shell.takes_text:
            self._history = [*self._history, line][-_HISTORY:]
        self._recalled = len(self._history)
        self._put("\r\n")
        # The echo leaves before the command runs: a command may cut the session off.
        self._flush()
        lines = self._shell.enter(line)
        if self._shell.is_over or self._shell.is_frozen:
            return
        length = self._shell.page_length
        if length and len(lines) >= length:
            self._held = lines
            self._show_page(length - 1)
            return
        self._print(lines)
        self._put(self._shell.prompt)

    def _page(self, character: str) -> None:
        self._put(self._shell.pager.erased)
        if character == " ":
            self._show_page(self._shell.page_length - 1)
        elif character in "\r\n":
            self._show_page(1)
        else:
            self._held = []
            self._put(self._shell.prompt)

    def _show_page(self, count: int) -> None:
        self._print(self._held[:count])
        self._held = self._held[count:]
        self._put(self._shell.pager.more if self._held else self._shell.prompt)

    # Output

    def _print(self, lines: list[str]) -> None:
        for line in lines:
            self._put(line.replace("\n", "\r\n") + "\r\n")

    def _put(self, text: str) -> None:
        self._output.append(text)

    def _flush(self) -> None:
        text, self._output = "".join(self._output), []
        if text:
            self._write(text)


_CONTROLS: dict[str, Callable[[Terminal], None]] = {
    "\x00": Terminal._ignore,
    "\x03": Terminal._cancel,
    "\x04": Terminal._control_d,
    "\x08": Terminal._erase,
    "\x7f": Terminal._erase,
    "\x15": Terminal._kill,
    "\x1a": Terminal._control_z,
}
