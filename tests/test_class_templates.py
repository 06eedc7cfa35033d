"""Class templates of which Python names an instance that C++ cannot compile: an error that says why, and nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from running import run, shown

from doublet.errors import CppCompileError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture(scope="module")
def classes(shell: InteractiveShell) -> Any:
    run(
        shell,
        """struct UsableHit { double x; explicit UsableHit(double v) : x(v) {} };
template <class T> struct UsableNumber { static_assert(std::is_arithmetic_v<T>, "only numbers"); T value; };
template <class T> requires std::is_arithmetic_v<T> struct UsableConstrained { T value; };
template <class T> struct UsableInner { typename T::inner value; };
template <class T> struct UsableOuter { UsableInner<T> value; };
template <class T> struct UsableLater;
template <class T, int size = 3> struct UsableRow { T values[size]; };
UsableNumber<UsableHit>* usable_nobody = nullptr;
int usable_takes(UsableNumber<UsableHit>*) { return 1; }""",
    )
    return shell.user_ns["cpp"]


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("UsableNumber", "only numbers"),
        ("UsableConstrained", "constraints not satisfied"),
        ("UsableInner", "no type named 'inner'"),
        ("UsableOuter", "no type named 'inner'"),
    ],
)
def test_a_class_that_does_not_compile_is_an_error_of_its_cell(classes: Any, template: str, said: str, capfd: pytest.CaptureFixture[str]) -> None:
    for argument in ("UsableHit", classes.UsableHit, "UsableHit"):
        with pytest.raises(CppCompileError, match=said) as raised:
            getattr(classes, template)[argument]
        assert raised.value.first is not None
        assert raised.value.first.cell is not None
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("template", "arguments", "said"),
    [
        ("vector", "const int", "std::vector must have a non-const"),
        ("vector", "void", "reference to 'void'"),
        ("vector", "UsableHit&", "pointer to a reference"),
        ("vector", "UsableNothing", "use of undeclared identifier 'UsableNothing'"),
        ("vector", "std::map<int, UsableNothing>", "use of undeclared identifier 'UsableNothing'"),
        ("vector", 3, "must be a type"),
        ("vector", "1+", "expected expression"),
        ("pair", ("void", "int"), "incomplete type 'void'"),
        ("optional", "int&", "reference type"),
        ("atomic", "std::string", "requires a trivially copyable type"),
        ("bitset", -1, "cannot be narrowed"),
        ("unordered_map", ("UsableHit", "int"), "C\\+\\+ has no std::hash for its keys"),
        ("unordered_set", "std::pair<int, int>", "C\\+\\+ has no std::hash for its keys"),
    ],
)
def test_a_class_of_the_standard_library_that_does_not_compile_is_refused_with_the_reason(
    classes: Any, template: str, arguments: Any, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        with pytest.raises(TypeError, match=f"std::{template}<.* cannot be used: .*{said}"):
            getattr(classes.std, template)[arguments]
    assert capfd.readouterr().err == ""


def test_a_holder_of_a_class_that_does_not_compile_is_refused(classes: Any) -> None:
    for make in (classes.std.shared_ptr, classes.std.unique_ptr, classes.std.make_shared, classes.std.make_unique):
        with pytest.raises(CppCompileError, match="only numbers"):
            make["UsableNumber<UsableHit>"]


def test_another_name_of_a_class_that_does_not_compile_says_why(shell: InteractiveShell, classes: Any) -> None:
    run(shell, "template <class T> struct UsableSmall { static_assert(sizeof(T) == 1); };\nusing UsableBad = UsableSmall<int>;")
    for _ in range(2):
        with pytest.raises(AttributeError, match=r"'UsableBad' cannot be used: cell \d+, line 1: static assertion failed"):
            classes.UsableBad  # noqa: B018


def test_pointers_to_a_class_that_does_not_compile_are_shown_and_passed(shell: InteractiveShell, classes: Any) -> None:
    run(
        shell,
        """template <class T> struct UsablePointed { static_assert(sizeof(T) == 1); }; UsablePointed<int>* usable_null = nullptr;
        struct UsableHolder { UsablePointed<int>* pointer = nullptr; int n = 1; };""",
    )
    assert "UsableHolder" in shown(shell, classes.UsableHolder())
    assert (classes.usable_null, classes.UsableHolder().pointer) == (None, None)
    assert "UsablePointed" not in shown(shell, classes.usable_null)
    assert (classes.usable_takes(None), classes.usable_takes(classes.usable_nobody)) == (1, 1)


def test_classes_that_compile_are_made_as_before(classes: Any) -> None:
    assert classes.UsableNumber["int"](3).value == 3
    assert classes.UsableRow["int"]().values.tolist() == [0, 0, 0]
    assert classes.UsableRow["double", 2]().values.tolist() == [0, 0]
    assert len(classes.std.vector["std::vector<UsableHit>"](2)) == 2
    assert dict(classes.std.unordered_map["std::string", "int"]({"a": 1})) == {"a": 1}
    with pytest.raises(TypeError, match="incomplete class"):
        classes.UsableLater["int"]()


def test_what_was_refused_can_be_used_once_it_compiles(shell: InteractiveShell, classes: Any) -> None:
    run(shell, "struct UsableKey { int n; };")
    with pytest.raises(TypeError, match="no std::hash"):
        classes.std.unordered_map["UsableKey", "int"]
    found = run(
        shell,
        """template <> struct std::hash<UsableKey> { size_t operator()(const UsableKey& key) const { return key.n; } };
        bool operator==(const UsableKey& one, const UsableKey& other) { return one.n == other.n; }
        std::unordered_map<UsableKey, int> usable_counts{{{1}, 5}}; usable_counts""",
    )
    assert len(found) == 1
    assert [(key.n, count) for key, count in classes.usable_counts] == [(1, 5)]
    assert len(classes.std.unordered_map["UsableKey", "int"]()) == 0


def test_an_error_is_of_its_cell_also_after_other_classes_were_refused(shell: InteractiveShell, classes: Any) -> None:
    run(shell, "template <class T> struct UsableVirtual { virtual double f() { return T().nothing(); } virtual ~UsableVirtual() = default; };")
    for template in (classes.UsableInner, classes.UsableVirtual):
        with pytest.raises(CppCompileError):
            template["UsableHit"]()


def test_an_argument_that_cannot_be_shown_leaves_no_messages_in_a_signature(classes: Any, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(TypeError):
        classes.std.complex["UsableHit"]("a")
    assert capfd.readouterr().err == ""


def test_smart_pointers_are_made_of_the_newest_class_and_of_types_that_are_none(shell: InteractiveShell, classes: Any) -> None:
    for fields in ("int a = 1;", "int a = 2; double b = 5;"):
        run(shell, f"struct UsableAgain {{ {fields} }};")
    for make in (classes.std.make_shared, classes.std.make_unique):
        assert make["UsableAgain"]().b == 5
        assert make["UsableAgain"](3).a == 3
    assert classes.std.make_shared["double"](3) == 3.0
    assert classes.std.make_shared["std::string"]("a") == "a"
    with pytest.raises(TypeError, match="make_unique<UsableNothing>"):
        classes.std.make_unique["UsableNothing"]()


def test_constants_are_given_to_templates_as_python_has_them(shell: InteractiveShell, classes: Any) -> None:
    run(
        shell,
        """enum class UsableLevel { low = 1, high }; enum UsableColour { usable_red, usable_green };
        template <UsableLevel L> struct UsableByLevel { int n = int(L); }; template <UsableColour C> struct UsableByColour { int n = int(C); };
        template <bool B> struct UsableByBool { int n = B ? 10 : 20; }; template <int N> struct UsableByInt { int n = N; };
        template <bool B> int usable_bool() { return B; } template <UsableLevel L> int usable_level() { return int(L); } template <int N> int usable_int() { return N; }""",
    )
    assert [classes.UsableByBool[truth]().n for truth in (True, False, np.bool_(True))] == [10, 20, 10]
    assert [classes.UsableByInt[number]().n for number in (1, True, np.int64(4))] == [1, 1, 4]
    assert (classes.UsableByLevel[classes.UsableLevel.high]().n, classes.UsableByColour[classes.usable_green]().n) == (2, 1)
    assert (classes.usable_bool[True](), classes.usable_bool[False](), classes.usable_level[classes.UsableLevel.high](), classes.usable_int[np.int64(4)]()) == (1, 0, 2, 4)
    with pytest.raises(TypeError, match=r"usable_bool<x> cannot be called with \(\): use of undeclared identifier 'x'"):
        classes.usable_bool["x"]()
    with pytest.raises(TypeError, match=r"std::vector takes types and constants in its brackets, not None"):
        classes.std.vector[None]
