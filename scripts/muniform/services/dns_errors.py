"""What a DNS server's refusals mean and what to do about them."""

from __future__ import annotations

import dns.exception
import dns.query
import dns.rcode
import dns.tsig

from muniform.errors import ServiceError

KEY_HINT = "dns: key, key_name and key_algorithm in the inventory must be those of the server"
START = "start it; in a lab: muniform lab status"
FOREIGN = "find out what listens there: it may not be the city's server"

# Most specific first: the first class that fits tells what happened.
FAILURES: tuple[tuple[type[Exception], str, str], ...] = (
    (dns.tsig.PeerBadKey, "does not know our key (BADKEY)", KEY_HINT),
    (
        dns.tsig.PeerBadSignature,
        "has another secret for our key (BADSIG)",
        "put the server's secret in place of ours in the state folder",
    ),
    (
        dns.tsig.PeerBadTime,
        "finds our clock wrong (BADTIME)",
        "set both clocks by NTP; they may differ by 5 minutes at most",
    ),
    (dns.tsig.PeerError, "refuses our signature", KEY_HINT),
    (
        dns.tsig.BadTime,
        "answers with a time far from ours",
        "set both clocks by NTP; they may differ by 5 minutes at most",
    ),
    (
        dns.exception.Timeout,
        "does not answer in time",
        "is it running, and does the way to it let TCP port 53 through?",
    ),
    (ConnectionRefusedError, "refuses the connection", START),
    (ConnectionError, "closed the connection without an answer", START),
    (EOFError, "closed the connection without an answer", START),
    (OSError, "cannot be reached", "is it running, and is there a way to it?"),
    (
        dns.exception.DNSException,
        "answers with what is not a valid, signed DNS message",
        FOREIGN,
    ),
)

CODES: dict[int, tuple[str, str]] = {
    dns.rcode.REFUSED: (
        "refuses (REFUSED)",
        "the server must serve this zone and allow our key to update it",
    ),
    dns.rcode.NOTAUTH: (
        "does not serve this zone (NOTAUTH)",
        "make the zone there as primary, or correct the zone in the inventory",
    ),
    dns.rcode.NOTZONE: (
        "says that the name is not in this zone (NOTZONE)",
        "correct the zone in the inventory",
    ),
    dns.rcode.SERVFAIL: (
        "failed by itself (SERVFAIL)",
        "read the server's log; often it may not write the zone's journal",
    ),
}


def explained(server: str, task: str, error: Exception) -> ServiceError:
    """The error of ``task`` on ``server`` in words, with what to do next."""
    for kind, says, hint in FAILURES:
        if isinstance(error, kind):
            # The system's own text ("no route to host") adds something; dnspython's repeats ours.
            detail = f": {error.strerror}" if type(error) is OSError and error.strerror else ""
            return ServiceError(f"DNS server {server} {says}{detail} ({task})", hint)
    raise error


def unsigned(server: str, task: str) -> ServiceError:
    """The error for an answer that does not carry our key's signature."""
    return ServiceError(
        f"DNS server {server} answers without our key's signature ({task})", FOREIGN
    )


def refused(server: str, task: str, rcode: int) -> ServiceError:
    """The error for an answer whose response code isn't what ``task`` needs."""
    unknown = (f"answers {dns.rcode.to_text(dns.rcode.Rcode(rcode))}", "read the server's log")
    says, hint = CODES.get(rcode, unknown)
    return ServiceError(f"DNS server {server} {says} ({task})", hint)
