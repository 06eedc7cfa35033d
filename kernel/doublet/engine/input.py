"""Stdin of C++: lines that somebody is asked for."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

__all__ = ["Input"]

_ASK = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_char_p, ctypes.POINTER(ctypes.c_char), ctypes.c_size_t)


class Input:
    """Gives C++ what `ask` returns for a prompt; until `start`, C++ reads file descriptor 0.

    `ask` raises `EOFError` where the input ends. Any other error of its ends the C++ code that reads, and is what
    `refusal` then gives.
    """

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        self._ask: Callable[[str], str] = input
        self._rest = b""
        self.refusal: BaseException | None = None

    def start(self, ask: Callable[[str], str]) -> None:
        self._ask = ask
        self._give_to = _ASK(self._give)  # kept, for C++ calls it
        self._library.doublet_input(self._give_to)

    def _give(self, prompt: bytes, into: ctypes.Array[ctypes.c_char], room: int) -> int:
        try:
            text = self._rest or (self._ask(prompt.decode(errors="replace")) + "\n").encode()
        except EOFError:
            return 0
        except BaseException as error:
            self.refusal = error.with_traceback(None)  # which tells of Doublet and Jupyter
            return -1
        given, self._rest = text[:room], text[room:]
        ctypes.memmove(into, given, len(given))
        return len(given)
