"""The provider's side of Pulumi's protocol: from a gRPC request to a resource type and back.

No knowledge of any resource stands here. Whatever a user can cause becomes a status with our
message; the engine shows it beside the resource.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime.proto import plugin_pb2 as plugin
from pulumi.runtime.proto import provider_pb2 as proto
from pulumi.runtime.proto import provider_pb2_grpc
from pulumi.runtime.rpc import UNKNOWN as UNKNOWN_ID

from muniform.errors import MuniformError
from muniform.provision.provider.properties import received, sent
from muniform.provision.provider.resource import Difference, ResourceType

NAME = "muniform"

# The stubs of grpc are not typed; a request's type is named where it is read.
Context = Any


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Serves one engine. ``make`` builds the resource types once, when the engine configures us."""

    def __init__(
        self,
        version: str,
        make: Callable[[], Sequence[ResourceType]],
        schemas: Mapping[str, Mapping[str, object]],
    ) -> None:
        self._version = version
        self._make = make
        self._schemas = schemas
        self._types: dict[str, ResourceType] = {}

    def Handshake(self, request: Any, context: Context) -> Any:  # noqa: ARG002, N802
        return proto.ProviderHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Context) -> Any:  # noqa: ARG002, N802
        return plugin.PluginInfo(version=self._version)

    def Attach(self, request: Any, context: Context) -> Any:  # noqa: ARG002, N802
        return Empty()

    def GetSchema(self, request: Any, context: Context) -> Any:  # noqa: ARG002, N802
        schema = {"name": NAME, "version": self._version, "resources": self._schemas}
        return proto.GetSchemaResponse(schema=json.dumps(schema))

    def CheckConfig(self, request: Any, context: Context) -> Any:  # noqa: ARG002, N802
        return proto.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Context) -> Any:  # noqa: ARG002, N802
        # Nothing is configured through the engine, so nothing can ask for a replacement.
        return proto.DiffResponse(changes=proto.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Context) -> Any:  # noqa: ARG002, N802
        with _explained(context):
            self._types = {kind.token: kind for kind in self._make()}
        return proto.ConfigureResponse(supportsPreview=True)

    def Check(self, request: Any, context: Context) -> Any:  # noqa: N802
        with _explained(context):
            checked = self._type(request).check(received(request.news))
        failures = [
            proto.CheckFailure(property=key, reason=reason)
            for key, reason in sorted(checked.problems.items())
        ]
        return proto.CheckResponse(inputs=sent(checked.inputs), failures=failures)

    def Diff(self, request: Any, context: Context) -> Any:  # noqa: N802
        with _explained(context):
            old, new = received(request.old_inputs), received(request.news)
            ignored = set(request.ignoreChanges)
            new.update({key: old[key] for key in ignored if key in old})
            return _diff_response(self._type(request).diff(old, new), old, new)

    def Create(self, request: Any, context: Context) -> Any:  # noqa: N802
        with _explained(context):
            inputs = received(request.properties)
            identity = self._type(request).create(inputs, request.preview)
        if request.preview and not identity:
            identity = UNKNOWN_ID
        return proto.CreateResponse(id=identity, properties=sent(inputs))

    def Read(self, request: Any, context: Context) -> Any:  # noqa: N802
        with _explained(context):
            found = self._type(request).read(request.id)
        if found is None:
            return proto.ReadResponse()
        # Inputs too: the engine compares those, and drift would not show without them.
        return proto.ReadResponse(id=request.id, properties=sent(found), inputs=sent(found))

    def Update(self, request: Any, context: Context) -> Any:  # noqa: N802
        with _explained(context):
            new = received(request.news)
            self._type(request).update(received(request.olds), new, request.preview)
        return proto.UpdateResponse(properties=sent(new))

    def Delete(self, request: Any, context: Context) -> Any:  # noqa: N802
        with _explained(context):
            self._type(request).delete(received(request.properties))
        return Empty()

    def Cancel(self, request: Any, context: Context) -> Any:  # noqa: ARG002, N802
        # The engine sends no more calls; those under way end within a server's timeout, and
        # finishing them leaves less in doubt than breaking them off.
        return Empty()

    def _type(self, request: Any) -> ResourceType:
        token: str = request.type
        if token not in self._types:
            raise MuniformError(
                f"the provider {NAME} {self._version} has no resource type {token}",
                "correct the type, or install the version of muniform that has it",
            )
        return self._types[token]


def _diff_response(
    difference: Difference, old: Mapping[str, object], new: Mapping[str, object]
) -> Any:
    kinds = proto.PropertyDiff
    detailed = {}
    for key in difference.changed:
        name = "ADD" if key not in old else "DELETE" if key not in new else "UPDATE"
        suffix = "_REPLACE" if key in difference.replacing else ""
        detailed[key] = kinds(kind=kinds.Kind.Value(name + suffix), inputDiff=True)
    some, none = proto.DiffResponse.DIFF_SOME, proto.DiffResponse.DIFF_NONE
    return proto.DiffResponse(
        changes=some if difference.changed else none,
        diffs=difference.changed,
        replaces=difference.replacing,
        detailedDiff=detailed,
        hasDetailedDiff=True,
        deleteBeforeReplace=difference.delete_first,
    )


@contextmanager
def _explained(context: Context) -> Iterator[None]:
    """Errors of ours become a status with their text; others stay a bug, with their traceback."""
    try:
        yield
    except MuniformError as error:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
