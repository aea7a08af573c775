"""What is told of one transaction: to the journal before each act, to people at its end."""

from __future__ import annotations

from muniform.devices.protocols import Recorder
from muniform.masking import printable
from muniform.results import Result, Status


class Trail:
    """Collects the facts that lead to an outcome, in their order."""

    def __init__(self, target: str, recorder: Recorder) -> None:
        self._target = target
        self._recorder = recorder
        self._facts: list[str] = []
        self.diff: tuple[str, ...] = ()
        """The change, masked, as soon as it is known."""
        self.left_behind = ""
        """What of ours may still be on the device, or why it could not be removed."""

    def announce(self, kind: str, **payload: object) -> None:
        """Durable in the journal before what it says is done. Raises what the recorder does."""
        self._recorder.record(self._target, kind, payload)

    def saw(self, fact: str) -> None:
        """A fact for the evidence; one that was just said says nothing new."""
        fact = printable(fact.removeprefix(f"{self._target}: "))
        if fact not in self._facts[-4:]:
            self._facts.append(fact)

    def end(self, status: Status, message: str = "", hint: str = "") -> Result:
        """The outcome, with all that was seen; it is the last event of the target."""
        if self.left_behind:
            told = f"files or locks of ours may be left on the device: {self.left_behind}"
            message = f"{message}; {told}" if message else f"{self._target}: {told}"
        evidence = tuple(self._facts)
        self.announce(status.value, message=message, evidence=list(evidence))
        unsettled = status is Status.UNKNOWN or bool(self.left_behind)
        return Result(
            self._target,
            status,
            self.diff,
            message,
            hint,
            evidence=evidence,
            unsettled=unsettled,
        )
