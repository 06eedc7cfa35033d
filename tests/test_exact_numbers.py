"""Whole numbers that Python passes to C++ functions or writes to C++ objects: exactly, or refused; never others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from running import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

TYPES = {
    "signed char": "i1", "unsigned char": "u1", "short": "i2", "unsigned short": "u2", "int": "i4", "unsigned int": "u4",
    "long": "i8", "unsigned long": "u8", "long long": "i8", "unsigned long long": "u8",
}  # fmt: skip
SHAPES: dict[str, tuple[str, str, Callable[[Any], Any]]] = {
    "plain": ("{0}", "{1}", lambda x: x),
    "reference": ("const {0}&", "{1}", lambda x: x),
    "vector": ("const std::vector<{0}>&", "{1}.at(0)", lambda x: [x]),
    "nested": ("const std::vector<std::vector<{0}>>&", "{1}.at(0).at(0)", lambda x: [[x]]),
    "deque": ("const std::deque<{0}>&", "{1}.at(0)", lambda x: [x]),
    "array": ("const std::array<{0}, 1>&", "{1}[0]", lambda x: [x]),
    "set": ("const std::set<{0}>&", "*{1}.begin()", lambda x: {x}),
    "map": ("const std::map<std::string, {0}>&", '{1}.at("pt")', lambda x: {"pt": x}),
    "key": ("const std::map<{0}, double>&", "{1}.begin()->first", lambda x: {x: 1.5}),
    "hash": ("const std::unordered_map<std::string, {0}>&", '{1}.at("pt")', lambda x: {"pt": x}),
    "tuple": ("const std::tuple<{0}, double>&", "std::get<0>({1})", lambda x: (x, 1.5)),
    "pair": ("const std::pair<double, {0}>&", "{1}.second", lambda x: (1.5, x)),
    "pairs": ("const std::vector<std::pair<{0}, double>>&", "{1}.at(0).first", lambda x: [(x, 1.5)]),
    "optional": ("std::optional<{0}>", "*{1}", lambda x: x),
    "list": ("std::initializer_list<{0}>", "*{1}.begin()", lambda x: [x]),
}
MEMBERS = ("plain", "vector", "array", "map", "tuple", "pair", "pairs", "optional")
NUMBERS = st.one_of(st.integers(-(2**70), 2**70), st.sampled_from([s * 2**n + d for n in (7, 8, 15, 16, 31, 32, 53, 63, 64) for d in (-1, 0, 1) for s in (-1, 1)]))


def _plain(declared: str) -> str:
    return declared.removeprefix("const ").removesuffix("&")


@pytest.fixture(scope="module")
def functions(shell: InteractiveShell) -> Any:
    lines = [f"#include <{header}>" for header in ("array", "deque", "map", "optional", "set", "tuple", "unordered_map")]
    for number, of in enumerate(TYPES):
        lines += [
            f"long double exact_{shape}_{number}({declared.format(of)} x) {{ return {element.format(of, 'x')}; }}"
            for shape, (declared, element, _) in SHAPES.items()
        ]
        members = " ".join(f"{_plain(SHAPES[shape][0]).format(of)} {shape};" for shape in MEMBERS)
        lines.append(f"struct Exact{number} {{ {members} }} exact_{number};")
        lines += [f"long double exact_read_{shape}_{number}() {{ return {SHAPES[shape][1].format('', f'exact_{number}.{shape}')}; }}" for shape in MEMBERS]
    run(shell, "\n".join(lines))
    return shell.user_ns["cpp"]


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(of=st.sampled_from(sorted(TYPES)), x=NUMBERS)
@example(of="unsigned char", x=2**53 + 1)
@example(of="int", x=2**31)
@example(of="unsigned int", x=-3)
def test_a_function_gets_the_very_number_or_is_not_called(functions: Any, shape: str, of: str, x: int) -> None:
    function = getattr(functions, f"exact_{shape}_{list(TYPES).index(of)}")
    held = np.iinfo(TYPES[of])
    if held.min <= x <= held.max:
        if x.bit_length() <= 53:  # as many as Python's float has, as which the result comes
            assert function(SHAPES[shape][2](x)) == x
        else:
            assert function(SHAPES[shape][2](x)) == float(x)
    else:
        with pytest.raises((TypeError, ValueError, OverflowError)):
            function(SHAPES[shape][2](x))


@pytest.mark.parametrize("shape", MEMBERS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(of=st.sampled_from(sorted(TYPES)), x=NUMBERS)
@example(of="int", x=2**31)
def test_a_member_is_written_the_very_number_or_stays(functions: Any, shape: str, of: str, x: int) -> None:
    number = list(TYPES).index(of)
    owner = getattr(functions, f"exact_{number}")
    held = np.iinfo(TYPES[of])
    setattr(owner, shape, SHAPES[shape][2](1))
    if held.min <= x <= held.max:
        setattr(owner, shape, SHAPES[shape][2](x))
        assert getattr(functions, f"exact_read_{shape}_{number}")() == float(x)
    else:
        with pytest.raises((TypeError, ValueError, OverflowError)):
            setattr(owner, shape, SHAPES[shape][2](x))
        assert getattr(functions, f"exact_read_{shape}_{number}")() == 1


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("of", ["int", "unsigned char", "unsigned long"])
def test_a_real_number_is_no_whole_one(functions: Any, shape: str, of: str) -> None:
    function = getattr(functions, f"exact_{shape}_{list(TYPES).index(of)}")
    with pytest.raises((TypeError, ValueError)):
        function(SHAPES[shape][2](2.5))


@pytest.mark.parametrize("shape", ["pair", "tuple", "vector", "map", "optional"])
def test_a_number_that_a_float_cannot_hold_is_refused(shell: InteractiveShell, shape: str) -> None:
    declared, element, made = SHAPES[shape]
    run(shell, f"#include <optional>\n#include <map>\ndouble exact_float_{shape}({declared.format('float')} x) {{ return {element.format('', 'x')}; }}")
    function = getattr(shell.user_ns["cpp"], f"exact_float_{shape}")
    assert function(made(0.1)) == np.float32(0.1)
    assert function(made(float("inf"))) == np.inf
    with pytest.raises((TypeError, ValueError)):
        function(made(1e300))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"pt": 3}, "doublet::dict<std::string, long>"),
        ({"pt": 3, "eta": 2.5}, "doublet::dict<std::string, double>"),
        ({"pt": 2**63}, "doublet::dict<std::string, unsigned long>"),
        ([1, 2], "std::vector<long>"),
        ([1, 2.5], "std::vector<double>"),
        ([1, 2**63], "std::vector<unsigned long>"),
        ((1, 2.5), "std::tuple<long, double>"),
        ({(1, 2): 3.5}, "doublet::dict<std::tuple<long, long>, double>"),
        ({1: [1, 2.5]}, "doublet::dict<long, std::vector<double>>"),
    ],
)
def test_whole_numbers_are_longs_in_cells_and_real_beside_real_ones(shell: InteractiveShell, value: Any, kind: str) -> None:
    assert run(shell, f"std::is_same_v<std::remove_cvref_t<decltype(exact_value)>, {kind}>", exact_value=value)


@pytest.mark.parametrize("kind", ["__int128", "unsigned __int128", "__float128"])
def test_a_number_that_python_cannot_have_is_not_none(shell: InteractiveShell, kind: str) -> None:
    name = f"exact_{kind.replace(' ', '_')}"
    run(shell, f"{kind} {name}() {{ return 7; }}")
    with pytest.raises(TypeError, match=rf"Python has no number like C\+\+'s {kind}"):
        getattr(shell.user_ns["cpp"], name)()


def test_a_bool_is_a_number_where_no_function_takes_a_bool(shell: InteractiveShell) -> None:
    run(
        shell,
        """double truth_real(double x) { return x / 2; } float truth_single(const float& x) { return x / 2; }
        int truth_first(double) { return 2; } int truth_first(bool) { return 1; } int truth_second(double) { return 2; } int truth_second(int) { return 3; }
        int truth_text(const std::string&) { return 3; } int truth_text(double) { return 2; }""",
    )
    cpp = shell.user_ns["cpp"]
    for truth in (True, np.bool_(True)):
        assert (cpp.truth_real(truth), cpp.truth_single(truth), cpp.truth_text(truth)) == (0.5, 0.5, 2)
    assert (cpp.truth_first(True), cpp.truth_second(True)) == (1, 3)
    assert (cpp.truth_first(1.0), cpp.truth_second(1.0)) == (2, 2)
