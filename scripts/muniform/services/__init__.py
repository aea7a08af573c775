"""A site's network services: what they should say, what they say, and how that is changed."""

from muniform.services.dns import site_records
from muniform.services.dns_client import DnsClient
from muniform.services.records import RecordSet, RecordSetError, normalise, record_set

__all__ = [
    "DnsClient",
    "RecordSet",
    "RecordSetError",
    "normalise",
    "record_set",
    "site_records",
]
