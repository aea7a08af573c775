"""From a secret's reference to its value, in memory only."""

from muniform.secrets.city_secrets import city_secrets
from muniform.secrets.sources import AnsibleVaultSource, FilesSource, LookupSource, SecretSource
from muniform.secrets.store import SecretStore

__all__ = [
    "AnsibleVaultSource",
    "FilesSource",
    "LookupSource",
    "SecretSource",
    "SecretStore",
    "city_secrets",
]
