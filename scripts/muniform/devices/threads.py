"""Threads that keep nobody from ending the program: a call to a device may hang for minutes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def started(act: Callable[[], T]) -> Future[T]:
    """Run it in a thread of its own, which ends with the program if it hangs."""
    future: Future[T] = Future()

    def work() -> None:
        try:
            value = act()
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(value)

    threading.Thread(target=work, daemon=True, name="device call").start()
    return future
