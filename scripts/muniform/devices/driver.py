"""The small protocol behind which a device's driver stands, and the NAPALM one.

A driver is one connection. Everything here raises errors of ``muniform.errors`` only.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import napalm.base.exceptions as napalm_errors
from napalm import get_network_driver
from netmiko.exceptions import (
    NetmikoAuthenticationException,
    NetmikoBaseException,
)
from paramiko.ssh_exception import BadHostKeyException, SSHException

from muniform.devices.channel import watch
from muniform.devices.configuration import (
    Change,
    difference,
    normalise,
    parse_ios_difference,
    unprinted,
)
from muniform.devices.ios import (
    flash_candidate,
    read_users,
    remove_flash_files,
    set_users,
    with_users,
)
from muniform.devices.secret_lines import mask_line
from muniform.devices.temporary import private_temporary_folder, temporary_folders
from muniform.errors import (
    CandidateRejected,
    DeviceError,
    HostKeyMismatch,
    LoginRefused,
    MuniformError,
    Unreachable,
)
from muniform.model import Device
from muniform.reach import Reach
from muniform.secrets import SecretStore

SSH_PORT = 22
_CONNECT_SECONDS = 10


@dataclass(frozen=True)
class Snapshot:
    """What a device runs and would boot with, and whether a commit waits for confirmation."""

    running: str
    startup: str
    pending: bool


class Driver(Protocol):
    """One connection to one device."""

    def snapshot(self) -> Snapshot:
        """Read running and startup configuration. Changes nothing on the device."""

    def stage(self, intended: str) -> frozenset[Change]:
        """Load a full candidate and return what the device itself would change."""

    def commit(self, revert_seconds: int) -> None:
        """Make the candidate run; the device takes it back unless it is confirmed in time."""

    def confirm(self) -> None:
        """Keep the pending commit and save it."""

    def rollback(self) -> None:
        """Take the pending commit back at once."""

    def save(self) -> None:
        """Make the running configuration the one the device boots with."""

    def discard(self) -> None:
        """Drop the candidate and every file that the transaction left on the device."""

    def close(self) -> None:
        """End the connection; never fails."""


Connect = Callable[[Device], Driver]


@dataclass(frozen=True)
class Connector:
    """Opens drivers: resolves the address, the account and the known host keys."""

    reach: Reach
    secrets: SecretStore
    state: Path
    """The city's state folder: enrolled host keys, and the private place for candidates."""

    def __call__(self, device: Device) -> Driver:
        """Open a new connection. Raises ReachError, LoginRefused, HostKeyMismatch, Unreachable."""
        endpoint = self.reach.resolve(device.management.address.ip, SSH_PORT)
        account = device.baseline.account
        optional = {
            "port": endpoint.port,
            "ssh_strict": True,
            "alt_host_keys": True,
            "alt_key_file": str(self.state / "known_hosts"),
            "allow_agent": False,
            "conn_timeout": _CONNECT_SECONDS,
            **self._platform_arguments(device),
        }
        driver = get_network_driver(device.platform)(
            hostname=endpoint.host,
            username=account.name,
            password=self._password(device),
            timeout=60,
            optional_args=optional,
        )
        with _translated(device.name):
            driver.open()
        if device.platform == "ios":
            watch(driver.device)
        return NapalmDriver(device, driver, temporary_folders(self.state))

    def clock_scale(self, device: Device) -> float:
        """How much faster than ours the device's clock runs: 1, but for simulated devices."""
        return self.reach.resolve(device.management.address.ip, SSH_PORT).clock_scale

    def _password(self, device: Device) -> str:
        if device.platform == "frr":
            return ""  # Linux hosts take keys only.
        return self.secrets.get(device.baseline.account.password.name).reveal()

    def _platform_arguments(self, device: Device) -> dict[str, Any]:
        if device.platform == "frr":
            key = self.secrets.path(device.baseline.account.private_key.name)
            return {"use_keys": True, "key_file": str(key)}
        # The line stands in every intended configuration, so that NAPALM need not add it
        # before a commit: a revert would bring it back (see docs/architecture.md).
        return {"auto_file_prompt": False}


