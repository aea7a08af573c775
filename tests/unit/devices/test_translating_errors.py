"""Whatever a library raises becomes an error of ours, and says whether the device answered."""

from __future__ import annotations

import napalm.base.exceptions as napalm_errors
import pytest
from netmiko.exceptions import NetmikoAuthenticationException, ReadTimeout
from paramiko.ssh_exception import SSHException

from muniform.devices.translating import translated
from muniform.errors import (
    CandidateRejected,
    DeviceError,
    HostKeyMismatch,
    LoginRefused,
    StaleTarget,
    Unreachable,
)

CASES = [
    (napalm_errors.CommitError("% Invalid input"), CandidateRejected),
    (napalm_errors.ReplaceConfigException("line 3"), CandidateRejected),
    (napalm_errors.LockError("by root"), DeviceError),
    (napalm_errors.SessionLockedException("pending"), DeviceError),
    (napalm_errors.ConnectionClosedException("gone"), Unreachable),
    (napalm_errors.CommandTimeoutException("60 s"), Unreachable),
    (NetmikoAuthenticationException("no"), LoginRefused),
    (SSHException("Server '[127.0.0.1]:22' not found in known_hosts"), HostKeyMismatch),
    (ReadTimeout("nothing came"), Unreachable),
    (EOFError(), Unreachable),
    (OSError(104, "reset"), Unreachable),
    (KeyError("hostname"), DeviceError),
    (StaleTarget("moved"), StaleTarget),
]


@pytest.mark.parametrize(("raised", "ours"), CASES, ids=lambda each: getattr(each, "__name__", ""))
def test_each_error_has_its_kind(raised: Exception, ours: type[Exception]) -> None:
    with pytest.raises(ours) as caught, translated("sw1"):
        raise raised
    assert type(caught.value) is ours


def test_what_a_device_says_is_masked() -> None:
    said = "refused:\nusername x privilege 15 secret 9 $9$abcdef$ghijkl\n"
    with pytest.raises(CandidateRejected) as caught, translated("sw1"):
        raise napalm_errors.CommitError(said)
    assert "$9$" not in str(caught.value)
