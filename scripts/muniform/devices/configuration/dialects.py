"""Which platform's configurations are read how."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from muniform.devices.configuration import eos, frr, ios, iosxr, junos, nxos, procurve
from muniform.devices.configuration.lines import Normal

_NORMALISE: Mapping[str, Callable[[str], Normal]] = {
    "eos": eos.normalise,
    "frr": frr.normalise,
    "ios": ios.normalise,
    "iosxr": iosxr.normalise,
    "junos": junos.normalise,
    "nxos": nxos.normalise,
    "procurve": procurve.normalise,
}


def normalise(text: str, platform: str) -> Normal:
    """A configuration's lines, without what is volatile or made by the device itself."""
    return _NORMALISE[platform](text)
