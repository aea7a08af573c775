"""Which RPCs and commands belong to which point of a client's work, where faults may strike."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from muniform.lab.junos.xml_tree import local
from muniform.lab.simulated.faults import Point

_POINTS: Mapping[str, Point] = {
    "get-configuration": Point.READ,
    "get-config": Point.READ,
    "load-configuration": Point.STAGE,
    "edit-config": Point.STAGE,
    "validate": Point.STAGE,
    "commit-configuration": Point.COMMIT,
    "commit": Point.COMMIT,
    "unlock": Point.CLEAN,
    "unlock-configuration": Point.CLEAN,
    "discard-changes": Point.CLEAN,
    "close-configuration": Point.CLEAN,
    "get-lldp-neighbors-information": Point.PROBE,
    "get-lldp-interface-neighbors": Point.PROBE,
    "get-lldp-interface-neighbors-information": Point.PROBE,
    "ping": Point.PROBE,
}


def point_of(rpc: Element, is_pending: bool) -> Point | None:
    """The point that an RPC belongs to, or None. ``is_pending``: a commit waits to be confirmed."""
    point = _POINTS.get(local(rpc))
    if point is Point.READ and (rpc.get("compare") or rpc.get("database") == "candidate"):
        return Point.COMPARE
    if point is Point.STAGE and rpc.get("rollback"):
        return Point.CLEAN if rpc.get("rollback") == "0" else Point.ROLLBACK
    if point is Point.COMMIT:
        names = {local(each) for each in rpc}
        if "check" in names:
            return Point.STAGE
        return Point.CONFIRM if is_pending and "confirmed" not in names else Point.COMMIT
    return point
