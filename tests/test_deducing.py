"""Templates that take pointers to elements or vectors of them, called from Python with arrays: C++ deduces what the elements are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from running import run

from doublet.errors import CppCompileError

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture(scope="module")
def cpp(shell: InteractiveShell) -> Any:
    run(
        shell,
        """#include <numeric>
        template <class T> double deduce_sum(const std::vector<T>& v) { double sum = 0; for (auto x : v) sum += x; return sum; }
        template <class T> int deduce_size(const std::vector<T>&) { return sizeof(T); }
        template <class T> double deduce_dot(const std::vector<T>& v, const std::vector<T>& w) { return std::inner_product(v.begin(), v.end(), w.begin(), 0.0); }
        template <class T> void deduce_scaled(std::vector<T>& v) { for (auto& x : v) x *= 2; }
        template <class T> const T& deduce_last(const std::vector<T>& v) { return v.back(); }
        template <class T> double deduce_bad(const std::vector<T>& v) { return v.nothing_such(); }
        template <class T> double deduce_nth(const T* p, int n) { return p[n]; }
        template <class T> void deduce_scale(T* p, int n) { for (int i = 0; i < n; ++i) p[i] *= 2; }
        double deduce_any(const auto& all) { return all.size(); }""",
    )
    return shell.user_ns["cpp"]


NUMBERS = [np.array([1, 2, 3], kind) for kind in ("f8", "f4", "i4", "i8", "u2", "u1")]


@pytest.mark.parametrize("array", NUMBERS, ids=lambda array: str(array.dtype))
def test_a_vector_of_what_the_array_holds_is_deduced(cpp: Any, array: Any) -> None:
    assert (cpp.deduce_sum(array), cpp.deduce_sum(array[::2]), cpp.deduce_size(array), cpp.deduce_last(array)) == (6, 4, array.itemsize, 3)
    assert cpp.deduce_dot(array, array) == 14
    read_only = array.copy()
    read_only.flags.writeable = False
    assert cpp.deduce_sum(read_only) == 6


@pytest.mark.parametrize("array", NUMBERS[:-1], ids=lambda array: str(array.dtype))
def test_a_pointer_is_to_the_array_itself(cpp: Any, array: Any) -> None:
    array = array.copy()
    assert cpp.deduce_nth(array, 1) == 2
    cpp.deduce_scale(array, 3)
    assert array.tolist() == [2, 4, 6]


def test_what_cells_see_in_an_array_goes_first(cpp: Any) -> None:
    assert cpp.deduce_any(np.array([1.0, 2.0])) == 2


def test_a_copy_is_not_written_to_and_what_does_not_fit_is_refused(cpp: Any) -> None:
    array = np.array([1.0, 2.0])
    read_only = np.array([1.0, 2.0])
    read_only.flags.writeable = False
    calls: tuple[Callable[[], Any], ...] = (
        lambda: cpp.deduce_scaled(array),
        lambda: cpp.deduce_scale(read_only, 2),
        lambda: cpp.deduce_nth(np.ones(6)[::2], 1),
        lambda: cpp.deduce_dot(array, array.astype("f4")),
        lambda: cpp.deduce_sum(np.ones((2, 2))),
        lambda: cpp.deduce_sum(array.astype(">f8")),
        lambda: cpp.deduce_sum(3),
    )
    for call in calls:
        with pytest.raises(TypeError):
            call()
    assert (array.tolist(), read_only.tolist()) == ([1, 2], [1, 2])


def test_an_error_in_the_body_is_one_of_the_cell(cpp: Any) -> None:
    with pytest.raises(CppCompileError, match="no member named 'nothing_such' in 'std::vector<double>'"):
        cpp.deduce_bad(np.array([1.0]))
