"""Has Cling compile and run a transaction, and tells how that has ended."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from doublet.engine.outcome import Outcome

if TYPE_CHECKING:
    from doublet.engine.streams import Streams
    from doublet.engine.transaction import Transaction

__all__ = ["Ending", "Transactor"]

_SET_ASIDE = -2


@dataclass(frozen=True)
class Ending:
    """How a transaction has ended."""

    outcome: Outcome
    compiles: bool
    messages: str
    """The compiler's."""
    has_crashed: bool
    """Or was interrupted: `Guard.error` knows."""
    is_aside: bool
    """Whether an interrupt came while it was compiled, which has to end before anything else can be."""


class Transactor:
    """Runs ``transact`` and ``go_on_compiling`` of ``runtime/cell.cpp``."""

    def __init__(self, library: ctypes.CDLL, streams: Streams) -> None:
        self._streams = streams
        addresses = (ctypes.c_void_p * 3)()
        library.doublet_cells(addresses)
        outcome, transact, go_on = (address or 0 for address in addresses)
        self.live = Outcome.from_address(outcome)
        """What the code that runs writes to."""
        self._transact = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_bool)(transact)
        self._go_on = ctypes.PYFUNCTYPE(ctypes.c_int)(go_on)

    def run(self, transaction: Transaction, *, is_cell: bool = False) -> Ending:
        """Compile a text and run it."""
        return self._ending(transaction, lambda: self._transact(transaction.text.encode(), transaction.entry.encode(), is_cell))

    def go_on(self, transaction: Transaction) -> Ending:
        """Compile the rest of what was set aside; it does not run."""
        return self._ending(transaction, self._go_on)

    def _ending(self, transaction: Transaction, run: Callable[[], int]) -> Ending:
        outer = bytes(self.live)  # a cell may call Python, which may run another
        with self._streams.captured() as said:
            status = run()
        outcome = Outcome.from_buffer_copy(self.live)
        ctypes.memmove(ctypes.byref(self.live), outer, len(outer))
        self._streams.drain()
        compiles = bool(outcome.begun if transaction.is_running else status > 0)
        return Ending(outcome, compiles, said.text, has_crashed=status < 0, is_aside=status == _SET_ASIDE)
