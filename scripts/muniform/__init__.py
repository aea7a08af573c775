"""muniform: one declared city, and everything follows from it."""

__version__ = "0.1.0"
