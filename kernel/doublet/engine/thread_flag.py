"""What a thread is doing, which other threads are not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["ThreadFlag"]


class ThreadFlag(threading.local):
    """A flag of which each thread has its own; it is not set at first."""

    def __init__(self) -> None:
        self._is_set = False

    def __bool__(self) -> bool:
        return self._is_set

    @contextmanager
    def during(self) -> Iterator[None]:
        """Have this thread's be set in a block, and as it was after it."""
        before, self._is_set = self._is_set, True
        try:
            yield
        finally:
            self._is_set = before
