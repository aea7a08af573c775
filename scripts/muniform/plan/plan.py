"""The plan: a value with a digest. What is approved is this digest, nothing vaguer."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    DEVICE = "device"
    HOST = "host"


class Verdict(StrEnum):
    """What the plan says of one target."""

    CHANGE = "change"
    UNCHANGED = "unchanged"
    BLOCKED = "blocked"
    """It could not be read; ``message`` says why. It is not touched."""


@dataclass(frozen=True)
class TargetPlan:
    """One target's part. Hashes are keyed digests; ``diff`` is masked.

    ``fidelity`` says where the diff was computed: ``offline`` from a reading and the intent,
    ``on-device`` by the target itself (Ansible's check mode). ``revert`` says what takes the change
    back if nobody can confirm it, ``risk`` why somebody should look twice; both may be empty.
    """

    name: str
    site: str
    kind: Kind
    verdict: Verdict
    fidelity: str
    pre_hash: str = ""
    post_hash: str = ""
    diff_digest: str = ""
    diff: tuple[str, ...] = ()
    message: str = ""
    hint: str = ""
    revert: str = ""
    risk: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Everything a rollout is bound to."""

    commit: str
    inventory_digest: str
    versions: tuple[tuple[str, str], ...]
    targets: tuple[TargetPlan, ...]

    @property
    def digest(self) -> str:
        """The content address: equal inputs and equal findings give the same digest."""
        return content_digest(asdict(self))

    @property
    def short_digest(self) -> str:
        return self.digest[:12]

    def having(self, verdict: Verdict) -> tuple[TargetPlan, ...]:
        return tuple(target for target in self.targets if target.verdict is verdict)

    def only(self, names: Collection[str]) -> Plan:
        """The part of the plan that is about these targets: a plan with a digest of its own."""
        return replace(self, targets=tuple(t for t in self.targets if t.name in names))

    def groups(self) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
        """Targets to be changed, grouped by equal diffs: (names, diff)."""
        found: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for target in self.having(Verdict.CHANGE):
            found[target.diff].append(target.name)
        return tuple((tuple(names), diff) for diff, names in found.items())

    def to_json(self) -> str:
        return json.dumps({"digest": self.digest, **asdict(self)}, indent=2)


def content_digest(content: Mapping[str, object]) -> str:
    """SHA-256 over a plan's content in its canonical spelling."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def canonical(content: Mapping[str, object]) -> str:
    """One spelling for equal contents."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"))
