"""Which platform's configurations are read how."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from muniform.devices.configuration import frr, ios
from muniform.devices.configuration.lines import Normal

_NORMALISE: Mapping[str, Callable[[str], Normal]] = {
    "frr": frr.normalise,
    "ios": ios.normalise,
}


def normalise(text: str, platform: str) -> Normal:
    """A configuration's lines, without what is volatile or made by the device itself."""
    return _NORMALISE[platform](text)
