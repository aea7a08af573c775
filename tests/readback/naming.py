"""How each platform names what the model names in one way: loopbacks, gateways, aggregations."""

from __future__ import annotations

from muniform.model import ROUTING_KEY_ID, SecretRef

LOOPBACK = {"ios": "Loopback0", "eos": "Loopback0", "junos": "lo0.0", "frr": "lo"}
GATEWAY = {"ios": "Vlan{}", "eos": "Vlan{}", "junos": "irb.{}", "procurve": "vlan{}"}
LAG = {"ios": "Port-channel{}", "eos": "Port-Channel{}", "junos": "ae{}", "procurve": "Trk{}"}
CISCO_TYPE_7 = "ios7"


def interface_name(platform: str, name: str) -> str:
    """A layer-3 interface's name. Junos configures addresses on a unit of a port."""
    if name == "lo":
        return LOOPBACK[platform]
    if name.startswith("vlan") and platform in GATEWAY:
        return GATEWAY[platform].format(name.removeprefix("vlan"))
    return f"{name}.0" if platform == "junos" and "." not in name else name


def lag_name(platform: str, number: int) -> str:
    return LAG[platform].format(number)


def routing_key(platform: str, key: SecretRef, interface: str) -> str:
    """OSPF's key in the form that the platform stores; EOS keys it with the interface."""
    forms = {
        "ios": SecretRef(key.name, CISCO_TYPE_7),
        "eos": SecretRef(key.name, "eos_cbc", f"{interface}_md5Key_{ROUTING_KEY_ID}"),
        "junos": SecretRef(key.name, "junos9"),
    }
    return str(forms.get(platform, key))


def neighbor_key(platform: str, key: SecretRef, address: str) -> str:
    """BGP's key in the form that the platform stores; EOS keys it with the neighbour."""
    forms = {
        "ios": SecretRef(key.name, CISCO_TYPE_7),
        "eos": SecretRef(key.name, "eos_cbc", f"{address}_passwd"),
        "junos": SecretRef(key.name, "junos9"),
    }
    return str(forms.get(platform, key))


def time_key(platform: str, key: SecretRef) -> str:
    """The time sources' key in the form that the platform stores."""
    forms = {"ios": CISCO_TYPE_7, "eos": CISCO_TYPE_7, "junos": "junos9"}
    return str(SecretRef(key.name, forms.get(platform, "")))
