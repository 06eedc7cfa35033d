"""Python functions that C++ calls: as ``std::function``, as pointers to functions, and as methods that override C++ ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Engine

HEADERS = "".join(f"#include <{name}>\n" for name in ("complex", "functional", "map", "memory", "optional", "span", "string", "vector"))
DECLARATIONS = """
struct Called { double x = 1.5; };
template <class T> struct CalledBox { T t{}; };
std::vector<double> called_numbers{1, 2, 3.5};
std::map<std::string, int> called_map{{"a", 1}, {"b", 2}};
std::string called_text = "text";
Called called; CalledBox<int> called_box{7};
int called_int = 42; double called_double = 2.25;
"""

ARGUMENTS: list[tuple[str, str, Callable[[Any], Any], object]] = [
    ("const std::vector<double>&", "called_numbers", list, [1, 2, 3.5]),
    ("std::vector<double>&", "called_numbers", list, [1, 2, 3.5]),
    ("std::vector<double>", "called_numbers", list, [1, 2, 3.5]),
    ("const std::vector<double>*", "&called_numbers", list, [1, 2, 3.5]),
    ("std::vector<double>&&", "std::move(called_numbers)", list, [1, 2, 3.5]),
    ("const std::map<std::string, int>&", "called_map", lambda m: {str(k): v for k, v in m}, {"a": 1, "b": 2}),
    ("const std::string&", "called_text", str, "text"),
    ("std::string_view", "called_text", str, "text"),
    ("const char*", "called_text.c_str()", str, "text"),
    ("const Called&", "called", lambda c: c.x, 1.5),
    ("const CalledBox<int>&", "called_box", lambda box: box.t, 7),
    ("const CalledBox<CalledBox<int>>&", "(CalledBox<CalledBox<int>>{called_box})", lambda box: box.t.t, 7),
    ("const std::shared_ptr<Called>&", "std::make_shared<Called>()", lambda c: c.x, 1.5),
    ("const std::optional<int>&", "std::optional<int>{4}", lambda o: o.value(), 4),
    ("const int&", "called_int", lambda n: n + 1, 43),
    ("const double&", "called_double", lambda x: x * 2, 4.5),
    ("const bool&", "true", lambda b: b is True, True),
    ("const std::size_t&", "1ul << 63", lambda n: n, 1 << 63),
    ("const std::complex<double>&", "(std::complex<double>{1, 2})", lambda z: z * 1j, -2 + 1j),
    ("std::span<const double>", "called_numbers", list, [1, 2, 3.5]),
]


@pytest.fixture
def calls(cpp: Engine) -> Engine:
    if not cpp.interpreter.names.is_defined("called_numbers"):
        cpp(HEADERS + DECLARATIONS)
    return cpp


@pytest.mark.parametrize("at", range(len(ARGUMENTS)), ids=[row[0] for row in ARGUMENTS])
def test_python_sees_the_arguments_that_it_is_called_with(calls: Engine, at: int) -> None:
    kind, value, seen, expected = ARGUMENTS[at]
    calls(
        f"void takes_function_{at}(std::function<void({kind})> f) {{ f({value}); }} void takes_pointer_{at}(void (*f)({kind})) {{ f({value}); }}"
        f"struct Overridden_{at} {{ virtual ~Overridden_{at}() {{}} virtual void get({kind}) = 0; void drive() {{ get({value}); }} }};"
    )
    look = calls.interpreter.lookup
    got: list[object] = []
    look(f"takes_function_{at}")(lambda argument: got.append(seen(argument)))
    look(f"takes_pointer_{at}")(lambda argument: got.append(seen(argument)))
    type("Overriding", (look(f"Overridden_{at}"),), {"get": lambda _, argument: got.append(seen(argument))})().drive()
    assert got == [expected] * 3


RESULTS: list[tuple[str, str, Any, str]] = [
    ("int", "std::to_string({})", 42, "42"),
    ("unsigned int", "std::to_string({})", 42, "42"),
    ("unsigned long", "std::to_string({})", 1 << 63, str(1 << 63)),
    ("std::string", "{}", "text", "text"),
    ("std::vector<double>", "std::to_string({}.size())", [1, 2.5], "2"),
    ("std::optional<int>", 'std::string({} ? "some" : "none")', None, "none"),
    ("Called*", 'std::string({} ? "some" : "none")', None, "none"),
    ("const char*", 'std::string({} ? "some" : "none")', None, "none"),
]


@pytest.mark.parametrize("at", range(len(RESULTS)), ids=[row[0] for row in RESULTS])
def test_cpp_gets_what_python_returns(calls: Engine, at: int) -> None:
    kind, shown, value, expected = RESULTS[at]
    calls(
        f"std::string shows_function_{at}(std::function<{kind}()> f) {{ return {shown.format('f()')}; }}"
        f"std::string shows_pointer_{at}({kind} (*f)()) {{ return {shown.format('f()')}; }}"
        f"struct Returning_{at} {{ virtual ~Returning_{at}() {{}} virtual {kind} get() = 0; std::string drive() {{ return {shown.format('get()')}; }} }};"
    )
    look = calls.interpreter.lookup
    derived = type("Derived", (look(f"Returning_{at}"),), {"get": lambda _: value})
    assert look(f"shows_function_{at}")(lambda: value) == expected
    assert look(f"shows_pointer_{at}")(lambda: value) == expected
    assert derived().drive() == expected


@pytest.mark.parametrize(("kind", "value"), [("int", 2.5), ("int", 1 << 40), ("double", "x"), ("bool", 2), ("float", 1e300), ("std::vector<double>", None)])
def test_what_python_returns_is_an_error_where_cpp_cannot_hold_it(calls: Engine, kind: str, value: object) -> None:
    name = f"refuses_{abs(hash((kind, str(value))))}"
    calls(f"void {name}(std::function<{kind}()> f) {{ f(); }}")
    with pytest.raises((TypeError, ValueError)):
        calls.interpreter.lookup(name)(lambda: value)
