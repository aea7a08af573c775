"""XML answers and errors in Junos's shapes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element, SubElement, tostring
from xml.sax.saxutils import escape, quoteattr

from muniform.lab.junos.checks import Refusal
from muniform.lab.junos.loading import Complaint

BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
OK = "<ok/>"
CHECKOUT_FAILED = "configuration check-out failed"


class RpcError(Exception):
    """An RPC that was refused. The message is what Junos says."""

    def __init__(self, message: str, tag: str = "operation-failed", bad: str = "") -> None:
        super().__init__(message)
        self.message, self.tag, self.bad = message, tag, bad


def reply(inner: str, attributes: Mapping[str, str], release: str) -> str:
    """The whole answer, with what the question carried as attributes."""
    given = "".join(
        f" {name}={quoteattr(value)}" for name, value in attributes.items() if "{" not in name
    )
    return (
        f'<rpc-reply xmlns="{BASE}" xmlns:junos="http://xml.juniper.net/junos/{release}/junos"'
        f"{given}>\n{inner}\n</rpc-reply>\n"
    )


def made(tag: str, content: Mapping[str, object] | str = "", **attributes: str) -> Element:
    """An element with leaves; attributes as ``junos__seconds`` for ``junos:seconds``."""
    names = {name.replace("__", ":").replace("_", "-"): v for name, v in attributes.items()}
    element = Element(tag, names)
    if isinstance(content, str):
        element.text = content or None
        return element
    for name, value in content.items():
        if value is not None:
            SubElement(element, name).text = str(value) or None
    return element


def text_of(element: Element) -> str:
    return tostring(element, encoding="unicode")


def wrapped(tag: str, text: str) -> str:
    """Text in an element, on lines of its own."""
    return f"<{tag}>\n{escape(text)}</{tag}>"


def error(
    message: str,
    tag: str = "operation-failed",
    severity: str = "error",
    path: Iterable[str] = (),
    bad: str = "",
) -> str:
    """``<rpc-error>``."""
    words = list(path)
    where = f"<error-path>{escape(edit(words))}</error-path>\n" if words else ""
    info = f"<error-info>\n<bad-element>{escape(bad)}</bad-element>\n</error-info>\n" if bad else ""
    return (
        "<rpc-error>\n<error-type>protocol</error-type>\n"
        f"<error-tag>{tag}</error-tag>\n<error-severity>{severity}</error-severity>\n"
        f"{where}{info}<error-message>{escape(message)}</error-message>\n</rpc-error>"
    )


def edit(path: Iterable[str]) -> str:
    """``[edit system login]``."""
    return f"[edit{''.join(f' {word}' for word in path)}]"


def load_results(complaints: list[Complaint]) -> str:
    """What comes of a load: every complaint, or that it went well."""
    if not complaints:
        return f"<load-configuration-results>\n{OK}\n</load-configuration-results>"
    errors = [_complaint(each) for each in complaints]
    count = sum(not each.is_warning for each in complaints)
    end = f"<load-error-count>{count}</load-error-count>" if count else OK
    inner = "\n".join([*errors, end])
    return f"<load-configuration-results>\n{inner}\n</load-configuration-results>"


def _complaint(complaint: Complaint) -> str:
    where = f"line {complaint.line}: " if complaint.line and not complaint.is_warning else ""
    return error(
        where + complaint.message,
        severity="warning" if complaint.is_warning else "error",
        path=complaint.path,
        bad=complaint.bad,
    )


def refused(reasons: list[Refusal]) -> str:
    """What comes of a commit that isn't one."""
    errors = [error(each.message, path=each.path, bad=each.statement) for each in reasons]
    last = CHECKOUT_FAILED if any(each.path or each.statement for each in reasons) else None
    return "\n".join([*errors, *([error(last)] if last else [])])
