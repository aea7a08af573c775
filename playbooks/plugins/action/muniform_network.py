"""Ansible action plugin: a network device brought to its standard, as one transaction."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

try:
    from muniform.devices import Connector
    from muniform.errors import MuniformError
    from muniform.gitops import Repository
    from muniform.hosts import run_city, run_secrets
    from muniform.places import find_places
    from muniform.plan import Verdict
    from muniform.reach import Reach
    from muniform.rollout import assembled, bring_one, city_journal, plan_one
except ImportError as missing:
    MISSING: ImportError | None = missing
else:
    MISSING = None

DOCUMENTATION = """
module: muniform_network
short_description: Bring a network device to its declared standard
description:
  - Compares what the device C(inventory_hostname) runs with what the city declares for it. In check
    mode that is all, and nothing is opened on the device but a session that reads.
  - Otherwise the device is changed in one transaction, as C(muniform rollout) does it, with the
    city's leases, journal and backups. The device takes the change back by itself unless it was
    verified over a new connection.
  - The diff is that of C(muniform plan). What is secret in it is masked.
  - Order, canaries, windows and approvals are those of C(muniform rollout); a playbook has none.
notes:
  - The city is the one whose inventory the host comes from; the state folder is C(.muniform/)
    beside the inventory, or what C(MUNIFORM_STATE) says.
requirements:
  - the Python package muniform, in the environment Ansible runs in
author: muniform
options: {}
"""

EXAMPLES = """
- name: Bring the device to its standard
  muniform_network:
"""

RETURN = """
outcome:
  description: How it ended, such as unchanged, changed, stale, refused, reverted or unreachable.
  returned: always
  type: str
evidence:
  description: What was read and seen on the way there, in order.
  returned: when the device was to be changed
  type: list
  elements: str
risk:
  description: Why somebody should look twice at the change.
  returned: always
  type: list
  elements: str
"""

_OUTCOMES = {"change": "changed", "unchanged": "unchanged", "blocked": "unreachable"}
"""What check mode expects of each verdict."""


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        if MISSING is not None:
            raise AnsibleActionFail(f"the Python package muniform is missing ({MISSING})")
        self.validate_argument_spec(argument_spec={})
        # Libraries log what they send; a log is no place for a configuration.
        logging.disable(logging.CRITICAL)
        try:
            return result | self._brought(task_vars)
        except MuniformError as error:
            raise AnsibleActionFail(str(error)) from None

    def _brought(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Raises MuniformError."""
        name = variables["inventory_hostname"]
        city_file = Path(variables.get("inventory_file", "inventory/city.yml")).resolve()
        places = find_places(os.environ, Path.cwd(), city_file)
        city, secrets = run_city(city_file), run_secrets(city_file, places.state)
        device = _device(city, name)
        reach = Reach(city.reach, places.state)
        reach.require()
        if self._task.check_mode:
            planned = plan_one(city, device, Connector(reach, secrets, places.state), secrets)
            return _told(planned, _OUTCOMES[planned.verdict.value])
        with city_journal(places.state, secrets) as journal:
            tools = assembled(city, places.state, secrets, journal, _no_hosts, "playbook")
            commit = Repository(places.root).head()
            planned, done = bring_one(city, device, tools, commit, _show)
        told = _told(planned, done.status.value)
        if not done.status.ok:
            told |= {"failed": True, "msg": _message(done)}
        return told | {"evidence": list(done.evidence), "changed": done.status.value == "changed"}


def _device(city: Any, name: str) -> Any:
    try:
        return city.device(name)
    except KeyError:
        raise AnsibleActionFail(f"{name} is no network device of {city.name}") from None


def _told(planned: Any, outcome: str) -> dict[str, Any]:
    """What a plan says, in Ansible's words."""
    told: dict[str, Any] = {
        "changed": planned.verdict is Verdict.CHANGE,
        "outcome": outcome,
        "risk": list(planned.risk),
    }
    if planned.diff:
        told["diff"] = {"prepared": "\n".join(planned.diff) + "\n"}
    if planned.verdict is Verdict.BLOCKED:
        told |= {"failed": True, "msg": _message(planned)}
    return told


def _message(said: Any) -> str:
    return f"{said.message}\n  -> {said.hint}" if said.hint else str(said.message)


def _no_hosts(targets: Any, _check: bool) -> tuple[Any, ...]:
    """A device's run has no hosts in it."""
    raise AnsibleActionFail(f"not a network device: {', '.join(targets)}")


def _show(target: str, kind: str, _payload: Mapping[str, object]) -> None:
    """Steps are seen with -v."""
    Display().v(f"{target}: {kind}")
