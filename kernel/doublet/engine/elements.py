"""C++ numbers as elements of NumPy arrays."""

from __future__ import annotations

__all__ = ["DTYPES"]

DTYPES = {
    "bool": "?",
    "signed char": "i1",
    "unsigned char": "u1",
    "int8_t": "i1",
    "uint8_t": "u1",
    "short": "i2",
    "unsigned short": "u2",
    "int": "i4",
    "unsigned int": "u4",
    "long": "i8",
    "unsigned long": "u8",
    "long long": "i8",
    "unsigned long long": "u8",
    "float": "f4",
    "double": "f8",
    "long double": "g",
    "std::complex<float>": "c8",
    "std::complex<double>": "c16",
}
