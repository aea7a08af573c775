"""Events that Ansible really sent, folded into results."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from muniform.hosts import HostOutcome
from muniform.hosts.events import fold, not_started
from muniform.masking import MASK, Secret
from muniform.results import Status

RECORDED = Path(__file__).parent / "events"
STATS: dict[str, object] = {"failures": {}, "dark": {}}


def recorded(name: str, *hosts: str, secrets: tuple[Secret, ...] = ()) -> list[HostOutcome]:
    events = json.loads((RECORDED / f"{name}.json").read_text())
    return list(fold(events, hosts, "servers.yml", secrets))


def made(kind: str, host: str, res: Mapping[str, object], **more: object) -> dict[str, object]:
    data = {"host": host, "task": "Write it", "role": "ssh_server", "duration": 0.5, "res": res}
    return {"event": kind, "event_data": data | more}


def ended(**counts: object) -> dict[str, object]:
    return {"event": "playbook_on_stats", "event_data": STATS | counts}


def one(*events: Mapping[str, object], secrets: tuple[Secret, ...] = ()) -> HostOutcome:
    return fold(events, ["a"], "servers.yml", secrets)[0]


def test_a_check_says_what_would_change_task_by_task() -> None:
    (outcome,) = recorded("check", "dc01-srv1")
    assert outcome.result.status is Status.CHANGED
    assert outcome.result.elapsed > 1
    assert [task.name for task in outcome.change.tasks] == [
        "ssh_server : Write the banner shown before the login",
        "ssh_server : Write the settings of the SSH server",
        "ssh_server : Have the SSH server read its drop-ins first",
        "time_sync : Install chrony",
        "time_sync : Write the configuration of chrony",
        "ssh_server : Reload the SSH server",
    ]


def test_a_diff_names_the_file_on_the_host_and_nothing_that_differs_from_run_to_run() -> None:
    (outcome,) = recorded("check", "dc01-srv1")
    diff = outcome.change.tasks[1].diff
    assert diff[:2] == (
        "--- /etc/ssh/sshd_config.d/00-muniform.conf",
        "+++ /etc/ssh/sshd_config.d/00-muniform.conf",
    )
    assert "+PermitRootLogin no" in diff
    assert not [line for line in outcome.result.diff if "ansible-local" in line]


def test_of_a_package_manager_only_the_packages_are_kept() -> None:
    (outcome,) = recorded("check", "dc01-srv1")
    assert outcome.change.tasks[3].diff == (
        "The following NEW packages will be installed:",
        "  chrony",
    )


def test_the_results_diff_is_the_changes_as_text() -> None:
    (outcome,) = recorded("check", "dc01-srv1")
    assert outcome.result.diff == outcome.change.lines
    assert outcome.result.diff[0] == "# ssh_server : Write the banner shown before the login"


def test_a_wrong_host_key_is_unreachable_and_hides_no_other() -> None:
    wrong, other = recorded("wrong_host_key", "fs03-ws1", "lb05-ws1")
    assert wrong.result.status is Status.UNREACHABLE
    assert wrong.result.message == "Host key verification failed."
    assert wrong.result.hint.startswith("the host shows another key than the enrolled one")
    assert other.result.status is Status.UNCHANGED


def test_a_refused_login_says_so_without_the_hosts_banner() -> None:
    (outcome,) = recorded("login_refused", "fs03-ws1")
    assert outcome.result.status is Status.UNREACHABLE
    assert outcome.result.message.endswith("Permission denied (publickey).")
    assert "\n" not in outcome.result.message
    assert "authorized_keys" in outcome.result.hint


def test_a_failed_task_is_named_with_what_it_said_and_what_to_do() -> None:
    failed = made("runner_on_failed", "a", {"msg": "sshd said no", "stderr": "line 1\nbad line 7"})
    result = one(failed, ended(failures={"a": 1})).result
    assert result.status is Status.FAILED
    assert result.message == "ssh_server : Write it: sshd said no: bad line 7"
    assert result.hint == (
        "try it alone: ansible-playbook playbooks/servers.yml --check --diff --limit a"
    )


def test_a_failure_in_our_own_words_keeps_its_own_hint() -> None:
    failed = made("runner_on_failed", "a", {"msg": "the lab is down\n  -> muniform lab up"})
    result = one(failed, ended(failures={"a": 1})).result
    assert (result.message, result.hint) == ("the lab is down", "muniform lab up")


def test_what_changed_before_a_failure_is_kept() -> None:
    changed = made("runner_on_ok", "a", {"changed": True, "diff": {"before": "1", "after": "2"}})
    failed = made("runner_on_failed", "a", {"msg": "no"})
    outcome = one(changed, failed, ended(failures={"a": 1}))
    assert outcome.result.status is Status.FAILED
    assert outcome.change.tasks[0].diff[-2:] == ("-1", "+2")


def test_rescued_and_ignored_failures_are_none() -> None:
    rescued = made("runner_on_failed", "a", {"msg": "no"})
    ignored = made("runner_on_failed", "a", {"msg": "no"}, ignore_errors=True)
    assert one(rescued, ignored, ended(rescued={"a": 1})).result.status is Status.UNCHANGED


def test_a_run_without_an_end_has_failed_for_every_host() -> None:
    result = one(made("runner_on_ok", "a", {"changed": False})).result
    assert result.status is Status.FAILED
    assert result.message == "the run broke off before it was done with this host"


def test_a_target_nobody_spoke_of_has_failed() -> None:
    result = one(ended()).result
    assert result.status is Status.FAILED
    assert result.message == "playbooks/servers.yml did nothing on a"


def test_results_come_in_the_order_asked_for() -> None:
    events = [made("runner_on_ok", host, {"changed": False}) for host in "abc"] + [ended()]
    assert [o.result.target for o in fold(events, ["c", "a", "b"], "x.yml", ())] == ["c", "a", "b"]


def test_a_loops_diffs_are_those_of_its_changed_items() -> None:
    items = [
        {"changed": True, "diff": {"before": "", "after": "one\n"}, "dest": "/etc/one"},
        {"changed": False, "diff": {"before": "two", "after": "two"}, "dest": "/etc/two"},
    ]
    outcome = one(made("runner_on_ok", "a", {"changed": True, "results": items}), ended())
    assert outcome.change.tasks[0].diff == ("--- /etc/one", "+++ /etc/one", "@@ -0,0 +1 @@", "+one")


def test_secrets_are_masked_in_diffs_and_messages() -> None:
    secret = Secret("tsig_key", "hunter2")
    changed = made("runner_on_ok", "a", {"changed": True, "diff": {"after": "key hunter2;\n"}})
    failed = made("runner_on_failed", "a", {"msg": "hunter2 is wrong"})
    result = one(changed, failed, ended(failures={"a": 1}), secrets=(secret,)).result
    assert f"+key {MASK};" in result.diff
    assert "hunter2" not in repr(result)


def test_a_run_that_came_to_no_task_fails_each_host() -> None:
    first, second = not_started(["a", "b"], "servers.yml", "bad YAML in line 3")
    assert first.result.status is second.result.status is Status.FAILED
    assert first.result.message == "Ansible could not start:\nbad YAML in line 3"
