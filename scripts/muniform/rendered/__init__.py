"""What was rendered, kept on disk: files for people, and digests that spare the next run work."""

from muniform.rendered.files import write_file
from muniform.rendered.memory import Kind, RenderMemory
from muniform.rendered.tree import Tree, render_tree, rendering_errors

__all__ = ["Kind", "RenderMemory", "Tree", "render_tree", "rendering_errors", "write_file"]
