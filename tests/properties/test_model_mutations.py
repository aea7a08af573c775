"""However an inventory is changed, loading it ends in a City or in an IntentError, never otherwise.

And what is accepted keeps its promises: addresses and names are unique, and every device renders.
"""

from __future__ import annotations

import copy
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from muniform.errors import IntentError
from muniform.model import City, load_city
from muniform.render import first_boot, render

INVENTORY = Path(__file__).resolve().parents[2] / "inventory"
FILES = sorted(str(path.relative_to(INVENTORY)) for path in INVENTORY.rglob("*.yml"))
TEXTS = {name: (INVENTORY / name).read_text() for name in FILES}
DATA = {name: yaml.safe_load(text) for name, text in TEXTS.items()}

Step = str | int

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 300),
    st.sampled_from([999, 1002, 4094, 10**30]),
    st.text(max_size=5),
    st.sampled_from(
        ["10.0.0.0/8", "0.0.0.0/0", "10.18.0.0/20", "10.0.0.0/30", "10.1.1.1", "10.1.254.11"]
    ),
    st.sampled_from(["rtr1", "sw1", "sw1:TenGigabitEthernet1/0/1", "dc01-rtr1", "fs03-sw1"]),
    st.sampled_from(["eth0", "eth1", "eth-fs03", "^C", "a.b", "10.in-addr.arpa"]),
    st.just([]),
    st.just({}),
    st.just([1]),
    st.just({"a": 1}),
)
KEYS = st.sampled_from(["rtr1", "rtr2", "sw1", "sw2", "sw9", "5", "a b", "\x1b[31m", "<<"])


def _places(data: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    if path:
        yield path
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _places(value, (*path, key))


def _at(data: Any, path: tuple[Step, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


@st.composite
def mutations(draw: st.DrawFn) -> dict[str, str]:
    """One to three changes of values, keys or items, as the new text of each changed file."""
    changed = {}
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(FILES))
        data = changed.setdefault(name, copy.deepcopy(DATA[name]))
        places = list(_places(data))
        if places:
            _mutate(draw, data, places)
    return {name: yaml.safe_dump(data, sort_keys=False) for name, data in changed.items()}


def _mutate(draw: st.DrawFn, data: Any, places: list[tuple[Step, ...]]) -> None:
    path = draw(st.sampled_from(places))
    parent, key = _at(data, path[:-1]), path[-1]
    how = draw(st.sampled_from(["value", "value", "delete", "twice", "copy", "shift"]))
    if how == "delete":
        del parent[key]
    elif how == "twice" and isinstance(parent, list):
        parent.append(copy.deepcopy(parent[int(key)]))
    elif how == "twice":
        parent[draw(KEYS)] = copy.deepcopy(parent[key])
    elif how == "copy":
        parent[key] = copy.deepcopy(_at(data, draw(st.sampled_from(places))))
    elif how == "shift" and isinstance(parent[key], int):
        parent[key] += draw(st.sampled_from([-1, 1, 10, 100, 200]))
    else:
        parent[key] = copy.deepcopy(draw(VALUES))


@st.composite
def typing_errors(draw: st.DrawFn) -> dict[str, str]:
    """A piece of one file is overwritten, as an editor's slip or a bad merge does."""
    name = draw(st.sampled_from(FILES))
    text = TEXTS[name]
    start = draw(st.integers(0, len(text)))
    length = draw(st.integers(0, 12))
    piece = draw(st.text(alphabet="[]{}:,-!&*?|>'\"%@` \n\t#~01x.é\x00\ufeff", max_size=12))
    return {name: text[:start] + piece + text[start + length :]}


def _load(texts: dict[str, str]) -> City | None:
    """The city of the example inventory with some files replaced, or None if it was refused."""
    with tempfile.TemporaryDirectory() as folder:
        inventory = Path(folder) / "inventory"
        shutil.copytree(INVENTORY, inventory)
        for name, text in texts.items():
            (inventory / name).write_text(text, encoding="utf-8")
        try:
            return load_city(inventory)
        except IntentError as refused:
            findings = refused.findings
    assert findings
    for finding in findings:
        assert finding.file
        assert finding.problem
        assert finding.remedy
        # What a user typed may not move the cursor of whoever reads the message.
        assert all(char.isprintable() or char == "\n" for char in str(finding))
    return None


def _keeps_its_promises(city: City) -> None:
    taken = [device.management.address.ip for device in city.devices]
    taken += [host.address.ip for host in city.hosts]
    taken += [subnet.gateway.ip for site in city.sites for subnet in site.subnets]
    taken.append(city.controller)
    assert len(taken) == len(set(taken))
    names = [device.name for device in city.devices] + [host.name for host in city.hosts]
    assert len(names) == len(set(names))
    for device in city.devices:
        assert len({i.name for i in device.interfaces}) == len(device.interfaces)
        assert len({port.name for port in device.ports}) == len(device.ports)
        assert render(device)
        assert first_boot(device)


@settings(max_examples=300)
@given(texts=mutations())
@example(texts={})
def test_changed_declarations_are_a_city_or_findings(texts: dict[str, str]) -> None:
    city = _load(texts)
    assert city is not None or texts
    if city is not None:
        _keeps_its_promises(city)


@settings(max_examples=300)
@given(texts=typing_errors())
def test_changed_text_is_a_city_or_findings(texts: dict[str, str]) -> None:
    city = _load(texts)
    if city is not None:
        _keeps_its_promises(city)
