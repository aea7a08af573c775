"""The program's side of our resources: what a Pulumi program writes down.

Each class mirrors a resource type of the provider; its token must be the same there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from muniform.services import RecordSet


@dataclass(frozen=True)
class DnsRecordSetArgs:
    """One record set: its zone, whole name, type, TTL in seconds and every value."""

    zone: pulumi.Input[str]
    name: pulumi.Input[str]
    type: pulumi.Input[str]
    ttl: pulumi.Input[int]
    values: pulumi.Input[Sequence[pulumi.Input[str]]]

    @classmethod
    def of(cls, record: RecordSet) -> DnsRecordSetArgs:
        return cls(record.zone, record.name, record.type, record.ttl, list(record.values))


class DnsRecordSet(pulumi.CustomResource):
    """A record set on the city's primary DNS server."""

    zone: pulumi.Output[str]
    name: pulumi.Output[str]
    type: pulumi.Output[str]
    ttl: pulumi.Output[int]
    values: pulumi.Output[Sequence[str]]

    def __init__(
        self,
        resource_name: str,
        args: DnsRecordSetArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("muniform:index:DnsRecordSet", resource_name, vars(args), opts)


@dataclass(frozen=True)
class SiteArgs:
    """What a site's stack makes."""

    records: Sequence[RecordSet]


class Site(pulumi.ComponentResource):
    """A site: everything of it that has to exist before its devices and hosts are configured."""

    def __init__(
        self, name: str, args: SiteArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("muniform:index:Site", name, {}, opts)
        for record in args.records:
            DnsRecordSet(
                f"{record.name.rstrip('.')}/{record.type}",
                DnsRecordSetArgs.of(record),
                pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({"records": len(args.records)})
