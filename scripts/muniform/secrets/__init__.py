"""From a secret's reference to its value, in memory only."""

from muniform.secrets.store import SecretStore

__all__ = ["SecretStore"]
