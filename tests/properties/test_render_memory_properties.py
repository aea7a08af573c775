"""Whatever changes in an inventory, a folder that is kept up to date equals one made anew."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniform.errors import IntentError, RenderError
from muniform.model import load_blueprint, load_city
from muniform.render import first_boot, render
from muniform.rendered import RenderMemory, render_tree, rendering_errors

NUMBER = re.compile(r"(?<![\w.])[0-9]{1,3}(?![\w.])")
WORDS = re.compile(r"\b[A-Z][a-z]{3,}\b")


def _edits(folder: Path) -> list[tuple[str, int, int, str]]:
    """Every number and every capitalised word of the files, each with something in its place."""
    found = []
    for path in sorted(folder.glob("**/*.yml")):
        text, name = path.read_text(), path.relative_to(folder).as_posix()
        for match in NUMBER.finditer(text):
            found.append((name, *match.span(), str(int(match.group()) + 1)))
        for match in WORDS.finditer(text):
            found.append((name, *match.span(), match.group()[::-1].title()))
    return found


@pytest.mark.slow
@settings(max_examples=25)
@given(data=st.data())
def test_kept_equals_made_anew(root: Path, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as place:
        inventory, out, state = (Path(place) / name for name in ("inventory", "out", "state"))
        shutil.copytree(root / "tests" / "cities" / "thin" / "inventory", inventory)
        render_tree(load_blueprint(inventory), out, RenderMemory(state))
        for _ in range(3):
            name, start, end, new = data.draw(st.sampled_from(_edits(inventory)))
            path = inventory / name
            text = path.read_text()
            path.write_text(text[:start] + new + text[end:])
            try:
                city = load_city(inventory)
                wanted = {device.name: render(device) for device in city.devices}
                for device in city.devices:
                    first_boot(device)
            except (IntentError, RenderError):
                path.write_text(text)
                continue
            blueprint = load_blueprint(inventory)
            assert rendering_errors(blueprint, RenderMemory(state)) == ()
            render_tree(blueprint, out, RenderMemory(state))
            kept = {d.name: (out / d.site / f"{d.name}.cfg").read_text() for d in city.devices}
            assert kept == wanted
