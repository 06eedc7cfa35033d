"""FastJet's jets and particles in Python: how they look, and sequences of them as NumPy and Awkward arrays (copies)."""

from __future__ import annotations

from typing import Any

import numpy as np

import doublet
from doublet.engine.interpreter import interpreter
from doublet.engine.proxies import class_named

_engine = interpreter()
_engine.declare("#include <doublet/libraries/fastjet.hpp>")
_cpp = _engine.gbl.doublet.libraries

_FIELDS = ("px", "py", "pz", "E")
_DTYPE = np.dtype([(field, "f8") for field in _FIELDS])


@doublet.register("fastjet::PseudoJet")
class PseudoJet:
    """A four-momentum, shown in the coordinates of hadron colliders; units are those that it was made with."""

    def __repr__(self: Any) -> str:
        return f"PseudoJet(pt={self.pt():.5g}, rap={self.rap():.4g}, phi={self.phi_std():.4g}, m={self.m():.4g})"

    def __reduce_ex__(self: Any, _protocol: Any) -> Any:
        """The momentum and the index; what a jet is made of stays with its cluster sequence."""
        return _made, (self.px(), self.py(), self.pz(), self.E(), self.user_index())


@doublet.register("std::vector<fastjet::PseudoJet>")
class PseudoJets:
    """Jets or particles; of px, py, pz and E, an array has a copy."""

    def __array__(self: Any, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        if copy is False:
            raise ValueError("the momenta of fastjet::PseudoJet become an array only by being copied")
        found = np.empty(len(self), _DTYPE)
        _cpp.copy_momenta(self, found.ctypes.data)
        return found if dtype is None else found.astype(dtype)

    def to_awkward(self: Any) -> Any:
        """An Awkward array of records that the package vector knows as ``Momentum4D``."""
        import awkward as ak

        momenta = np.asarray(self)
        return ak.zip({field: momenta[field] for field in _FIELDS}, with_name="Momentum4D")

    @classmethod
    def from_python(cls, value: Any) -> Any:
        """Take arrays with the fields px, py, pz and E."""
        names = getattr(getattr(value, "dtype", None), "names", None) or getattr(value, "fields", None) or ()
        if not {*_FIELDS} <= {*names}:
            return NotImplemented
        momenta = np.empty(len(value), _DTYPE)
        for field in _FIELDS:
            momenta[field] = np.asarray(value[field])
        return _cpp.particles(momenta.ctypes.data, len(momenta))


@doublet.register("fastjet::Error")
class Error:
    """What FastJet throws, which is no std::exception."""

    def what(self: Any) -> str:
        return str(self.message())


def _made(px: float, py: float, pz: float, energy: float, index: int) -> Any:
    jet = class_named("fastjet::PseudoJet")(px, py, pz, energy)
    jet.set_user_index(index)
    return jet
