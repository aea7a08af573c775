"""Order and safety: waves, the engine, its journal, leases, backups and recovery."""

from muniform.rollout.backups import Backups
from muniform.rollout.engine import Rollout, Watcher
from muniform.rollout.journal import Event, Journal, Run, RunState, Target, TargetState
from muniform.rollout.leases import Leases
from muniform.rollout.machinery import Machinery
from muniform.rollout.recovery import recover
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
    "Watcher",
    "Wave",
    "recover",
    "site_order",
    "waves",
]
