"""From a device's intent to its configuration text. Pure: data in, text out."""

from muniform.render.engine import first_boot, platform_features, render

__all__ = ["first_boot", "platform_features", "render"]
