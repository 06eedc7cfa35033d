"""HepMC3's events in Python: a summary, and the particles as a NumPy or Awkward array (a copy)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import doublet
from doublet.engine.interpreter import interpreter

_engine = interpreter()
_engine.declare("#include <doublet/libraries/hepmc3.hpp>")
_cpp = _engine.gbl.doublet.libraries

_ROW = np.dtype([*((field, "f8") for field in ("px", "py", "pz", "E", "mass")), *((field, "i4") for field in ("id", "pid", "status", "_"))])
_FIELDS = ["id", "pid", "status", "px", "py", "pz", "E", "mass"]
_MOST_SHOWN = 20


@doublet.register("HepMC3::GenEvent")
class GenEvent:
    """An event is a sequence of its particles; momenta and masses are in the event's own units."""

    def __repr__(self: Any) -> str:
        momentum, length = _units(self)
        sizes = f"{self.particles().size()} particles, {self.vertices().size()} vertices"
        return f"GenEvent(number={self.event_number()}, {sizes}, {momentum}, {length})"

    def _repr_html_(self: Any) -> str:
        particles = np.asarray(self)
        heads = "".join(f"<th>{field}</th>" for field in _FIELDS)
        rows = ["".join(f"<td>{row[field]:.6g}</td>" for field in _FIELDS) for row in particles[:_MOST_SHOWN]]
        more = len(particles) - len(rows)
        rest = f"<p>and {more} more particles</p>" if more > 0 else ""
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<p>{self!r}</p><table><tr>{heads}</tr>{body}</table>{rest}"

    def __len__(self: Any) -> int:
        return int(self.particles().size())

    def __bool__(self) -> bool:
        return True

    def __iter__(self: Any) -> Iterator[Any]:
        return iter(self.particles())

    def __array__(self: Any, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        if copy is False:
            raise ValueError("the particles of a HepMC3::GenEvent become an array only by being copied")
        rows = np.zeros(self.particles().size(), _ROW)
        _cpp.copy_particles(self, rows.ctypes.data)
        found = np.empty(len(rows), [(field, _ROW[field]) for field in _FIELDS])
        for field in _FIELDS:
            found[field] = rows[field]
        return found if dtype is None else found.astype(dtype)

    def to_awkward(self: Any) -> Any:
        """An Awkward array of records that the package vector knows as ``Momentum4D``."""
        import awkward as ak

        particles = np.asarray(self)
        return ak.zip({field: particles[field] for field in _FIELDS}, with_name="Momentum4D")


@doublet.register("HepMC3::GenParticle")
class GenParticle:
    """A particle of an event."""

    def __repr__(self: Any) -> str:
        p = self.momentum()
        return f"GenParticle(id={self.id()}, pid={self.pid()}, status={self.status()}, px={p.px():.5g}, py={p.py():.5g}, pz={p.pz():.5g}, E={p.e():.5g})"


def _units(event: Any) -> tuple[str, str]:
    return str(_cpp.momentum_unit(event)), str(_cpp.length_unit(event))
