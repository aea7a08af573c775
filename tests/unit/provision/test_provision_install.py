"""tools/pulumi/install: where the engine comes from. Everything it could call is a fake here."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
TOOLS = REPOSITORY / "tools" / "pulumi"
VERSION = (TOOLS / "VERSION").read_text().strip()

# Prints the version it was made with; what a build "compiles" is one more of these.
ENGINE = '#!/bin/sh\n[ "$1" = version ] && echo v{version}\n'
GO_THAT_BUILDS = """#!/bin/sh
case "$1" in
env) echo go1.26.8 ;;
build)
    echo built >>"$LOG"
    while [ "$1" != -o ]; do shift; done
    sleep 1
    cp "$FAKE_ENGINE" "$2"
    ;;
esac
"""
GO_THAT_FAILS = """#!/bin/sh
[ "$1" = env ] && echo go1.26.8 && exit
echo "go: downloading something"
echo "cannot compile" >&2
exit 1
"""
NOTHING = "#!/bin/sh\nexit 1\n"


class Machine:
    """A folder of fakes that comes first on the PATH, and a cache folder."""

    def __init__(self, folder: Path) -> None:
        self.fakes = folder / "bin"
        self.fakes.mkdir()
        self.cache = folder / "cache"
        self.log = folder / "log"
        self.fake("curl", NOTHING)
        engine = folder / "engine"
        engine.write_text(ENGINE.format(version=VERSION))
        engine.chmod(0o755)
        self.environment = {
            "PATH": f"{self.fakes}:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(self.cache),
            "LOG": str(self.log),
            "FAKE_ENGINE": str(engine),
        }

    def fake(self, name: str, text: str) -> None:
        path = self.fakes / name
        path.write_text(text)
        path.chmod(0o755)

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [TOOLS / "install"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self) -> tuple[int, str, str]:
        process = self.start()
        out, err = process.communicate(timeout=60)
        return process.returncode, out.strip(), err

    @property
    def engine(self) -> Path:
        return self.cache / "muniform" / "pulumi" / VERSION / "pulumi"

    @property
    def left_over(self) -> list[Path]:
        return list((self.cache / "muniform" / "pulumi").glob("making.*"))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_an_engine_on_the_path_is_linked(machine: Machine) -> None:
    machine.fake("pulumi", ENGINE.format(version=VERSION))
    machine.fake("pulumi-language-python", NOTHING)
    assert machine.run()[:2] == (0, str(machine.engine))
    assert machine.engine.is_symlink()
    assert (machine.engine.parent / "pulumi-language-python").is_symlink()
    # The second start says the same and works no more, whatever is on the PATH then.
    (machine.fakes / "pulumi").rename(machine.fakes / "gone")
    machine.engine.unlink()
    machine.engine.symlink_to(machine.fakes / "gone")
    assert machine.run() == (0, str(machine.engine), "")


def test_an_engine_of_another_version_is_not_linked_but_built(machine: Machine) -> None:
    machine.fake("pulumi", ENGINE.format(version="3.1.0"))
    machine.fake("go", GO_THAT_BUILDS)
    code, out, _ = machine.run()
    assert (code, out) == (0, str(machine.engine))
    told = subprocess.run([out, "version"], capture_output=True, text=True, check=True).stdout
    assert told.strip() == f"v{VERSION}"
    assert os.access(machine.engine, os.X_OK)
    assert machine.left_over == []


def test_two_starts_build_once(machine: Machine) -> None:
    machine.fake("go", GO_THAT_BUILDS)
    both = [machine.start(), machine.start()]
    outputs = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert {out.strip() for out, _ in outputs} == {str(machine.engine)}
    assert machine.log.read_text() == "built\n"
    assert any("another start is making it" in err for _, err in outputs)


def test_a_build_that_fails_says_what_to_do_and_leaves_nothing(machine: Machine) -> None:
    machine.fake("go", GO_THAT_FAILS)
    code, out, err = machine.run()
    assert (code, out) == (1, "")
    assert f"v{VERSION} could not be made" in err
    assert "cannot compile" in err
    assert "downloading something" not in err
    assert "-> install it by hand" in err
    assert machine.left_over == []
    assert not machine.engine.exists()
