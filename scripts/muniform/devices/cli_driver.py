"""What drivers on a command-line session have in common."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Generic, TypeVar

from muniform.devices.cli_session import CliSession
from muniform.devices.translating import translated
from muniform.errors import DeviceError

Session = TypeVar("Session", bound=CliSession)


class CliDriver(Generic[Session]):
    """One session on one device, and how its errors are told."""

    def __init__(self, name: str, session: Session) -> None:
        self._name = name
        self._session = session

    def close(self) -> None:
        # A link that is gone can't be closed politely, and nothing depends on it.
        with contextlib.suppress(Exception):
            self._session.disconnect()

    @contextlib.contextmanager
    def _work(self) -> Iterator[None]:
        """Errors of the libraries become ours; ours get the device's name."""
        try:
            with translated(self._name):
                yield
        except DeviceError as error:
            if error.message.startswith(self._name):
                raise
            raise type(error)(f"{self._name}: {error.message}", error.hint) from error
