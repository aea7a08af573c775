"""Builds the lab's container image, once per recipe. ``python -m muniform.lab.image`` does it too.

The root file system is kept as a tarball in the user's cache folder, by version, so that a podman
whose storage was emptied only imports it again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from muniform.errors import LabError, MuniformError
from muniform.lab import recipe
from muniform.lab.locks import held
from muniform.lab.podman import Podman

Progress = Callable[[str], None]

IMPORT_TIMEOUT = 600.0
DEBIAN_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
IMPORT_CHANGES: tuple[str, ...] = (
    'CMD ["/sbin/init"]',
    "STOPSIGNAL SIGRTMIN+3",
    "ENV LANG=C.UTF-8",
)


def default_cache() -> Path:
    """The user's cache folder for everything that is slow to make."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "muniform"


def ensure_image(cache: Path, progress: Progress) -> str:
    """Make the image if podman hasn't got it; its tag. Two at once wait for each other.

    Raises LabError: not root, a tool is missing, or the packages could not be fetched.
    """
    tag = recipe.tag()
    podman = Podman()
    if podman.has_image(tag):
        return tag
    with held(
        cache / "image" / "build.lock",
        waiting=lambda: progress("another process is building the image: waiting for it"),
    ):
        if podman.has_image(tag):
            return tag
        tarball = cache / "image" / recipe.version() / "rootfs.tar"
        if not tarball.exists():
            _build(tarball, progress)
        progress("importing the image into podman")
        changes = [word for change in IMPORT_CHANGES for word in ("--change", change)]
        podman.run(["import", "--quiet", *changes, str(tarball), tag], timeout=IMPORT_TIMEOUT)
        _forget_other_versions(tarball.parent, podman)
    return tag


def _build(tarball: Path, progress: Progress) -> None:
    """Fill ``tarball``; it appears under its name only when it is complete."""
    _check_tools()
    tarball.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="muniform-image-") as folder:
        partial = tarball.with_suffix(".partial")
        command = build_command(Path(folder), partial)
        progress("building the lab's image from Debian packages (1 to 2 minutes)")
        try:
            _run_with_progress(command, progress)
            partial.replace(tarball)
        finally:
            partial.unlink(missing_ok=True)


def build_command(folder: Path, target: Path) -> list[str]:
    """The mmdebstrap call, and in ``folder`` the files and scripts that it refers to.

    No mirror is named: mmdebstrap takes the suite's own.
    """
    files, download, index = folder / "files", folder / "download", folder / "index"
    for path, text in recipe.FILES.items():
        copy = files / path.lstrip("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text)
    download.write_text(recipe.scripts()[0])
    index.write_text(recipe.scripts()[1])
    hooks = [
        f'sh {download} "$1"',
        f'cp --recursive --no-preserve=ownership {files}/. "$1/"',
        f'chroot "$1" sh -s < {index}',
    ]
    return [
        "mmdebstrap",
        f"--variant={recipe.VARIANT}",
        f"--include={','.join(recipe.PACKAGES)}",
        *(f"--dpkgopt=path-exclude={path}" for path in recipe.LEFT_OUT),
        *(f"--customize-hook={hook}" for hook in hooks),
        # The list of the image's own repository stays: a role may ask for a package before any
        # update. So does resolv.conf's absence: each container gets its own.
        "--skip=cleanup/apt/lists",
        recipe.SUITE,
        str(target),
        "--format=tar",
    ]


def _check_tools() -> None:
    if os.geteuid() != 0:
        raise LabError("building the lab's image needs root", "sudo make demo")
    for tool in ("mmdebstrap", "podman"):
        if shutil.which(tool) is None:
            raise LabError(f"{tool} is not installed", f"apt install {tool}")
    if not DEBIAN_KEYRING.exists():
        raise LabError(
            f"the keys of Debian's packages are missing: {DEBIAN_KEYRING}",
            "apt install debian-archive-keyring",
        )


def _run_with_progress(command: Sequence[str], progress: Progress) -> None:
    """Run a build, passing its milestones on; its last words are the error if it fails."""
    last: deque[str] = deque(maxlen=8)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            last.append(line.strip())
            if line.startswith("I: "):
                progress(f"  {line[3:].strip()}")
    if process.returncode != 0:
        raise LabError(
            "the lab's image could not be built: " + " / ".join(last),
            "can this machine fetch Debian packages? apt-get update shows it",
        )


def _forget_other_versions(kept: Path, podman: Podman) -> None:
    """Drop what other recipes left, some hundred megabytes each. An image in use stays."""
    for folder in kept.parent.iterdir():
        if folder.is_dir() and folder != kept:
            shutil.rmtree(folder, ignore_errors=True)
    reference = f"--filter=reference={recipe.IMAGE}"
    names = podman.run(["images", reference, "--format={{.Repository}}:{{.Tag}}"]).split()
    for name in names:
        if name != recipe.tag():
            podman.attempt(["rmi", name])


def main() -> int:
    """Build the image and print its tag on the last line."""
    try:
        tag = ensure_image(default_cache(), lambda line: print(line, file=sys.stderr, flush=True))
    except MuniformError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(tag)
    return 0


if __name__ == "__main__":
    sys.exit(main())
