"""NumPy's arrays as matrices of Eigen in arguments of C++ functions, in place where C++ says so; Eigen's results in NumPy."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import run

import doublet

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

pytestmark = pytest.mark.needs("eigen")


@pytest.fixture(scope="module")
def functions(shell: InteractiveShell) -> Any:
    doublet.load("eigen3")
    run(
        shell,
        """#include <Eigen/Dense>
        using EigRows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
        double eig_ref(Eigen::Ref<Eigen::MatrixXd> m) { m(0, 1) = 42; return m.sum(); }
        double eig_rows(Eigen::Ref<EigRows> m) { m(0, 1) = 42; return m.sum(); }
        double eig_constant(const Eigen::Ref<const Eigen::MatrixXd>& m) { return m(1, 0) * 100 + m(0, 1); }
        std::size_t eig_place(const Eigen::Ref<const Eigen::MatrixXd>& m) { return reinterpret_cast<std::size_t>(m.data()); }
        double eig_map(Eigen::Map<Eigen::MatrixXd> m) { m(0, 1) = 42; return m.sum(); }
        double eig_map_rows(const Eigen::Map<const EigRows>& m) { return m(1, 0) * 100 + m(0, 1); }
        double eig_any_map(Eigen::Map<Eigen::MatrixXd, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>> m) { m(0, 1) = 42; return m(1, 0); }
        double eig_vector(Eigen::Ref<Eigen::VectorXd> v) { v(0) = 42; return v.sum(); }
        double eig_strided(Eigen::Ref<Eigen::VectorXd, 0, Eigen::InnerStride<>> v) { v(0) = 42; return v.sum(); }
        double eig_row(const Eigen::Ref<const Eigen::RowVectorXd>& v) { return v.sum(); }
        double eig_three(Eigen::Ref<Eigen::Vector3d> v) { return v.norm(); }
        double eig_matrix(const Eigen::MatrixXd& m) { return m(1, 0) * 100 + m(0, 1); }
        float eig_floats(Eigen::Ref<Eigen::MatrixXf> m) { return m.sum(); }
        std::complex<double> eig_complex(const Eigen::Ref<const Eigen::MatrixXcd>& m) { return m.sum(); }
        Eigen::MatrixXd eig_identity(int n) { return Eigen::MatrixXd::Identity(n, n); }
        Eigen::Vector3d eig_result() { return {1, 2, 3}; }""",
    )
    return shell.user_ns["cpp"]


@pytest.mark.parametrize(("name", "order"), [("eig_ref", "F"), ("eig_map", "F"), ("eig_rows", "C"), ("eig_any_map", "C"), ("eig_any_map", "F")])
def test_a_matrix_of_fitting_order_is_written_in_place(functions: Any, name: str, order: Any) -> None:
    array = np.arange(6.0).reshape(2, 3).copy(order)
    getattr(functions, name)(array)
    assert array.tolist() == [[0, 42, 2], [3, 4, 5]]


def test_columns_of_an_array_are_written_in_place(functions: Any) -> None:
    array = np.asfortranarray(np.zeros((4, 6)))
    functions.eig_ref(array[1:3, 2:5])
    assert np.argwhere(array).tolist() == [[1, 3]]
    functions.eig_any_map(np.zeros((4, 6))[::2, ::-3][:, ::-1])


@pytest.mark.parametrize(
    ("name", "array", "reason"),
    [
        ("eig_ref", np.ones((2, 3)), "one column after the other, and the array's do not; pass np.asfortranarray"),
        ("eig_map", np.ones((2, 3)), "pass np.asfortranarray"),
        ("eig_rows", np.ones((2, 3), order="F"), "one row after the other, and the array's do not; pass np.ascontiguousarray"),
        ("eig_map", np.ones((4, 3), order="F")[:2], "pass np.asfortranarray"),
        ("eig_ref", np.ones((2, 3), "i8", order="F"), r"C\+\+ takes float64 in place, not int64; pass array.astype\('float64'\)"),
        ("eig_constant", np.ones((2, 3), "f4"), "not float32"),
        ("eig_ref", np.ones((2, 3), ">f8", order="F"), "byte order"),
        ("eig_ref", np.ones(3), r"any x any elements cannot be made of an array of the shape \(3,\)"),
        ("eig_three", np.ones(4), r"3 x 1 elements cannot be made of an array of the shape \(4,\)"),
        ("eig_vector", np.ones(6)[::2], "pass np.asfortranarray"),
        ("eig_matrix", np.ones(3), "cannot be made of an array of the shape"),
    ],
)
def test_an_array_of_another_order_kind_or_shape_is_refused_with_the_way_out(functions: Any, name: str, array: Any, reason: str) -> None:
    before = array.copy()
    with pytest.raises(TypeError, match=reason):
        getattr(functions, name)(array)
    assert np.array_equal(array, before)


def test_a_read_only_array_is_for_constants_only(functions: Any) -> None:
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    array.flags.writeable = False
    assert functions.eig_constant(array) == 301
    with pytest.raises(TypeError, match="read-only"):
        functions.eig_ref(array)


def test_a_constant_ref_refers_to_what_fits_and_copies_the_rest(functions: Any) -> None:
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    assert functions.eig_place(array) == array.ctypes.data
    rows = np.ascontiguousarray(array)
    assert functions.eig_place(rows) != rows.ctypes.data
    assert [functions.eig_constant(of) for of in (array, rows, np.arange(24.0).reshape(4, 6)[::2, ::2], [[0, 1], [3, 4]])] == [301, 301, 1202, 301]
    assert functions.eig_map_rows(rows) == functions.eig_matrix(rows) == functions.eig_matrix([[0, 1], [3, 4]]) == 301


def test_vectors_are_arrays_of_one_dimension(functions: Any) -> None:
    array = np.arange(6.0)
    assert functions.eig_vector(array[:3]) == 45
    assert functions.eig_strided(array[1::2]) == 42 + 3 + 5
    assert array.tolist() == [42, 42, 2, 3, 4, 5]
    assert functions.eig_row(array) == array.sum()
    assert functions.eig_three(np.array([2.0, 3, 6])) == 7


def test_other_numbers_than_doubles(functions: Any) -> None:
    assert functions.eig_floats(np.ones((2, 3), "f4", order="F")) == 6
    assert functions.eig_complex(np.full((2, 2), 1 + 2j)) == 4 + 8j


def test_a_matrix_of_eigen_is_passed_as_a_ref_itself(functions: Any) -> None:
    matrix = functions.eig_identity(2)
    assert functions.eig_constant(matrix) == 0


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.booleans())
def test_whatever_the_strides_the_elements_are_the_same_or_refused(functions: Any, rows: int, columns: int, row_step: int, column_step: int, transposed: bool) -> None:
    whole = np.arange(float(rows * row_step * columns * column_step)).reshape(rows * row_step, columns * column_step)
    array = whole[::row_step, ::column_step].T if transposed else whole[::row_step, ::column_step]
    if array.shape[0] < 2 or array.shape[1] < 2:
        array = np.broadcast_to(array[:1, :1], (2, 2))
    wanted = array[1, 0] * 100 + array[0, 1]
    assert functions.eig_constant(array) == functions.eig_matrix(array) == wanted
    try:
        assert functions.eig_map_rows(array) == wanted
    except TypeError:
        assert not array.flags.c_contiguous


def test_results_are_arrays_for_numpys_functions(functions: Any) -> None:
    identity, vector = functions.eig_identity(2), functions.eig_result()
    assert np.sum(vector) == 6
    assert np.linalg.norm(vector) == pytest.approx(14**0.5)
    assert np.concatenate([vector, [4]]).tolist() == [1, 2, 3, 4]
    assert (np.eye(2) + identity).tolist() == [[2, 0], [0, 2]]
    assert np.add(identity, 1).tolist() == [[2, 1], [1, 2]]
    assert identity.T.tolist() == [[1, 0], [0, 1]]
    assert np.asarray(pickle.loads(pickle.dumps(vector))).tolist() == [1, 2, 3]
