"""NETCONF over SSH (RFC 6242): one session, framed by ``]]>]]>``, as Junos advertises it."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from xml.etree.ElementTree import Element, ParseError, fromstring

from muniform.lab.junos.accounts import SUPER_USER
from muniform.lab.junos.configuration_rpcs import READING, RPCS
from muniform.lab.junos.database import Editor, LockedError
from muniform.lab.junos.device import CommitRefused, JunosDevice
from muniform.lab.junos.points import point_of
from muniform.lab.junos.reading_rpcs import release
from muniform.lab.junos.replies import OK, RpcError, error, refused, reply
from muniform.lab.junos.state_rpcs import command, state
from muniform.lab.junos.xml_tree import local
from muniform.lab.simulated.device import Connection
from muniform.lab.simulated.ssh import Link, Process
from muniform.lab.simulated.striking import NOISE, Answers, under_fault

END = "]]>]]>"
_CHUNK = 65536
_CAPABILITIES = (
    "urn:ietf:params:netconf:base:1.0",
    "urn:ietf:params:netconf:capability:candidate:1.0",
    "urn:ietf:params:netconf:capability:confirmed-commit:1.0",
    "urn:ietf:params:netconf:capability:validate:1.0",
    "urn:ietf:params:netconf:capability:url:1.0?scheme=http,ftp,file",
    "urn:ietf:params:xml:ns:netconf:base:1.0",
    "urn:ietf:params:xml:ns:netconf:capability:candidate:1.0",
    "urn:ietf:params:xml:ns:netconf:capability:confirmed-commit:1.0",
    "urn:ietf:params:xml:ns:netconf:capability:validate:1.0",
    "urn:ietf:params:xml:ns:netconf:capability:url:1.0?scheme=http,ftp,file",
    "http://xml.juniper.net/netconf/junos/1.0",
    "http://xml.juniper.net/dmi/system/1.0",
)
_CLOSING = ("close-session", "request-end-session")


class Session:
    """One client's session: a message in, the answer out."""

    def __init__(
        self, device: JunosDevice, link: Connection, user: str, may_configure: bool = True
    ) -> None:
        self._device = device
        self._link = link
        self.editor: Editor = device.editor(user, "netconf")
        self.is_over = False
        self._may_configure = may_configure
        self._has_greeted = False

    def hello(self) -> str:
        """What the device says first."""
        listed = "\n".join(f"<capability>{each}</capability>" for each in _CAPABILITIES)
        return (
            '<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">\n'
            f"<capabilities>\n{listed}\n</capabilities>\n"
            f"<session-id>{self.editor.pid}</session-id>\n</hello>\n{END}\n"
        )

    def take(self, message: str) -> str:
        """Answer one message; "" if there is nothing to say, or nothing can be."""
        rpc = _parsed(message)
        if rpc is None:
            return f"{reply(error('syntax error'), {}, release(self._device))}{END}\n"
        if not self._has_greeted and local(rpc) == "hello":
            self._has_greeted = True
            return ""
        answered = self._under_fault(rpc)
        return f"{answered}{END}\n" if answered else ""

    def end(self) -> None:
        """The session is gone, however it ended: so are its lock and its private changes."""
        self._device.database.leave(self.editor)

    def _under_fault(self, rpc: Element) -> str:
        question = rpc[0] if len(rpc) else Element("missing")
        point = point_of(question, self._device.pending is not None)
        whole = self._whole(rpc)
        answers = Answers("", NOISE + "\n", whole(lambda: error("remote procedure call failed")))
        return under_fault(
            self._device,
            self._link,
            point,
            lambda: whole(lambda: self._answer(question)),
            answers,
        )

    def _whole(self, rpc: Element) -> Callable[[Callable[[], str]], str]:
        return lambda inner: reply(inner(), rpc.attrib, release(self._device))

    def _answer(self, question: Element) -> str:
        name = local(question)
        if name in _CLOSING:
            self.is_over = True
            return OK
        try:
            return self._carry_out(name, question)
        except RpcError as refusal:
            return error(refusal.message, refusal.tag, bad=refusal.bad)
        except LockedError as refusal:
            return error(str(refusal))
        except CommitRefused as refusal:
            return refused(refusal.reasons)

    def _carry_out(self, name: str, question: Element) -> str:
        if name in RPCS:
            if not self._may_configure and name not in READING:
                raise RpcError("permission denied", "access-denied", name)
            return RPCS[name](self._device, self.editor, question)
        return (command if name == "command" else state)(self._device, question)


def _parsed(message: str) -> Element | None:
    # expat loads nothing from outside; a client that wants to harm its own lab may.
    try:
        return fromstring(message.strip())  # noqa: S314
    except ParseError:
        return None


async def serve(device: JunosDevice, process: Process, link: Link) -> None:
    """One NETCONF session, from hello to its end."""
    session = Session(device, link, link.user, link.privilege == SUPER_USER)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    process.stdout.write(session.hello().encode())
    waiting = ""
    try:
        while not session.is_over and not link.is_dropped:
            data = await process.stdin.read(_CHUNK)
            if not data:
                break
            if link.is_frozen:
                continue
            waiting += decoder.decode(data)
            while END in waiting and not session.is_over:
                message, _, waiting = waiting.partition(END)
                answered = session.take(message)
                if link.is_frozen or link.is_dropped:
                    break
                process.stdout.write(answered.encode())
    finally:
        session.end()
    if not link.is_dropped:
        process.exit(0)
        await process.wait_closed()
