"""The digest of files changes with whatever a commit decides, and with nothing else."""

from __future__ import annotations

from pathlib import Path

from muniform.plan import files_digest

NAMES = ("inventory", "ansible.cfg")


def test_files_and_folders_count(tmp_path: Path) -> None:
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "city.yml").write_text("name: one\n")
    seen = {files_digest(tmp_path, NAMES)}
    (tmp_path / "ansible.cfg").write_text("[defaults]\n")
    seen.add(files_digest(tmp_path, NAMES))
    (tmp_path / "ansible.cfg").write_text("[defaults]\nforks = 99\n")
    seen.add(files_digest(tmp_path, NAMES))
    (tmp_path / "inventory" / "new.yml").write_text("")
    seen.add(files_digest(tmp_path, NAMES))
    assert len(seen) == 4
    (tmp_path / "README.md").write_text("decided by nobody")
    compiled = tmp_path / "inventory" / "__pycache__"
    compiled.mkdir()
    (compiled / "x.pyc").write_bytes(b"\0")
    assert files_digest(tmp_path, NAMES) in seen


def test_the_same_files_elsewhere_have_the_same_digest(tmp_path: Path) -> None:
    for name in ("one", "two", "__pycache__"):
        (tmp_path / name / "inventory").mkdir(parents=True)
        (tmp_path / name / "inventory" / "city.yml").write_text("name: one\n")
    digests = {files_digest(tmp_path / name, NAMES) for name in ("one", "two", "__pycache__")}
    assert len(digests) == 1
