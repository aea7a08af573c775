"""What a device printed, in a form that can be brought back to it."""

from __future__ import annotations

import pytest

from muniform.devices import normalise
from muniform.devices.configuration.eos import commands
from muniform.devices.restorable import restorable
from muniform.errors import DeviceError

USER = "snmp-server user nms readers v3 auth sha authpass priv aes 128 privpass\n"
TOLD = "! SNMPv3 user nms, group readers, SHA, AES128\n"
PRINTED = f"""\
Building configuration...

Current configuration : 1234 bytes
!
version 17.12
hostname fs03-sw1
crypto pki trustpoint TP-self-signed-1
 enrollment selfsigned
!
crypto pki certificate chain TP-self-signed-1
 certificate self-signed 01
  3082 0330
 \tquit
banner login ^CKeep out^C
end
{TOLD}"""


def test_what_ios_printed() -> None:
    text = restorable(PRINTED, f"hostname other\n{USER}end\n", "ios")
    assert text == (
        f"\n!\nversion 17.12\nhostname fs03-sw1\n!\nbanner login ^CKeep out^C\n{USER}end\n"
    )
    assert normalise(text, "ios") == normalise(PRINTED, "ios")


def test_without_users_and_with_a_torn_end() -> None:
    assert restorable("hostname a\nend", "", "ios") == "hostname a\nend\n"


def test_a_user_whose_keys_nobody_knows() -> None:
    for intended in ("end\n", USER.replace("sha", "md5"), USER.replace("nms", "other")):
        with pytest.raises(DeviceError, match="the keys of SNMPv3 user nms"):
            restorable(PRINTED, intended, "ios")


HTTPS = """management api http-commands
   no shutdown
   protocol https certificate
   -----BEGIN CERTIFICATE-----
   MIIold
   -----END CERTIFICATE-----
   EOF
   -----BEGIN PRIVATE KEY-----
   MIIkey
   -----END PRIVATE KEY-----
   EOF
"""
BANNER = "banner login\nprotocol https certificate is ours\nEOF\n"


def test_no_old_certificate_comes_back() -> None:
    """The one that the device shows now is carried over, and it is the one that was enrolled."""
    text = restorable(f"{BANNER}{HTTPS}ip routing\nend\n", "", "eos")
    assert text == f"{BANNER}management api http-commands\n   no shutdown\nip routing\nend\n"
    loaded = commands(text, HTTPS.replace("old", "new"))
    certificates = [str(each) for each in loaded if isinstance(each, dict) and "BEGIN" in str(each)]
    assert len(certificates) == 1
    assert "MIInew" in certificates[0]


def test_other_platforms_load_what_they_print() -> None:
    assert restorable("Building configuration...\nrouter ospf\n", "", "frr") == "router ospf\n"
    for platform in ("eos", "junos", "procurve"):
        assert restorable("! any\ntext\n", "", platform) == "! any\ntext\n"
