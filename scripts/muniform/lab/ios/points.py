"""Which commands belong to which point of a client's work, where faults may strike."""

from __future__ import annotations

from muniform.lab.simulated.faults import Point
from muniform.lab.simulated.language.grammar import Match

_POINTS = {
    "show_running": Point.READ,
    "show_running_interface": Point.READ,
    "show_startup": Point.READ,
    "tclsh": Point.STAGE,
    "verify": Point.STAGE,
    "show_differences": Point.COMPARE,
    "show_incremental": Point.COMPARE,
    "configure_replace": Point.COMMIT,
    "configure_confirm": Point.CONFIRM,
    "configure_revert": Point.ROLLBACK,
    "write_memory": Point.SAVE,
    "delete": Point.CLEAN,
    "show_lldp_neighbors": Point.PROBE,
    "show_lldp_detail": Point.PROBE,
    "show_cdp_neighbors": Point.PROBE,
    "show_cdp_detail": Point.PROBE,
    "ping": Point.PROBE,
}


def point_of(action: str, match: Match) -> Point | None:
    """The point that a command of exec mode belongs to, or None."""
    if action == "copy":
        # Onto the running configuration: a merge. Anywhere else: a file is written.
        return Point.COMMIT if match.words[-1] == "running-config" else Point.STAGE
    return _POINTS.get(action)
