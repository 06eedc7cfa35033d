"""What crosses between Python and C++: names as they are now, values exactly, functions that live long enough."""

from __future__ import annotations

import gc
import math
import re
from collections import deque
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from running import run

from doublet.errors import BridgeError, CppCompileError, CppException

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def python(shell: InteractiveShell, text: str) -> None:
    shell.run_cell(text).raise_error()


def refusal(shell: InteractiveShell, text: str) -> str:
    with pytest.raises(CppCompileError) as caught:
        run(shell, text)
    return "\n".join(caught.value.render(color=False))


@pytest.mark.parametrize("value", [[], object(), {}, [1, "a"]])
def test_a_name_rebound_to_what_does_not_cross_has_no_old_value(shell: InteractiveShell, value: object) -> None:
    shell.push({"bridge_gone": [1, 2]})
    run(shell, "bridge_gone[0]")
    shell.push({"bridge_gone": value})
    with pytest.raises(BridgeError, match=r"'bridge_gone' \(\w+\) cannot cross"):
        run(shell, "bridge_gone[0]")
    with pytest.raises(BridgeError, match="'bridge_gone'"):
        _ = shell.user_ns["cpp"].bridge_gone
    shell.push({"bridge_gone": [5]})
    assert run(shell, "bridge_gone[0]") == 5


def test_a_function_that_uses_what_no_longer_crosses_is_named(shell: InteractiveShell) -> None:
    shell.push({"bridge_lost": 2.0})
    run(shell, "double bridge_uses_lost() { return bridge_lost; }")
    shell.push({"bridge_lost": None})
    with pytest.raises(BridgeError, match=r"'bridge_lost' \(NoneType\).*'bridge_uses_lost' uses it"):
        run(shell, "bridge_uses_lost()")
    with pytest.raises(BridgeError, match="'bridge_lost'"):
        shell.user_ns["cpp"].bridge_uses_lost()
    shell.push({"bridge_lost": 3.0})
    assert shell.user_ns["cpp"].bridge_uses_lost() == 3


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [([1, 2], [1.0, 2.0], 0.5), ([0.0, 1.0], [-0.0, 1.0], -math.inf), ([True, True], [1, 1], 0)],
)
def test_a_list_that_is_equal_but_not_the_same_is_copied_again(
    shell: InteractiveShell, before: list[Any], after: list[Any], expected: float
) -> None:
    text = "bridge_equal[0] == 0 ? 1.0 / bridge_equal[0] : double(bridge_equal[0] / 2)"
    shell.push({"bridge_equal": before})
    run(shell, text)
    shell.push({"bridge_equal": after})
    assert run(shell, text) == expected


def test_an_element_that_is_replaced_by_an_equal_one_of_another_type_is_seen(shell: InteractiveShell) -> None:
    shell.push({"bridge_element": (changed := [1, 3])})
    assert run(shell, "bridge_element[0] / 2") == 0
    changed[0], changed[1] = 1.0, 3.0  # type: ignore[call-overload]
    assert run(shell, "bridge_element[0] / 2") == 0.5


def test_python_gets_its_own_list_back_and_not_the_copy_of_cpp(shell: InteractiveShell) -> None:
    shell.push({"bridge_own": (own := [1, 2])})
    run(shell, "bridge_own.size()")
    assert shell.user_ns["cpp"].bridge_own is own


def test_a_name_that_python_has_deleted_has_no_old_value(shell: InteractiveShell) -> None:
    python(shell, "bridge_deleted = 1.5")
    run(shell, "double uses_deleted() { return bridge_deleted; }")
    python(shell, "del bridge_deleted")
    for text in ("bridge_deleted", "uses_deleted()"):
        with pytest.raises(BridgeError, match="Python has deleted it"):
            run(shell, text)
    python(shell, "bridge_deleted = 2.5")
    assert run(shell, "uses_deleted()") == 2.5


