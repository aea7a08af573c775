"""Reads and changes record sets on the city's primary DNS server (RFC 1035, RFC 2136).

Every message is signed (TSIG, RFC 8945), questions too: so a wrong key shows in a plan, and no
one else can answer for the server. Every change carries what it expects to find, so that what
somebody else made or changed meanwhile is never overwritten, and is read back afterwards.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.tsig
import dns.update

from muniform.errors import SecretError, ServiceError
from muniform.model import DnsService
from muniform.reach import Reach
from muniform.secrets import SecretStore
from muniform.services.dns_errors import explained, refused, unsigned
from muniform.services.records import RecordSet, record_set

PORT = 53
TIMEOUT_SECONDS = 5.0
ABSENT = "nothing"
ALGORITHMS = ("hmac-sha256", "hmac-sha384", "hmac-sha512")
"""What RFC 8945 (section 6) leaves that is neither weak nor truncated."""


@dataclass(frozen=True)
class DnsClient:
    """A client of the city's primary server: the first of ``service.servers``.

    All methods raise ServiceError if the server is down, refuses the key or does not serve the
    zone, ReachError if it may not be contacted, SecretError if the key has no value.
    """

    service: DnsService
    reach: Reach
    secrets: SecretStore
    timeout: float = TIMEOUT_SECONDS

    def read(self, zone: str, name: str, rdtype: str) -> RecordSet | None:
        """What the server holds under this name and type, or None."""
        task = f"asked for {name.rstrip('.')} {rdtype}"
        question = dns.message.make_query(name, rdtype)
        question.flags &= ~dns.flags.RD  # its own data, never what it could ask others
        answer = self._ask(question, task)
        if answer.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            raise refused(self._server, task, answer.rcode())
        self._refuse_foreign(answer, zone, task)
        kind = dns.rdatatype.from_text(rdtype)
        for rrset in answer.answer:
            if rrset.rdtype == kind and rrset.name == dns.name.from_text(name):
                return record_set(zone, name, rdtype, rrset.ttl, [r.to_text() for r in rrset])
        return None

    def create(self, wanted: RecordSet) -> None:
        """Make a record set that must not exist yet.

        One that already says the same is accepted: it is ours from a run that was cut off, or
        nobody can tell the difference. Any other is left alone, with an error.
        """
        update = dns.update.UpdateMessage(wanted.zone)
        update.absent(wanted.name, wanted.type)
        update.add(wanted.name, wanted.ttl, wanted.type, *wanted.values)
        task = f"asked to create {wanted.label}"
        if self._apply(update, task, dns.rcode.YXRRSET):
            self._read_back(wanted)
            return
        self.refuse_conflict(wanted)

    def refuse_conflict(self, wanted: RecordSet) -> None:
        """ServiceError if the server holds something else where ``wanted`` is to be created."""
        found = self.read(wanted.zone, wanted.name, wanted.type)
        if found is not None and found != wanted:
            raise ServiceError(
                f"{wanted.label} exists on DNS server {self._server} and was not made here: "
                f"it answers {found.content}, wanted is {wanted.content}",
                "remove it there, or take it over with pulumi import, then run this again",
            )

    def update(self, before: RecordSet, wanted: RecordSet) -> None:
        """Replace ``before`` by ``wanted``, both of one zone, name and type, at once."""
        update = dns.update.UpdateMessage(wanted.zone)
        update.present(before.name, before.type, *before.values)
        update.replace(wanted.name, wanted.ttl, wanted.type, *wanted.values)
        task = f"asked to change {wanted.label}"
        applied = self._apply(update, task, dns.rcode.NXRRSET)
        found = self.read(wanted.zone, wanted.name, wanted.type)
        if found != wanted:
            raise self._surprise(wanted, found) if applied else self._stale(before, found)

    def delete(self, before: RecordSet) -> None:
        """Remove ``before``. One that is gone already is no error; one that changed is."""
        update = dns.update.UpdateMessage(before.zone)
        update.present(before.name, before.type, *before.values)
        update.delete(before.name, before.type)
        self._apply(update, f"asked to remove {before.label}", dns.rcode.NXRRSET)
        found = self.read(before.zone, before.name, before.type)
        if found is not None:
            raise self._stale(before, found)

    def _apply(self, update: dns.update.UpdateMessage, task: str, unmet: int) -> bool:
        """Send an update. False if its condition isn't met (``unmet``), so nothing changed."""
        code = self._ask(update, task).rcode()
        if code == unmet:
            return False
        if code != dns.rcode.NOERROR:
            raise refused(self._server, task, code)
        return True

    def _ask(self, message: dns.message.Message, task: str) -> dns.message.Message:
        endpoint = self.reach.resolve(self.service.servers[0], PORT)
        message.use_tsig(self._key())
        try:
            answer = dns.query.tcp(message, endpoint.host, self.timeout, endpoint.port)
        except (OSError, EOFError, dns.exception.DNSException) as error:
            raise explained(self._server, task, error) from None
        if not answer.had_tsig:  # dnspython checks a signature only where there is one
            raise unsigned(self._server, task)
        return answer

    def _refuse_foreign(self, answer: dns.message.Message, zone: str, task: str) -> None:
        """An answer counts only from the zone's own server, and from that zone."""
        says = f"DNS server {self._server} does not serve the zone {zone.rstrip('.')} ({task})"
        hint = "make the zone there as primary, or correct the zone in the inventory"
        if not answer.flags & dns.flags.AA:
            raise ServiceError(says, hint)
        for rrset in answer.authority:
            is_apex = rrset.rdtype == dns.rdatatype.SOA
            if is_apex and rrset.name != dns.name.from_text(zone):
                raise ServiceError(f"{says}: it answers from {rrset.name}", hint)

    def _read_back(self, wanted: RecordSet) -> None:
        found = self.read(wanted.zone, wanted.name, wanted.type)
        if found != wanted:
            raise self._surprise(wanted, found)

    def _surprise(self, wanted: RecordSet, found: RecordSet | None) -> ServiceError:
        return ServiceError(
            f"DNS server {self._server} accepted {wanted.label} as {wanted.content} "
            f"but answers {found.content if found else ABSENT}",
            "is there a CNAME at that name, or a policy of the server that drops the change?",
        )

    def _stale(self, before: RecordSet, found: RecordSet | None) -> ServiceError:
        return ServiceError(
            f"{before.label} on DNS server {self._server} was changed by somebody else: it "
            f"answers {found.content if found else ABSENT}, known was {before.content}",
            "run this again: it reads the record anew and shows the difference",
        )

    @property
    def _server(self) -> str:
        return str(self.service.servers[0])

    def _key(self) -> dns.tsig.Key:
        """The key, made for one message and not kept: dnspython's object prints its secret."""
        algorithm = self.service.key_algorithm.lower().rstrip(".")
        if algorithm not in ALGORITHMS:
            raise ServiceError(
                f"TSIG algorithm {self.service.key_algorithm!r} is not supported",
                f"dns: key_algorithm (standards/services.yml) is one of {', '.join(ALGORITHMS)}",
            )
        secret = self.secrets.get(self.service.key.name)
        try:
            value = base64.b64decode(secret.reveal(), validate=True)
        except binascii.Error:
            raise SecretError(
                f"secret {secret.name!r} is not base64, as a TSIG key must be",
                f"write the key's base64 text into {self.secrets.path(secret.name)}",
            ) from None
        return dns.tsig.Key(self.service.key_name, value, algorithm)
