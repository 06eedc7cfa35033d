"""Interrupts in a kernel: they end the user's code only, so that no reply is lost, and are held anywhere else."""

from __future__ import annotations

import asyncio
import inspect
import signal
import sys
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tornado.ioloop import IOLoop
    from zmq.eventloop.zmqstream import ZMQStream

    from doublet.engine.guard import Guard

__all__ = ["Interrupts", "go_on_after_interrupts"]


class Interrupts:
    """Has interrupts end what is wrapped by `ends`, and nothing else."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._cell: asyncio.Future[Any] | None = None
        """The cell that is run as a task, since it awaits something."""
        self._awaits = False
        """Whether it is doing so, and other tasks run."""
        self._is_cancelled = False
        self._is_due = False
        """Whether it has yet to be told that it is."""
        guard.hold()
        signal.signal(signal.SIGINT, self._take)
        guard.watch()

    def hear(self, stream: ZMQStream) -> None:
        """Have messages heard that ask for an interrupt, also while C++ that Python calls keeps Python's lock."""
        selector: Any = stream.io_loop.asyncio_loop._selector  # type: ignore[attr-defined]
        selector.select = self._guard.lend_to(stream.socket.fileno(), selector.select)

    def ends(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, such that an interrupt ends it, or what it returns to be awaited."""

        async def run(*args: Any, **kwargs: Any) -> Any:
            result = self._guard.interruptible(function, *args, **kwargs)
            if inspect.iscoroutine(result):
                return await _Steps(self, self._guard, result)
            return await result if inspect.isawaitable(result) else result

        return run

    def runs(self, run_code: Callable[..., Any]) -> Callable[..., Any]:
        """As `ends`, for the function of IPython's that runs code of a cell and keeps its error in what comes second."""
        ended = self.ends(run_code)

        async def run(code: object, result: Any = None, **options: Any) -> Any:
            self._is_cancelled = False
            outcome = await ended(code, result, **options)
            if self._is_cancelled and result is not None:
                result.error_in_exec = _interrupt_of(result.error_in_exec)
            return outcome

        return run

    def answers(self, evaluate: Callable[..., dict[str, Any]], expressions: dict[str, str]) -> dict[str, Any]:
        """The values that come with the reply: an interrupt must not end that."""
        self._guard.forget()
        try:
            return self._guard.interruptible(evaluate, expressions)
        except KeyboardInterrupt:
            return {}

    def spares(self, show_error: Callable[..., Any]) -> Callable[..., Any]:
        """What tells of an error: a further interrupt has nothing to end any more."""

        def run(*args: Any, **kwargs: Any) -> Any:
            with self._guard.held():
                try:
                    error = sys.exc_info()[1]
                    if self._is_cancelled and (interrupt := _interrupt_of(error)) is not error:
                        kwargs["exc_tuple"] = type(interrupt), interrupt, interrupt.__traceback__ if interrupt else None
                    return show_error(*args, **kwargs)
                finally:
                    self._guard.forget()

        return run

    def begin_message(self) -> None:
        """An interrupt that came before it concerns none, and a cell may have set a handler."""
        self._guard.watch()
        self._guard.forget()

    @contextmanager
    def cancelling(self, cell: asyncio.Future[Any]) -> Iterator[None]:
        """Have an interrupt cancel a cell while that awaits something."""
        self._cell, self._is_due = cell, False
        try:
            yield
        finally:
            self._cell = None

    @contextmanager
    def awaiting(self) -> Iterator[None]:
        """For where a step of a task has ended, and others run: this raises nothing."""
        if self._cell is None or asyncio.current_task() is not self._cell:
            yield
            return
        self._awaits = True
        self._guard.resume(False)
        try:
            yield
        finally:
            self._guard.hold()
            self._awaits = False

    def overtakes(self) -> bool:
        """Whether a cell that goes on has been cancelled in this very moment: it may never let others tell it."""
        if asyncio.current_task() is not self._cell:
            return False
        is_due, self._is_due = self._is_due, False
        return is_due

    def _cancel(self, cell: asyncio.Future[Any]) -> None:
        if self._is_due and cell is self._cell:
            self._is_due = False
            cell.cancel()

    def _take(self, *_: object) -> None:
        """What Python does when it is told of an interrupt."""
        if not self._guard.take():
            return
        cell = self._cell
        if not self._awaits or cell is None:
            raise KeyboardInterrupt
        if self._is_cancelled and asyncio.current_task() is not None:
            raise KeyboardInterrupt  # another task has let no time pass for that
        self._is_cancelled = self._is_due = True
        cell.get_loop().call_soon_threadsafe(self._cancel, cell)


class _Steps:
    """A coroutine of which each step is interruptible, and that knows when it awaits something."""

    def __init__(self, interrupts: Interrupts, guard: Guard, coroutine: Coroutine[Any, Any, Any]) -> None:
        self._interrupts = interrupts
        self._guard = guard
        self._coroutine = coroutine

    def __await__(self) -> Generator[Any, Any, Any]:
        coroutine = self._coroutine
        step: Callable[[], Any] = partial(coroutine.send, None)
        while True:
            try:
                awaited = self._guard.interruptible(step)
            except StopIteration as end:
                return end.value
            except KeyboardInterrupt as interrupt:
                if inspect.getcoroutinestate(coroutine) not in {inspect.CORO_SUSPENDED, inspect.CORO_CREATED}:
                    raise
                step = partial(coroutine.throw, interrupt)  # it came before the step, or after
                continue
            with self._interrupts.awaiting():
                try:
                    step = partial(coroutine.send, (yield awaited))
                except BaseException as error:
                    step = partial(coroutine.throw, error)
            if self._interrupts.overtakes():
                step = partial(coroutine.throw, asyncio.CancelledError())


def _interrupt_of(error: BaseException | None) -> BaseException | None:
    """An error, or what it stands for where an interrupt has cancelled the cell."""
    if not isinstance(error, asyncio.CancelledError):
        return error
    return KeyboardInterrupt().with_traceback(error.__traceback__)


def go_on_after_interrupts(loop: IOLoop) -> None:
    """Have a loop go on where an interrupt has ended a task of the user's: `asyncio` ends the loop, too."""
    start = loop.start

    def persist() -> None:
        while True:
            try:
                return start()
            except KeyboardInterrupt:
                continue

    loop.start = persist  # type: ignore[method-assign]
