"""Functions of either language where a C++ function that Python calls takes one, and None where it takes something that can be absent."""

from __future__ import annotations

import gc
import math
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import run

from doublet.engine.interpreter import interpreter

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture(scope="module")
def functions(shell: InteractiveShell) -> Any:
    run(
        shell,
        """#include <functional>
        double farg_apply(std::function<double(double)> f) { return f(2.5); }
        double farg_pointer(double (*f)(double)) { return f(2.5); }
        int farg_whole(std::function<int(int)> f) { return f(7); }
        double farg_of_whole(std::function<double(int)> f) { return f(7); }
        double farg_template(const auto& f) { return f(2.0); }
        std::string farg_text(std::function<std::string(const std::string&)> f) { return f("ab"); }
        int farg_which(std::function<double(double)>) { return 1; }
        int farg_which(std::function<double(double, double)>) { return 2; }
        int farg_which(std::function<std::string(std::string)>) { return 3; }
        double farg_or_number(std::function<double(double)> f) { return f(1); }
        double farg_or_number(double x) { return -x; }
        std::function<double(double)> farg_kept;
        void farg_keep(std::function<double(double)> f) { farg_kept = f; }
        double farg_use(double x) { return farg_kept(x); }
        int farg_truncated(double x) { return static_cast<int>(x); }
        double farg_half(int n) { return n / 2.0; }
        float farg_single(float x) { return x * 2; }
        double farg_twice(double x) { return x * 2; }
        double farg_scaled(double x, double by = 10) { return x * by; }
        auto farg_lambda = [](double x) { return x * 3; };
        struct FargCall { double operator()(double x) const { return x * 4; } } farg_object;
        struct FargMuon { double pt = 1.5; };""",
    )
    return shell.user_ns["cpp"]


@pytest.mark.parametrize("taker", ["farg_apply", "farg_pointer"])
@pytest.mark.parametrize(
    ("name", "result"), [("farg_truncated", 2), ("farg_single", 5), ("farg_twice", 5), ("farg_scaled", 25), ("farg_lambda", 7.5), ("farg_object", 10)]
)
def test_a_cpp_function_of_another_signature_is_converted_and_never_misread(functions: Any, taker: str, name: str, result: float) -> None:
    assert getattr(functions, taker)(getattr(functions, name)) == result


def test_whole_numbers_become_real_ones_in_arguments_and_results(functions: Any) -> None:
    assert functions.farg_of_whole(functions.farg_twice) == 14
    assert functions.farg_of_whole(functions.farg_half) == 3.5


@pytest.mark.parametrize(
    ("taker", "name", "reason"),
    [
        ("farg_apply", "farg_half", "gives it 'double', but 'farg_half' takes 'int'"),
        ("farg_whole", "farg_half", "takes 'int' from it, but 'farg_half' returns 'double'"),
        ("farg_whole", "farg_twice", "takes 'int' from it"),
        ("farg_apply", "farg_use_two", "calls it with 1 argument, and 'farg_use_two' takes 2 arguments"),
    ],
)
def test_a_cpp_function_that_would_lose_part_of_a_number_is_refused(shell: InteractiveShell, functions: Any, taker: str, name: str, reason: str) -> None:
    run(shell, "double farg_use_two(double x, double y) { return x + y; }")
    with pytest.raises(TypeError, match=reason):
        getattr(functions, taker)(getattr(functions, name))


@given(st.floats(allow_nan=False), st.integers(-(2**31), 2**31 - 1))
def test_what_functions_of_other_signatures_return_is_what_they_computed(shell: InteractiveShell, functions: Any, x: float, n: int) -> None:
    if "farg_at" not in dir(functions):
        run(shell, "double farg_at(std::function<double(double)> f, double x) { return f(x); } double farg_n(std::function<double(int)> f, int n) { return f(n); }")
        run(shell, "int farg_sign(double x) { return (x > 0) - (x < 0); } long farg_square(int n) { return static_cast<long>(n) * n; }")
    assert functions.farg_at(functions.farg_sign, x) == np.sign(x)
    assert functions.farg_n(functions.farg_square, n) == float(n * n)


