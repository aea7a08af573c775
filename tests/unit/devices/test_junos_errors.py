"""What PyEZ's and ncclient's errors become."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from jnpr.junos.exception import (
    ConnectAuthError,
    ConnectError,
    ConnectRefusedError,
    RpcError,
    RpcTimeoutError,
)
from lxml import etree
from ncclient.transport.errors import (
    AuthenticationError,
    SSHUnknownHostError,
    TransportError,
)

from muniform.devices.junos_session import told, told_of_candidate
from muniform.errors import (
    CandidateRejected,
    DeviceError,
    HostKeyMismatch,
    LoginRefused,
    Unreachable,
)

DEVICE = SimpleNamespace(hostname="10.1.1.1", user="muniform", port=830, _hostname="10.1.1.1")


def caused(error: Exception, cause: Exception) -> Exception:
    """An error that was raised while another was handled."""
    error.__context__ = cause
    return error


def kept_beside(error: ConnectError, cause: Exception) -> Exception:
    error._orig = cause
    return error


@pytest.mark.parametrize(
    ("error", "becomes"),
    [
        (
            caused(ConnectRefusedError(DEVICE), SSHUnknownHostError("10.1.1.1", "aa:bb")),
            HostKeyMismatch,
        ),
        (
            kept_beside(ConnectError(DEVICE), SSHUnknownHostError("10.1.1.1", "aa:bb")),
            HostKeyMismatch,
        ),
        (ConnectRefusedError(DEVICE), Unreachable),
        (
            caused(
                ConnectAuthError(DEVICE),
                AuthenticationError("AuthenticationException('Authentication failed.')"),
            ),
            LoginRefused,
        ),
        # A link that dies during the login.
        (caused(ConnectAuthError(DEVICE), AuthenticationError("EOFError()")), Unreachable),
        (TransportError("gone"), Unreachable),
        (RpcTimeoutError(DEVICE, "get-configuration", 30), Unreachable),
        (OSError("gone"), Unreachable),
    ],
)
def test_errors_of_a_connection(error: Exception, becomes: type[DeviceError]) -> None:
    with pytest.raises(DeviceError) as caught, told("sw1"):
        raise error
    assert type(caught.value) is becomes
    assert "sw1" in caught.value.message
    assert caught.value.hint


def refusal(message: str) -> RpcError:
    reply = etree.fromstring(
        "<rpc-error><error-severity>error</error-severity>"
        f"<error-message>{message}</error-message></rpc-error>"
    )
    return RpcError(rsp=reply)


def test_a_refused_candidate_is_told_without_its_secret() -> None:
    with pytest.raises(CandidateRejected) as caught, told_of_candidate("sw1"):
        raise refusal("syntax error: secret hunter2")
    assert caught.value.message == "sw1: the device refused: syntax error: secret ********"


def test_a_refused_question_is_no_refused_candidate() -> None:
    with pytest.raises(DeviceError) as caught, told("sw1"):
        raise refusal("permission denied")
    assert type(caught.value) is DeviceError


def test_errors_of_ours_pass() -> None:
    with pytest.raises(CandidateRejected, match="ours"), told("sw1"):
        raise CandidateRejected("ours", "go on")
