"""Network devices: drivers, configurations as sets of lines, and the transaction."""

from muniform.devices.configuration import (
    Change,
    Normal,
    difference,
    fingerprint,
    normalise,
    show,
)
from muniform.devices.connecting import Connector, Way, way_of
from muniform.devices.deadlines import Deadlines
from muniform.devices.driver import (
    Connect,
    Driver,
    Facts,
    Health,
    Neighbour,
    Snapshot,
    settled_snapshot,
    snapshot_of,
)
from muniform.devices.patience import Patience
from muniform.devices.protocols import Backup, Lease, Recorder
from muniform.devices.secret_lines import mask_line
from muniform.devices.standing import Approved, Reading, Standing, classify, take_reading
from muniform.devices.tools import BOOT, COMMITTING, GRACE, LAST_LOOK, Tools
from muniform.devices.transaction import Transaction

__all__ = [
    "BOOT",
    "COMMITTING",
    "GRACE",
    "LAST_LOOK",
    "Approved",
    "Backup",
    "Change",
    "Connect",
    "Connector",
    "Deadlines",
    "Driver",
    "Facts",
    "Health",
    "Lease",
    "Neighbour",
    "Normal",
    "Patience",
    "Reading",
    "Recorder",
    "Snapshot",
    "Standing",
    "Tools",
    "Transaction",
    "Way",
    "classify",
    "difference",
    "fingerprint",
    "mask_line",
    "normalise",
    "settled_snapshot",
    "show",
    "snapshot_of",
    "take_reading",
    "way_of",
]
