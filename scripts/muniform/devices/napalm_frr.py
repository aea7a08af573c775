"""A NAPALM driver for FRR on Linux: replace, compare, commit-confirm with the router's own timer.

``get_network_driver("frr")`` finds it through the package ``custom_napalm``. One account with a
shell, a key and ``sudo`` without a password. ``optional_args`` are Netmiko's: ``port``,
``key_file``, ``alt_key_file`` (known_hosts), ``ssh_strict`` (true unless told otherwise).

The transaction itself runs on the router (``frr_agent``), so a cut session can't leave it half
done. While a commit waits, startup keeps the old text; whoever logs in next can confirm it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from napalm.base.base import NetworkDriver
from napalm.base.exceptions import (
    CommandErrorException,
    CommitConfirmException,
    CommitError,
    ConnectionClosedException,
    ReplaceConfigException,
)

from muniform.devices.frr_diff import mask_secrets, parse_delta, render_delta
from muniform.devices.frr_facts import facts_of, interfaces_of
from muniform.devices.frr_session import AgentRefusedError, agent_source, open_session, request

SAFETY_NET = 60
"""Seconds after which a commit without ``revert_in`` reverts, should we vanish halfway."""
STORES = ("running", "startup", "candidate")


class FRRDriver(NetworkDriver):  # type: ignore[misc]
    """FRR 8.4 on Debian."""

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        self.hostname = hostname
        self.username = username
        self.password = password
        self.timeout = timeout
        self.optional_args = dict(optional_args or {})
        self.session: Any = None
        self._candidate = ""
        self._previous = ""

    def open(self) -> None:
        """Log in. Raises HostKeyRejected, ConnectAuthError or ConnectTimeoutError."""
        self.session = open_session(
            self.hostname, self.username, self.password, self.timeout, self.optional_args
        )

    def close(self) -> None:
        """Log out. A pending commit stays pending."""
        session, self.session = self.session, None
        if session is not None:
            with contextlib.suppress(OSError, EOFError):
                session.disconnect()

    def is_alive(self) -> dict[str, bool]:
        """Whether the session still stands, without asking the router."""
        return {"is_alive": self.session is not None and bool(self.session.is_alive())}

    # --- reading -------------------------------------------------------------------------

    def get_facts(self) -> dict[str, Any]:
        return facts_of(self._ask("facts"))

    def get_interfaces(self) -> dict[str, dict[str, Any]]:
        return interfaces_of(self._ask("facts"))

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,  # noqa: ARG002 - FRR has no longer form of its configuration
        sanitized: bool = False,
        format: str = "text",
    ) -> dict[str, str]:
        """Running, startup (``/etc/frr/frr.conf``) and the loaded candidate; "" if not asked."""
        if format != "text":
            raise NotImplementedError(f"FRR has no configuration in the format {format!r}")
        if retrieve not in (*STORES, "all"):
            raise ValueError(f"no such configuration: {retrieve!r}")
        stores = {"running": "", "startup": "", "candidate": self._candidate}
        if retrieve != "candidate":
            stores |= self._ask("read")
        wanted = {name: stores[name] if retrieve in (name, "all") else "" for name in STORES}
        return {name: mask_secrets(text) if sanitized else text for name, text in wanted.items()}

    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, str]:
        """The output of commands of FRR's operational mode, such as ``show ip ospf neighbor``."""
        if encoding != "text":
            raise NotImplementedError(f"{encoding!r}: append json to the command instead")
        return {command: str(self._ask("show", command=command)["output"]) for command in commands}

    def look(self, addresses: Sequence[str]) -> dict[str, Any]:
        """Adjacencies of OSPF and BGP as FRR prints them, and which addresses answer a ping."""
        return self._ask("look", addresses=list(addresses))

    # --- the candidate -------------------------------------------------------------------

    def load_replace_candidate(
        self, filename: str | None = None, config: str | None = None
    ) -> None:
        """Check a whole configuration with FRR's parser and keep it here; nothing stays there.

        Raises ReplaceConfigException, naming the lines that FRR doesn't know.
        """
        text = Path(filename).read_text() if filename else config or ""
        try:
            self._send("check", candidate=text)
        except AgentRefusedError as refusal:
            raise ReplaceConfigException(mask_secrets(str(refusal))) from None
        self._candidate = text

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Not served: ``no`` lines in a file mean nothing to frr-reload, so a merge of texts could
        not take anything away."""
        raise NotImplementedError("FRR is replaced, never merged: use load_replace_candidate")

    def compare_config(self) -> str:
        """Lines the candidate would delete (-) and add (+), in their sections; "" if in sync."""
        if not self._candidate:
            return ""
        try:
            return render_delta(
                parse_delta(self._send("compare", candidate=self._candidate)["delta"])
            )
        except AgentRefusedError as refusal:
            raise ReplaceConfigException(mask_secrets(str(refusal))) from None

    def discard_config(self) -> None:
        """Forget the candidate. The router doesn't hold it."""
        self._candidate = ""

    def tidy(self) -> None:
        """Remove what a request that was killed left on the router."""
        self._ask("tidy")

    # --- the transaction -----------------------------------------------------------------

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:
        """Run the candidate. With ``revert_in`` (5 seconds or more) it reverts by itself unless
        ``confirm_commit`` is called, from here or from a new session; without, it is kept.

        Raises CommitError if it was not applied (what ran before runs again);
        CommandTimeoutException or ConnectionClosedException if the router stopped answering, as
        when the change cuts it off: then it may be pending, and reverts.
        """
        if message:
            raise NotImplementedError("FRR keeps no message with a commit")
        if not self._candidate:
            raise CommitError("no candidate is loaded")
        seconds = SAFETY_NET if revert_in is None else revert_in
        try:
            reply = self._send(
                "commit",
                # The router may apply until the moment of the revert, and no longer.
                timeout=max(seconds, 1),
                candidate=self._candidate,
                seconds=seconds,
                source=agent_source(),
            )
        except AgentRefusedError as refusal:
            raise CommitError(mask_secrets(str(refusal))) from None
        self._previous = reply["previous"]
        self._candidate = ""
        if revert_in is None:
            self.confirm_commit()

    def confirm_commit(self) -> None:
        """Keep the pending commit: running becomes startup. Raises CommitConfirmException if
        nothing is pending, or if what runs is no longer what was committed."""
        try:
            self._send("confirm")
        except AgentRefusedError as refusal:
            raise CommitConfirmException(mask_secrets(str(refusal))) from None

    def save_config(self) -> None:
        """Make running the startup configuration. Raises CommitError if a commit is pending."""
        try:
            self._send("save")
        except AgentRefusedError as refusal:
            raise CommitError(mask_secrets(str(refusal))) from None

    def has_pending_commit(self) -> bool:
        """Whether a commit, of whatever session, waits for its confirmation."""
        return bool(self._ask("waiting")["pending"])

    def seconds_to_revert(self) -> float:
        """Seconds until the pending commit reverts; 0.0 if none is pending."""
        return float(self._ask("waiting")["remaining"])

    def rollback(self) -> None:
        """Revert the pending commit now; with none pending, the last one of this session.

        Running and startup are then what they were before it.
        """
        try:
            self._send("rollback")
        except AgentRefusedError as refusal:
            if refusal.kind != "nothing":
                raise CommitError(mask_secrets(str(refusal))) from None
            if not self._previous:
                raise CommitError("nothing was committed in this session") from None
            self._candidate = self._previous
            self.commit_config()

    # --- talking to the router -----------------------------------------------------------

    def _send(self, do: str, timeout: float | None = None, **arguments: Any) -> dict[str, Any]:
        if self.session is None:
            raise ConnectionClosedException(f"no session with {self.hostname}: open it first")
        return request(self.session, timeout or self.timeout, do, **arguments)

    def _ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """A request that changes nothing and has no refusal of its own."""
        try:
            return self._send(do, **arguments)
        except AgentRefusedError as refusal:
            _fail(refusal)


def _fail(refusal: AgentRefusedError) -> NoReturn:
    raise CommandErrorException(mask_secrets(str(refusal))) from None
