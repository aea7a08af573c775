"""The shapes of ``city.yml`` and of what says how a city is operated."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from muniform.model.operations import SoftwareState, SystemFamily
from muniform.model.parts.kinds import ReachMode
from muniform.model.parts.secret import SecretSource
from muniform.model.schema.base import ControlId, Declared, Standard
from muniform.model.shapes import (
    Address,
    ClockTime,
    Day,
    Domain,
    Flag,
    Identifier,
    RecurrenceRule,
    Sentence,
    Text,
    TimeZone,
    matching,
)

OptionName = Annotated[
    str, matching(r"[a-z][a-z0-9_]{0,60}", "option", "use the plugin's own names")
]


class SecretsEntry(Declared):
    """Where the values of secrets are kept."""

    source: SecretSource
    files: tuple[Text, ...] = ()
    """Of ``ansible_vault``: the encrypted files, relative to the inventory."""
    password_file: Text | None = None
    """Of ``ansible_vault``: the vault password, or a program that prints it."""
    plugin: Text | None = None
    """Of ``lookup``: the Ansible lookup plugin, like community.hashi_vault.vault_kv2_get."""
    term: Text | None = None
    """Of ``lookup``: what it is asked for; {name} stands for the secret's name."""
    take: tuple[Text, ...] = ()
    """Of ``lookup``: the keys that lead to the value, where the plugin answers with a map."""
    options: dict[OptionName, Text | int | bool] = {}

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """What a source needs is there, and what another needs is not."""
        needed = {"ansible_vault": ("files",), "lookup": ("plugin", "term")}
        for source, keys in needed.items():
            for key in keys:
                if bool(getattr(self, key)) != (self.source.value == source):
                    what = "needs" if self.source.value == source else "has no use for"
                    raise PydanticCustomError(
                        "form",
                        "the source {source} {what} '{key}'",
                        {
                            "source": self.source.value,
                            "what": what,
                            "key": key,
                            "remedy": f"add '{key}:'" if what == "needs" else f"remove '{key}:'",
                        },
                    )
        return self


class CityFile(Declared):
    """``city.yml``"""

    name: Text
    domain: Domain
    time_zone: TimeZone = "UTC"
    """Of the people: maintenance windows are meant in it. Devices keep UTC."""
    reach: ReachMode
    """``lab``: only the lab on this machine is contacted. ``production``: the real city."""
    controller: Address
    """Where muniform stands in the network."""
    secrets: SecretsEntry = SecretsEntry(source=SecretSource.FILES)
    """Left out: one private file a secret, in the state folder."""


class HolidayEntry(Declared):
    name: Text
    rule: RecurrenceRule
    """An iCalendar rule, like FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=4."""


class WindowEntry(Declared):
    name: Text
    rule: RecurrenceRule
    start: ClockTime
    """Local time at which each occurrence opens, like 22:00."""
    hours: Annotated[int, Field(ge=1, le=72, strict=True)]


class FreezeEntry(Declared):
    name: Text
    rule: RecurrenceRule | None = None
    """The first day of each freeze, or"""
    first: Day | None = None
    """the first day of a freeze that comes once."""
    days: Annotated[int, Field(ge=1, le=366, strict=True)]

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.rule is None) == (self.first is None):
            raise PydanticCustomError(
                "form",
                "a freeze begins by a rule or on a day",
                {"remedy": "write either 'rule:' or 'first:'"},
            )
        return self


class ChangeClassEntry(Declared):
    public_safety: Flag = False
    automatic: Flag = True
    holidays: Flag = True
    """Whether the city's holidays are days without changes for this class."""
    owner: Text
    approvers: tuple[Text, ...] = ()
    windows: tuple[WindowEntry, ...] = ()
    freezes: tuple[FreezeEntry, ...] = ()


class ChangeFile(Standard):
    """``standards/change.yml``"""

    holidays: tuple[HolidayEntry, ...] = ()
    classes: dict[Identifier, ChangeClassEntry]


WaivedLine = Annotated[tuple[Sentence, ...], Field(min_length=1, max_length=6)]
"""A line of configuration, after the lines of the sections that it stands in."""


class WaiverFile(Declared):
    """``waivers/<id>.yml``"""

    control: ControlId | None = None
    """Left out where only lines are waived that no control asks for."""
    targets: Annotated[tuple[Text, ...], Field(min_length=1)]
    keep: tuple[WaivedLine, ...] = ()
    """Lines of configuration that the targets keep though the standard has none such."""
    without: tuple[WaivedLine, ...] = ()
    """Lines of the standard that the targets go without."""
    owner: Text
    reason: Sentence
    expires: Day


class SystemEntry(Declared):
    name: Text
    family: SystemFamily
    end_of_support: Day


class PackageEntry(Declared):
    name: Text
    state: SoftwareState
    systems: tuple[Identifier, ...] = ()
    end_of_support: Day | None = None


class SoftwareFile(Declared):
    """``catalog/software.yml``"""

    systems: dict[Identifier, SystemEntry]
    packages: dict[Identifier, PackageEntry] = {}


class HostProfileEntry(Declared):
    purpose: Text
    lock_minutes: Annotated[int, Field(ge=1, le=30, strict=True)] | None = None
    """Idle time until the screen locks: 30 at most (CJIS AC-11). Left out: exempt."""
    reason: Text | None = None
    """Why it is exempt."""


class HostProfilesFile(Standard):
    """``standards/host_profiles.yml``"""

    profiles: dict[Identifier, HostProfileEntry]
