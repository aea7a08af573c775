"""The provider over real gRPC in this process, in front of record sets kept in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime import rpc
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as proto

from muniform.errors import IntentError, ServiceError
from muniform.provision.provider.dns_record_set import DnsRecordSetType
from muniform.provision.provider.resource import ResourceType
from muniform.provision.provider.server import start
from muniform.services import RecordSet, record_set

TYPE = "muniform:index:DnsRecordSet"
ZONE = "net.example."
NAME = "fs03-sw1.net.example."
ID = f"A:{NAME}@{ZONE}"
INPUTS: dict[str, Any] = {
    "zone": ZONE,
    "name": NAME,
    "type": "A",
    "ttl": 3600,
    "values": ["10.18.254.11"],
}


class Memory:
    """Record sets in memory, with the DNS client's rules."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], RecordSet] = {}
        self.calls: list[str] = []

    def read(self, zone: str, name: str, rdtype: str) -> RecordSet | None:
        self.calls.append("read")
        found = self.held.get((name, rdtype))
        return found if found and found.zone == zone else None

    def create(self, wanted: RecordSet) -> None:
        self.calls.append("create")
        self.refuse_conflict(wanted)
        self.held[wanted.name, wanted.type] = wanted

    def refuse_conflict(self, wanted: RecordSet) -> None:
        self.calls.append("refuse_conflict")
        if self.held.get((wanted.name, wanted.type), wanted) != wanted:
            raise ServiceError(f"{wanted.label} was not made here", "take it over")

    def update(self, before: RecordSet, wanted: RecordSet) -> None:
        self.calls.append("update")
        assert self.held[before.name, before.type] == before
        self.held[wanted.name, wanted.type] = wanted

    def delete(self, before: RecordSet) -> None:
        self.calls.append("delete")
        self.held.pop((before.name, before.type), None)


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def provider(memory: Memory) -> Iterator[Any]:
    server, port = start(lambda: [_served(memory)])
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        stub.Handshake(proto.ProviderHandshakeRequest(engine_address="127.0.0.1:1"))
        stub.Configure(proto.ConfigureRequest())
        yield stub
    server.stop(None).wait()


def _served(memory: Memory) -> ResourceType:
    return DnsRecordSetType(memory)


def struct(values: dict[str, Any]) -> Struct:
    made = Struct()
    made.update(values)
    return made


def plain(values: Struct) -> dict[str, Any]:
    return {k: list(v) if not isinstance(v, str | float) else v for k, v in values.items()}


def test_it_says_who_it_is(provider: Any) -> None:
    assert provider.GetPluginInfo(Empty()).version == "0.1.0"
    schema = json.loads(provider.GetSchema(proto.GetSchemaRequest()).schema)
    assert schema["name"] == "muniform"
    assert schema["resources"][TYPE]["requiredInputs"] == sorted(INPUTS, key=list(INPUTS).index)
    assert provider.Configure(proto.ConfigureRequest()).supportsPreview
    checked = provider.CheckConfig(proto.CheckRequest(news=struct({"version": "1"})))
    assert checked.inputs["version"] == "1"
    none = proto.DiffResponse.DIFF_NONE
    assert provider.DiffConfig(proto.DiffRequest()).changes == none
    provider.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"))
    provider.Cancel(Empty())


def test_check_normalises(provider: Any) -> None:
    news = {**INPUTS, "zone": "NET.example", "values": ["10.0.0.2", "10.0.0.1", "10.0.0.2"]}
    answer = provider.Check(proto.CheckRequest(type=TYPE, news=struct(news)))
    assert not answer.failures
    expected = {**INPUTS, "values": ["10.0.0.1", "10.0.0.2"]}
    assert plain(answer.inputs) == expected


def test_check_names_every_problem(provider: Any) -> None:
    news = {"zone": ZONE, "name": "other.example", "type": "A", "ttl": 1.5, "colour": "red"}
    answer = provider.Check(proto.CheckRequest(type=TYPE, news=struct(news)))
    assert {f.property for f in answer.failures} == {"name", "ttl", "values", "colour"}


def test_unknowns_pass_a_preview(provider: Any, memory: Memory) -> None:
    news = {**INPUTS, "values": [rpc.UNKNOWN]}
    checked = provider.Check(proto.CheckRequest(type=TYPE, news=struct(news)))
    assert not checked.failures
    assert checked.inputs["values"] == rpc.UNKNOWN
    diff = provider.Diff(
        proto.DiffRequest(type=TYPE, old_inputs=struct(INPUTS), news=checked.inputs)
    )
    assert list(diff.diffs) == ["values"]
    made = provider.Create(proto.CreateRequest(type=TYPE, properties=checked.inputs, preview=True))
    assert made.id == rpc.UNKNOWN
    assert memory.calls == []


