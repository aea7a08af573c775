"""Somebody else at work on the switch: what their lock and their pending change look like."""

from __future__ import annotations

from muniform.lab.ios.device import IosSwitch
from muniform.lab.ios.reverting import Pending
from muniform.lab.simulated.faults import Condition

USER = "netadmin"
_MINUTES = 10
LOCKED = (
    f"Configuration mode is locked by process '483' user '{USER}' from terminal '2'. "
    "Please try later."
)


def foreign(switch: IosSwitch) -> Pending | None:
    """The change of somebody else that waits for its confirmation, while the fault is on."""
    if not switch.faults.has(Condition.LOCKED):
        return None
    return Pending(switch.config, USER, _MINUTES, switch.booted_at, None)


def refusal(switch: IosSwitch) -> str | None:
    """Why nobody else may configure now, or None."""
    return LOCKED if switch.faults.has(Condition.LOCKED) else None
