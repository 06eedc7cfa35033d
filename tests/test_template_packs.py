"""Templates with any number of arguments: Cling loses some where it writes out defaults among them, Python does not."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Engine

from doublet.engine.interpreter import interpreter

CODE = """\
#include <functional>
#include <map>
#include <memory>
#include <tuple>
#include <variant>
#include <vector>
template <class Number = int, int size = 3> struct TpPart { Number number = size; };
struct TpOther { int other = 7; };
template <class... Parts> struct TpPack { static constexpr int size = sizeof...(Parts); int count() const { return size; } };
using TpTwo = TpPack<TpPart<>, TpOther>;
using TpTuple = std::tuple<TpPart<>, double>;
using TpVariant = std::variant<TpPart<>, double>;
using TpNested = TpPack<TpPack<TpPart<>, TpOther>, std::vector<TpTwo>, int>;
struct TpMembers { TpTwo two; TpTwo* pointer = &two; TpPack<TpPart<>, TpOther> written; TpTuple tuple; TpVariant variant; TpNested nested; };
TpMembers tp_members;
TpTwo tp_two;
TpTwo* tp_pointer = &tp_two;
TpTuple tp_tuple{{}, 2.5};
TpNested tp_nested;
std::vector<TpTwo> tp_vector(2);
std::map<int, TpTwo> tp_map{{1, {}}};
auto tp_unique = std::make_unique<TpTwo>();
TpTwo tp_by_value() { return {}; }
TpTwo& tp_by_reference() { return tp_two; }
const TpTwo& tp_by_constant() { return tp_two; }
TpTuple& tp_tuple_by_reference() { return tp_tuple; }
int tp_take(const TpTwo&) { return 2; }
int tp_take_pointer(TpTwo*) { return 2; }
int tp_take_one(TpPack<TpPart<>>&) { return 1; }
"""


class Names(dict[str, Any]):
    """The C++ names, for expressions."""

    def __missing__(self, name: str) -> Any:
        return interpreter().lookup(name)


@pytest.fixture(scope="module")
def names() -> Names:
    Engine(interpreter())(CODE)
    return Names()


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        *[
            (f"tp_{name}", "TpPack<TpPart<int,3>,TpOther>")
            for name in ("two", "pointer", "by_value()", "by_reference()", "by_constant()", "vector[0]", "map[1]", "unique")
        ],
        *[(f"tp_members.{name}", "TpPack<TpPart<int,3>,TpOther>") for name in ("two", "pointer", "written")],
        *[(name, "std::tuple<TpPart<int,3>,double>") for name in ("tp_tuple", "tp_tuple_by_reference()", "tp_members.tuple")],
        ("tp_members.variant", "std::variant<TpPart<int,3>,double>"),
        *[(name, "TpPack<TpPack<TpPart<int,3>,TpOther>,std::vector<TpPack<TpPart<int,3>,TpOther>>,int>") for name in ("tp_nested", "tp_members.nested")],
    ],
)
def test_an_object_has_all_the_arguments_of_its_class(names: Names, expression: str, kind: str) -> None:
    found: Any = type(eval(expression, {}, names))
    assert found.__cpp_name__ == kind


def test_a_name_of_a_class_stands_for_that_class(names: Names) -> None:
    assert names["TpTwo"].size == 2
    assert names["TpNested"]().count() == 3
    assert names["TpTuple"].__cpp_name__ == "std::tuple<TpPart<int,3>,double>"


def test_a_function_takes_its_class_and_no_other(names: Names) -> None:
    assert (names["tp_take"](names["tp_two"]), names["tp_take_pointer"](names["tp_two"])) == (2, 2)
    with pytest.raises(TypeError):
        names["tp_take_one"](names["tp_two"])


def test_an_alias_that_is_defined_again_is_the_new_class(cpp: Engine) -> None:
    cpp("template <class N = int> struct TpPiece {}; template <class... P> struct TpRow { int size() const { return sizeof...(P); } };\nusing TpRedone = TpRow<TpPiece<>, int>; TpRedone tp_redone;")
    assert cpp.interpreter.lookup("tp_redone").size() == cpp.interpreter.lookup("TpRedone")().size() == 2
    cpp("using TpRedone = TpRow<TpPiece<>, int, double>; TpRedone tp_redone;")
    assert cpp.interpreter.lookup("tp_redone").size() == cpp.interpreter.lookup("TpRedone")().size() == 3
