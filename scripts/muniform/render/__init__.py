"""From a device's intent to its configuration text. Pure: data in, text out."""

from muniform.render.engine import first_boot, platform_features, render
from muniform.render.nftables import filter_rules

__all__ = ["filter_rules", "first_boot", "platform_features", "render"]
