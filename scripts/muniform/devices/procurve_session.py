"""A session at the command line of ArubaOS-Switch.

The switch paints a VT100's screen: what Netmiko takes out of a whole answer is taken out here as
well.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from netmiko.exceptions import ReadException
from netmiko.hp.hp_procurve import HPProcurveSSH

from muniform.devices.cli_session import CliSession, Login, Silence, split_answers

_TAIL = 600
"""So much of an answer is looked at for its end: a prompt with its control sequences."""
_PREPARING = ("no page", "terminal width 1920")
_PROMPT = re.compile(r"(?:^|\n)(?P<name>[^\s#>(]{1,64})(?:\([^)\n]{1,60}\))?[#>] ?$")
_QUESTION = re.compile(r"[\[(]y/n[^\])\n]*[\])]\s?\??\s*$")
_SAVING = re.compile(r"save (the )?current configuration", re.IGNORECASE)
_ANY_KEY = re.compile(r"any key to continue\s*$")
_NAME_ASKED = re.compile(r"(user ?name|login name)\s*: ?$", re.IGNORECASE)
_PASSWORD_ASKED = re.compile(r"password\s*: ?$", re.IGNORECASE)
_MOST_QUESTIONS = 10


class ProcurveSession(CliSession, HPProcurveSSH):
    """One SSH session on a switch."""

    def __init__(self, login: Login) -> None:
        self._prompt = ""
        self._is_prepared = False
        super().__init__("hp_procurve", login, Silence(limit=300))

    def session_preparation(self) -> None:
        """Past the copyright, to a manager's prompt; pages and short lines are turned off."""
        greeting = self._read(lambda text: _is_prompt(text) or bool(_ANY_KEY.search(text)))
        if _ANY_KEY.search(greeting):
            self._send("\n")
            self._read(_is_prompt)
        if not self.is_manager:
            self._become_manager()

    def cleanup(self, command: str = "logout") -> None:
        """Nothing is said: the switch would ask back. Its line is freed with the connection."""

    @property
    def is_manager(self) -> bool:
        return self._prompt.endswith("#")

    @property
    def is_configuring(self) -> bool:
        return "(" in self._prompt

    # Talking

    def ask(self, *commands: str) -> list[str]:
        """The answers to commands that change nothing, asked in one write."""
        asked = commands if self._is_prepared else (*_PREPARING, *commands)
        prompt, found = f"{self._prompt} ", [""]

        def is_complete(text: str) -> bool:
            found[:] = split_answers(prompt + text, prompt, asked) if text.endswith(prompt) else []
            return bool(found)

        self._send("".join(f"{command}\n" for command in asked))
        self._read(is_complete, looks_at=None)
        self._is_prepared = True
        return found[len(asked) - len(commands) :]

    def say(self, command: str) -> str:
        """What a command says that may change something.

        Its questions are answered with yes, but the one whether to save.
        """
        if not self._is_prepared:
            self.ask()
        said, sent = "", f"{command}\n"
        for _ in range(_MOST_QUESTIONS):
            self._send(sent)
            said += self._read(lambda text: _is_prompt(text) or bool(_QUESTION.search(text)))
            if not _QUESTION.search(said):
                return _body(said)
            # One key is the whole answer: a line's end would be taken for the next command.
            sent = "n" if _SAVING.search(said.splitlines()[-1]) else "y"
        raise ReadException("the switch asks without end")

    def _become_manager(self) -> None:
        self._send("enable\n")
        asked = self._read(_asks_for_login)
        if _NAME_ASKED.search(asked):
            self._send(f"{self._login.user}\n")
            asked = self._read(_asks_for_login)
        if _PASSWORD_ASKED.search(asked):
            self._send(f"{self._login.password}\n")
            self._read(_is_prompt)

    def _read(self, is_complete: Callable[[str], bool], looks_at: int | None = _TAIL) -> str:
        """Everything until ``is_complete``, without control sequences. Remembers the prompt.

        ``looks_at``: how many of the last characters decide; None: all.
        """
        begin = -looks_at if looks_at else 0
        text = self._plain(self._receive(lambda raw: is_complete(self._plain(raw[begin:]))))
        if prompt := _PROMPT.search(text[-_TAIL:]):
            self._prompt = prompt.group(0).strip()
        return text

    def _plain(self, raw: str) -> str:
        return str(self.strip_ansi_escape_codes(raw))


def _is_prompt(text: str) -> bool:
    return _PROMPT.search(text) is not None


def _asks_for_login(text: str) -> bool:
    asked = _NAME_ASKED.search(text) or _PASSWORD_ASKED.search(text)
    return bool(asked) or _is_prompt(text)


def _body(said: str) -> str:
    """What stands between a command's echo and the next prompt."""
    _, _, rest = said.partition("\n")
    return rest.rpartition("\n")[0]