@pytest.mark.parametrize("taker", ["farg_apply", "farg_pointer", "farg_or_number"])
def test_callables_of_python_are_functions(functions: Any, taker: str) -> None:
    x = 1 if taker == "farg_or_number" else 2.5
    for function in (math.sqrt, np.sqrt, abs, lambda x: x + 1, lambda x, y=2: x * y, lambda *all: sum(all), partial(pow, 2), complex(1, 0).__mul__):
        try:
            wanted = function(x)
        except TypeError:
            continue
        if not isinstance(wanted, complex):
            assert getattr(functions, taker)(function) == wanted


def test_the_overload_is_the_one_that_a_function_can_be_called_by(functions: Any) -> None:
    def text(x: str) -> str:
        return x

    assert functions.farg_which(lambda x: x) == 1
    assert functions.farg_which(lambda x, y: x) == 2
    assert functions.farg_which(text) == 3
    assert functions.farg_which(functions.farg_twice) == 1


def test_a_function_that_cannot_be_called_so_is_refused_when_it_is_given(functions: Any) -> None:
    def text(x: str) -> str:
        return x

    def real(x: int) -> float:
        return x / 2

    with pytest.raises(TypeError, match="calls it with 1 argument, which '<lambda>' cannot be called with"):
        functions.farg_apply(lambda x, y: x)
    with pytest.raises(TypeError, match="gives it 'double', but 'text' takes str as 'x'"):
        functions.farg_apply(text)
    with pytest.raises(TypeError, match="takes 'int' from it, but 'real' returns float"):
        functions.farg_whole(real)
    with pytest.raises(TypeError):
        functions.farg_apply(3)


def test_text_crosses_to_functions_of_python(functions: Any) -> None:
    assert functions.farg_text(lambda text: text * 2 + "é") == "ababé"


def test_a_function_that_cpp_keeps_stays_alive_and_no_longer(functions: Any) -> None:
    class Scale:
        def __call__(self, x: float) -> float:
            return x * 5

    functions.farg_keep(Scale())
    gc.collect()
    assert functions.farg_use(2) == 10
    scale = Scale()
    before = sys.getrefcount(scale)
    functions.farg_keep(scale)
    functions.farg_apply(scale)
    assert sys.getrefcount(scale) > before
    functions.farg_keep(lambda x: x)
    gc.collect()
    assert sys.getrefcount(scale) == before


@pytest.mark.parametrize("order", [1, -1])
def test_a_template_gets_functions_in_full_precision_whatever_it_was_given_before(shell: InteractiveShell, functions: Any, order: int) -> None:
    def third(x: float) -> float:
        return x / 3

    name = f"farg_template_{order % 3}"
    run(shell, f"double {name}(const auto& f) {{ return f(2.0); }}")
    taker = getattr(functions, name)
    calls = [(functions.farg_single, 4.0), (third, 2 / 3), (math.sqrt, 2**0.5), (np.sqrt, 2**0.5), (lambda x: x / 7, 2 / 7), (functions.farg_lambda, 6)]
    for function, result in calls[::order]:
        assert taker(function) == result


@pytest.mark.parametrize(
    "parameter",
    [
        "const char*", "double*", "const double*", "void*", "FargMuon*", "const FargMuon*", "std::unique_ptr<FargMuon>", "std::shared_ptr<FargMuon>",
        "const std::shared_ptr<const FargMuon>&", "std::weak_ptr<FargMuon>", "std::optional<double>", "const std::optional<FargMuon>&",
        "std::optional<std::string>", "std::function<double(double)>", "double (*", "std::nullptr_t",
    ],
)  # fmt: skip
def test_None_is_nothing_where_cpp_takes_something_that_may_be_absent(shell: InteractiveShell, functions: Any, parameter: str) -> None:
    name = f"farg_none_{abs(hash(parameter))}"
    test = "one.lock() != nullptr" if "weak" in parameter else "one != nullptr" if "nullptr_t" in parameter else "one ? true : false"
    declared = "double (*one)(double)" if "(*" in parameter else f"{parameter} one"
    run(shell, f"#include <memory>\n#include <optional>\nbool {name}({declared}) {{ return {test}; }}")
    for _ in range(2):
        assert getattr(functions, name)(None) is False


