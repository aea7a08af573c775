"""The exception tree. Every error a user can cause or meet derives from MuniformError.

    MuniformError
    ├── UsageError            the command line asked for something that does not exist
    ├── IntentError           the inventory is wrong; carries every finding at once
    ├── RenderError           a feature cannot be served by a platform
    ├── SecretError           a secret's reference has no value
    ├── ReachError            a declared address may not be contacted
    ├── DeviceError           a device refused, vanished or answered nonsense
    │   ├── LoginRefused      wrong account or key
    │   ├── HostKeyMismatch   the device is not the one that was enrolled
    │   ├── Unreachable       no connection
    │   └── CandidateRejected the device did not accept the candidate
    ├── StaleTarget           the device is no longer what the plan read
    ├── ServiceError          DNS, DHCP or a boot server failed
    ├── HostRunError          an Ansible run could not be carried out
    ├── ProvisionError        the Pulumi engine failed
    ├── RolloutError          a rollout cannot start or go on
    └── LabError              the lab could not do what was asked

A message says what is wrong; ``hint`` says what to do next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class MuniformError(Exception):
    """Base of all errors that are shown to a user without a traceback."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  -> {self.hint}" if self.hint else self.message


class UsageError(MuniformError):
    """The command line names something that does not exist."""


@dataclass(frozen=True, order=True)
class Finding:
    """One thing wrong in the inventory: where, what, and what to do."""

    file: str
    line: int
    path: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        at = f" {self.path}:" if self.path else ""
        return f"{where}:{at} {self.problem}\n  -> {self.remedy}"


class IntentError(MuniformError):
    """The inventory does not describe a valid city. Carries all findings, sorted."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(sorted(set(findings)))
        lines = [str(finding) for finding in self.findings]
        count = len(self.findings)
        lines.append(f"{count} error{'' if count == 1 else 's'} in the inventory")
        super().__init__("\n".join(lines))


class RenderError(MuniformError):
    """A feature cannot be served by a platform, or a template asked for what is not there."""


class SecretError(MuniformError):
    """A secret's reference has no value, or its file is open to others."""


class ReachError(MuniformError):
    """A declared address may not be contacted from here, now."""


class DeviceError(MuniformError):
    """A network device refused, vanished or answered nonsense."""


class LoginRefused(DeviceError):
    """The device did not accept our account."""


class HostKeyMismatch(DeviceError):
    """The device's host key is not the one that was enrolled."""


class Unreachable(DeviceError):
    """No connection to the device."""


class CandidateRejected(DeviceError):
    """The device did not accept the candidate configuration; it runs what it ran before."""


class StaleTarget(MuniformError):
    """The target is no longer what the plan read; it was not changed."""


class ServiceError(MuniformError):
    """A DNS, DHCP or boot server failed or refused."""


class HostRunError(MuniformError):
    """An Ansible run could not be carried out."""


class ProvisionError(MuniformError):
    """The Pulumi engine failed."""


class RolloutError(MuniformError):
    """A rollout cannot start or go on."""


class LabError(MuniformError):
    """The lab could not do what was asked."""
