"""Which source is opened when, and what a store makes of each."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from muniform.secrets import FilesSource, SecretStore


def test_files_are_the_default(tmp_path: Path) -> None:
    assert SecretStore(tmp_path) == SecretStore(tmp_path, FilesSource())


def test_heavy_libraries_wait_until_they_are_asked_for(tmp_path: Path) -> None:
    """Ansible takes a second to load, and every command imports this package."""
    (tmp_path / "key").write_text("Dispatch 911!")
    (tmp_path / "key").chmod(0o600)
    program = f"""
import sys
from pathlib import Path
from muniform.secrets import *
store = SecretStore(Path({str(tmp_path)!r}))
assert store.resolve("<secret:key>") == "Dispatch 911!"
print(sorted({{"ansible", "cryptography", "passlib"}} & set(sys.modules)))
assert store.resolve("<secret:key:sha512_crypt>").startswith("$6$")
print(sorted({{"ansible", "cryptography", "passlib"}} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["[]", "['passlib']"]
