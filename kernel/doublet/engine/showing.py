"""The C++ side of how values look: functions that describe them, and what ``doublet::display`` shows."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING

from doublet.engine.transaction import Transaction

if TYPE_CHECKING:
    from doublet.engine.streams import Streams

__all__ = ["GIVE", "TELL", "Showing"]

GIVE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_size_t)
"""Takes a text: where it is, and its size."""
TELL = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_char_p)
"""Takes the type and ``what()`` of an exception."""

_CHANNEL = 3
"""What ``doublet::display`` queues its messages under."""
_PRINTERS = ("operator", "mime_bundle_repr", "#include")
"""What a cell may give earlier types another look with."""


class Showing:
    """`compile_` compiles and runs a transaction, after a rehearsal if told so."""

    def __init__(
        self, library: ctypes.CDLL, streams: Streams, compile_: Callable[[Transaction, bool], None], crash: Callable[[], BaseException]
    ) -> None:
        addresses = (ctypes.c_void_p * 4)()
        library.doublet_display(addresses)
        forget, send, deliver, describe = (address or 0 for address in addresses)
        self._streams = streams
        self._compile = compile_
        self._crash = crash
        self._describe = ctypes.PYFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_void_p, GIVE, TELL)(describe)
        self._forget_fields, self._send_waiting = ctypes.PYFUNCTYPE(None)(forget), ctypes.PYFUNCTYPE(None)(send)
        self._deliver = ctypes.c_void_p.from_address(deliver)
        self._numbers = count(1)
        self.looks = 0
        """Grows when a cell may have defined how something looks."""

    def note(self, text: str) -> None:
        """A cell with this text is about to run."""
        if any(word in text for word in _PRINTERS):
            self.looks += 1
            self._forget_fields()

    def describer(self, kind: str, *, tried: bool) -> int:
        """The address of a function that describes values of a C++ type, see ``include/doublet/display.hpp``.

        With `tried`, it is rehearsed first: the type holds code of the user's.
        It is 0 if there can be none, for the type cannot be named or its own ``operator<<`` does not compile.
        """
        tag = f"doublet_look_{next(self._numbers)}"
        address = ctypes.c_void_p()
        transaction = Transaction(
            f"namespace doublet_look {{}}\n#pragma cling optimize(0)\nstruct {tag} {{}};\n"
            f"using {tag}_type = ::doublet::detail::inmost_t<{kind}>;\n"
            f'extern "C" void {tag}_tell() {{ *reinterpret_cast<::doublet::detail::Describe*>({ctypes.addressof(address)}) = '
            f'::doublet::detail::describe_as<{tag}, {kind}>; ::doublet::detail::name_type(typeid({tag}_type), "{tag}_type"); }}',
            f"{tag}_tell",
        )
        self._compile(transaction, tried)
        return address.value or 0

    def describe(self, describer: int, value: int, give: Callable[..., None], tell: Callable[..., None]) -> None:
        """Have the value at an address described by such a function; raises `CppCrash` for what the user's own code does."""
        if not self._describe(describer, value, GIVE(give), TELL(tell)):
            raise self._crash()

    def on_display(self, deliver: Callable[[str], None]) -> None:
        """Have what ``doublet::display`` shows delivered, as lines of JSON: with the output, or from the calling thread."""
        self._streams.carry(_CHANNEL, deliver)

        def deliver_now(at: int, size: int) -> None:
            deliver(ctypes.string_at(at, size).decode(errors="replace"))

        self._deliver_now = GIVE(deliver_now)
        self._deliver.value = ctypes.cast(self._deliver_now, ctypes.c_void_p).value

    def send_waiting(self) -> None:
        """Deliver what C++ threads have displayed, if it did not go the way of the output."""
        self._send_waiting()
