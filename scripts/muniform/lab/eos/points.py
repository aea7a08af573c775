"""Which commands belong to which point of a client's work, where faults may strike."""

from __future__ import annotations

from muniform.lab.eos.sessions import Candidate, Sessions, State
from muniform.lab.simulated.faults import Point
from muniform.lab.simulated.language.grammar import Match

_POINTS = {
    "running": Point.READ,
    "startup": Point.READ,
    "configure": Point.STAGE,
    "session": Point.STAGE,
    "load": Point.STAGE,
    "session_diffs": Point.COMPARE,
    "own_session_diffs": Point.COMPARE,
    "commit_timer": Point.COMMIT,
    "session_timer": Point.COMMIT,
    "replace": Point.COMMIT,
    "write": Point.SAVE,
    "abort": Point.CLEAN,
    "session_abort": Point.CLEAN,
    "session_delete": Point.CLEAN,
    "delete": Point.CLEAN,
}


def point_of(match: Match, sessions: Sessions, own: Candidate | None) -> Point | None:
    """The point that a command belongs to, or None."""
    action = match.rule.action if match.rule else ""
    if action == "copy":
        return _copying(match.arguments[-1])
    if action in ("commit", "session_commit"):
        candidate = sessions.all.get(match.arguments[0]) if match.arguments else own
        is_timed = candidate is not None and candidate.state is State.TIMED
        return Point.CONFIRM if is_timed else Point.COMMIT
    return _POINTS.get(action)


def _copying(target: str) -> Point:
    if target.startswith("run"):
        return Point.COMMIT
    return Point.SAVE if target.startswith("start") else Point.STAGE
