"""One device's plan and its change, for programs that go from device to device by themselves."""

from __future__ import annotations

from muniform.devices import Connect
from muniform.errors import RolloutError
from muniform.model import City, Device
from muniform.plan import Plan, TargetPlan, Verdict, plan_device, with_risk
from muniform.render import render
from muniform.results import Result, Status
from muniform.rollout.assembling import hash_key
from muniform.rollout.engine import Rollout
from muniform.rollout.machinery import Machinery
from muniform.rollout.recovery import recover
from muniform.rollout.watching import Tell, Watcher
from muniform.secrets import SecretStore


def plan_one(city: City, device: Device, connect: Connect, secrets: SecretStore) -> TargetPlan:
    """What would change on a device; changes nothing."""
    found = plan_device(device, connect, lambda d: secrets.resolve(render(d)), hash_key(secrets))
    return with_risk(city, found)


def bring_one(
    city: City, device: Device, tools: Machinery, commit: str, tell: Tell
) -> tuple[TargetPlan, Result]:
    """Plan a device and carry that out, as a run of its own. ``tell`` is told each step.

    What an interrupted run left is read first. Raises RolloutError if how that ended can't be
    read: then the device must not be changed.
    """
    name = device.name
    if name in recover(city, tools, lambda text: tell(name, text, {})):
        raise RolloutError(
            f"an earlier run was interrupted while it changed {name}, and how that ended could "
            "not be read yet",
            "start again: it is read first",
        )
    planned = plan_one(city, device, tools.connect, tools.secrets)
    if planned.verdict is Verdict.BLOCKED:
        status = Status.UNREACHABLE
        return planned, Result(name, status, message=planned.message, hint=planned.hint)
    if planned.verdict is Verdict.UNCHANGED:
        return planned, Result(name, Status.UNCHANGED, message="already as intended")
    watcher = Watcher(lambda _: None, lambda _: None, lambda _: None, tell)
    plan = Plan(commit, "", (), (planned,))
    return planned, Rollout(city, plan, tools, watcher).run().results[0]
