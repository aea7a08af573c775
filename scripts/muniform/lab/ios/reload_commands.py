"""``reload``, ``reload in`` and ``reload cancel``, with the questions that they ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from muniform.lab.ios import reloading
from muniform.lab.ios.device import IosSwitch
from muniform.lab.ios.grammar import INVALID, CommandError
from muniform.lab.ios.replies import Lines, Reply, after
from muniform.lab.ios.sessions import Command, Session
from muniform.lab.simulated.asking import Ask, confirmed
from muniform.lab.simulated.language.grammar import Match


def reload(session: Session, _: Match) -> Reply:
    return _after_saving(session.switch, _proceed([], session.switch.reload))


def reload_in(session: Session, match: Match) -> Reply:
    switch, delay = session.switch, reloading.minutes(match.arguments[0])
    if delay is None:
        raise CommandError(INVALID, len("reload in "))
    now = switch.clock.now()
    source = str(switch.spec.wiring.controller)
    at = now + timedelta(minutes=delay)
    said = reloading.announced(at, now, session.user, source)
    return _after_saving(switch, _proceed(said, lambda: switch.reload_in(delay, session.user)))


def _proceed(said: Lines, act: Callable[[], None]) -> Ask[Reply]:
    def asked(answer: str) -> Reply:
        if confirmed(answer):
            act()
        return []

    return Ask("Proceed with reload? [confirm]", asked, said, takes_key=True)


def _after_saving(switch: IosSwitch, proceed: Ask[Reply]) -> Ask[Reply]:
    """A switch whose running configuration isn't saved asks about that first."""
    if not switch.is_modified:
        return proceed

    def saved(answer: str) -> Reply:
        if answer.strip().lower() not in ("y", "yes"):
            return proceed
        switch.save()
        return after(["Building configuration...", "[OK]"], proceed)

    return Ask("System configuration has been modified. Save? [yes/no]: ", saved)


def reload_cancel(session: Session, _: Match) -> Reply:
    return reloading.ABORTED if session.switch.cancel_reload() else [reloading.NONE_PLANNED]


COMMANDS: Mapping[str, Command] = {
    "reload": reload,
    "reload_in": reload_in,
    "reload_cancel": reload_cancel,
}
