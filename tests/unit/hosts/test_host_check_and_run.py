"""Check mode and the run itself print the same diff: what the approval of hosts rests on.

A real run with the modules the roles write files with; its tasks work on this machine, in a folder
of their own.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from muniform.hosts import RunSettings, deviation, run
from muniform.results import Result, Status

PLAYBOOK = """
- hosts: servers
  gather_facts: false
  connection: local
  vars: {{ansible_become: false}}
  tasks:
    - name: New file from a template
      ansible.builtin.template: {{src: a.j2, dest: {etc}/new, mode: "0600", backup: true}}
      notify: Handler
    - name: Known file from a template
      ansible.builtin.template: {{src: a.j2, dest: {etc}/known, mode: "0600", backup: true}}
    - name: Known file from a text
      ansible.builtin.copy: {{content: "b\\n", dest: {etc}/text, mode: "0600"}}
    - name: Only the mode
      ansible.builtin.copy: {{content: "a\\n", dest: {etc}/mode, mode: "0600"}}
    - name: A line and the mode
      ansible.builtin.lineinfile: {{path: {etc}/line, line: first, insertbefore: BOF, mode: "0600"}}
    - name: A line of a new file
      ansible.builtin.lineinfile: {{path: {etc}/fresh, line: x, create: true, mode: "0600"}}
    - name: A loop
      ansible.builtin.file: {{path: "{etc}/{{{{ item }}}}", state: directory, mode: "0700"}}
      loop: [d1, d2]
  handlers:
    - name: Handler
      ansible.builtin.file: {{path: {etc}/flag, state: touch, mode: "0600"}}
      changed_when: true
"""


@pytest.fixture
def settings(root: Path, tmp_path: Path) -> RunSettings:
    playbooks, etc = tmp_path / "playbooks", tmp_path / "etc"
    for folder in (playbooks, etc, etc / "d2"):
        folder.mkdir()
    (playbooks / "servers.yml").write_text(PLAYBOOK.format(etc=etc))
    (playbooks / "a.j2").write_text("a\n{{ inventory_hostname }}\n")
    for name in ("known", "text", "mode", "line"):
        (etc / name).write_text("a\n")
        (etc / name).chmod(0o644)
    return replace(RunSettings.of(root, tmp_path / "state"), playbooks=playbooks)


def test_check_check_and_run_say_the_same(settings: RunSettings) -> None:
    def once(check: bool) -> Result:
        (result,) = run(["dc01-srv1"], check=check, settings=settings, progress=lambda _: None)
        assert result.status is Status.CHANGED, result
        return result

    first, second, applied = once(True), once(True), once(False)
    assert first.diff == second.diff
    assert deviation(first.diff, applied.diff) == ""
    assert len([line for line in first.diff if line.startswith("# ")]) == 8
