"""Ansible lookup plugin: the value of one of the city's secrets, when a task needs it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

try:
    from muniform.errors import MuniformError
    from muniform.hosts import run_secrets
    from muniform.places import find_places
except ImportError as missing:
    MISSING: ImportError | None = missing
else:
    MISSING = None

DOCUMENTATION = """
name: muniform_secret
short_description: The value of a secret of the city
description:
  - Replaces references to secrets, as the inventory plugin P(muniform#inventory) writes them into
    variables, by what they stand for.
  - A task that uses such a variable must set C(no_log=true).
notes:
  - The city is the one whose inventory the host comes from; the state folder is C(.muniform/)
    beside the inventory, or what C(MUNIFORM_STATE) says.
requirements:
  - the Python package muniform, in the environment Ansible runs in
author: muniform
options:
  _terms:
    description:
      - References, written C(<secret:NAME>), C(<secret:NAME:FORM>) or C(<secret:NAME:FORM:SALT>).
    type: list
    elements: str
    required: true
"""

EXAMPLES = """
- name: Write a file with a secret in it
  ansible.builtin.copy:
    content: "{{ lookup('muniform_secret', '<secret:tsig_key>') }}"
    dest: /etc/example.key
    mode: "0600"
  no_log: true
"""

RETURN = """
_raw:
  description: The values, in the order of the references.
  type: list
  elements: str
"""


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: Any = None, **_: Any) -> list[str]:
        if MISSING is not None:
            raise AnsibleLookupError(f"the Python package muniform is missing ({MISSING})")
        city_file = Path((variables or {}).get("inventory_file", "inventory/city.yml")).resolve()
        try:
            state = find_places(os.environ, Path.cwd(), city_file).state
            store = run_secrets(city_file, state)
            return [store.resolve(term) for term in terms]
        except MuniformError as error:
            raise AnsibleLookupError(str(error)) from None