def test_functions_see_what_python_has_rebound_wherever_they_are_called(shell: InteractiveShell) -> None:
    python(shell, "def bridge_f(x): return x")
    shell.push({"bridge_s": 2.0, "bridge_a": np.array([1.0])})
    run(shell, "double bridge_inner(double v) { return bridge_f(v) * bridge_s + bridge_a[0]; }")
    run(shell, "double bridge_outer(double v) { return bridge_inner(v); }")
    cpp = shell.user_ns["cpp"]
    assert cpp.bridge_outer(1) == 3
    shell.push({"bridge_s": 3.0})
    assert cpp.bridge_outer(1) == 4
    shell.push({"bridge_a": np.array([10.0])})
    assert run(shell, "bridge_outer(1)") == 13
    python(shell, "def bridge_f(x): return 100 * x")
    assert cpp.bridge_outer(1) == 310
    assert run(shell, "bridge_outer(1)") == 310


def test_what_does_not_cross_may_share_its_name_with_members_parameters_and_locals(shell: InteractiveShell) -> None:
    shell.push({"bridge_no": object(), "bridge_never": np.zeros(2, ">f8"), "bridge_nor": "\ud800"})
    run(shell, "struct BridgeHolder { double bridge_no = 2; double times(double bridge_never) { return bridge_no * bridge_never; } };")
    assert run(shell, "BridgeHolder bridge_holder; { int bridge_nor = 3; bridge_holder.bridge_no += bridge_nor; }\nbridge_holder.times(2)") == 10


def test_half_a_character_is_refused_in_one_sentence(shell: InteractiveShell) -> None:
    shell.push({"bridge_half": "a\ud800"})
    assert "'bridge_half' (str) cannot cross to C++: it holds half a character, U+D800" in refusal(shell, "bridge_half")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Decimal("1.5"), "(Decimal) cannot cross to C++: C++ has no counterpart of it; convert it with float() or int()"),
        (range(3), "(range) cannot cross to C++: C++ has no counterpart of it; make a list or an array of it"),
        (deque([1]), "(deque) cannot cross to C++: C++ has no counterpart of it; make a list or an array of it"),
        (math, "(module) cannot cross to C++: C++ has no counterpart of it; give what C++ needs of it a name of its own"),
    ],
)
def test_what_c_has_no_counterpart_of_is_refused_with_what_to_do(shell: InteractiveShell, value: object, told: str) -> None:
    shell.push({"bridge_unknown": value})
    assert f"'bridge_unknown' {told}" in refusal(shell, "bridge_unknown")


def test_a_name_with_an_underscore_is_refused_for_that_reason(shell: InteractiveShell) -> None:
    shell.push({"_bridge_hidden": 1})
    assert "its name begins with an underscore; give it another name" in refusal(shell, "_bridge_hidden")


def test_names_that_are_keywords_or_macros_leave_the_cpp_alone(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.push({"new": 1, "auto": 2, "EOF": 7})
    assert run(shell, "auto* bridge_made = new int(3); *bridge_made") == 3
    assert run(shell, "EOF") == -1
    assert "'EOF' is a macro in C++" in capsys.readouterr().err
    for name in ("new", "auto", "EOF"):
        del shell.user_ns[name]


def test_a_variable_with_the_name_of_a_function_of_c_is_refused_where_it_is_meant(shell: InteractiveShell) -> None:
    shell.push({"gamma": 2.5, "time": 3.0})
    with pytest.raises(BridgeError, match=r"'gamma' \(float\).*the C library has a function of that name"):
        run(shell, "gamma * 2")
    assert run(shell, "time(nullptr) > 5") is True
    del shell.user_ns["gamma"], shell.user_ns["time"]


def test_a_masked_array_is_refused_with_the_remedy(shell: InteractiveShell) -> None:
    shell.push({"bridge_masked": np.ma.array([1.0, 2.0], mask=[False, True])})
    assert re.search(r"mask; bind bridge_masked\.filled\(value\)", refusal(shell, "bridge_masked[1]"))


def test_a_class_of_arrays_that_means_more_than_its_numbers_is_refused(shell: InteractiveShell) -> None:
    class WithUnit(np.ndarray[Any, Any]):
        pass

    shell.push({"bridge_unit": np.ones(2).view(WithUnit), "bridge_mat": np.array([[1.0, 2.0]]).view(np.matrix)})
    assert "WithUnit says of them; bind np.asarray(bridge_unit)" in refusal(shell, "bridge_unit[0]")
    assert run(shell, "bridge_mat(0, 1)") == 2


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        (-(2**63), "bridge_value", -(2**63)),
        ([-(2**63), 1], "bridge_value[0]", -(2**63)),
        ([2**63, 1], "bridge_value[0]", 2**63),
        ([np.int64(3), np.int32(4)], "bridge_value[1]", 4),
        ([np.bool_(True), False], "bridge_value[0]", True),
        ([np.float32(0.5), 2], "bridge_value[0]", 0.5),
        (["a\0b", "é"], "bridge_value[0].size() * 10 + bridge_value[1].size()", 32),
    ],
)
def test_values_cross_exactly(shell: InteractiveShell, value: object, text: str, expected: object) -> None:
    shell.push({"bridge_value": value})
    assert run(shell, text) == expected


