"""Python functions in C++ cells whose annotations are C++ classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from running import run

from doublet.errors import BridgeError, CppCompileError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

DEFINITIONS = """
struct annotated_Muon { double pt, eta; };
std::vector<annotated_Muon> annotated_muons{{20, 1}, {30, 2}};
double annotated_each(std::function<double(const annotated_Muon&)> f) { double s = 0; for (auto& m : annotated_muons) s += f(m); return s; }
template <class F> double annotated_every(F f) { double s = 0; for (auto& m : annotated_muons) s += f(m); return s; }
"""
FUNCTIONS = """
def annotated_pt(m: cpp.annotated_Muon) -> float: return m.pt
def annotated_made(x: float) -> cpp.annotated_Muon: return cpp.annotated_Muon(x, 2 * x)
def annotated_size(v: cpp.std.vector["double"]) -> int: return len(v)
def annotated_order(a: cpp.annotated_Muon, b: cpp.annotated_Muon) -> bool: return a.pt > b.pt
annotated_plain = lambda m: m.pt
"""


@pytest.fixture
def functions(shell: InteractiveShell) -> InteractiveShell:
    if "annotated_pt" not in shell.user_ns:
        run(shell, DEFINITIONS)
        shell.run_cell(FUNCTIONS).raise_error()
    return shell


def test_a_function_takes_and_returns_cpp_objects(functions: InteractiveShell) -> None:
    assert run(functions, "annotated_each(annotated_pt) + annotated_every(annotated_pt)") == 100
    assert run(functions, "annotated_made(3.).eta + annotated_size(std::vector<double>{1, 2})") == 8
    assert run(functions, "std::sort(annotated_muons.begin(), annotated_muons.end(), annotated_order); annotated_muons[0].pt") == 30


def test_a_function_without_annotations_that_is_given_an_object_is_told_to_have_them(functions: InteractiveShell) -> None:
    for call in ("annotated_each(annotated_plain)", "annotated_every(annotated_plain)"):
        with pytest.raises(CppCompileError) as caught:
            run(functions, call)
        assert "annotate it, as in `def f(muon: cpp.Muon) -> float`" in str(caught.value.diagnostics)


def test_an_annotation_of_neither_language_is_refused(functions: InteractiveShell) -> None:
    functions.run_cell("def annotated_wrong(x: dict) -> float: return 1.0").raise_error()
    with pytest.raises((BridgeError, CppCompileError), match="annotated_wrong") as caught:
        run(functions, "annotated_wrong(1)")
    assert "use float, int, bool, str or a C++ class" in str(getattr(caught.value, "diagnostics", caught.value))
