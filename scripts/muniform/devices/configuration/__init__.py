"""Configurations as sets of lines: normalising, comparing, masking. Pure functions."""

from muniform.devices.configuration.dialects import normalise
from muniform.devices.configuration.lines import Change, Normal, Path, difference, fingerprint
from muniform.devices.configuration.showing import show

__all__ = ["Change", "Normal", "Path", "difference", "fingerprint", "normalise", "show"]
