"""From a declared address to the place where it may be contacted, or a refusal."""

from muniform.reach.resolver import Endpoint, Outlook, Reach, lab_endpoint

__all__ = ["Endpoint", "Outlook", "Reach", "lab_endpoint"]
