"""Operators of C++ classes in Python: what the compiler chooses, always the newest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from doublet.errors import CppException

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Engine


@pytest.fixture
def vec(cpp: Engine) -> Any:
    cpp(
        "namespace vec {\n"
        "struct V { double x; bool operator==(const V&) const = default; friend V operator-(V a, V b) { return {a.x - b.x}; } };\n"
        "V operator+(V a, V b) { return {a.x + b.x}; }\n"
        "V operator*(double s, V a) { return {s * a.x}; }\n"
        "V& operator*=(V& a, double s) { a.x *= s; return a; }\n"
        "bool operator<(V a, V b) { return a.x < b.x; }\n"
        "std::ostream& operator<<(std::ostream& out, V a) { return out << 'V' << a.x; }\n"
        "}"
    )
    return cpp.interpreter.lookup("vec")


def test_operators_of_a_namespace_and_hidden_friends_are_found(vec: Any) -> None:
    a, b = vec.V(1.0), vec.V(2.0)
    assert ((a + b).x, (b - a).x, (2.0 * a).x, (2 * a).x) == (3, 1, 2, 2)
    assert (np.float64(3) * a).x == 3
    assert (a == b, a == vec.V(1.0), a != b, a < b, a > b) == (False, True, True, True, False)
    assert max([a, b]).x == 2
    assert str(b) == "V2"
    same = b
    b *= 4.0
    assert same.x == 8


def test_operators_are_the_newest_of_a_namespace(cpp: Engine, vec: Any) -> None:
    a, b = vec.V(1.0), vec.V(2.0)
    assert (a + b).x == 3
    with pytest.raises(TypeError, match="unsupported operand"):
        a / 2
    cpp("namespace vec { V operator+(V a, V b) { return {100}; } V operator/(V a, double d) { return {a.x / d}; } }")
    assert ((a + b).x, (a / 2).x) == (100, 0.5)
    cpp('namespace vec { std::ostream& operator<<(std::ostream& out, V a) { return out << "new"; } }')
    assert str(a) == "new"


def test_a_template_takes_a_whole_number_for_a_real_one(cpp: Engine) -> None:
    cpp("template <class T> struct Scaled { T v; }; template <class T> Scaled<T> operator*(T s, Scaled<T> b) { return {s * b.v}; }")
    scaled = cpp.interpreter.lookup("Scaled")["double"](3.0)
    assert ((2.5 * scaled).v, (2 * scaled).v) == (7.5, 6)


def test_objects_without_operators_are_equal_to_themselves_only(cpp: Engine) -> None:
    cpp("struct Bare { int n; };")
    one, other = (cpp.interpreter.lookup("Bare")(1) for _ in range(2))
    again = one
    assert (one == again, one == other, one != other, one == 1, one == None) == (True, False, True, False, False)  # noqa: E711
    assert other in [one, other]
    assert len({one, other}) == 2
    assert str(one) == repr(one)
    attempts: list[Callable[[], Any]] = [lambda: one < other, lambda: one + 1, lambda: -one, lambda: "a" + one]
    for attempt in attempts:
        with pytest.raises(TypeError, match="Bare"):
            attempt()


def test_what_an_operator_throws_is_raised(cpp: Engine) -> None:
    cpp('struct Unsummable {}; Unsummable operator+(Unsummable, Unsummable) { throw std::runtime_error("no sum"); }')
    unsummable = cpp.interpreter.lookup("Unsummable")()
    with pytest.raises(CppException, match="no sum"):
        unsummable + unsummable


def test_lambdas_are_called_from_python_with_what_they_take(cpp: Engine) -> None:
    cpp("int lambda_base = 10; auto lambda_plain = [](double x) { return x * x; }; auto lambda_any = [](auto x) { return x + x; };")
    cpp("auto lambda_counts = [n = lambda_base]() mutable { return ++n; };")
    look = cpp.interpreter.lookup
    assert (look("lambda_plain")(3.0), look("lambda_plain")(3), look("lambda_any")(2), look("lambda_any")("a")) == (9, 9, 4, "aa")
    assert [look("lambda_counts")() for _ in range(2)] == [11, 12]
    assert cpp("lambda_counts()") == 13
    cpp("auto lambda_plain = [](double x) { return -x; };")
    assert look("lambda_plain")(3.0) == -3
    assert cpp("[](int a, int b) { return a - b; }")(5, 2) == 3
    with pytest.raises(TypeError, match=r"C\+\+ cannot call this with \(str, list\)"):
        look("lambda_plain")("a", [])
