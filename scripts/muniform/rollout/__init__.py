"""Order and safety: waves, the engine, its journal, leases, backups and recovery."""

from muniform.rollout.assembling import assembled, city_backups, city_journal, hash_key
from muniform.rollout.backups import Backups
from muniform.rollout.engine import Rollout
from muniform.rollout.journal import (
    Event,
    Journal,
    Run,
    RunState,
    Target,
    TargetState,
    current_operator,
)
from muniform.rollout.leases import Leases
from muniform.rollout.machinery import Machinery
from muniform.rollout.one_device import bring_one, plan_one
from muniform.rollout.recovery import recover
from muniform.rollout.watching import Tell, WatchedRecorder, Watcher
from muniform.rollout.waves import Wave, site_order, waves

__all__ = [
    "Backups",
    "Event",
    "Journal",
    "Leases",
    "Machinery",
    "Rollout",
    "Run",
    "RunState",
    "Target",
    "TargetState",
    "Tell",
    "WatchedRecorder",
    "Watcher",
    "Wave",
    "assembled",
    "bring_one",
    "city_backups",
    "city_journal",
    "current_operator",
    "hash_key",
    "plan_one",
    "recover",
    "site_order",
    "waves",
]