@pytest.mark.parametrize("value", [[2**53 + 1, 0.5], [2**64], [2**63, -1]])
def test_numbers_that_would_change_are_refused(shell: InteractiveShell, value: object) -> None:
    shell.push({"bridge_inexact": value})
    assert "'bridge_inexact' (list) cannot cross" in refusal(shell, "bridge_inexact[0]")


def test_a_strided_array_is_indexed_sorted_and_gone_through(shell: InteractiveShell) -> None:
    array = np.arange(10.0)
    shell.push({"bridge_strided": array[::3]})
    text = "std::sort(bridge_strided.begin(), bridge_strided.end(), std::greater<>());\ndouble bridge_sum = 0;\n"
    text += "for (double v : bridge_strided) bridge_sum += v;\nbridge_sum * 100 + bridge_strided[1]"
    assert run(shell, text) == 1806
    assert array[[0, 3, 6, 9]].tolist() == [9, 6, 3, 0]


def test_functions_of_text_and_with_default_arguments_are_called(shell: InteractiveShell) -> None:
    python(shell, "def bridge_upper(s: str) -> str: return s.upper() + 'é'\ndef bridge_times(s: str, n: int = 2) -> float: return len(s) * n")
    assert str(run(shell, 'bridge_upper("a\\tb")')) == "A\tBé"
    assert run(shell, 'bridge_times("abc") * 100 + bridge_times("abc", 5)') == 615


def test_a_function_that_cpp_has_kept_outlives_its_name(shell: InteractiveShell) -> None:
    python(shell, "def bridge_short(x): return x + 1")
    run(shell, "std::function<double(double)> bridge_kept = bridge_short;")
    python(shell, "def bridge_short(x): return x + 2")
    assert run(shell, "bridge_short(1)") == 3
    python(shell, "del bridge_short")
    gc.collect()
    assert run(shell, "bridge_kept(1)") == 2


@pytest.mark.parametrize("result", ["None", "'a'"])
def test_a_function_that_returns_the_wrong_type_is_named(shell: InteractiveShell, result: str) -> None:
    python(shell, f"def bridge_wrong(x): return {result}")
    with pytest.raises(TypeError, match=r"the Python function 'bridge_wrong'.*annotate"):
        run(shell, "bridge_wrong(1)")


def test_a_result_that_is_not_what_its_annotation_says_is_named_with_it(shell: InteractiveShell) -> None:
    python(shell, "def bridge_rounded(x: float, y: float = 2) -> int: return x / y")
    with pytest.raises(TypeError, match=r"^the result of the Python function 'bridge_rounded' cannot become the int as which it is annotated \(int.*\)$"):
        run(shell, "bridge_rounded(3)")


def test_what_a_function_written_in_C_raises_is_left_as_it_is(shell: InteractiveShell) -> None:
    python(shell, "from operator import truediv as bridge_ratio")
    assert run(shell, "bridge_ratio(1, 4)") == 0.25
    with pytest.raises(ZeroDivisionError, match=r"^(float )?division by zero$"):
        run(shell, "bridge_ratio(1, 0)")


