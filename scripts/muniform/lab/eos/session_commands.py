"""The commands of configuration mode and of configuration sessions."""

from __future__ import annotations

from collections.abc import Mapping

from muniform.lab.eos.context import Command, Context, named
from muniform.lab.eos.faults import CliError, Code
from muniform.lab.eos.files import COPIED, text_of
from muniform.lab.eos.replies import Output, said
from muniform.lab.eos.sessions import STRANGER, Candidate
from muniform.lab.eos.words import seconds
from muniform.lab.simulated.faults import Condition
from muniform.lab.simulated.language.grammar import Match


def configure(context: Context, _: Match) -> Output:
    context.configure(None)
    return Output()


def session(context: Context, match: Match) -> Output:
    name = match.arguments[0] if match.arguments else None
    context.configure(context.switch.sessions.enter(name, context.user))
    return Output()


def session_commit(context: Context, match: Match) -> Output:
    _commit(context, _named(context, match), None)
    return Output()


def session_timer(context: Context, match: Match) -> Output:
    _commit(context, _named(context, match), seconds(match.arguments[1]))
    return Output()


def session_abort(context: Context, match: Match) -> Output:
    context.switch.sessions.abort(_named(context, match))
    return Output()


def session_delete(context: Context, match: Match) -> Output:
    if match.arguments[0] == STRANGER and context.switch.faults.has(Condition.LOCKED):
        context.switch.faults.set(Condition.LOCKED, False)
        return Output()
    return session_abort(context, match)


def _named(context: Context, match: Match) -> Candidate:
    return context.switch.sessions.named(match.arguments[0])


def _commit(context: Context, candidate: Candidate, timer: int | None) -> None:
    context.switch.sessions.commit(candidate, context.user, timer)


def _own(context: Context) -> Candidate:
    if context.candidate is None:
        raise CliError("Not currently in a configuration session", Code.INVALID)
    return context.candidate


def commit(context: Context, _: Match) -> Output:
    candidate = _own(context)
    context.end()
    _commit(context, candidate, None)
    return Output()


def commit_timer(context: Context, match: Match) -> Output:
    candidate = _own(context)
    context.end()
    _commit(context, candidate, seconds(match.arguments[0]))
    return Output()


def abort(context: Context, _: Match) -> Output:
    candidate = _own(context)
    context.end()
    context.switch.sessions.abort(candidate)
    return Output()


def rollback(context: Context, _: Match) -> Output:
    candidate = _own(context)
    context.switch.sessions.roll_back(candidate)
    context.configure(candidate)
    return Output()


def load(context: Context, match: Match) -> Output:
    """``copy flash:file session-config``: the file's lines, on top of what is there."""
    candidate = _own(context)
    text = text_of(context.switch, match.arguments[0])
    rejected = context.switch.sessions.load(candidate, text)
    return said(*(line for each in rejected for line in str(each).split("\n")), COPIED)


def replace(context: Context, match: Match) -> Output:
    """``configure replace``: the file, or the empty configuration, becomes what runs."""
    switch, path = context.switch, match.arguments[0]
    text = "" if path == "clean-config" else text_of(switch, path)
    report = switch.replace(text, context.user, len(match.words) > 3)
    return said(*report)


COMMANDS: Mapping[str, Command] = named(
    configure,
    session,
    session_commit,
    session_timer,
    session_abort,
    session_delete,
    commit,
    commit_timer,
    abort,
    rollback,
    load,
    replace,
)
