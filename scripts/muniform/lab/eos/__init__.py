"""Simulated Arista EOS switches: eAPI over HTTPS and a command line over SSH, stateful, all in one
event loop.

They parse what they are sent against a table of commands, keep running, startup, flash and
configuration sessions, run commit timers on a clock that can be scaled, and lose their connections
when a configuration takes away what carries them. They have no data plane.

The order in which a configuration is printed is the order of ``configuration.yml``. Always
printed, whether configured or not: ``[no] aaa root``, ``transceiver qsfp default-mode``,
``spanning-tree mode``, ``system l1`` with its two lines, an ``interface`` section for each port and
for Management1, ``[no] ip routing``, and ``max-lsa`` in an OSPF process. The account ``admin`` is
there from the factory without a password, which opens the console only: that it was removed is
printed.

A session is a copy of what ran when it was opened; its commit overwrites what changed meanwhile.
From 4.32 on the commit timer is told beside the sessions, before in them.

A service that is configured away (eAPI, SSH) resets whoever connects; the device counts as cut off
only when none is left, or when the network path or the last account is gone. Who wants to know of
one service asks ``EosSwitch.service_fault``.

Commands are authorised and logins checked against local accounts: no TACACS+ or RADIUS server
answers here, and ``aaa authentication policy lockout`` is kept and has no effect. An OSPF key typed
in clear is stored in type 7, which is not how a real device hides it.
"""

from muniform.lab.eos.device import EosSwitch
from muniform.lab.eos.management import management_path
from muniform.lab.eos.server import PORTS, listeners

__all__ = ["PORTS", "EosSwitch", "listeners", "management_path"]
