"""A NETCONF session with Junos through NAPALM and PyEZ, to a device whose host key was enrolled.

PyEZ checks no host key unless it is told to, reads the account's own SSH configuration, and calls a
wrong host key a refused connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from jnpr.junos import Device as Session  # type: ignore[import-untyped]
from jnpr.junos.exception import (  # type: ignore[import-untyped]
    ConnectAuthError,
    ConnectError,
    RpcError,
    RpcTimeoutError,
)
from napalm.junos import JunOSDriver
from ncclient import NCClientError  # type: ignore[import-untyped]
from ncclient.operations.errors import TimeoutExpiredError  # type: ignore[import-untyped]
from ncclient.transport import session as ncclient_session  # type: ignore[import-untyped]
from ncclient.transport.errors import (  # type: ignore[import-untyped]
    SSHUnknownHostError,
    TransportError,
)

from muniform.devices.known_hosts import SSH, enrolled
from muniform.devices.opening import CONNECT_SECONDS, Access
from muniform.devices.secret_lines import mask_line
from muniform.errors import (
    CandidateRejected,
    DeviceError,
    HostKeyMismatch,
    LoginRefused,
    RolloutError,
    Unreachable,
)
from muniform.model import Device
from muniform.owned import owned_folder
from muniform.reach import Endpoint

# For the slowest of requests: a commit. Callers have deadlines of their own.
_ANSWER_SECONDS = 170
# ncclient looks so often whether there is something to send, and every request waits for that. Its
# tenth of a second makes more than a second of a transaction, while a revert timer runs.
ncclient_session.TICK = 0.02


class VerifiedJunos(JunOSDriver):  # type: ignore[misc]
    """NAPALM's driver on a session that trusts enrolled host keys and nothing else."""

    def __init__(self, endpoint: Endpoint, user: str, password: str, ssh_config: Path) -> None:
        # The lock is taken and given back by whoever works with the driver.
        super().__init__(
            endpoint.host,
            user,
            password,
            timeout=_ANSWER_SECONDS,
            optional_args={"port": endpoint.port, "lock_disable": True},
        )
        self.device = Session(
            host=endpoint.host,
            port=endpoint.port,
            user=user,
            password=password,
            ssh_config=str(ssh_config),
            hostkey_verify=True,
            look_for_keys=False,
            allow_agent=False,
            gather_facts=False,
            conn_open_timeout=CONNECT_SECONDS,
        )


def open_session(device: Device, endpoint: Endpoint, access: Access) -> VerifiedJunos:
    """Log in. Raises LoginRefused, HostKeyMismatch or Unreachable."""
    if not access.known_hosts.is_file():
        raise HostKeyMismatch(
            f"{device.name}: no host key is enrolled",
            f"write the host key of {device.name} to {access.known_hosts}",
        )
    # Only a file can tell ncclient where the enrolled keys are; it is read while we connect.
    with owned_folder(access.temporary, "ssh-") as folder:
        config = _ssh_config(folder, endpoint, access)
        account = device.baseline.account.name
        napalm = VerifiedJunos(endpoint, account, access.password(device), config)
        with told(device.name):
            napalm.open()
    _fail_on_noise(napalm)
    return napalm


def _ssh_config(folder: Path, endpoint: Endpoint, access: Access) -> Path:
    """An SSH configuration that names the keys of this host alone. Raises RolloutError."""
    config, known = folder / "config", folder / "known_hosts"
    try:
        keys = enrolled(access.known_hosts, endpoint.host, endpoint.port)
        # ncclient takes a key that was enrolled for the host's port of SSH, too.
        for name, others in enrolled(access.known_hosts, endpoint.host, SSH).items():
            keys.update({name: others})
        keys.save(str(known))
        config.write_text(f'Host *\n  UserKnownHostsFile "{known}"\n')
    except OSError as error:
        # A full disk of ours is no broken connection.
        raise RolloutError(
            f"{folder}: can't be written: {error.strerror}",
            "make room on this machine's disk, or correct who may write there",
        ) from error
    return config


def _fail_on_noise(napalm: VerifiedJunos) -> None:
    """Let a reply that is no XML fail at once: ncclient drops it and waits for another."""
    handler = napalm.device._conn._session._device_handler
    judge = handler.handle_raw_dispatch

    def judge_strictly(raw: str) -> object:
        return judge(raw) or TransportError("its answer is no XML")

    handler.handle_raw_dispatch = judge_strictly


def cut(napalm: VerifiedJunos) -> None:
    """End the session at once, from any thread; a request that waits fails. Never fails itself."""
    with suppress(Exception):
        napalm.device._conn._session.transport.close()


@contextmanager
def told(name: str, refused: type[DeviceError] = DeviceError, hint: str = "") -> Iterator[None]:
    """Errors of PyEZ and ncclient become ours; ``refused`` is what a device's refusal becomes."""
    try:
        yield
    except (RpcTimeoutError, TimeoutExpiredError) as error:
        raise _unreachable(name, "it does not answer") from error
    except RpcError as error:
        raise refused(
            f"{name}: the device refused: {_words(error)}",
            hint or "check what the account may do on the device, and its Junos release",
        ) from error
    except (ConnectError, NCClientError, OSError, EOFError) as error:
        raise _connection_error(name, error) from error


@contextmanager
def told_of_candidate(name: str) -> Iterator[None]:
    """The same where the device judges a candidate."""
    hint = "compare the platform's templates with what this release accepts"
    with told(name, CandidateRejected, hint):
        yield


def _connection_error(name: str, error: BaseException) -> DeviceError:
    causes = list(_causes(error))
    if any(isinstance(cause, SSHUnknownHostError) for cause in causes):
        return HostKeyMismatch(
            f"{name}: the host key is not the one that was enrolled",
            "if the device was replaced, enroll its new key in the state folder's known_hosts; "
            "if not, somebody may stand in between",
        )
    # ncclient calls a link that dies during the login a failed login, too.
    refused = ("AuthenticationException", "BadAuthenticationType")
    if any(isinstance(cause, ConnectAuthError) for cause in causes) and any(
        word in str(cause) for cause in causes for word in refused
    ):
        return LoginRefused(
            f"{name}: the device refused the login of our account",
            "check the account on the device and the secret automation_password",
        )
    return _unreachable(name, mask_line(" ".join(str(error).split())) or type(error).__name__)


def _unreachable(name: str, why: str) -> Unreachable:
    return Unreachable(f"{name}: no answer: {why}", f"check power and path to {name}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        # PyEZ keeps what it could not sort beside the error.
        hidden = getattr(error, "_orig", None)
        if isinstance(hidden, BaseException):
            yield from _causes(hidden)
        error = error.__cause__ or error.__context__


def _words(error: Any) -> str:
    """What the device said, without secrets."""
    lines = [" ".join(line.split()) for line in str(error.message or "").splitlines()]
    return "; ".join([mask_line(line) for line in lines if line][:3]) or "it says not why"