def test_what_a_function_raises_itself_is_left_as_it_is(shell: InteractiveShell) -> None:
    python(shell, "def bridge_raises(x): raise TypeError('mine')")
    with pytest.raises(TypeError, match=r"^mine$"):
        run(shell, "bridge_raises(1)")


def test_the_first_type_of_a_union_that_crosses_is_taken(shell: InteractiveShell) -> None:
    python(shell, "from typing import Optional\ndef bridge_either(x: Optional[int], y: list | float) -> int | None: return x + int(y)")
    assert run(shell, "bridge_either(3, 4.5)") == 7


def test_a_function_with_arguments_that_cpp_cannot_give_is_refused(shell: InteractiveShell) -> None:
    python(shell, "def bridge_key(x, *, y): return x\ndef bridge_list(x: list): return x\ndef bridge_of(x: list[float]): return x")
    assert "C++ cannot give its argument 'y'" in refusal(shell, "bridge_key(1)")
    assert "C++ has no counterpart of list, as which its 'x' is annotated" in refusal(shell, "bridge_list(1)")
    assert "C++ has no counterpart of list[float], as which its 'x' is annotated" in refusal(shell, "bridge_of(1)")


@pytest.mark.parametrize(
    ("annotation", "cpp", "value"),
    [
        ("np.int16", "short", -3), ("np.int32", "int", 2**31 - 1), ("np.int64", "long", 2**62),
        ("np.uint64", "unsigned long", 2**63), ("np.float32", "float", 0.5), ("np.float64", "double", 0.1), ("np.bool_", "bool", True),
    ],
)  # fmt: skip
def test_annotations_of_NumPy_are_the_numbers_of_that_size(shell: InteractiveShell, annotation: str, cpp: str, value: object) -> None:
    python(shell, f"import numpy as np\ndef bridge_sized(x: {annotation}) -> {annotation}: return x")
    assert run(shell, f"std::is_same_v<decltype(bridge_sized), std::function<{cpp}({cpp})>>") is True
    shell.push({"bridge_number": value})
    assert run(shell, "bridge_sized(bridge_number)") == value


def test_a_function_cannot_return_what_its_annotation_cannot_hold(shell: InteractiveShell) -> None:
    python(shell, "def bridge_narrow(x) -> np.uint8: return 300")
    with pytest.raises(ValueError, match="integer 300 out of range for uint8_t"):
        run(shell, "bridge_narrow(1)")
    assert run(shell, "std::is_same_v<decltype(bridge_narrow(1)), std::uint8_t>") is True


VARIABLES = """
const int bridge_k = 3;
#include <optional>
enum class BridgeColour { red, green };
struct BridgeBox {
    int i = 1; float f = 1; double d = 1; bool b = false; char c = 'a'; std::string s = "x";
    std::vector<double> v{1}; std::vector<int> vi{1}; std::array<double, 2> a{1, 2}; BridgeColour e = BridgeColour::red;
    std::optional<int> o = 1; double* p = &d; std::shared_ptr<int> q; std::function<double(double)> fn; std::string_view w; std::vector<std::vector<int>> vv{{1}};
} bridge_box;
"""


