"""FRR's own parser on what is rendered for routers: it knows every command, and says which not."""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from muniform.lab.image import default_cache, ensure_image
from muniform.lab.podman import Podman, containers_conf
from muniform.model import load_city
from muniform.render import render
from readback.devices import wan_router
from readback.mutation import Kind, mutate

pytestmark = pytest.mark.lab
CITY = Path(__file__).resolve().parents[2] / "inventory"
NAME = f"muniform-test-vtysh-{os.getpid()}"
SEED, SPOILT, FLOOR = 3, 24, 0.5
"""Half of the letters at least: the others stand in names and descriptions, which may be any."""


class Vtysh:
    """``vtysh -C`` in a container without a network."""

    def __init__(self, podman: Podman) -> None:
        self._podman = podman

    def complaint(self, text: str) -> str:
        """What it says about a configuration; nothing if it takes all of it."""
        text = re.sub(r"<secret:[^>]*>", "a-key", text)
        script = f"cat > /tmp/it <<'END'\n{text}END\nvtysh -C -f /tmp/it 2>&1 || echo $?\n"
        return self._podman.exec(NAME, ["bash", "-s"], script).strip()


@pytest.fixture(scope="module")
def vtysh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vtysh]:
    if os.geteuid() != 0 or shutil.which("podman") is None:
        pytest.skip("needs root and podman")
    folder = tmp_path_factory.mktemp("vtysh")
    image = ensure_image(default_cache(), print)
    podman = Podman(containers_conf(folder))
    podman.run(["run", "--detach", "--network", "none", "--name", NAME, image, "sleep", "600"])
    try:
        yield Vtysh(podman)
    finally:
        podman.attempt(["rm", "--force", "--time", "0", NAME])


def test_every_router_of_the_example_city_is_taken(vtysh: Vtysh) -> None:
    routers = [device for device in load_city(CITY).devices if device.platform == "frr"]
    assert routers
    said = {device.name: vtysh.complaint(render(device)) for device in [*routers, wan_router()]}
    assert {name: text for name, text in said.items() if text} == {}


def test_a_command_that_frr_does_not_have_is_refused(vtysh: Vtysh) -> None:
    text = render(wan_router()).replace("passive-interface default", "pasive-interface default")
    assert "pasive-interface" in vtysh.complaint(text)


def test_spoilt_letters_are_refused(vtysh: Vtysh) -> None:
    chance = random.Random(SEED)  # noqa: S311 - repeatable on purpose
    texts = [mutate(render(wan_router()), Kind.LETTER, chance) for _ in range(SPOILT)]
    meant = [mutation for mutation in texts if mutation.means]
    refused = [mutation for mutation in meant if vtysh.complaint(mutation.text)]
    assert len(refused) >= FLOOR * len(meant)
