"""Numbers and bool: C++ gets a constant of the same value."""

from __future__ import annotations

import math
import numbers
from functools import partial
from operator import is_

import numpy as np

from doublet.bridge import converts
from doublet.engine.binding import Binding
from doublet.engine.enums import as_written, is_enum
from doublet.errors import BridgeError

_LIMIT = 2**63


@converts(bool, np.bool_)
def boolean(name: str, value: bool | np.bool_) -> Binding:
    return _constant("bool", name, f" = {str(bool(value)).lower()}", value)


@converts(int, np.integer)
def integer(name: str, value: int) -> Binding:
    """``int`` becomes ``long``, or ``unsigned long`` where only that can hold it; an enumerator of C++'s stays one."""
    if is_enum(type(value)):
        return Binding(name, f"const auto {name} = {as_written(value)};", None, unchanged=partial(is_, value))
    number = int(value)
    if -_LIMIT <= number < _LIMIT:
        literal = f"{number}L" if number > -_LIMIT else f"{number + 1}L - 1L"  # C++ reads a sign apart from its number
        return _constant("long", name, f" = {literal}", value)
    if 0 <= number < 2 * _LIMIT:
        return _constant("unsigned long", name, f" = {number}UL", value)
    shown = str(number) if abs(number) < 10 * _LIMIT else "it"
    raise BridgeError(name, type(value).__name__, f"{shown} does not fit into 64 bits", "use a float")


@converts(float, np.floating)
def real(name: str, value: float) -> Binding:
    """``float`` becomes ``double``, bit for bit."""
    if isinstance(value, np.longdouble) and not (np.isnan(value) or float(value) == value):
        raise BridgeError(name, "numpy.longdouble", "a double cannot hold all of its digits", f"use float({name}), or an array of it")
    return _constant("double", name, f" = {_double(float(value))}", value)


@converts(complex, np.complexfloating)
def complex_number(name: str, value: numbers.Complex) -> Binding:
    number = complex(value)
    return _constant("std::complex<double>", name, f"({_double(number.real)}, {_double(number.imag)})", value)


def _constant(kind: str, name: str, initialiser: str, value: object) -> Binding:
    declaration = f"constexpr {kind} {name}{initialiser};"
    return Binding(name, declaration, None, unchanged=partial(is_, value))


def _double(value: float) -> str:
    if math.isnan(value):
        return '__builtin_nan("")'
    if math.isinf(value):
        return "__builtin_inf()" if value > 0 else "-__builtin_inf()"
    return value.hex()
