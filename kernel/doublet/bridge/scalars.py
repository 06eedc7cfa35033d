"""C++'s types of the elements of NumPy's arrays."""

from __future__ import annotations

__all__ = ["SCALARS"]

SCALARS = {
    "b1": "bool",
    "i1": "std::int8_t",
    "i2": "std::int16_t",
    "i4": "std::int32_t",
    "i8": "std::int64_t",
    "u1": "std::uint8_t",
    "u2": "std::uint16_t",
    "u4": "std::uint32_t",
    "u8": "std::uint64_t",
    "f4": "float",
    "f8": "double",
    "f16": "long double",
    "c8": "std::complex<float>",
    "c16": "std::complex<double>",
}
"""By what NumPy calls them behind the byte order."""
