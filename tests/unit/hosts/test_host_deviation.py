"""What was done to a host against what was approved: equal, except for what packages bring."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from muniform.hosts import deviation
from muniform.hosts.events import fold

APT = ("# ntp : Install", "The following NEW packages will be installed:", "  chrony libcap2")
FILE = ("# ntp : Write", "--- /etc/c", "+++ /etc/c", "@@ -1,2 +1,2 @@", " a", "-b", "+c")
NEW = ("# ntp : Write", "--- /etc/c", "+++ /etc/c", "@@ -0,0 +1,3 @@", "+a", "+-- x", "+c")
HANDLER = ("# ntp : Restart",)


def recorded(root: Path) -> tuple[str, ...]:
    path = root / "tests" / "unit" / "hosts" / "events" / "check.json"
    (outcome,) = fold(json.loads(path.read_text()), ["dc01-srv1"], "servers.yml", ())
    return outcome.result.diff


def test_the_same_events_are_the_same_lines_every_time(root: Path) -> None:
    assert recorded(root) == recorded(root)
    assert deviation(recorded(root), recorded(root)) == ""


def test_what_a_package_brings_is_no_deviation(root: Path) -> None:
    """Check mode took the file for absent, and passed over the restart."""
    approved = recorded(root)
    cut = approved.index("# time_sync : Write the configuration of chrony")
    end = next(i for i in range(cut + 1, len(approved)) if approved[i].startswith("# "))
    file = approved[cut:end]
    assert file[3].startswith("@@ -0,0 +1,")
    kept, added = f" {file[4][1:]}", file[5]
    rewritten = (*file[:3], "@@ -1,2 +1,2 @@", "-pool 2.debian.pool.ntp.org", kept, added)
    restarted = "# time_sync : Restart chrony"
    assert deviation(approved, (*approved[:cut], *rewritten, *approved[end:], restarted)) == ""


@pytest.mark.parametrize(
    ("approved", "applied", "said"),
    [
        (FILE, (*FILE[:-1], "+d"), "ntp : Write: approved '+c', done '+d'"),
        ((*FILE, *HANDLER), FILE, "approved '# ntp : Restart', done nothing"),
        (FILE, (*FILE, *HANDLER), "approved nothing, done '# ntp : Restart'"),
        (FILE, ("# sshd", "+PermitRootLogin yes"), "approved '# ntp : Write', done '# sshd'"),
        (FILE, FILE[:1], "ntp : Write: approved '--- /etc/c', done nothing"),
        (HANDLER, (*HANDLER, *FILE), "approved nothing, done '# ntp : Write'"),
        (FILE, (), "approved '# ntp : Write', done nothing"),
    ],
)
def test_without_packages_every_line_counts(
    approved: tuple[str, ...], applied: tuple[str, ...], said: str
) -> None:
    assert deviation(approved, applied) == said


@pytest.mark.parametrize(
    ("applied", "said"),
    [
        ((*APT[:2], "  chrony libcap2 telnetd", *NEW), "ntp : Install: not approved: telnetd"),
        ((APT[0], "The following packages will be REMOVED:", "  chrony"), "ntp : Install: not"),
        ((*APT, *NEW[:-1], "+d"), "ntp : Write: /etc/c was changed in another way than approved"),
        ((*APT, *FILE, "--- /etc/d", *FILE[2:]), "ntp : Write: /etc/d was changed"),
        ((*APT, "# sshd", *FILE[1:]), "sshd: it was not announced"),
        ((*APT, "# sshd", *APT[1:]), "sshd: it was not announced"),
    ],
)
def test_with_packages_files_and_packages_are_still_bound(
    applied: tuple[str, ...], said: str
) -> None:
    assert deviation((*APT, *NEW), applied).startswith(said)


@pytest.mark.parametrize(
    "applied",
    [
        APT,  # the package brought the file as it should be
        (*APT, *NEW, *HANDLER),
        (*APT, *FILE, *HANDLER),
        (APT[0], APT[1], "  chrony", *NEW),
    ],
)
def test_with_packages_the_rest_follows_from_them(applied: tuple[str, ...]) -> None:
    assert deviation((*APT, *NEW), applied) == ""


@pytest.mark.parametrize("packages", [(), APT])
def test_a_task_that_could_not_say_what_it_would_do_is_not_held_to_it(
    packages: tuple[str, ...],
) -> None:
    assert deviation((*packages, *FILE[:1], *HANDLER), (*packages, *FILE, *HANDLER)) == ""


def test_a_known_file_is_bound_line_by_line_also_with_packages() -> None:
    other = (*FILE[:3], "@@ -1,2 +1,1 @@", "-b", " a")
    assert deviation((*APT, *FILE), (*APT, *FILE)) == ""
    assert "/etc/c" in deviation((*APT, *FILE), (*APT, *other))


def test_a_files_line_that_looks_like_a_header_is_a_line() -> None:
    odd = ("# t", "--- /e", "+++ /e", "@@ -1,2 +1,2 @@", "--- x", "-# y", "+++ z", "+@@ -1 +1 @@")
    assert deviation((*APT, *odd), (*APT, *odd, *HANDLER)) == ""
    assert "/e" in deviation((*APT, *odd), (*APT, *odd[:-1], "+@@ -2 +2 @@"))
