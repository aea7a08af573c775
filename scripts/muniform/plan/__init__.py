"""Intended against actual, for any target: reads the world, changes nothing."""

from muniform.plan.devices import plan_devices
from muniform.plan.digests import files_digest
from muniform.plan.hosts import RunHosts, host_digest, plan_hosts
from muniform.plan.plan import Kind, Plan, TargetPlan, Verdict

__all__ = [
    "Kind",
    "Plan",
    "RunHosts",
    "TargetPlan",
    "Verdict",
    "files_digest",
    "host_digest",
    "plan_devices",
    "plan_hosts",
]
