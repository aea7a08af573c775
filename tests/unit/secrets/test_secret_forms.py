"""Forms against published vectors, and against pinned bytes: no version may change a hash.

Values marked pyavd were made with pyavd 6.4.0, which shares no code with ours.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from muniform.errors import SecretError
from muniform.secrets import SecretStore
from muniform.secrets.forms import FORMS, cisco7, eos_cbc, junos9, sha512, snmp

RFC3414_ENGINE = "000000000000000000000002"


@pytest.fixture
def store(tmp_path: Path) -> SecretStore:
    store = SecretStore(tmp_path)
    write(store, "Dispatch 911!")
    return store


def write(store: SecretStore, value: str) -> None:
    store.path("key").write_text(value)
    store.path("key").chmod(0o600)


@pytest.mark.parametrize(
    ("value", "seed", "stored"),
    [
        ("cisco", 11, "110A1016141D"),  # netutils' documentation
        ("cisco", 12, "121A0C041104"),  # netutils' documentation
        ("password", 4, "044B0A151C36435C0D"),  # passlib's documentation
        (  # pyavd; longer than the text it is combined with
            "Dispatch 911!" * 5,
            15,
            "1536021F142B3F2720736C734246320A1246584C505C4E5A4947187C5E404254400853465E09064537"
            "0F174B0A120C290C17584844331B181C053E282C686A647352",
        ),
    ],
)
def test_cisco_type_7(value: str, seed: int, stored: str) -> None:
    assert cisco7.hidden(value, seed) == stored


def test_juniper_9() -> None:
    # The pair of netutils' documentation: 7 asks for one character of filler.
    assert junos9.obfuscated("juniper", "7", "Y") == "$9$7YdwgGDkTz6oJz69A1INdb"


@pytest.mark.parametrize(
    ("value", "salt", "stored"),
    [
        # Published with the way EOS makes them (showtechsupport.com, blog.koehntopp.info).
        ("supersecretpassword", "mydevices_passwd", "8kjYaye5DsQh0epELyKNe0oZ3E3zp39X"),
        ("supersecretpassword", "BMP1_passwd", "JieKbldfLyl9IzUBJZRvKIcc1w5wWogI"),
        # pyavd: OSPF message digest and simple, BGP neighbour.
        ("C0ntrol-Room 9", "Ethernet1_md5Key_1", "qaP8Gs6+CS/92m0HlsyDpEdCBduHNqce"),
        ("a", "Port-Channel10_sha512Key_255", "bduTCC8fVD0="),
        ("8 bytes!", "Vlan4094_passwd", "/M9rZZAc8HEYQMs4soZ2Tw=="),
        ("four", "10.0.0.1_passwd", "hStKGZn8qEc="),
    ],
)
def test_arista_cbc(value: str, salt: str, stored: str) -> None:
    assert eos_cbc.encode(value, "any_name", salt) == stored


def test_snmp_keys_of_rfc_3414() -> None:
    """Appendix A.3.2; RFC 3826 takes the first sixteen bytes for AES."""
    localised = "6695febc9288e36282235fc7151f128497b38f3f"
    assert snmp.sha_key("maplesyrup", "", RFC3414_ENGINE) == localised
    assert snmp.aes_key("maplesyrup", "", RFC3414_ENGINE) == localised[:32]


@pytest.mark.parametrize(
    ("value", "salt", "stored"),
    [
        (  # the scheme's specification
            "Hello world!",
            "saltstring",
            "svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
        ),
        (  # pyavd
            "Dispatch 911!",
            "09y8ElbSmR2Fp4ZL",
            "y.t0cCPTLW1QdZMEjCvsOjn5Syw6XuiQ4AJ2Oq1eX8d7EMzjqT8UrNcGvGqKa32U9wC.8.89HMLVEaKCVsLSS1",
        ),
    ],
)
def test_sha512_crypt(value: str, salt: str, stored: str) -> None:
    assert sha512.hashed(value, salt) == f"$6${salt}${stored}"


@pytest.mark.parametrize(
    ("form", "stored"),
    [
        ("ios7", "1536021F142B3F2720736C734246"),
        ("junos9", "$9$mP5zpu1hyKp0BEhSW87-VbYoaJGDk.2g5QF3/9"),
        ("eos_cbc:Ethernet1_md5Key_1", "Uni1hyvWf06dVPCi8UvJir86zi2MjE0k"),
        (f"snmp_sha:{RFC3414_ENGINE}", "f4db61bc83c8423a729347a013625b82ea4958ed"),
        (f"snmp_aes:{RFC3414_ENGINE}", "f4db61bc83c8423a729347a013625b82"),
        (
            "sha512_crypt",
            "$6$WSL7TvJcbuF..dur$0PLLYqpdwyu25sLAQifTQd5M8B23nv.QteRO9u6kKPOKBjANdEog7gaDZi87b5ac"
            "0i8i8PbKQ8sGBTMtR16og0",
        ),
    ],
)
def test_the_same_bytes_every_time(store: SecretStore, form: str, stored: str) -> None:
    """A configuration is hashed with these in it: if they change, every device has changed."""
    assert store.resolve(f"<secret:key:{form}>") == stored


def test_two_secrets_of_one_value_look_different(store: SecretStore) -> None:
    store.path("other").write_text("Dispatch 911!")
    store.path("other").chmod(0o600)
    for form in ("ios7", "junos9", "sha512_crypt"):
        first, second = store.resolve(f"<secret:key:{form}> <secret:other:{form}>").split(" ")
        assert first != second


def test_an_unknown_form_is_refused_with_those_that_exist(store: SecretStore) -> None:
    store.path("key").unlink()  # the form is wrong whatever the value is
    with pytest.raises(SecretError, match="<secret:key:ios9>: no form is called 'ios9'") as caught:
        store.resolve("secret 9 <secret:key:ios9>")
    assert all(form in caught.value.hint for form in FORMS)
    with pytest.raises(SecretError, match="no form is called"):
        store.referenced("<secret:key:ios9>")


@pytest.mark.parametrize("form", ["ios7", "junos9", "sha512_crypt"])
def test_a_salt_where_none_is_taken(store: SecretStore, form: str) -> None:
    with pytest.raises(SecretError, match="takes no salt") as caught:
        store.resolve(f"<secret:key:{form}:abc>")
    assert caught.value.hint == f"write <secret:key:{form}>"


@pytest.mark.parametrize(
    "reference",
    [
        "<secret:key:eos_cbc>",
        "<secret:key:snmp_sha>",
        "<secret:key:snmp_aes:Ethernet1>",
        "<secret:key:snmp_sha:80007c02a>",
        "<secret:key:snmp_sha:80007c02>",
        f"<secret:key:snmp_sha:{'80' * 33}>",
    ],
)
def test_a_salt_that_is_missing_or_wrong(store: SecretStore, reference: str) -> None:
    with pytest.raises(SecretError, match="needs a salt") as caught:
        store.resolve(reference)
    assert caught.value.hint.endswith(":SALT>")


@pytest.mark.parametrize(
    "form", ["ios7", "junos9", "sha512_crypt", "eos_cbc:x", "snmp_sha:8000aabbcc"]
)
def test_what_a_device_cannot_take_is_refused(store: SecretStore, form: str) -> None:
    write(store, "pa\u00dfwort-lang")
    with pytest.raises(SecretError, match="outside ASCII") as caught:
        store.resolve(f"<secret:key:{form}>")
    assert "wort" not in str(caught.value)


@pytest.mark.parametrize("form", ["snmp_sha", "snmp_aes"])
def test_snmp_takes_no_short_password(store: SecretStore, form: str) -> None:
    write(store, "sevenCh")
    with pytest.raises(SecretError, match="shorter than 8 characters") as caught:
        store.resolve(f"<secret:key:{form}:{RFC3414_ENGINE}>")
    assert "sevenCh" not in str(caught.value)
    write(store, "eightCha")
    assert len(store.resolve(f"<secret:key:{form}:{RFC3414_ENGINE}>")) in (32, 40)
