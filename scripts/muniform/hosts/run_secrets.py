"""Gives an Ansible run the values of the city's secrets, at the moment a task needs them.

Inventory variables carry references only. Ansible forks a process for each task, and what the
inventory plugin has opened before is there in all of them: no task reads the city again.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from muniform.model import City, load_city
from muniform.secrets import SecretStore, city_secrets


@cache
def run_city(city_file: Path) -> City:
    """The city of this run. Raises IntentError."""
    return load_city(city_file)


@cache
def run_secrets(city_file: Path, state: Path) -> SecretStore:
    """Its secrets; a vault is opened when the first of them is asked for."""
    return city_secrets(run_city(city_file), state, city_file.parent)
