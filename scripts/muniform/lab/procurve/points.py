"""Which commands belong to which point of a client's work, where faults may strike.

This platform takes no candidate in: each line of configuration runs at once. So the lines are its
commit, and arming the reload that would take them back is its staging. To reload at once is its
rollback, which strikes when its questions are answered: see ``commands``. Nothing prints what a
candidate would change, and nothing is left to clean.
"""

from __future__ import annotations

from muniform.lab.procurve.matching import Match
from muniform.lab.simulated.faults import Point

_POINTS = {
    "show_running": Point.READ,
    "show_config": Point.READ,
    "reload_after": Point.STAGE,
    "reload_at": Point.STAGE,
    "write_memory": Point.SAVE,
    "show_lldp": Point.PROBE,
    "show_lldp_detail": Point.PROBE,
    "ping": Point.PROBE,
}


def point_of(match: Match) -> Point | None:
    """The point that a command outside of configuration mode belongs to, or None."""
    action = match.rule.action
    if match.negative:
        return Point.CONFIRM if action.startswith("reload") else None
    return _POINTS.get(action)
