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
    "session_config": Point.COMPARE,
    "session_diffs": Point.COMPARE,
    "own_session_diffs": Point.COMPARE,
    "commit_timer": Point.COMMIT,
    "session_timer": Point.COMMIT,
    "write": Point.SAVE,
    "abort": Point.CLEAN,
    "delete": Point.CLEAN,
    "lldp_neighbors": Point.PROBE,
    "lldp_detail": Point.PROBE,
    "ping": Point.PROBE,
}


def point_of(match: Match, sessions: Sessions, own: Candidate | None) -> Point | None:
    """The point that a command belongs to, or None."""
    action = match.rule.action if match.rule else ""
    if action == "copy":
        return _copying(match.arguments[-1])
    if action == "replace":
        # A client that goes back replaces what runs by the file that it kept of it.
        return Point.ROLLBACK if match.arguments[0].startswith("flash:") else Point.COMMIT
    if action in ("commit", "session_commit"):
        return Point.CONFIRM if _is_timed(match, sessions, own) else Point.COMMIT
    if action in ("session_abort", "session_delete"):
        return Point.ROLLBACK if _is_timed(match, sessions, own) else Point.CLEAN
    return _POINTS.get(action)


def _is_timed(match: Match, sessions: Sessions, own: Candidate | None) -> bool:
    """Whether the session that a command names, or the entered one, waits for its timer."""
    candidate = sessions.all.get(match.arguments[0]) if match.arguments else own
    return candidate is not None and candidate.state is State.TIMED


def _copying(target: str) -> Point:
    if target.startswith("run"):
        return Point.COMMIT
    return Point.SAVE if target.startswith("start") else Point.STAGE
