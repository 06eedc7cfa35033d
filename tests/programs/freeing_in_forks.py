"""A process with a library, older than the engine, that frees memory whenever the process is forked: argument 1 is its file."""

from __future__ import annotations

import ctypes
import sys

import numpy as np

ctypes.CDLL(sys.argv[1])

from doublet.engine.interpreter import interpreter  # noqa: E402 - the library has to be the first

engine = interpreter()
engine.run("std::vector<double> fork_low(10, 1.5); std::vector<double> fork_high(10'000'000, 2.5); struct Fork { int x; }; std::vector<Fork> fork_parts(3);", 1)
views = [np.asarray(engine.lookup(name)) for name in ("fork_low", "fork_high")]
part = engine.lookup("fork_parts")[1]
try:
    engine.run("int fork_wrong = nowhere;", 2)
except Exception as error:
    print(error)
print(engine.evaluate("fork_low[0] + fork_high[0]"), part.x)
