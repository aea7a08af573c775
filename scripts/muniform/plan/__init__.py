"""Intended against actual, for any target: reads the world, changes nothing."""

from muniform.plan.devices import plan_device, plan_devices
from muniform.plan.digests import files_digest
from muniform.plan.files import parse_plan, read_plan, write_plan
from muniform.plan.hosts import RunHosts, host_digest, plan_hosts
from muniform.plan.plan import Kind, Plan, TargetPlan, Verdict
from muniform.plan.risk import with_risk

__all__ = [
    "Kind",
    "Plan",
    "RunHosts",
    "TargetPlan",
    "Verdict",
    "files_digest",
    "host_digest",
    "parse_plan",
    "plan_device",
    "plan_devices",
    "plan_hosts",
    "read_plan",
    "with_risk",
    "write_plan",
]
