"""From declared operations to typed ones: change classes, waivers, software, hardware."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from muniform.model.city import Hardware
from muniform.model.declaration import Declaration
from muniform.model.operations import (
    ChangeClass,
    HostProfile,
    OperatingSystem,
    Package,
    Recurrence,
    Software,
    Waiver,
)
from muniform.model.parts.secret import SecretsPlace
from muniform.model.parts.switching import Wireless
from muniform.model.schema import ChangeClassEntry, FreezeEntry, HolidayEntry, WindowEntry

_ONCE = "FREQ=DAILY;COUNT=1"

_EPOCH = datetime(2000, 1, 1)
"""Rules without a date of their own count from here; its weekday is of no matter to BYDAY."""


def secrets_place(declared: Declaration) -> SecretsPlace:
    entry = declared.city.secrets
    return SecretsPlace(
        source=entry.source,
        files=entry.files,
        password_file=entry.password_file,
        plugin=entry.plugin or "",
        term=entry.term or "",
        take=entry.take,
        options=tuple(entry.options.items()),
    )


def change_classes(declared: Declaration) -> tuple[ChangeClass, ...]:
    holidays = tuple(_day(entry) for entry in declared.change.holidays)
    return tuple(
        ChangeClass(
            name=name,
            public_safety=entry.public_safety,
            automatic=entry.automatic,
            owner=entry.owner,
            approvers=entry.approvers,
            windows=tuple(_window(window) for window in entry.windows),
            freezes=(*_freezes(entry), *(holidays if entry.holidays else ())),
        )
        for name, entry in declared.change.classes.items()
    )


def _window(entry: WindowEntry) -> Recurrence:
    start = datetime.combine(_EPOCH.date(), entry.start)
    return Recurrence(entry.name, entry.rule, start, timedelta(hours=entry.hours))


def _freezes(entry: ChangeClassEntry) -> tuple[Recurrence, ...]:
    return tuple(_days(freeze) for freeze in entry.freezes)


def _days(entry: FreezeEntry) -> Recurrence:
    length = timedelta(days=entry.days)
    if entry.first is not None:
        return Recurrence(entry.name, _ONCE, datetime.combine(entry.first, time()), length)
    return Recurrence(entry.name, entry.rule or _ONCE, _midnight(), length)


def _day(entry: HolidayEntry) -> Recurrence:
    return Recurrence(entry.name, entry.rule, _midnight(), timedelta(days=1))


def _midnight() -> datetime:
    return datetime.combine(_EPOCH.date(), time())


def waivers(declared: Declaration) -> tuple[Waiver, ...]:
    return tuple(
        Waiver(name, e.control or "", e.targets, e.owner, e.reason, e.expires, e.keep, e.without)
        for name, e in sorted((declared.waivers or {}).items())
    )


def software(declared: Declaration) -> Software | None:
    entry = declared.software
    if entry is None:
        return None
    return Software(
        systems=tuple(
            OperatingSystem(name, e.name, e.family, e.end_of_support)
            for name, e in entry.systems.items()
        ),
        packages=tuple(
            Package(name, e.name, e.state, e.systems, e.end_of_support)
            for name, e in entry.packages.items()
        ),
    )


def host_profiles(declared: Declaration) -> tuple[HostProfile, ...]:
    if declared.host_profiles is None:
        return ()
    return tuple(
        HostProfile(name, e.purpose, e.lock_minutes, e.reason or "")
        for name, e in declared.host_profiles.profiles.items()
    )


def hardware(declared: Declaration) -> tuple[Hardware, ...]:
    return tuple(
        Hardware(
            name,
            e.platform,
            e.poe_budget_watts,
            e.end_of_support,
            e.list_price_usd,
            e.contract or "",
        )
        for name, e in declared.models.models.items()
    )


def ssids(declared: Declaration) -> tuple[Wireless, ...]:
    if declared.wireless is None:
        return ()
    return tuple(
        Wireless(name, e.vlan, e.authentication, e.encryption)
        for name, e in declared.wireless.ssids.items()
    )