def test_smart_pointers_and_texts_are_passed_as_before(shell: InteractiveShell, functions: Any) -> None:
    run(
        shell,
        """#include <cstring>
        double farg_shared(std::shared_ptr<FargMuon> muon) { return muon ? muon->pt : -1; }
        double farg_unique(std::unique_ptr<FargMuon> muon) { return muon ? muon->pt : -1; }
        double farg_held(std::optional<FargMuon> muon) { return muon ? muon->pt : -1; }
        int farg_length(const char* text) { return text ? static_cast<int>(std::strlen(text)) : -1; }
        auto farg_made() { return std::make_shared<FargMuon>(); }
        auto farg_made_unique() { return std::make_unique<FargMuon>(); }""",
    )
    made = functions.farg_made()
    assert [functions.farg_shared(None), functions.farg_shared(made), functions.farg_shared(None)] == [-1, 1.5, -1]
    assert [functions.farg_unique(functions.farg_made_unique()), functions.farg_unique(None)] == [1.5, -1]
    assert [functions.farg_held(functions.FargMuon()), functions.farg_held(None)] == [1.5, -1]
    assert [functions.farg_length("abc"), functions.farg_length(None)] == [3, -1]


@pytest.mark.parametrize("parameter", ["FargMuon&", "const FargMuon&", "FargMuon", "const std::string&", "double", "std::vector<double>", "std::shared_ptr<FargMuon>&"])
def test_None_is_refused_where_cpp_takes_an_object(shell: InteractiveShell, functions: Any, parameter: str) -> None:
    name = f"farg_some_{abs(hash(parameter))}"
    run(shell, f"int {name}({parameter} one) {{ return 1; }}")
    with pytest.raises(TypeError, match=r"cannot take argument 1: (?:None is nothing, and C\+\+ takes something here|None is not a number)$"):
        getattr(functions, name)(None)


def test_a_plain_pointer_that_cpp_stores_calls_the_same_python_function_for_good(functions: Any, shell: InteractiveShell) -> None:
    run(
        shell,
        """using FargPointer = double (*)(double);
        FargPointer farg_stored = nullptr;
        void farg_store(FargPointer f) { farg_stored = f; }
        double farg_call_stored(double x) { return farg_stored(x); }
        struct FargStoring { FargPointer f = nullptr; double call(double x) { return f(x); } } farg_storing;""",
    )

    def make(n: int) -> Any:
        return lambda x: x + n

    functions.farg_store(make(1))
    functions.farg_storing.f = make(2)
    gc.collect()
    assert [functions.farg_pointer(make(n)) for n in (10, 20, 30)] == [12.5, 22.5, 32.5]
    gc.collect()
    assert (functions.farg_call_stored(0.5), functions.farg_storing.call(0.5)) == (1.5, 2.5)

    class Shift:
        def by(self, x: float) -> float:
            return x + 5

    functions.farg_store(Shift().by)
    gc.collect()
    assert functions.farg_call_stored(0.5) == 5.5
    with pytest.raises(TypeError, match="C\\+\\+ calls it with 1 argument"):
        functions.farg_storing.f = lambda: 3


def test_functions_of_a_loop_that_do_the_same_are_compiled_for_once(functions: Any) -> None:
    known = len(interpreter().callables._kept)
    for number in range(200):
        assert functions.farg_pointer(lambda x: x + 1000) == 1002.5, number
    assert len(interpreter().callables._kept) == known + 1
