"""What holds numbers in memory without being an array of NumPy's: buffers of Python's, and tensors that export DLPack.

C++ sees the same memory, as of a NumPy array.
"""

from __future__ import annotations

import array
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.bridge import converts
from doublet.bridge.arrays import array as bound_array
from doublet.errors import BridgeError

if TYPE_CHECKING:
    from doublet.engine.binding import Binding

_CPU = (1, 3, 11)  # kDLCPU, kDLCUDAHost and kDLROCMHost of dlpack.h


@converts(memoryview, bytearray, array.array)
def buffer(name: str, value: Any) -> Binding:
    """Raises `BridgeError` for elements that C++ does not have."""
    try:
        seen = np.asarray(memoryview(value))
    except (ValueError, TypeError, BufferError) as error:
        raise BridgeError(name, type(value).__name__, f"NumPy does not know its elements ({error})", "make an array of it") from None
    return _of(name, value, seen)


@converts(object)
def tensor(name: str, value: Any) -> Binding | None:
    """Whatever exports DLPack, such as a tensor of PyTorch's, or NumPy's own array interface."""
    if isinstance(value, type):
        return None
    if hasattr(value, "__dlpack__") and hasattr(value, "__dlpack_device__"):
        kind, _ = value.__dlpack_device__()
        if kind not in _CPU:
            raise BridgeError(name, type(value).__name__, "it is in the memory of another device", f"bind {name}.cpu() instead")
        try:
            return _of(name, value, np.from_dlpack(value))
        except (BufferError, RuntimeError, TypeError) as error:
            raise BridgeError(name, type(value).__name__, f"it does not give its memory ({error})", f"bind {name}.detach().numpy(), or a copy") from None
    if hasattr(value, "__array_interface__"):
        return _of(name, value, np.asarray(value))
    return None


def _of(name: str, value: Any, seen: np.ndarray[Any, Any]) -> Binding:
    try:
        binding = bound_array(name, seen)
    except BridgeError as error:
        raise BridgeError(name, f"{type(value).__name__} of {seen.dtype}", error.reason, error.advice) from None
    assert binding is not None
    return replace(binding, keeps=(seen, value), unchanged=partial(_is_there, value, binding.unchanged, seen))


def _is_there(known: object, is_same: Any, seen: object, value: object) -> bool:
    """Whether it is this object; a buffer cannot be resized while NumPy sees it."""
    return value is known and bool(is_same(seen))
