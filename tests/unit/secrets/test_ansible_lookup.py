"""An external vault, through a lookup plugin of this test's own: in a folder, in a collection."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ansible.plugins.loader import lookup_loader

from muniform.errors import SecretError
from muniform.secrets import LookupSource, SecretStore

PLUGIN = """
from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

HELD = {"muniform/ospf_key": "Engine 3 rolls", "muniform/key": "two\\\\nlines"}


class LookupModule(LookupBase):
    def run(self, terms, variables=None, **options):
        (term,) = terms
        with open(options["record"], "a") as record:
            record.write(term + "\\\\n")
        mode = options.get("mode", "text")
        if mode == "refuse":
            said = "permission denied for token " + options["token"] + "\\\\nat " + term
            raise AnsibleError(said)
        if mode == "quote":
            raise KeyError("Engine 3 rolls")
        if mode == "second":
            if "ospf" not in term:
                raise AnsibleError("it is not Engine 3 rolls")
        value = HELD.get(term, "")
        return {
            "text": [value], "second": [value], "map": [{"secret": {"value": value}, "raw": 1}],
            "many": [value, value], "none": [], "bare": value, "number": [7], "bytes": [b"x"],
        }[mode]
""".replace("\\\\n", "\\n")


@pytest.fixture(scope="module", autouse=True)
def plugins(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Ansible's loader keeps the folder for good; nothing else has plugins of these names."""
    folder = tmp_path_factory.mktemp("lookup")
    (folder / "muniform_test_vault.py").write_text(PLUGIN)
    (folder / "muniform_test_broken.py").write_text("import no_such_module_at_all\n")
    lookup_loader.add_directory(str(folder))


def opened(tmp_path: Path, mode: str = "text", **more: object) -> SecretStore:
    source = {
        "plugin": "muniform_test_vault",
        "term": "muniform/{name}",
        "options": (("mode", mode), ("record", str(tmp_path / "asked")), ("token", "hvs.4711")),
    }
    return SecretStore(tmp_path / "secrets", LookupSource(**(source | more)))  # type: ignore[arg-type]


def test_a_value_is_asked_for_once(tmp_path: Path) -> None:
    store = opened(tmp_path)
    assert store.get("ospf_key").reveal() == "Engine 3 rolls"
    assert store.resolve("key <secret:ospf_key> <secret:ospf_key:ios7>").startswith("key Engine 3")
    assert (tmp_path / "asked").read_text() == "muniform/ospf_key\n"
    assert type(store.get("ospf_key").reveal()) is str


def test_a_value_inside_an_answer(tmp_path: Path) -> None:
    store = opened(tmp_path, "map", take=("secret", "value"))
    assert store.get("ospf_key").reveal() == "Engine 3 rolls"


def test_all_are_the_names_that_the_city_declares(tmp_path: Path) -> None:
    store = opened(tmp_path, names=("ospf_key",))
    assert [secret.reveal() for secret in store.all()] == ["Engine 3 rolls"]
    assert list(opened(tmp_path).all()) == []


def refused(store: SecretStore, message: str, name: str = "ospf_key") -> SecretError:
    with pytest.raises(SecretError, match=message) as caught:
        store.get(name)
    assert caught.value.hint
    assert "Engine" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        ("many", "did not answer with one value"),
        ("none", "did not answer with one value"),
        ("bare", "did not answer with one value"),
        ("number", "did not answer with text"),
        ("bytes", "did not answer with text"),
        ("map", "did not answer with text"),
        ("quote", "failed: KeyError"),
    ],
)
def test_answers_that_will_not_do(tmp_path: Path, mode: str, message: str) -> None:
    refused(opened(tmp_path, mode), message)


@pytest.mark.parametrize("take", [("secret", "password"), ("secret", "value", "more"), ("x",)])
def test_nothing_where_the_value_should_be(tmp_path: Path, take: tuple[str, ...]) -> None:
    refused(opened(tmp_path, "map", take=take), "has nothing under")


def test_an_empty_value(tmp_path: Path) -> None:
    refused(opened(tmp_path), "answered with an empty value", "unheard_of")


def test_several_lines_go_into_no_configuration(tmp_path: Path) -> None:
    refused(opened(tmp_path), "for 'muniform/key' holds control characters", "key")


def test_what_a_plugin_says_is_shown_on_one_line_without_its_credentials(tmp_path: Path) -> None:
    said = refused(opened(tmp_path, "refuse"), "failed: permission denied for token").message
    assert "hvs.4711" not in said
    assert said.endswith("permission denied for token ******** at muniform/ospf_key")


def test_a_token_of_the_environment_is_masked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAULT_TOKEN", "hvs.0815")
    options = (("mode", "refuse"), ("record", str(tmp_path / "asked")), ("token", "hvs.0815"))
    assert "hvs.0815" not in str(refused(opened(tmp_path, options=options), "permission denied"))


def test_a_value_found_before_is_masked_in_a_later_message(tmp_path: Path) -> None:
    store = opened(tmp_path, "second")
    store.get("ospf_key")
    assert refused(store, "it is not", "other").message.endswith("it is not ********")


def test_a_plugin_that_is_not_installed(tmp_path: Path) -> None:
    missing = refused(opened(tmp_path, plugin="city.nowhere.kv"), "'city.nowhere.kv' is not")
    assert missing.hint == "ansible-galaxy collection install city.nowhere"
    assert "in full" in refused(opened(tmp_path, plugin="no_such_lookup"), "is not installed").hint


def test_a_plugin_that_cannot_be_loaded(tmp_path: Path) -> None:
    refused(opened(tmp_path, plugin="muniform_test_broken"), "no_such_module_at_all|failed")


def test_a_term_without_the_name_is_refused(tmp_path: Path) -> None:
    """Every secret would have the same value."""
    error = refused(opened(tmp_path, term="muniform/all"), "asks for the same secret")
    assert "{name}" in error.hint


def test_options_are_not_shown(tmp_path: Path) -> None:
    assert "hvs.4711" not in repr(opened(tmp_path))


def test_a_collection_is_found_where_ansible_looks_for_it(tmp_path: Path) -> None:
    """In a process of its own: Ansible sets up its collections once."""
    folder = tmp_path / "ansible_collections/city/vault/plugins/lookup"
    folder.mkdir(parents=True)
    (folder / "kv.py").write_text(PLUGIN)
    program = f"""
from pathlib import Path
from muniform.secrets import LookupSource, SecretStore
source = LookupSource(
    "city.vault.kv", "muniform/{{name}}", ("secret", "value"),
    (("mode", "map"), ("record", {str(tmp_path / "asked")!r})),
)
print(SecretStore(Path({str(tmp_path)!r}), source).resolve("<secret:ospf_key:ios7>"))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"ANSIBLE_COLLECTIONS_PATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "052E080828424B494A45051D070017\n"
