"""What Cling's reflection does not tell of the members of a class, and the compiler does."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Generic, TypeVar

from doublet.engine.transaction import Transaction

__all__ = ["Question"]

Answer = TypeVar("Answer", bound=ctypes.Structure)
_numbers = count(1)


@dataclass
class Question(Generic[Answer]):
    """A function template of ``doublet::detail`` that gives an answer for each member.

    It is called with a struct whose templates use the member, and the class: `uses` is their text, in which ``$`` stands for
    the member's name. ``whole``, whose type is that of a pointer to the member, is always there.
    """

    function: str
    answer: type[Answer]
    cpp_answer: str
    uses: str
    compile: Callable[[Transaction, bool], None]
    """Compiles and runs a transaction, after a rehearsal if told so."""

    def ask(self, kind: str, names: Sequence[str]) -> ctypes.Array[Answer]:
        """The answers for these members of the class called `kind`."""
        found = (self.answer * len(names))()
        own = f"doublet_{self.function}_{next(_numbers)}"
        fields = "".join(
            f"struct {own}_{name} {{\ntemplate <class T> static auto whole(T& object) -> decltype(&object.{name});\n{self.uses.replace('$', name)}\n}};\n"
            for name in names
        )
        asked = "".join(f"into[{i}] = ::doublet::detail::{self.function}<{own}_{name}, {kind}>();\n" for i, name in enumerate(names))
        into = f"auto* into = reinterpret_cast<::doublet::detail::{self.cpp_answer}*>({ctypes.addressof(found)}UL);"
        text = f'namespace {own}_own {{}}\n#pragma cling optimize(0)\n{fields}extern "C" void {own}() {{\n{into}\n{asked}}}\n'
        self.compile(Transaction(text, own), False)
        return found
