"""From a device's intent to its configuration text. Pure: data in, text out.

``memory`` and ``tree``, which keep whole cities on disk, are its only modules that touch files.
"""

from muniform.render.engine import first_boot, platform_features, render
from muniform.render.memory import Kind, RenderMemory
from muniform.render.nftables import filter_rules
from muniform.render.tree import Tree, render_tree, rendering_errors

__all__ = [
    "Kind",
    "RenderMemory",
    "Tree",
    "filter_rules",
    "first_boot",
    "platform_features",
    "render",
    "render_tree",
    "rendering_errors",
]
