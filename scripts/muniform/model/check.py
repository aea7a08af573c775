"""What must hold across the inventory's files. Each rule yields findings; none stops its stage.

A later stage computes from what an earlier one has held, so it runs only if that found nothing.
"""

from __future__ import annotations

from muniform.errors import Finding
from muniform.model.capacity_rules import CAPACITY_RULES
from muniform.model.catalogue import CATALOGUE_RULES
from muniform.model.declaration import Declaration
from muniform.model.name_rules import NAME_RULES
from muniform.model.operation_rules import OPERATION_RULES
from muniform.model.plan_rules import PLAN_RULES
from muniform.model.policy_rules import POLICY_RULES
from muniform.model.redundancy_rules import REDUNDANCY_RULES
from muniform.model.references import REFERENCES
from muniform.model.relations import RELATIONS
from muniform.model.standard_rules import STANDARD_RULES
from muniform.model.topology import TOPOLOGY_RULES
from muniform.model.vlan_rules import VLAN_RULES

STAGES = (
    (
        *VLAN_RULES,
        *CATALOGUE_RULES,
        *REFERENCES,
        *NAME_RULES,
        *STANDARD_RULES,
        *POLICY_RULES,
        *OPERATION_RULES,
    ),
    (*PLAN_RULES, *TOPOLOGY_RULES, *CAPACITY_RULES, *REDUNDANCY_RULES),
    RELATIONS,
)
"""Names that exist; addresses and cables that can be; what follows from all of it."""


def check(declared: Declaration) -> list[Finding]:
    """All findings of the first stage that has any."""
    for rules in STAGES:
        findings = [finding for rule in rules for finding in rule(declared)]
        if findings:
            return findings
    return []
