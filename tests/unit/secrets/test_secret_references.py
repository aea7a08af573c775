"""What is a reference, what only looks like one, and what both become in a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniform.errors import SecretError
from muniform.secrets import SecretStore, forms
from muniform.secrets.references import Reference, references

ENGINE = "80007c0203aabbccddeeff"


@pytest.fixture
def store(tmp_path: Path) -> SecretStore:
    store = SecretStore(tmp_path)
    for name, value in (("ospf_key", "Engine 3 rolls"), ("snmp_key", "maplesyrup")):
        store.path(name).write_text(f"{value}\n")
        store.path(name).chmod(0o600)
    return store


def test_the_three_shapes_are_found_once_each_and_sorted() -> None:
    text = (
        "key 7 <secret:b_key:ios7>\nauth <secret:a_key:snmp_sha:80aa>\nkey <secret:b_key>\n"
        "again <secret:b_key:ios7> <secret:c_key:eos_cbc:Port-Channel1.5/2_md5Key_1>"
    )
    assert references(text) == (
        Reference("a_key", "snmp_sha", "80aa"),
        Reference("b_key"),
        Reference("b_key", "ios7"),
        Reference("c_key", "eos_cbc", "Port-Channel1.5/2_md5Key_1"),
    )


@pytest.mark.parametrize(
    "written",
    [
        "<secret:>",
        "<secret:Upper>",
        "<secret:a-b>",
        "<secret:1st>",
        "<secret:name",
        "<secret:name:>",
        "<secret:name:ios7:>",
        "<secret::ios7>",
        "<secret:name:eos_cbc:a:b>",
        "<secret:name:eos_cbc:Ethernet1*>",
        "<secret:name:ios7:\u00e4>",
    ],
)
def test_what_only_looks_like_a_reference_is_refused(store: SecretStore, written: str) -> None:
    """Left alone, it would reach a device as a password that everybody can read."""
    for ask in (store.resolve, store.referenced):
        with pytest.raises(SecretError, match="is no valid reference to a secret") as caught:
            ask(f"key 7 {written}\n")
        assert "<secret:NAME:FORM>" in caught.value.hint


def test_a_value_that_looks_like_a_reference_stays_what_it_is(store: SecretStore) -> None:
    store.path("ospf_key").write_text("<secret:snmp_key>")
    assert store.resolve("key <secret:ospf_key>") == "key <secret:snmp_key>"


def test_a_text_is_resolved_with_its_forms(store: SecretStore) -> None:
    text = f"a <secret:ospf_key>\nb <secret:ospf_key:ios7>\nc <secret:snmp_key:snmp_aes:{ENGINE}>\n"
    plain, obfuscated, localised = (line[2:] for line in store.resolve(text).splitlines())
    assert plain == "Engine 3 rolls"
    assert obfuscated == "052E080828424B494A45051D070017"
    assert localised == store.resolve(f"<secret:snmp_key:snmp_sha:{ENGINE}>")[:32]
    assert store.resolve(text) == SecretStore(store.folder).resolve(text)


def test_everything_a_text_refers_to_is_named_for_masking(store: SecretStore) -> None:
    text = f"<secret:ospf_key:junos9> <secret:snmp_key:snmp_sha:{ENGINE}> <secret:ospf_key:junos9>"
    found = store.referenced(text)
    assert [secret.name for secret in found] == [
        "ospf_key",
        "snmp_key",
        "ospf_key:junos9",
        f"snmp_key:snmp_sha:{ENGINE}",
    ]
    values = {secret.reveal() for secret in found}
    assert {"Engine 3 rolls", "maplesyrup", *store.resolve(text).split(" ")} == values
    assert "Engine" not in repr(found)
    assert "Engine" not in repr(store)


def test_a_rotated_value_changes_what_its_forms_yield(store: SecretStore) -> None:
    before = store.resolve("<secret:ospf_key:sha512_crypt>")
    assert store.resolve("<secret:ospf_key:sha512_crypt>") == before
    store.path("ospf_key").write_text("Engine 4 rolls\n")
    assert store.resolve("<secret:ospf_key:sha512_crypt>") != before


def test_a_form_is_worked_out_once_for_each_value(
    store: SecretStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hash takes milliseconds by design, and every device of a city asks for the same one."""
    asked: list[Reference] = []
    apply = forms.apply

    def counted(form: forms.Form, reference: Reference, value: str) -> str:
        asked.append(reference)
        return apply(form, reference, value)

    monkeypatch.setattr(forms, "apply", counted)
    for _ in range(3):
        store.resolve("<secret:ospf_key:sha512_crypt> <secret:ospf_key>")
    assert asked == [Reference("ospf_key", "sha512_crypt")]
