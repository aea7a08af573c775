"""How ArubaOS-Switch changes a setting, for hier_config: what replaces what, and how it is undone.

Two lines that name the same setting replace each other: the second is all that is sent. What has to
go without a successor is undone by ``no`` and the words that name it, or, where the switch knows
no such form or means something else by it, by its default.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from hier_config.child import HConfigChild
from hier_config.platforms.driver_base import HConfigDriverRules
from hier_config.platforms.hp_procurve.driver import HConfigDriverHPProcurve

from muniform.devices.configuration.procurve import words_of

_PORT = r"[A-Za-z]*[\d/]+[A-Za-z]*\d*"

# The words that name a setting, and the words by which it is undone ("": "no" and its name).
_TOP: tuple[tuple[str, str], ...] = (
    (r"hostname", ""),
    (r"banner (?:motd|exec)", ""),
    (r"password (?:manager|operator)", ""),
    (r"console idle-timeout serial-usb", "0"),
    (r"console idle-timeout", "0"),
    (r"qos dscp-map \S+", ""),
    (r"qos type-of-service", ""),
    (r"logging severity", "debug"),
    (r"logging facility", ""),
    (r"radius-server host \S+", ""),
    (r"radius-server retransmit", "3"),
    (r"(?:radius|tacacs)-server timeout", "5"),
    (r"(?:radius|tacacs)-server key", ""),
    (r"tacacs-server host \S+", ""),
    (r"timesync", ""),
    (r"sntp server priority \d+", ""),
    (r"ntp authentication key-id \d+", ""),
    (r"ntp server \S+", ""),
    (r"time timezone", ""),
    (r"time daylight-time-rule", "none"),
    (r"ip ssh port", "22"),
    (r"ip ssh timeout", "120"),
    (r"ip default-gateway", ""),
    (r"ip dns server-address priority \d+", ""),
    (r"ip dns domain-name", ""),
    (r"snmp-server (?:contact|location)", ""),
    (r"snmp-server community \S+", ""),
    (r"snmp-server host \S+", ""),
    (r"snmpv3 engineid", ""),
    (r'snmpv3 (?:notify|targetaddress|params|user) (?:"(?:\\.|[^"\\])*"|\S+)', ""),
    (rf"lldp admin-status {_PORT}", "tx_rx"),
    (r"aaa accounting (?:commands|exec)", ""),
    (r"aaa authorization commands access-level", ""),
    (r"aaa authorization commands", "none"),
    (r"aaa authentication (?:ssh|console|telnet|web) (?:login|enable)", "local"),
    (r"aaa authentication num-attempts", "3"),
    (r"aaa authentication lockout-delay", "0"),
    (r"aaa authentication port-access", "local"),
    (r"aaa authentication mac-based", "chap-radius"),
    (rf"aaa port-access authenticator {_PORT} (?:tx-period|supplicant-timeout)", "30"),
    (rf"aaa port-access (?:authenticator|mac-based) {_PORT} quiet-period", "60"),
    (rf"aaa port-access authenticator {_PORT} max-requests", "2"),
    (rf"aaa port-access (?:authenticator|mac-based) {_PORT} reauth-period", "0"),
    (rf"aaa port-access (?:authenticator|mac-based) {_PORT} (?:unauth|auth)-vid", ""),
    (rf"aaa port-access authenticator {_PORT} client-limit", ""),
    (rf"aaa port-access mac-based {_PORT} addr-limit", "1"),
    (rf"aaa port-access mac-based {_PORT} logoff-period", "300"),
    (rf"aaa port-access {_PORT} auth-(?:order|priority)", ""),
    (rf"aaa port-access {_PORT} critical-auth data-vlan", ""),
    (rf"aaa port-access {_PORT} controlled-direction", "both"),
    (rf"port-security {_PORT}", ""),
    (r"spanning-tree priority", "8"),
    (r"spanning-tree force-version", "mstp-operation"),
    (r"spanning-tree Trk\d+ priority", "4"),
    (rf"spanning-tree {_PORT} priority", "8"),
    (rf"spanning-tree {_PORT} path-cost", ""),
    (r"primary-vlan", ""),
    (r"management-vlan", ""),
)
_INTERFACE: tuple[tuple[str, str], ...] = (
    (r"name", ""),
    (r"power-over-ethernet", "low"),
    (r"poe-allocate-by", "usage"),
    (r"poe-value", "17"),
    (r"speed-duplex", "auto"),
    (r"unknown-vlans", "learn"),
    (r"rate-limit \S+ in", ""),
    (r"bandwidth-min output", ""),
    (r"untagged vlan", ""),
)
_VLAN: tuple[tuple[str, str], ...] = (
    (r"name", ""),
    (r"ip address", ""),
    (r"service-policy", ""),
)
_ENTRIES: tuple[tuple[str, str], ...] = ((r"\d+", ""),)
_SETTINGS = {
    kind: [(re.compile(rf"(?:{pattern})(?= |$)"), default) for pattern, default in table]
    for kind, table in (
        ("", _TOP),
        ("interface", _INTERFACE),
        ("vlan", _VLAN),
        ("class", _ENTRIES),
        ("policy", _ENTRIES),
    )
}
# What "no" would not undo, and what does.
_OTHERWISE = {"disable": "enable"}
# A port leaves the VLAN that it is told to leave.
_WITH_VALUE = {"untagged vlan"}


class ProcurveRules(HConfigDriverHPProcurve):
    """hier_config's own rules for the platform, with a table of settings in their place.

    Its trees are built from lists of lines that are written out already, so none of its own
    rewriting of texts is needed.
    """

    def idempotent_for(
        self, config: HConfigChild, other_children: Iterable[HConfigChild]
    ) -> HConfigChild | None:
        name = setting_of(config)
        if name is None:
            return None
        return next((other for other in other_children if setting_of(other) == name), None)

    def negate_with(self, config: HConfigChild) -> str | None:
        if config.text in _OTHERWISE:
            return _OTHERWISE[config.text]
        found = _named(config)
        if found is None:
            return None
        name, default = found
        if name in _WITH_VALUE:
            return f"no {config.text}"
        if config.text.startswith(self.negation_prefix):
            return name  # on again
        return f"{name} {default}" if default else f"no {name}"

    @staticmethod
    def _instantiate_rules() -> HConfigDriverRules:
        return HConfigDriverRules()


def setting_of(line: HConfigChild) -> str | None:
    """The words that name a line's setting; None if lines of its kind stand beside each other."""
    found = _named(line)
    return found[0] if found else None


def _named(line: HConfigChild) -> tuple[str, str] | None:
    parents = [each.text for each in line.lineage()][:-1]
    kind = parents[0].split()[0] if parents else ""
    text = line.text.removeprefix("no ")
    for pattern, default in _SETTINGS.get(kind, ()):
        found = pattern.match(text)
        if found:
            return " ".join(words_of(found.group(0))), default
    return None
