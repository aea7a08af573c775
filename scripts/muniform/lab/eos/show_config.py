"""``show`` commands about configurations and sessions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from muniform.lab.eos import defaults
from muniform.lab.eos.context import Command, Context, named
from muniform.lab.eos.device import EosSwitch, date
from muniform.lab.eos.differences import session_diff
from muniform.lab.eos.faults import CliError
from muniform.lab.eos.replies import Model, Output
from muniform.lab.eos.sessions import LIMIT, SAVED, STRANGER, Candidate, State
from muniform.lab.eos.tree import Node, as_model, printed
from muniform.lab.simulated.faults import Condition
from muniform.lab.simulated.language.grammar import Match

_NEW_SESSION_FORMAT = (4, 32)
"""From this release on the timer is told beside the sessions, not in them."""


def _configuration(switch: EosSwitch, command: str, root: Node, head: list[str]) -> Output:
    lines = [f"! Command: {command}", *head, switch.identity_line, "!"]
    model: Model = {"header": [lines[0], lines[-2], "!"], "cmds": as_model(root), "comments": []}
    return Output([*lines, *printed(root)], model)


def running(context: Context, match: Match) -> Output:
    """``all`` would print defaults as well: the simulator prints what is configured."""
    return _configuration(context.switch, " ".join(match.words), context.switch.config, [])


def startup(context: Context, match: Match) -> Output:
    """The file as it was saved, byte for byte."""
    switch = context.switch
    by = f" by {switch.saved_by}" if switch.saved_by else ""
    modified = f"! Startup-config last modified at  {date(switch.saved_at)}{by}"
    head = [f"! Command: {' '.join(match.words)}", modified, switch.identity_line, "!"]
    root, _ = defaults.read(switch.startup, switch.hardware)
    model: Model = {"header": head, "cmds": as_model(root), "comments": []}
    return Output([*head, *switch.startup.rstrip("\n").split("\n")], model)


def unsaved(context: Context, _: Match) -> Output:
    switch = context.switch
    root, _rejected = defaults.read(switch.startup, switch.hardware)
    lines = session_diff(root, switch.config, "running")
    names = ["--- flash:/startup-config", "+++ system:/running-config"]
    return Output([*names, *lines[2:]] if lines else [], None)


def session_config(context: Context, match: Match) -> Output:
    return _session_config(context, context.switch.sessions.named(match.arguments[0]), match)


def own_session_config(context: Context, match: Match) -> Output:
    return _session_config(context, _own(context), match)


def _session_config(context: Context, candidate: Candidate, match: Match) -> Output:
    return _configuration(context.switch, " ".join(match.words), candidate.root, [])


def session_diffs(context: Context, match: Match) -> Output:
    return _diffs(context, context.switch.sessions.named(match.arguments[0]))


def own_session_diffs(context: Context, _: Match) -> Output:
    return _diffs(context, _own(context))


def _own(context: Context) -> Candidate:
    if context.candidate is None:
        raise CliError("Not currently in a configuration session")
    return context.candidate


def _diffs(context: Context, candidate: Candidate) -> Output:
    sessions = context.switch.sessions
    if candidate.state is State.PENDING:
        # What a broken device has lost is lost before anybody looks.
        sessions.leave(candidate)
    return Output(session_diff(context.switch.config, candidate.root, candidate.name), None)


def sessions(context: Context, _: Match) -> Output:
    return _sessions(context, is_detailed=False)


def sessions_detail(context: Context, _: Match) -> Output:
    return _sessions(context, is_detailed=True)


def _sessions(context: Context, is_detailed: bool) -> Output:
    switch = context.switch
    described = {name: _described(switch, each) for name, each in switch.sessions.all.items()}
    if switch.faults.has(Condition.LOCKED):
        person = {"user": "cvpadmin", "terminal": "vty7", "currentTerminal": False}
        state = {"state": "pending", "commitUser": "", "description": ""}
        described[STRANGER] = {**state, "instances": {"4711": person}}
    if context.candidate is not None and context.candidate.name in described:
        person = {"user": context.user, "terminal": "vty5", "currentTerminal": True}
        described[context.candidate.name]["instances"] = {"2034": person}
    model: Model = {
        "sessions": described,
        "maxSavedSessions": SAVED,
        "maxOpenSessions": LIMIT,
        "mergeOnCommit": False,
        "saveToStartupConfigOnCommit": False,
    }
    pending = switch.sessions.pending
    if pending is not None and is_detailed and _is_new(switch):
        model["commitTimerSessionName"] = pending.candidate.name
        model["commitTimerExpireTime"] = _expires(switch)
    return Output(_session_table(model), model)


def _described(switch: EosSwitch, candidate: Candidate) -> dict[str, Any]:
    shown = {State.TIMED: "committed", State.COMPLETED: "committed"} if _is_new(switch) else {}
    told: dict[str, Any] = {"state": shown.get(candidate.state, candidate.state.value)}
    if candidate.completed_at is not None:
        told["completedTime"] = candidate.completed_at.timestamp()
    if candidate.state is State.TIMED and not _is_new(switch):
        told["commitBy"] = _expires(switch)
    user = candidate.user if candidate.completed_at is not None else ""
    return {**told, "commitUser": user, "description": "", "instances": {}}


def _expires(switch: EosSwitch) -> float:
    """When the timer ends, in seconds since the device booted."""
    pending = switch.sessions.pending
    left = pending.due - switch.clock.elapsed() if pending is not None else 0.0
    return switch.uptime + left


def _is_new(switch: EosSwitch) -> bool:
    major, minor = switch.version.split(".")[:2]
    return (int(major), int(minor)) >= _NEW_SESSION_FORMAT


def _session_table(model: Model) -> list[str]:
    lines = [
        f"Maximum number of completed sessions: {SAVED}",
        f"Maximum number of pending sessions: {LIMIT}",
        "",
        "  Name               State                 User     Terminal",
        "  ------------------ --------------------- -------- --------",
    ]
    for name, session in model["sessions"].items():
        people = list(session["instances"].values()) or [{"user": "", "terminal": ""}]
        for person in people:
            mark = "* " if person.get("currentTerminal") else "  "
            row = f"{name:<18} {session['state']:<21} {person['user']:<8} {person['terminal']}"
            lines.append(f"{mark}{row}".rstrip())
    if "commitTimerSessionName" in model:
        lines += ["", f"Commit timer of session {model['commitTimerSessionName']} is running"]
    return lines


def api_status(context: Context, _: Match) -> Output:
    fault = context.switch.service_fault(443)
    model: Model = {
        "enabled": fault is None,
        "httpsServer": {"configured": True, "running": fault is None, "port": 443},
        "httpServer": {"configured": False, "running": False, "port": 80},
    }
    shown = "Yes" if fault is None else "No"
    lines = [f"Enabled:            {shown}", "HTTPS server:       running, set to use port 443"]
    return Output(lines if fault is None else lines[:1], model)


COMMANDS: Mapping[str, Command] = named(
    running,
    startup,
    unsaved,
    session_config,
    own_session_config,
    session_diffs,
    own_session_diffs,
    sessions,
    sessions_detail,
    api_status,
)


def as_json(model: Model) -> list[str]:
    """A model as the command line prints it after ``| json``."""
    return json.dumps(model, indent=4).split("\n")
