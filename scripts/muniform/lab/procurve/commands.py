"""The commands that change a session or the switch as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from ipaddress import IPv4Address
from typing import Protocol

from muniform.lab.procurve.accounts import MANAGER, OPERATOR, login
from muniform.lab.procurve.device import ProcurveSwitch
from muniform.lab.procurve.management import address_of, next_hop
from muniform.lab.procurve.matching import Match, Refused
from muniform.lab.procurve.replies import Reply, asked, confirmed
from muniform.lab.procurve.show import scheduled
from muniform.lab.simulated.asking import Ask
from muniform.lab.simulated.faults import Point
from muniform.lab.simulated.reaching import answers

PAGE = 23
"""Lines of a page, the one that asks for a key included."""
_DELAY = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,2}):)?(\d{1,3})")
_MOMENTS = ("%H:%M:%S", "%H:%M")
_DAYS = ("%m/%d/%Y", "%m/%d/%y", "%m/%d")
_ANSWER = re.compile(r"[yn]", re.IGNORECASE)


class Session(Protocol):
    """What commands may do to a session."""

    switch: ProcurveSwitch
    privilege: int
    page_length: int

    def configure(self) -> None: ...

    def leave(self) -> None: ...

    def under(self, point: Point, act: Callable[[], Reply]) -> Reply: ...


def configure(session: Session, _: Match) -> Reply:
    session.configure()
    return []


def write_memory(session: Session, _: Match) -> Reply:
    return session.switch.save()


def reload_after(session: Session, match: Match) -> Reply:
    """``[[dd:]hh:]mm``."""
    if match.negative:
        return cancel(session)
    found = _DELAY.fullmatch(match.words[2])
    days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    delay = timedelta(days=days, hours=hours, minutes=minutes)
    if not delay:
        raise Refused(f"Invalid input: {match.words[2]}")
    return _scheduled(session, delay)


def reload_at(session: Session, match: Match) -> Reply:
    """``hh:mm[:ss] [mm/dd[/yyyy]]``, on the switch's clock."""
    if match.negative:
        return cancel(session)
    now = session.switch.clock.now().replace(tzinfo=None)
    time = _read(match.words[2], _MOMENTS)
    day = _read(match.words[3], _DAYS) if match.words[3:] else now
    if day.year == 1900:
        day = day.replace(year=now.year)
    moment = datetime.combine(day.date(), time.time())
    if moment <= now and not match.words[3:]:
        moment += timedelta(days=1)
    if moment <= now:
        raise Refused("The time to reload at is over.")
    return _scheduled(session, moment - now)


def _read(text: str, forms: tuple[str, ...]) -> datetime:
    for form in forms:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise Refused(f"Invalid input: {text}")


def _scheduled(session: Session, delay: timedelta) -> list[str]:
    switch = session.switch
    switch.reload_in(delay)
    return scheduled(switch.clock.now() + delay, delay)


def cancel(session: Session) -> Reply:
    """``no reload``."""
    session.switch.cancel_reload()
    return []


def reload(session: Session, match: Match) -> Reply:
    """At once, after a question or two."""
    if match.negative:
        return cancel(session)
    switch = session.switch
    question = "System will be rebooted from primary image. Do you want to continue [y/n]? "

    def start() -> list[str]:
        switch.reload()
        return []

    def go_back() -> Reply:
        return session.under(Point.ROLLBACK, start)

    return asked(question, lambda: _unsaved(switch, go_back))


def _unsaved(switch: ProcurveSwitch, act: Callable[[], Reply]) -> Reply:
    """Ask about unsaved changes before going on. Anything but ``y`` and ``n`` cancels."""
    if not switch.is_modified:
        return act()

    def answered(answer: str) -> Reply:
        if not _ANSWER.fullmatch(answer.strip()):
            return []
        return (switch.save() if confirmed(answer) else []) or act()

    return Ask("Do you want to save current configuration [y/n/^C]? ", answered, takes_key=True)


def page(session: Session, match: Match) -> Reply:
    session.page_length = 0 if match.negative else PAGE
    return []


def terminal(session: Session, match: Match) -> Reply:
    if match.words[1] == "length" and session.page_length:
        session.page_length = int(match.words[2])
    return []


def enable(session: Session, _: Match) -> Reply:
    """From an operator to a manager."""
    if session.privilege == MANAGER:
        return []

    def named(user: str) -> Reply:
        def given(password: str) -> Reply:
            if login(session.switch.state.root, user.strip(), password) != MANAGER:
                return ["Invalid password"]
            session.privilege = MANAGER
            return []

        return Ask("Password: ", given, is_hidden=True)

    return Ask("Username: ", named)


def leave(session: Session, match: Match) -> Reply:
    """A manager becomes an operator; an operator leaves."""
    if session.privilege == MANAGER:
        session.privilege = OPERATOR
        return []
    return logout(session, match)


def logout(session: Session, _: Match) -> Reply:
    def go() -> list[str]:
        session.leave()
        return []

    return asked("Do you want to log out (y/n)? ", lambda: _unsaved(session.switch, go))


def ping(session: Session, match: Match) -> Reply:
    switch, target = session.switch, IPv4Address(match.words[1])
    own = [address for vlan in switch.state.vlans.values() if (address := address_of(vlan))]
    is_routed = next_hop(switch.state.root, target) is not None or any(
        target in address.network for address in own
    )
    if answers(switch, target, [address.ip for address in own], is_routed):
        return [f"{target} is alive, time = 1 ms"]
    if is_routed:
        return ["Request timed out."]
    return ["The destination address is unreachable."]


COMMANDS: Mapping[str, Callable[[Session, Match], Reply]] = {
    command.__name__: command
    for command in (
        configure, write_memory, reload_after, reload_at, reload, page, terminal, enable, leave,
        logout, ping,
    )
}  # fmt: skip
