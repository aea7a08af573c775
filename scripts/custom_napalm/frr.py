"""FRR on Linux, under the name by which NAPALM finds it."""

from muniform.devices.napalm_frr import FRRDriver

__all__ = ["FRRDriver"]
