"""``login block-for``: after too many failures the switch lets nobody in for a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from muniform.lab.simulated.language.tree import Node


@dataclass
class Lockout:
    """The failures of one switch, on its own clock."""

    now: Callable[[], datetime]
    failures: list[datetime] = field(default_factory=list)
    closed_until: datetime | None = None

    def failed(self, config: Node) -> None:
        """Count a refused login; the last one of many closes the switch."""
        rule = config.value("login", "block-for")
        if rule is None:
            return
        seconds, attempts, within = int(rule[0]), int(rule[2]), int(rule[4])
        moment = self.now()
        since = moment - timedelta(seconds=within)
        self.failures = [*(each for each in self.failures if each > since), moment]
        if len(self.failures) >= attempts:
            self.failures.clear()
            self.closed_until = moment + timedelta(seconds=seconds)

    def is_closed(self, config: Node) -> bool:
        """Whether logins are refused now, whatever the password is."""
        if config.value("login", "block-for") is None or self.closed_until is None:
            return False
        return self.now() < self.closed_until
