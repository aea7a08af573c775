"""Puts together what plans and rollouts of a city work with, for every program that changes it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from muniform.devices import Connector
from muniform.masking import Secret
from muniform.model import City
from muniform.plan import RunHosts
from muniform.reach import Reach
from muniform.rollout.backups import Backups
from muniform.rollout.journal import Journal, current_operator
from muniform.rollout.machinery import Machinery
from muniform.secrets import SecretStore

JOURNAL = "MUNIFORM_JOURNAL"
"""Moves the journal to another database, by URL."""


def hash_key(secrets: SecretStore) -> Secret:
    """The key of all configuration digests: one of the city's secrets."""
    return secrets.get("hash_key")


def city_journal(
    state: Path, secrets: SecretStore, environment: Mapping[str, str] = os.environ
) -> Journal:
    """The city's journal, opened. Raises RolloutError."""
    where = environment.get(JOURNAL) or state / "journal.sqlite"
    return Journal.open(where, tuple(secrets.all()))


def city_backups(state: Path, secrets: SecretStore, occasion: str) -> Backups:
    """The city's backups; ``occasion`` is what is said of those that are made."""
    return Backups(state / "backups", hash_key(secrets), by=current_operator(), about=occasion)


def assembled(
    city: City, state: Path, secrets: SecretStore, journal: Journal, run_hosts: RunHosts, kind: str
) -> Machinery:
    """``kind`` is what the journal calls a run, and what backups were made before."""
    connect = Connector(Reach(city.reach, state), secrets, state)
    return Machinery(
        connect=connect,
        run_hosts=run_hosts,
        secrets=secrets,
        key=hash_key(secrets),
        journal=journal,
        backups=city_backups(state, secrets, f"before a {kind}"),
        clock_scale=connect.clock_scale,
        kind=kind,
    )
