"""Python's names in C++: which of them C++ sees, whichever way it is reached, and as what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from running import run

from doublet.errors import BridgeError, CppCompileError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def test_a_namespace_and_its_alias_are_up_to_date_in_python(shell: InteractiveShell) -> None:
    shell.push({"bridge_inside": 2.0})
    run(shell, "namespace bridge_space { double f() { return bridge_inside; } }\nnamespace bridge_alias = bridge_space;")
    cpp = shell.user_ns["cpp"]
    assert (cpp.bridge_space.f(), cpp.bridge_alias.f()) == (2, 2)
    shell.push({"bridge_inside": 3.0})
    assert cpp.bridge_alias.f() == 3
    shell.push({"bridge_inside": 4.0})
    assert cpp.bridge_space.f() == 4


def test_a_variable_that_holds_a_python_function_needs_its_name_no_longer(shell: InteractiveShell) -> None:
    shell.run_cell("def bridge_shout(s: str) -> str: return s.upper()").raise_error()
    run(shell, "std::function<std::string(std::string)> bridge_held = bridge_shout;")
    shell.push({"bridge_shout": None})
    assert str(run(shell, 'bridge_held("abc")')) == "ABC"


def test_what_a_used_namespace_has_is_meant_where_python_has_no_function_or_type_of_that_name(shell: InteractiveShell) -> None:
    run(shell, "namespace bridge_std { using text = std::string; int total(int a, int b) { return a + b; } }")
    shell.push({"text": "s", "total": 5})
    assert run(shell, 'using namespace bridge_std;\ntext bridge_text = "abc";\ntotal(1, 2) + bridge_text.size()') == 6


@pytest.mark.parametrize("use", ["bridge_meant", "1<bridge_meant", "int(1>bridge_meant)+1", "bridge_meant and 1", "::bridge_meant", "(bridge_meant)"])
def test_a_number_is_meant_wherever_it_can_be(shell: InteractiveShell, use: str) -> None:
    shell.user_ns.pop("bridge_meant", None)
    shell.push({"bridge_meant": 5})
    assert run(shell, use)


def test_a_name_of_a_header_that_python_cannot_see_is_refused_as_well(shell: InteractiveShell) -> None:
    shell.push({"rindex": 4})
    with pytest.raises(BridgeError, match=r"'rindex' \(int\).*C library has a function of that name"):
        run(shell, "rindex + 1")


def test_an_enumerator_of_an_enum_of_chars_is_a_number(shell: InteractiveShell) -> None:
    run(shell, "enum class BridgeSide : char { left, right }; BridgeSide bridge_side = BridgeSide::left;")
    cpp = shell.user_ns["cpp"]
    cpp.bridge_side = 1
    assert cpp.bridge_side == "\x01"
    cpp.bridge_side = cpp.BridgeSide.left
    shell.push({"bridge_right": cpp.BridgeSide.right})
    assert run(shell, "int(bridge_side) + 10 * bridge_right") == 10


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ([np.int64(1), 2], "long"),
        ([2**63, 1], "unsigned long"),
        ([-(2**63)], "long"),
        ([np.float32(0.5), 1], "double"),
        ([np.bool_(True)], "bool"),
        ([np.str_("a"), "b"], "std::string"),
    ],
)
def test_a_list_crosses_as_the_type_that_holds_all_of_it(shell: InteractiveShell, value: list[object], kind: str) -> None:
    shell.push({"bridge_kind": value})
    assert run(shell, f"std::is_same_v<decltype(bridge_kind), const std::vector<{kind}>&> + 2 * bridge_kind.size()") == 1 + 2 * len(value)


@pytest.mark.parametrize("value", [[2**63, -1], [2**64], [-(2**63) - 1], [2**53 + 1, 0.5], [10**400, 0.5], [1, "a"], [None]])
def test_a_list_that_no_type_holds_exactly_is_refused(shell: InteractiveShell, value: list[object]) -> None:
    shell.push({"bridge_unheld": value})
    with pytest.raises(CppCompileError) as caught:
        run(shell, "bridge_unheld")
    assert "'bridge_unheld' (list) cannot cross to C++" in "\n".join(caught.value.render(color=False))
