"""Numbers and bool: C++ gets a constant of the same value."""

from __future__ import annotations

import math
import numbers

import numpy as np

from doublet.bridge import converts
from doublet.engine.interpreter import Binding
from doublet.errors import BridgeError

_LIMIT = 2**63


@converts(bool, np.bool_)
def boolean(name: str, value: bool | np.bool_) -> Binding:
    return Binding(name, f"constexpr bool {name} = {str(bool(value)).lower()};", None)


@converts(int, np.integer)
def integer(name: str, value: int) -> Binding:
    """``int`` becomes ``long``, or ``unsigned long`` where only that can hold it."""
    number = int(value)
    if -_LIMIT < number < _LIMIT:
        return Binding(name, f"constexpr long {name} = {number}L;", None)
    if 0 <= number < 2 * _LIMIT:
        return Binding(name, f"constexpr unsigned long {name} = {number}UL;", None)
    raise BridgeError(name, type(value).__name__, f"{number} does not fit into 64 bits", "use a float")


@converts(float, np.floating)
def real(name: str, value: float) -> Binding:
    """``float`` becomes ``double``, bit for bit."""
    return Binding(name, f"constexpr double {name} = {_double(float(value))};", None)


@converts(complex, np.complexfloating)
def complex_number(name: str, value: numbers.Complex) -> Binding:
    number = complex(value)
    parts = f"{_double(number.real)}, {_double(number.imag)}"
    return Binding(name, f"constexpr std::complex<double> {name}({parts});", None)


def _double(value: float) -> str:
    if math.isnan(value):
        return '__builtin_nan("")'
    if math.isinf(value):
        return "__builtin_inf()" if value > 0 else "-__builtin_inf()"
    return value.hex()
