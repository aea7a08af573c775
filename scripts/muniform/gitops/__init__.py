"""Git as the trigger: which commit is rolled out, and its files."""

from muniform.gitops.repository import Repository

__all__ = ["Repository"]
