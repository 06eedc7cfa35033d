"""Fits of lmfit and SciPy, made by these libraries in a shell, and judged as fits: by values, errors, and what the minimiser leaves open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import lmfit
import numpy as np
import pytest
from scipy.optimize import curve_fit, least_squares, minimize
from showing_results import notebook_showing, shell_with_results

from doublet.display.results import RESULT
from doublet.notebook.comparison.comparing import compare

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from doublet.notebook.comparison.verdict import Verdict

X = np.linspace(-3, 3, 61)
NOISE = np.random.default_rng(7).normal(0, 0.05, X.size)


def peak(x: Any, height: Any, place: Any, width: Any) -> Any:
    return height * np.exp(-0.5 * ((x - place) / width) ** 2)


Y = peak(X, 2.0, 0.3, 0.8) + NOISE


@pytest.fixture(scope="module")
def shell() -> InteractiveShell:
    return shell_with_results()


def judged(shell: InteractiveShell, first: object, second: object) -> Verdict:
    """What is said of two values that a cell shows."""
    shown = [notebook_showing(shell, value) for value in (first, second)]
    assert all(RESULT in each.cells[0].outputs[0].data for each in shown)
    return compare(*shown)


def lmfit_result(y: Any = Y, place: float = 0.0, **options: Any) -> Any:
    return lmfit.Model(peak).fit(y, x=X, height=1.5, place=place, width=1.0, **options)


def squares(y: Any = Y, begin: tuple[float, ...] = (1.5, 0.0, 1.0), **options: Any) -> Any:
    return least_squares(lambda p: (peak(X, *p) - y) / 0.05, begin, **options)


def chi_square(y: Any = Y, begin: tuple[float, ...] = (1.5, 0.0, 1.0), offset: float = 0.0, **options: Any) -> Any:
    return minimize(lambda p: float(np.sum(((peak(X, *p) - y) / 0.05) ** 2)) + offset, begin, **options)


@pytest.mark.parametrize("made", [lmfit_result, squares, chi_square, lambda: chi_square(method="Nelder-Mead"), lambda: chi_square(method="L-BFGS-B")])
def test_the_same_fit_is_identical(shell: InteractiveShell, made: Any) -> None:
    assert judged(shell, made(), made()).line == "agrees: 1 result"


def test_a_fit_of_lmfit_begun_elsewhere_agrees_within_what_it_leaves_open(shell: InteractiveShell) -> None:
    first, second = lmfit_result(), lmfit_result(place=0.8)
    assert first.params["place"].value != second.params["place"].value
    assert judged(shell, first, second).line == "agrees within rounding: 1 result"


def test_least_squares_begun_elsewhere_agrees_within_what_it_leaves_open(shell: InteractiveShell) -> None:
    first, second = squares(), squares(begin=(2.5, 0.8, 0.5))
    assert not np.array_equal(first.x, second.x)
    assert judged(shell, first, second).line == "agrees within rounding: 1 result"


@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B", "Nelder-Mead"])
def test_a_minimum_agrees_if_its_data_were_rounded_in_another_way(shell: InteractiveShell, method: str) -> None:
    first = chi_square(method=method)
    assert all(judged(shell, first, chi_square(y=Y + shift * 1e-13, method=method)).agrees for shift in range(1, 20))


@pytest.mark.parametrize(
    ("first", "second"),
    [(lmfit_result(), lmfit_result(Y + 0.01 * X)), (squares(), squares(Y + 0.01 * X)), (chi_square(), chi_square(Y + 0.01 * X))],
    ids=["lmfit", "least_squares", "minimize"],
)
def test_a_fit_of_other_data_differs_and_names_the_parameter(shell: InteractiveShell, first: Any, second: Any) -> None:
    assert re.match(r"differs first in cell 1: fit: (place|x\[1\]) is 0\.3\d+, was 0\.3\d+", judged(shell, first, second).line)


def test_the_parameters_of_lmfit_that_are_fixed_are_part_of_the_fit(shell: InteractiveShell) -> None:
    model = lmfit.Model(peak)

    def fixed(width: float) -> Any:
        parameters = model.make_params(height=1.5, place=0.0, width={"value": width, "vary": False})
        return model.fit(Y, parameters, x=X)

    assert judged(shell, fixed(0.8), fixed(0.8)).agrees
    line = judged(shell, fixed(0.8), fixed(0.9)).line
    assert line.startswith("differs first in cell 1: fit: ")


def test_errors_of_lmfit_that_were_scaled_differ_from_those_that_were_not(shell: InteractiveShell) -> None:
    line = judged(shell, lmfit_result(), lmfit_result(scale_covar=False)).line
    assert line.startswith("differs first in cell 1: fit: error of ")


def test_another_least_value_is_told_where_the_parameters_are_the_same(shell: InteractiveShell) -> None:
    assert judged(shell, chi_square(), chi_square(offset=10.0)).line.startswith("differs first in cell 1: fit: the minimum is ")


def test_what_minimize_and_lmfit_return_of_a_plain_function_is_a_fit(shell: InteractiveShell) -> None:
    parameters = lmfit.create_params(height=1.5, place=0.0, width=1.0)

    def made(y: Any) -> Any:
        return lmfit.minimize(lambda p: peak(X, **p.valuesdict()) - y, parameters)

    assert judged(shell, made(Y), made(Y)).line == "agrees: 1 result"
    assert "place is" in judged(shell, made(Y), made(Y + 0.01 * X)).line


def test_the_arrays_of_curve_fit_are_compared_in_full_precision(shell: InteractiveShell) -> None:
    first, second = curve_fit(peak, X, Y, (1.5, 0, 1)), curve_fit(peak, X, Y + 1e-6, (1.5, 0, 1))
    assert judged(shell, first, first).line == "agrees: 2 results"
    assert judged(shell, first, second).line.startswith("differs first in cell 1: array 1: [0] is 1.984")


PAIR = "from scipy.optimize import curve_fit\npopt, pcov = curve_fit(peak, x, y, p0{options})\npopt, pcov"


@pytest.mark.parametrize(
    ("source", "other", "line"),
    [
        (PAIR.format(options=""), curve_fit(peak, X, Y, (1.9, 0.2, 0.9)), "agrees within rounding: 1 result"),
        ("optimize.curve_fit(peak, x, y, p0)", curve_fit(peak, X, Y, (1.9, 0.2, 0.9)), "agrees within rounding: 1 result"),
        ("fit = curve_fit(peak, x, y, p0)\nfit", curve_fit(peak, X, Y, (1.9, 0.2, 0.9)), "agrees within rounding: 1 result"),
        (PAIR.format(options=""), curve_fit(peak, X, Y + 1e-4 * X), "differs first in cell 1: fit: p[1] is"),
        (PAIR.format(options=", absolute_sigma=True"), curve_fit(peak, X, Y, absolute_sigma=True), "differs first in cell 1: fit: error of p[0] is"),
        (PAIR.format(options=", ftol=1e-22"), curve_fit(peak, X, Y, (1.9, 0.2, 0.9)), "differs first in cell 1: fit: p["),
        (PAIR.format(options=", ftol=small"), curve_fit(peak, X, Y, (1.9, 0.2, 0.9)), "differs first in cell 1: array 1: "),
        ("popt, pcov = curve_fat(peak, x, y, p0)\npopt, pcov", curve_fit(peak, X, Y, (1.9, 0.2, 0.9)), "differs first in cell 1: array 1: "),
    ],
)
def test_what_a_cell_shows_of_curve_fit_is_judged_as_a_fit_if_its_source_says_so(shell: InteractiveShell, source: str, other: Any, line: str) -> None:
    first = curve_fit(peak, X, Y, (0.5, 1.0, 2.0))
    assert (first[0] != other[0]).any()
    one, two = (notebook_showing(shell, value, source) for value in (first, other))
    assert compare(one, one).agrees
    assert compare(one, two).line.startswith(line)


@pytest.mark.parametrize("value", [(1, 2), (), (X, 1), ("a",), minimize(lambda p: p[0] ** 2, [1.0], method="Powell"), (np.zeros(20_000),)])
def test_what_is_no_fit_or_does_not_tell_how_near_its_minimum_is_stays_what_is_shown(shell: InteractiveShell, value: object) -> None:
    assert shell.display_formatter is not None
    assert RESULT not in shell.display_formatter.format(value)[0]