def test_a_preview_changes_nothing_but_finds_conflicts(provider: Any, memory: Memory) -> None:
    request = proto.CreateRequest(type=TYPE, properties=struct(INPUTS), preview=True)
    assert provider.Create(request).id == ID
    assert memory.held == {}
    foreign = record_set(ZONE, NAME, "A", 60, ["10.0.0.9"])
    memory.held[NAME, "A"] = foreign
    with pytest.raises(grpc.RpcError) as caught:
        provider.Create(request)
    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert "was not made here\n  -> take it over" in caught.value.details()
    changed = struct({**INPUTS, "ttl": 60})
    provider.Update(
        proto.UpdateRequest(type=TYPE, id=ID, olds=struct(INPUTS), news=changed, preview=True)
    )
    assert memory.held == {(NAME, "A"): foreign}


def test_created_read_updated_deleted(provider: Any, memory: Memory) -> None:
    made = provider.Create(proto.CreateRequest(type=TYPE, properties=struct(INPUTS)))
    assert made.id == ID
    assert plain(made.properties) == INPUTS

    read = provider.Read(proto.ReadRequest(type=TYPE, id=ID))
    assert (plain(read.inputs), plain(read.properties)) == (INPUTS, INPUTS)

    changed = {**INPUTS, "ttl": 60}
    request = proto.UpdateRequest(type=TYPE, id=ID, olds=struct(INPUTS), news=struct(changed))
    assert plain(provider.Update(request).properties) == changed
    assert memory.held[NAME, "A"].ttl == 60

    provider.Delete(proto.DeleteRequest(type=TYPE, id=ID, properties=struct(changed)))
    assert memory.held == {}
    assert provider.Read(proto.ReadRequest(type=TYPE, id=ID)).id == ""


def test_an_import_needs_only_the_id(provider: Any, memory: Memory) -> None:
    memory.held[NAME, "A"] = record_set(ZONE, NAME, "A", 3600, ["10.18.254.11"])
    read = provider.Read(proto.ReadRequest(type=TYPE, id=ID))
    assert read.id == ID
    assert plain(read.inputs) == INPUTS
    for wrong in ("A", "A:x@", "SOA:a.net.example.@net.example.", "A:a.other.@net.example."):
        with pytest.raises(grpc.RpcError, match="is not the id of a DNS record set"):
            provider.Read(proto.ReadRequest(type=TYPE, id=wrong))


@pytest.mark.parametrize(
    ("change", "replaces", "delete_first"),
    [
        ({"ttl": 60}, [], False),
        ({"values": ["10.0.0.1"]}, [], False),
        ({"name": "b.net.example."}, ["name"], False),
        ({"zone": "example.", "name": "b.example."}, ["name", "zone"], False),
        ({"type": "CNAME", "values": ["b.example."]}, ["type"], True),
        ({}, [], False),
        ({"name": "FS03-sw1.net.example"}, [], False),
    ],
)
def test_diff(
    provider: Any, change: dict[str, Any], replaces: list[str], delete_first: bool
) -> None:
    request = proto.DiffRequest(
        type=TYPE, id=ID, old_inputs=struct(INPUTS), news=struct({**INPUTS, **change})
    )
    answer = provider.Diff(request)
    spelling_only = change == {"name": "FS03-sw1.net.example"}
    expected = set() if spelling_only else set(change)
    assert set(answer.diffs) == set(answer.detailedDiff) == expected
    assert list(answer.replaces) == replaces
    assert answer.deleteBeforeReplace == delete_first
    some, none = proto.DiffResponse.DIFF_SOME, proto.DiffResponse.DIFF_NONE
    assert answer.changes == (some if expected else none)
    kinds = {key: answer.detailedDiff[key].kind for key in expected}
    replace, update = proto.PropertyDiff.UPDATE_REPLACE, proto.PropertyDiff.UPDATE
    assert kinds == {key: replace if key in replaces else update for key in expected}


def test_ignored_changes_are_no_difference(provider: Any) -> None:
    news = struct({**INPUTS, "ttl": 60})
    request = proto.DiffRequest(
        type=TYPE, old_inputs=struct(INPUTS), news=news, ignoreChanges=["ttl"]
    )
    assert provider.Diff(request).changes == proto.DiffResponse.DIFF_NONE


def test_an_unknown_type_is_refused(provider: Any) -> None:
    with pytest.raises(grpc.RpcError, match="has no resource type muniform:index:Moon"):
        provider.Check(proto.CheckRequest(type="muniform:index:Moon", news=Struct()))


def test_a_bad_inventory_is_told_when_it_is_configured() -> None:
    def broken() -> list[ResourceType]:
        raise IntentError([])

    server, port = start(broken)
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        assert stub.GetSchema(proto.GetSchemaRequest()).schema
        with pytest.raises(grpc.RpcError, match="errors in the inventory"):
            stub.Configure(proto.ConfigureRequest())
    server.stop(None).wait()
