"""Maps of C++ in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from running import run

if TYPE_CHECKING:
    from conftest import Engine
    from IPython.core.interactiveshell import InteractiveShell


def test_a_key_is_read_also_where_cpp_could_not_add_it(cpp: Engine) -> None:
    """``std::map``'s operator [] does not compile for such a type."""
    cpp("struct Binned { int bins; explicit Binned(int bins) : bins(bins) {} };")
    for kind in ("map", "unordered_map"):
        binned = cpp(f'std::{kind}<std::string, Binned> in_{kind};\nin_{kind}.emplace("pt", Binned(5));\nin_{kind}')
        assert binned["pt"].bins == 5
        binned["pt"].bins = 7
        assert cpp(f'in_{kind}.at("pt").bins') == 7
        with pytest.raises(KeyError, match="eta"):
            binned["eta"]
    counts = cpp("std::map<int, int> counts_by_key{{1, 2}};\ncounts_by_key")
    counts[5] += 1
    assert dict(counts) == {1: 2, 5: 1}


@pytest.mark.parametrize("kind", ["map", "unordered_map"])
def test_del_takes_an_element_out_of_a_map(cpp: Engine, kind: str) -> None:
    cpp(f'#include <unordered_map>\nstd::{kind}<std::string, int> maps_deleted{{{{"a", 1}}, {{"é", 2}}}}; const std::{kind}<int, int> maps_kept{{{{1, 2}}}};')
    deleted, kept = (cpp.interpreter.lookup(name) for name in ("maps_deleted", "maps_kept"))
    del deleted["é"]
    assert dict(deleted) == {"a": 1}
    with pytest.raises(KeyError, match="z"):
        del deleted["z"]
    with pytest.raises(TypeError, match="constant"):
        del kept[1]
    assert (len(deleted), len(kept)) == (1, 1)


def test_what_is_no_complex_number_leaves_no_key(shell: InteractiveShell) -> None:
    run(shell, "std::map<int, std::complex<double>> map_of_complex;")
    found = shell.user_ns["cpp"].map_of_complex
    for wrong in ("a", [1.0], None):
        with pytest.raises((TypeError, ValueError)):
            found[1] = wrong
    assert len(found) == 0
    found[1], found[2], found[3], found[4] = 2, 1 + 2j, 1.5, np.complex128(3j)
    assert dict(found) == {1: 2, 2: 1 + 2j, 3: 1.5, 4: 3j}
