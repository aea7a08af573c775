"""Simulated Cisco IOS-XE switches over SSH, stateful, all in one event loop.

They parse what they are sent against a table of commands, keep running, startup and flash, run
their revert timers on a clock that can be scaled, and lose their sessions when a configuration
cuts off their own management. They have no data plane.

The order in which a configuration is printed is the order of ``configuration.yml``::

    version, service …, hostname, logging buffered/console, enable secret, aaa new-model,
    aaa group/authentication/authorization/accounting/server/session-id, clock, ip routing,
    ip name-server / no ip domain lookup / ip domain name / no ip source-route …,
    ip dhcp snooping, ip arp inspection, login …, udld, vtp, fhrp, key chain, table-map,
    crypto pki …, dot1x, license/diagnostic, archive (log config, path, maximum, write-memory),
    file prompt, spanning-tree (mode, loopguard, portfast …, extend system-id, vlan … priority),
    errdisable, username, redundancy, vlan N, port-channel, lldp/cdp, class-map, policy-map,
    interface …, router ospf, ip default-gateway, ip forward-protocol, ip http …, ip route,
    ip ssh …, ip scp, ip access-list, ip radius, logging host …, snmp-server, tacacs server,
    radius-server, radius server, control-plane, banner, line con/vty, ntp, end

Always printed, whether configured or not: ``version``, ``hostname``, ``[no] aaa new-model``,
``spanning-tree extend system-id``, ``[no] ip http server``, ``[no] ip http secure-server``, an
``interface`` section for each physical port and for Vlan1 (``no ip address``, ``shutdown`` unless
configured), ``line con 0``, ``line vty 0 4``, ``line vty 5 31`` (in parts where they are set
differently), and after a boot the self-signed certificate.

Never printed: SNMPv3 users, which ``show snmp user`` tells of. With ``aaa new-model`` the lists
of methods decide who gets in; no TACACS+ or RADIUS server answers here.

Not printed unless VTP's mode is transparent or off: ``vtp mode``, ``vtp domain`` and all VLANs,
which a replace can't remove then. A static route counts only with ``ip routing``.
"""

from muniform.lab.ios.device import IosSwitch
from muniform.lab.ios.management import management_path
from muniform.lab.ios.server import listeners

__all__ = ["IosSwitch", "listeners", "management_path"]
