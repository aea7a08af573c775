"""Properties as the engine sends them (protobuf structs) and as resources see them (plain data).

A value that is not known before an update is ``UNKNOWN``. Whole numbers arrive as floats, since
the protocol has no integers, and leave here as int.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from google.protobuf.struct_pb2 import Struct, Value  # type: ignore[import-untyped]
from pulumi.runtime import rpc


class _Unknown(Enum):
    UNKNOWN = "unknown"


UNKNOWN: Final = _Unknown.UNKNOWN
Properties = Mapping[str, object]


def received(struct: Struct) -> dict[str, object]:
    """Plain data from the engine. A secret is opened: this provider's state holds none."""
    return {key: _plain(value) for key, value in struct.fields.items()}


def _plain(value: Value) -> object:
    kind = value.WhichOneof("kind")
    if kind == "list_value":
        return [_plain(item) for item in value.list_value.values]
    if kind == "struct_value":
        fields = value.struct_value.fields
        is_secret = rpc._special_sig_key in fields and "value" in fields
        return _plain(fields["value"]) if is_secret else received(value.struct_value)
    return _scalar(getattr(value, kind)) if kind and kind != "null_value" else None


def _scalar(value: str | float | bool) -> object:
    if value == rpc.UNKNOWN:
        return UNKNOWN
    return int(value) if isinstance(value, float) and value.is_integer() else value


def sent(properties: Properties) -> Struct:
    """What the engine is told."""
    struct = Struct()
    struct.update({key: _wire(value) for key, value in properties.items()})
    return struct


def _wire(value: object) -> object:
    if value is UNKNOWN:
        return rpc.UNKNOWN
    if isinstance(value, list | tuple):
        return [_wire(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _wire(item) for key, item in value.items()}
    return value


def known(value: object) -> bool:
    """Whether a value is known to its last part."""
    if isinstance(value, list | tuple):
        return all(known(item) for item in value)
    return value is not UNKNOWN
