"""What is known of a commit once it was sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from muniform.devices.driver import Driver, Health


@dataclass(frozen=True)
class Committed:
    """A commit that was sent, and until when what may happen. Times are of ``Tools.now``."""

    before: Health
    """What the device saw around it, as far as that must last."""
    asked: Callable[[Driver], Health]
    confirm: Callable[[Driver], None]
    save: Callable[[Driver], None]
    settled_by: float
    """From then on the device has surely begun with the commit, or never will."""
    verify_by: float
    """From then on no time is left to confirm: the change is taken back."""
    chances: tuple[float, ...]
    """When its timer may have let us in again, should the change have shut our account out."""
    reverted_by: float
    """The device's timer has surely ended."""
    back_by: float
    """A device that reloaded has surely started."""
    doubt: str = ""
    """Why the change must not be kept, whatever is read: empty if the device took it well."""
    refused: bool = False
    """The device answered the commit, with an error."""

    @property
    def is_lost(self) -> bool:
        """Whether nobody knows if the device has begun: it said nothing."""
        return bool(self.doubt) and not self.refused
