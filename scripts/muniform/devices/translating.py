"""Turns what the libraries raise into errors of ours."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import napalm.base.exceptions as napalm_errors
from netmiko.exceptions import (
    NetmikoAuthenticationException,
    NetmikoBaseException,
)
from paramiko.ssh_exception import BadHostKeyException, SSHException

from muniform.devices.secret_lines import mask_line
from muniform.errors import (
    CandidateRejected,
    DeviceError,
    HostKeyMismatch,
    LoginRefused,
    MuniformError,
    Unreachable,
)


@contextlib.contextmanager
def translated(name: str) -> Iterator[None]:
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
    except (napalm_errors.LockError, napalm_errors.SessionLockedException) as error:
        raise DeviceError(
            f"{name}: its configuration is locked by another session: {_first_lines(error)}",
            f"see who works on {name}, and run the command again when they have finished",
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
