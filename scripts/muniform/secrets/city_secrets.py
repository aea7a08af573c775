"""Opens the secrets of a declared city: its source, and the names it refers to."""

from __future__ import annotations

from pathlib import Path

from muniform.model import City, ReachMode, SecretSource, SecretsPlace, secret_names
from muniform.secrets.sources import AnsibleVaultSource, FilesSource, LookupSource
from muniform.secrets.sources import SecretSource as OpenSource
from muniform.secrets.store import SecretStore

FOLDER = "secrets"


def city_secrets(city: City, state: Path, inventory: Path) -> SecretStore:
    """The secrets of a city. ``inventory`` is its folder, to which the vault's files are relative,
    or the ``city.yml`` in it."""
    folder = inventory.parent if inventory.name == "city.yml" else inventory
    return SecretStore(state / FOLDER, _source(city, folder))


def _source(city: City, inventory: Path) -> OpenSource:
    # A lab has secrets of its own, made by ``lab up``: the real ones have no business in it.
    if city.reach is ReachMode.LAB:
        return FilesSource()
    place: SecretsPlace = city.secrets
    if place.source is SecretSource.ANSIBLE_VAULT:
        return AnsibleVaultSource(
            tuple(inventory / name for name in place.files),
            inventory / Path(place.password_file).expanduser() if place.password_file else None,
        )
    if place.source is SecretSource.LOOKUP:
        names = tuple(sorted(secret_names(city)))
        return LookupSource(place.plugin, place.term, place.take, place.options, names)
    return FilesSource()
