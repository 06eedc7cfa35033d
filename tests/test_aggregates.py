"""Objects of classes that are made of their fields, made in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from running import run

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture(scope="module")
def cpp(shell: InteractiveShell) -> Any:
    run(
        shell,
        """#include <functional>
        #include <map>
        #include <variant>
        struct MadeEither { int x = 3; std::string name = "a"; std::variant<int, std::string> either; };
        struct MadeOfMap { std::map<std::string, int> map{{"a", 1}}; std::variant<int, std::map<std::string, int>> either; int x = 6; };
        struct MadeOfMany { std::function<int(int)> next = [](int i) { return i + 1; }; int array[2] = {1, 2}; std::unique_ptr<int> none; unsigned bits : 3 = 2; int x = 5; };
        struct MadeOfConstant { const int k; int x = 3; };
        struct MadeOfOther { MadeOfOther(int value) : value(value) {} int value; };
        struct MadeWithOther { MadeOfOther other; int x = 3; };""",
    )
    return shell.user_ns["cpp"]


def test_fields_that_are_not_given_are_what_the_class_says(cpp: Any) -> None:
    either, named = cpp.MadeEither(), cpp.MadeEither(name="b")
    assert (either.x, either.name, named.x, named.name) == (3, "a", 3, "b")
    for made in (cpp.MadeOfMap(), cpp.MadeOfMap(x=6)):
        assert (made.map, made.x) == ({"a": 1}, 6)
    many = cpp.MadeOfMany()
    assert (many.next(1), [*many.array], many.bits, many.x) == (2, [1, 2], 2, 5)


def test_fields_are_named_however_their_types_are_written(cpp: Any) -> None:
    made = cpp.MadeOfMap(either=4, x=1)
    assert (made.either, made.x, made.map) == (4, 1, {"a": 1})
    with pytest.raises(TypeError, match="MadeEither has 3 fields, and 4 values were given"):
        cpp.MadeEither(1, "b", 2, 3)


def test_without_a_default_constructor_all_fields_are_to_be_given(cpp: Any) -> None:
    constant, other = cpp.MadeOfConstant(5, x=6), cpp.MadeWithOther(cpp.MadeOfOther(4), 2)
    assert (constant.k, constant.x, other.other.value, other.x) == (5, 6, 4, 2)
    with pytest.raises(TypeError, match="MadeOfConstant has no default constructor: give all of its fields, k, x"):
        cpp.MadeOfConstant(5)
