"""Simulated ArubaOS-Switch (release 16.11) over SSH, stateful, all in one event loop.

It parses what it is sent against a table of commands, keeps running and startup configuration and
prints them in its own order; VLANs, aggregations and ports depend on each other as they do there.
There is no candidate and no revert timer. ``reload after`` starts it anew on its startup
configuration, and a configuration that cuts off management ends its sessions. No data plane.
"""

from muniform.lab.procurve.device import ProcurveSwitch
from muniform.lab.procurve.server import listeners

__all__ = ["ProcurveSwitch", "listeners"]
