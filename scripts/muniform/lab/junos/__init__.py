"""Simulated Juniper Junos devices: NETCONF and a command line over SSH, stateful, in one loop.

They parse curly-brace text, ``set`` lines and XML against one table of the hierarchy
(``configuration.yml``), keep a committed configuration, a candidate, a lock and fifty past
configurations, take back commits that nobody confirms, and lose their sessions when a commit cuts
off their own management. They have no data plane.

Known differences from a device: the filler of ``$9$`` values follows from the value, where Junos
draws it at random; a private candidate can't be committed once somebody else has committed, where
Junos merges; groups are refused, and JSON and file names in a load; the words of some refusals at
commit are not known from a device (``checks``).
"""

from muniform.lab.junos.device import JunosDevice
from muniform.lab.junos.management import management_path
from muniform.lab.junos.server import listeners

__all__ = ["JunosDevice", "listeners", "management_path"]
