"""Tuples, lists, dicts and None of Python's where C++ takes them inside an optional, a variant, a vector or a tuple."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from running import run

from doublet.errors import BridgeError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture(scope="module")
def cpp(shell: InteractiveShell) -> Any:
    run(
        shell,
        """#include <map>
        #include <optional>
        #include <set>
        #include <tuple>
        #include <variant>
        double comp_pair(std::optional<std::pair<int, double>> o) { return o ? o->first + o->second : -1; }
        int comp_tuple(std::optional<std::tuple<int, double, std::string>> o) { return o ? std::get<0>(*o) : -1; }
        int comp_inner(std::optional<std::pair<int, std::pair<int, int>>> o) { return o->second.second; }
        int comp_vector(std::optional<std::vector<int>> o) { return o ? static_cast<int>(o->size()) : -1; }
        int comp_which(std::variant<std::monostate, int, double> v) { return static_cast<int>(v.index()); }
        int comp_either(std::variant<int, std::pair<int, int>, std::string> v) { return static_cast<int>(v.index()); }
        int comp_optionals(std::vector<std::optional<std::pair<int, int>>> v) { return static_cast<int>(v.size()); }
        int comp_variants(const std::vector<std::variant<std::monostate, int>>& v) { return static_cast<int>(v.size()); }
        int comp_rows(std::vector<std::vector<int>> v) { return static_cast<int>(v.size()); }
        int comp_pairs(const std::vector<std::pair<int, double>>& v) { return static_cast<int>(v.size()); }
        int comp_with_row(std::tuple<int, std::vector<int>> t) { return static_cast<int>(std::get<1>(t).size()); }
        int comp_set(std::set<int> s) { return static_cast<int>(s.size()); }
        int comp_map(const std::map<std::string, std::vector<int>>& m) { return static_cast<int>(m.size()); }
        int comp_array(std::array<int, 3> a) { return a[0]; }
        int comp_texts(std::vector<std::string> v) { return static_cast<int>(v.size()); }
        struct CompHolder { std::optional<std::pair<int, int>> o; std::variant<std::monostate, int> v{2}; } comp_holder;
        std::optional<std::pair<int, int>> comp_optional;
        std::variant<std::monostate, int> comp_variant{3};
        std::tuple<int, int> comp_numbers;""",
    )
    return shell.user_ns["cpp"]


@pytest.mark.parametrize(
    ("call", "result"),
    [
        ("comp_pair((1, 2.5))", 3.5), ("comp_pair([1, 2])", 3), ("comp_pair(None)", -1), ("comp_tuple((4, 2.0, 's'))", 4), ("comp_inner((1, (2, 3)))", 3),
        ("comp_vector([1, 2])", 2), ("comp_vector(np.array([1, 2], 'i4'))", 2), ("comp_vector(())", 0), ("comp_vector(None)", -1),
        ("comp_which(None)", 0), ("comp_which(1)", 1), ("comp_which(1.5)", 2), ("comp_either((1, 2))", 1), ("comp_either([1, 2])", 1), ("comp_either(3)", 0), ("comp_either('a')", 2),
        ("comp_optionals([(1, 2), None])", 2), ("comp_optionals([])", 0), ("comp_variants([1, None])", 2),
        ("comp_rows([[1], [2, 3]])", 2), ("comp_rows([np.array([1], 'i4'), (2,)])", 2), ("comp_pairs([(1, 2.5)])", 1), ("comp_with_row((1, [1, 2]))", 2),
    ],
)  # fmt: skip
def test_what_python_has_becomes_what_cpp_takes(cpp: Any, call: str, result: float) -> None:
    assert eval(f"cpp.{call}", {"cpp": cpp, "np": np}) == result


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("comp_pair((1, 'x'))", "double cannot hold 'x'"),
        ("comp_pair((1.5, 2))", "int cannot hold 1.5"),
        ("comp_pair((1, 2, 3))", "a std::pair<int,double> is made of a tuple of 2, and (1, 2, 3) has 3 elements"),
        ("comp_tuple((1, 2.0))", "made of a tuple of 3"),
        ("comp_vector(3)", "a std::vector<int> is made of a list, not of 3"),
        ("comp_rows([1])", "a std::vector<int> is made of a list, not of 1"),
        ("comp_with_row((1, 3))", "a std::vector<int> is made of a list, not of 3"),
        ("comp_pairs([(1, 'x')])", "double cannot hold 'x'"),
        ("comp_pairs([1])", "made of a tuple of 2, not of 1"),
        ("comp_which('x')", "'x' (str) does not fit std::variant<std::monostate,int,double>"),
        ("comp_either((1, 'x'))", "int cannot hold 'x'"),
        ("comp_either(None)", "None is nothing, and C++ takes something here"),
        ("comp_set({'x'})", "'x' (str) is not a whole number"),
        ("comp_set(3)", "3 (int) does not fit std::set<int>"),
        ("comp_map({1: [1]})", "1 (int) does not fit std::map<std::string,std::vector<int>>::key_type"),
        ("comp_array([1, 2, 'x'])", "std::array<int,3> cannot hold 'x' (str)"),
        ("comp_texts([1])", "1 (int) does not fit std::vector<std::string>::value_type"),
        ("comp_texts('abc')", "'abc' (str) does not fit std::vector<std::string>"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(cpp: Any, call: str, reason: str) -> None:
    with pytest.raises(TypeError) as raised:
        eval(f"cpp.{call}", {"cpp": cpp})
    assert reason in str(raised.value)


def test_members_and_variables_are_written_alike(cpp: Any) -> None:
    cpp.comp_holder.o, cpp.comp_holder.v, cpp.comp_optional, cpp.comp_variant, cpp.comp_numbers = (1, 2), None, (3, 4), None, (5, 6)
    assert (cpp.comp_holder.o.value(), cpp.comp_holder.v.index(), cpp.comp_optional.value(), cpp.comp_variant.index(), cpp.comp_numbers) == ((1, 2), 0, (3, 4), 0, (5, 6))
    assert (cpp.comp_variant.get(), pickle.loads(pickle.dumps(cpp.comp_variant)).index()) == (None, 0)
    for numbers in ((1 << 40, 2), (1.5, 2), (1,)):
        with pytest.raises(BridgeError, match="cannot hold"):
            cpp.comp_numbers = numbers
    assert cpp.comp_numbers == (5, 6)
