"""``cpp.vectorize``: C++ functions over NumPy arrays."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import awkward as ak
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from running import run

from doublet.errors import BridgeError, CppException

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

DEFINITIONS = """
double vec_pt(double px, double py = 0.5) { return std::hypot(px, py); }
template <class T> T vec_twice(T x, int n = 2) { return x * n; }
auto vec_lambda = [](double x, int n) { return x * n; };
int vec_over(int a) { return a; }
double vec_over(double a) { return 10 * a; }
std::pair<double, int> vec_both(float x) { return {2 * x, int(x)}; }
std::string vec_text(int x) { return "a"; }
int vec_whole(int n) { return n; }
unsigned vec_natural(unsigned n) { return n; }
double vec_seen = 0; void vec_see(double x) { vec_seen += x; }
namespace vec_kinematics {
double mass(double e, double p) { if (p > e) throw std::domain_error("p > e"); return std::sqrt(e * e - p * p); }
template <class T> T square(T x) { return x * x; }
}
struct vec_Scale { double k = 3; double operator()(double x) const { return k * x; } };
vec_Scale vec_scale;
std::function<double(double)> vec_function = [](double x) { return x + 1; };
"""
X = np.arange(6.0).reshape(2, 3)


@pytest.fixture
def cpp(shell: InteractiveShell) -> Any:
    if "vec_pt" not in dir(shell.user_ns["cpp"]):
        run(shell, DEFINITIONS)
    return shell.user_ns["cpp"]


def test_arrays_are_broadcast_and_arguments_may_be_left_out(cpp: Any) -> None:
    pt = cpp.vectorize(cpp.vec_pt)
    assert np.array_equal(pt(X, 1), np.hypot(X, 1))
    assert np.array_equal(pt(X), np.hypot(X, 0.5))
    assert np.array_equal(pt(X[:, None], [[3.0], [4.0]]), np.hypot(X[:, None], [[3.0], [4.0]]))
    assert pt(3, 4) == 5
    assert isinstance(pt(3, 4), float)
    assert pt(np.empty((0, 3))).shape == (0, 3)


def test_the_compiler_chooses_among_overloads_and_makes_what_it_needs_of_templates(cpp: Any) -> None:
    assert cpp.vectorize(cpp.vec_over)(np.arange(3)).tolist() == [0, 1, 2]
    assert cpp.vectorize(cpp.vec_over)(X)[0].tolist() == [0, 10, 20]
    twice = cpp.vectorize(cpp.vec_twice)
    assert (twice(np.arange(3, dtype="i2")).dtype, twice(X.astype("f4")).dtype, twice(X).dtype) == (np.int16, np.float32, np.float64)
    assert twice(X, np.arange(3))[1].tolist() == [0, 4, 10]


def test_anything_that_cpp_can_call_is_applied(cpp: Any) -> None:
    for function, expected in [
        (cpp.vec_scale, 3 * X),
        (cpp.vec_function, X + 1),
        (cpp.vec_kinematics.square, X**2),
        ("vec_kinematics::square", X**2),
        ("std::sqrt", np.sqrt(X)),
        ("[](double x) { return -x; }", -X),
        (cpp.vec_Scale(5.0), 5 * X),
    ]:
        assert np.array_equal(cpp.vectorize(function)(X), expected)
    assert cpp.vectorize(cpp.vec_lambda)(X, 2)[1].tolist() == [6, 8, 10]
    assert cpp.vectorize(cpp.vec_kinematics.mass)(5, [3, 4]).tolist() == [4, 3]


def test_several_results_are_several_arrays_and_none_is_none(cpp: Any) -> None:
    doubled, whole = cpp.vectorize(cpp.vec_both)(np.array([1.5, 2.5], "f4"))
    assert (doubled.tolist(), whole.tolist(), whole.dtype) == ([3, 5], [1, 2], np.int32)
    assert cpp.vectorize(cpp.vec_see)(X) is None
    assert cpp.vec_seen == X.sum()


def test_the_newest_function_is_applied_with_what_python_has_now(shell: InteractiveShell, cpp: Any) -> None:
    run(shell, "double vec_changes(double x) { return x; }")
    changes = cpp.vectorize(cpp.vec_changes)
    assert changes(X).tolist() == X.tolist()
    run(shell, "double vec_changes(double x) { return x * vec_factor; }", vec_factor=2.0)
    assert changes(X).tolist() == (2 * X).tolist()
    shell.push({"vec_factor": 3.0})
    assert changes(X).tolist() == (3 * X).tolist()


def test_jagged_arrays_keep_their_lists(cpp: Any) -> None:
    pt = cpp.vectorize(cpp.vec_pt)
    assert pt(ak.Array([[3.0, 0.0], [], [8.0]]), ak.Array([4.0, 1.0, 6.0])).to_list() == [[5, 4], [], [10]]
    assert pt(ak.Array([[0.0], []])).to_list() == [[0.5], []]


def test_jagged_arrays_go_together_with_numbers_and_may_give_several_results(cpp: Any) -> None:
    pt = cpp.vectorize(cpp.vec_pt)
    for number in (4, 4.0, np.float32(4), np.array(4)):
        assert pt(ak.Array([[3.0, None], [], None]), number).to_list() == pt(number, ak.Array([[3.0, None], [], None])).to_list() == [[5, None], [], None]
    whole, rest = cpp.vectorize("[](double x, double by) { return std::pair(long(x / by), std::fmod(x, by)); }")(ak.Array([[3.5, 4.5], []]), 2)
    assert (whole.to_list(), rest.to_list()) == ([[1, 2], []], [[1.5, 0.5], []])


def test_what_a_mask_hides_is_not_calculated_with(cpp: Any) -> None:
    pt = cpp.vectorize(cpp.vec_pt)
    hidden = np.ma.array([3.0, 9.0], mask=[False, True])
    with pytest.raises(TypeError, match="would not see the array's mask; pass its filled"):
        pt(hidden, 4.0)
    assert pt(hidden.compressed(), 4.0).tolist() == [5]
    assert pt(np.ma.array([3.0]), 4.0).tolist() == [5]


def test_no_value_is_changed_on_its_way(cpp: Any) -> None:
    whole, natural = cpp.vectorize(cpp.vec_whole), cpp.vectorize(cpp.vec_natural)
    assert whole(np.array([1, -2])).tolist() == [1, -2]
    assert natural(np.array([1, 2])).tolist() == [1, 2]
    assert whole(np.array([], int)).tolist() == []
    for function, values in ((whole, [1.5]), (whole, [1 << 40]), (natural, [-1]), (cpp.vectorize(cpp.vec_twice), [1j])):
        with pytest.raises(TypeError, match=r"C\+\+ cannot call vec_\w+ with \((float|int|complex)\d+\) without losing part of their values"):
            function(values)


def test_what_goes_wrong_says_what_and_where(cpp: Any) -> None:
    with pytest.raises(CppException, match="p > e"):
        cpp.vectorize(cpp.vec_kinematics.mass)([1, 2], 3)
    with pytest.raises(TypeError, match=r"vec_text gives std::.*of which NumPy has no arrays"):
        cpp.vectorize(cpp.vec_text)([1])
    with pytest.raises(TypeError, match="cannot be applied to elements of object"):
        cpp.vectorize(cpp.vec_pt)([None])
    with pytest.raises(TypeError, match=r"C\+\+ cannot call vec_pt with \(float64, float64, float64\)"):
        cpp.vectorize(cpp.vec_pt)(1.0, 2.0, 3.0)
    with pytest.raises(ValueError, match="broadcast"):
        cpp.vectorize(cpp.vec_pt)(np.ones(2), np.ones(3))
    with pytest.raises(BridgeError, match=r"it is no C\+\+ function; use np.vectorize"):
        cpp.vectorize(np.sin)
    with pytest.raises(TypeError, match="none was given"):
        cpp.vectorize(cpp.vec_pt)()


def test_a_name_of_the_users_own_comes_first(shell: InteractiveShell, cpp: Any) -> None:
    assert repr(cpp.vectorize(cpp.vec_pt)) == "<cpp.vectorize of vec_pt>"


def test_it_is_at_least_50_times_as_fast_as_a_loop_in_python(cpp: Any) -> None:
    x, pt = np.random.default_rng(1).random(200_000), cpp.vectorize(cpp.vec_pt)
    pt(x, x)
    begun = time.perf_counter()
    fast = pt(x, x)
    middle = time.perf_counter()
    slow = [cpp.vec_pt(a, b) for a, b in zip(x[:20_000], x[:20_000], strict=True)]
    assert fast[:20_000].tolist() == slow
    assert 10 * (time.perf_counter() - middle) > 50 * (middle - begun)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_strides_and_shapes_give_what_numpy_gives(cpp: Any, data: st.DataObject) -> None:
    shapes = data.draw(npst.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=4, min_side=0)).input_shapes
    x, y = (np.arange(np.prod(shape, dtype=int)).astype(data.draw(st.sampled_from(["f8", ">f8", "f4", "i4"]))).reshape(shape) for shape in shapes)
    x, y = (array.T.copy().T[..., ::-1] if array.ndim and data.draw(st.booleans()) else array for array in (x, y))
    assert np.array_equal(cpp.vectorize("[](double x, double y) { return 2 * x - y; }")(x, y), 2.0 * x - y)


def test_it_leaves_the_compiler_as_lenient_as_it_was(cpp: Any, shell: InteractiveShell) -> None:
    assert cpp.vectorize(cpp.vec_pt)(3.0, 4.0) == 5.0
    run(shell, "int vec_lenient = 3; std::vector<int> vec_sized(vec_lenient); float vec_narrow = 2 * 1.5;")
    assert len(shell.user_ns["cpp"].vec_sized) == 3
