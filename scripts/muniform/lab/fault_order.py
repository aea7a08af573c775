"""What somebody wants to go wrong with a simulated device, and what can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter

from muniform.lab.simulated.device import SimulatedDevice
from muniform.lab.simulated.faults import Condition, Point, Strike

CLEAR = "clear"
"""Not a fault: switches all of them off."""

LATENCY = "latency"


@dataclass(frozen=True)
class FaultOrder:
    """A fault to be switched. What follows its name is as ``Faults.switch`` takes it."""

    device: str
    name: str
    on: bool = True
    point: str = ""
    times: int | None = None
    after: int = 0

    def message(self) -> dict[str, object]:
        """As it is sent to the daemon."""
        return {"do": "fault", **asdict(self)}

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> FaultOrder:
        """Raises ValueError for another message."""
        return _ADAPTER.validate_python({k: v for k, v in message.items() if k != "do"})

    def carry_out(self, device: SimulatedDevice) -> None:
        """Raises LabError for a fault or a point that does not exist."""
        if self.name == CLEAR:
            device.faults.clear()
        else:
            device.faults.switch(self.name, self.on, self.point, self.times, self.after)


_ADAPTER = TypeAdapter(FaultOrder)

EVERYWHERE: Mapping[str, str] = {
    Condition.REFUSE_LOGIN: "every password is refused",
    Condition.WRONG_HOST_KEY: "new connections meet another host key or certificate",
    Condition.LOCKED: "somebody else holds the configuration: lock, session or revert timer",
    Condition.FLASH_FULL: "no file can be written",
    Condition.PARTIAL_LOAD: "the last third of a candidate is lost while it is taken in",
    Condition.COMMITS_OTHER: "what runs after a commit is not quite what was committed",
    Condition.EARLY_TIMER: "a revert timer ends at once, while the client still verifies",
    LATENCY: "each round trip takes longer; --at says how many ms, such as 600 for LTE",
}
"""Faults that hold until they are switched off."""

AT_A_POINT: Mapping[str, str] = {
    Strike.DROP: "the session dies before the device has acted",
    Strike.DROP_AFTER: "the device acts; the session dies before the answer",
    Strike.HANG: "no act and no answer; the session stays open",
    Strike.HANG_AFTER: "the device acts and says nothing more; the session stays open",
    Strike.REBOOT: "the device starts anew before it has acted",
    Strike.REBOOT_AFTER: "the device acts and then starts anew",
    Strike.GARBAGE: "the device acts; its answer is noise",
    Strike.REFUSE: "no act; the answer is an error of the platform's kind",
}
"""Faults that strike when a client comes to a point of its work."""

POINTS: Mapping[str, str] = {
    Point.READ: "showing the running or the startup configuration",
    Point.STAGE: "taking a candidate in: a file, a session, a load, a line",
    Point.COMPARE: "printing what the candidate would change",
    Point.COMMIT: "making the candidate run",
    Point.PROBE: "telling its neighbours, and pinging",
    Point.CONFIRM: "confirming it, so that no timer takes it back",
    Point.SAVE: "saving what runs for the next start",
    Point.ROLLBACK: "taking a pending change back on request",
    Point.CLEAN: "deleting files, dropping a session, unlocking",
}
"""The steps of a client's work, in their order."""
