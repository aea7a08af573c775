"""Network devices: drivers, configurations as sets of lines, and the transaction."""

from muniform.devices.configuration import (
    Change,
    Normal,
    difference,
    fingerprint,
    normalise,
    show,
)
from muniform.devices.connecting import Connector
from muniform.devices.driver import Connect, Driver, Facts, Health, Neighbour, Snapshot
from muniform.devices.protocols import Backup, Lease, Recorder
from muniform.devices.secret_lines import mask_line
from muniform.devices.transaction import (
    GRACE,
    Approved,
    Reading,
    Standing,
    Tools,
    Transaction,
    classify,
    take_reading,
)

__all__ = [
    "GRACE",
    "Approved",
    "Backup",
    "Change",
    "Connect",
    "Connector",
    "Driver",
    "Facts",
    "Health",
    "Lease",
    "Neighbour",
    "Normal",
    "Reading",
    "Recorder",
    "Snapshot",
    "Standing",
    "Tools",
    "Transaction",
    "classify",
    "difference",
    "fingerprint",
    "mask_line",
    "normalise",
    "show",
    "take_reading",
]