class NapalmDriver:
    """A Driver on top of any NAPALM driver with replace, commit-confirm and confirm."""

    def __init__(self, device: Device, napalm: Any, folders: Path) -> None:
        self._device = device
        self._napalm = napalm
        self._folders = folders
        self._staged = ""

    def snapshot(self) -> Snapshot:
        with _translated(self._device.name):
            config = self._napalm.get_config(retrieve="all")
            pending = bool(self._napalm.has_pending_commit())
            users = read_users(self._napalm.device) if self._device.platform == "ios" else ""
        running, startup = (with_users(config[kind], users) for kind in ("running", "startup"))
        return Snapshot(running, startup, pending)

    def stage(self, intended: str) -> frozenset[Change]:
        name, platform = self._device.name, self._device.platform
        running = self.snapshot().running
        candidate = flash_candidate(intended, running) if platform == "ios" else intended
        with _translated(name), private_temporary_folder(self._folders):
            self._napalm.load_replace_candidate(config=candidate)
            printed = self._napalm.compare_config()
        self._staged = intended
        ours = difference(normalise(running, platform), normalise(intended, platform))
        if platform == "ios":
            return parse_ios_difference(printed) | unprinted(ours)
        # No usable diff is printed: what was just read is compared with what was loaded.
        return ours

    def commit(self, revert_seconds: int) -> None:
        with _translated(self._device.name):
            self._napalm.commit_config(revert_in=revert_seconds)
            if self._device.platform == "ios":
                set_users(self._napalm.device, self._staged)

    def confirm(self) -> None:
        with _translated(self._device.name):
            self._napalm.confirm_commit()

    def rollback(self) -> None:
        with _translated(self._device.name):
            self._napalm.rollback()

    def save(self) -> None:
        with _translated(self._device.name):
            if self._device.platform == "ios":
                self._napalm.device.save_config()
            else:
                self._napalm.cli(["write memory"])

    def discard(self) -> None:
        with _translated(self._device.name):
            if self._device.platform == "ios":
                remove_flash_files(self._napalm.device)
            else:
                self._napalm.discard_config()

    def close(self) -> None:
        # A link that is gone can't be closed politely, and nothing depends on it.
        with contextlib.suppress(Exception):
            self._napalm.close()


@contextlib.contextmanager
def _translated(name: str) -> Iterator[None]:
    """Library errors become ours; whatever the libraries forgot to wrap counts as unreachable."""
    try:
        yield
    except MuniformError:
        raise
    except (
        napalm_errors.ReplaceConfigException,
        napalm_errors.MergeConfigException,
        napalm_errors.CommitConfirmException,
        napalm_errors.CommitError,
        napalm_errors.CommandErrorException,
    ) as error:
        raise CandidateRejected(
            f"{name}: the device refused: {_first_lines(error)}",
            "compare the platform's templates with what this release accepts",
        ) from error
    except (napalm_errors.NapalmException, NetmikoBaseException, SSHException) as error:
        raise _connection_error(name, error) from error
    except (OSError, EOFError, AttributeError, ValueError) as error:
        # Drivers raise these when a link dies in the middle of an exchange.
        raise Unreachable(
            f"{name}: the connection broke: {_first_lines(error)}",
            f"check the path to {name}, then run the command again",
        ) from error
    except Exception as error:
        # A parser of a library met output that no device should give.
        raise DeviceError(
            f"{name}: its answer makes no sense: {type(error).__name__}: {_first_lines(error)}",
            f"look at what {name} prints: it may be another release than the driver knows",
        ) from error


def _connection_error(name: str, error: BaseException) -> DeviceError:
    chain = list(_causes(error))
    if any(_is_wrong_key(cause) for cause in chain):
        return HostKeyMismatch(
            f"{name}: the host key is not the one that was enrolled",
            "if the device was replaced, enroll its new key in the state folder's known_hosts; "
            "if not, somebody may stand in between",
        )
    if any(isinstance(cause, NetmikoAuthenticationException) for cause in chain):
        return LoginRefused(
            f"{name}: the device refused the login of our account",
            "check the account on the device and the secret automation_password",
        )
    return Unreachable(
        f"{name}: no answer: {_first_lines(error)}", f"check power and path to {name}"
    )


def _is_wrong_key(error: BaseException) -> bool:
    text = str(error)
    return isinstance(error, BadHostKeyException) or (
        "not found in known_hosts" in text or "Host key for server" in text
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _first_lines(error: BaseException) -> str:
    lines = [mask_line(line.strip()) for line in str(error).splitlines() if line.strip()]
    return "; ".join(lines[:3]) or type(error).__name__
