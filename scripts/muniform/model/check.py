"""What must hold across the inventory's files. Each rule yields findings; none stops the others."""

from __future__ import annotations

from muniform.errors import Finding
from muniform.model.declaration import Declaration
from muniform.model.references import REFERENCES
from muniform.model.relations import RELATIONS


def check(declared: Declaration) -> list[Finding]:
    """All findings of all rules. Rules that follow references run once the references hold."""
    findings = [finding for rule in REFERENCES for finding in rule(declared)]
    return findings or [finding for rule in RELATIONS for finding in rule(declared)]