@pytest.fixture(scope="module")
def variables(shell: InteractiveShell) -> InteractiveShell:
    members = ("i", "f", "d", "b", "c", "s", "v", "vi", "a", "e", "o", "p", "q", "fn", "w", "vv")
    run(shell, VARIABLES)
    for name in members:
        run(shell, f"auto bridge_{name} = bridge_box.{name};")
    return shell


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("i", 2.0, "bridge_i == 2"),
        ("i", -(2**31), "bridge_i == std::numeric_limits<int>::min()"),
        ("f", 0.1, "bridge_f == 0.1f"),
        ("f", math.inf, "std::isinf(bridge_f)"),
        ("d", math.nan, "std::isnan(bridge_d)"),
        ("c", "z", "bridge_c == 'z'"),
        ("s", "A\0b", "bridge_s.size() == 3"),
        ("v", [1, 2], "bridge_v == std::vector<double>{1, 2}"),
        ("v", np.arange(6)[::2], "bridge_v == std::vector<double>{0, 2, 4}"),
        ("v", [], "bridge_v.empty()"),
        ("vv", [], "bridge_vv.empty()"),
        ("vi", [1.0, 2.0], "bridge_vi == std::vector<int>{1, 2}"),
        ("a", [3, 4], "bridge_a[1] == 4"),
        ("e", 1, "bridge_e == BridgeColour::green"),
        ("o", None, "!bridge_o"),
        ("o", 7, "bridge_o == 7"),
        ("p", None, "bridge_p == nullptr"),
        ("q", None, "bridge_q == nullptr"),
        ("fn", lambda x: 2 * x, "bridge_fn(2) == 4"),
    ],
)
def test_a_variable_takes_what_it_can_hold(variables: InteractiveShell, name: str, value: object, text: str) -> None:
    setattr(variables.user_ns["cpp"], f"bridge_{name}", value)
    assert run(variables, text)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("i", math.nan, "the variable's type has no such value"),
        ("i", math.inf, "the variable's type has no such value"),
        ("i", 1.5, "has no fractions"),
        ("i", 2**31, "outside the range"),
        ("i", "3", "cannot hold '3'"),
        ("i", None, "can be None"),
        ("f", 1e300, "too large"),
        ("f", 2**24 + 1, "all of its digits"),
        ("d", 10**400, r"'bridge_d' \(int\).*does not fit into 64 bits"),
        ("b", 2, "outside the range"),
        ("c", "zz", "a char holds one byte"),
        ("s", 65, "holds text"),
        ("s", None, "can be None"),
        ("vi", [1, 2.5], "has no fractions"),
        ("v", np.ones((2, 2)), "cannot hold"),
        ("a", [1, 2, 3], "holds 2 elements"),
        ("a", [], "holds 2 elements"),
        ("w", "gone", "only refers to"),
        ("k", 4, r"is constant; define it again in a C\+\+ cell"),
    ],
)
def test_a_variable_refuses_what_it_cannot_hold_and_stays(variables: InteractiveShell, name: str, value: object, reason: str) -> None:
    run(variables, f"auto bridge_before_{name} = bridge_{name};")
    with pytest.raises(BridgeError, match=reason) as caught:
        setattr(variables.user_ns["cpp"], f"bridge_{name}", value)
    assert "doublet_value" not in str(caught.value)
    unchanged = f"bridge_before_{name} == bridge_{name}"
    assert run(variables, f"{unchanged} || bridge_{name} != bridge_{name}" if name == "d" else unchanged)


def test_a_name_of_pythons_is_not_written_through_cpp(shell: InteractiveShell) -> None:
    shell.push({"bridge_pythons": 1})
    run(shell, "bridge_pythons")
    with pytest.raises(AttributeError, match="assign to bridge_pythons itself"):
        shell.user_ns["cpp"].bridge_pythons = 2


def test_the_rows_of_an_array_of_more_dimensions_are_arrays_of_one_less(shell: InteractiveShell) -> None:
    shell.user_ns["bridge_rows"], shell.user_ns["bridge_planes"] = np.arange(12.0).reshape(3, 4)[:, ::2], np.arange(24).reshape(2, 3, 4)
    assert run(shell, "double row_sum = 0; for (auto row : bridge_rows) for (double x : row) row_sum += x; row_sum") == 30
    assert run(shell, "bridge_rows[1][1] = 100; bridge_rows(1, 1) + bridge_planes[1][2][3] + bridge_planes[1].extent(0)") == 126
    assert shell.user_ns["bridge_rows"][1, 1] == 100


def test_an_index_of_an_array_of_several_dimensions_is_checked_by_at(shell: InteractiveShell) -> None:
    shell.push({"bridge_checked": np.arange(24.0).reshape(2, 3, 4), "bridge_gaps": np.arange(6)[::2]})
    assert run(shell, "bridge_checked.at(1, 2, 3) + bridge_gaps.at(2)") == 27
    for index, said in (("2, 0, 0", "index 2 is out of range for axis 0, which has 2"), ("0, 0, -1", "index -1 is out of range for axis 2, which has 4")):
        with pytest.raises(CppException, match=f"{said} elements"):
            run(shell, f"bridge_checked.at({index})")
