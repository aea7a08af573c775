"""A change for the fake device, and the transaction that carries it out."""

from __future__ import annotations

from fake_device import FakeDevice, Notes
from muniform.devices import Approved, Tools, Transaction, difference, fingerprint, normalise
from muniform.masking import Secret
from muniform.model import City
from muniform.results import Result

KEY = Secret("hash_key", "key")
OLD = "hostname sw\nusername muniform privilege 15 secret 9 $9$salt$old\n"
NEW = "hostname sw\nusername muniform privilege 15 secret 9 $9$salt$new\nntp server 10.1.1.10\n"
NAME = "fs03-sw1"


def approved(before: str = OLD, after: str = NEW) -> Approved:
    a, b = normalise(before, "ios"), normalise(after, "ios")
    return Approved(fingerprint(a, KEY), fingerprint(b, KEY), fingerprint(difference(a, b), KEY))


def carry_out(city: City, device: FakeDevice, notes: Notes | None = None) -> Result:
    """Bring the device from OLD to NEW, on its own clock."""
    notes = notes or Notes()
    tools = Tools(
        connect=device.connect,
        key=KEY,
        recorder=notes,
        backup=notes,
        lease=notes,
        now=device.clock,
        sleep=device.sleep,
    )
    return Transaction(city.device(NAME), NEW, approved(), tools).run()
