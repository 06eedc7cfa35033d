"""What Python's values become where C++ takes an object of a class: what C++ itself would make of them, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Engine

DECLARED = """
struct MadeOfFields { double px = 0, py = 0; }; struct MadeOfParts { MadeOfFields a; int k = 0; };
struct MadeOfInt { int n; MadeOfInt(int k) : n(k) {} }; struct MadeOfIntExplicitly { int n; explicit MadeOfIntExplicitly(int k) : n(k) {} };
double made_fields(MadeOfFields x) { return x.px + x.py; } double made_reference(const MadeOfFields& x) { return x.px + x.py; }
int made_parts(MadeOfParts x) { return x.k; } int made_int(const MadeOfInt& x) { return x.n; } int made_explicitly(MadeOfIntExplicitly x) { return x.n; }
int made_numbers(const std::vector<double>& v) { return v.size(); } int made_lists(const std::vector<std::vector<int>>& v) { return v.size(); }
double made_real(double x) { return x; } std::vector<MadeOfFields> made_all(1); std::vector<std::vector<int>> made_nested;
"""
ASKED = [
    lambda made: made("fields")(3),
    lambda made: made("reference")(3),
    lambda made: made("fields")([1, 2]),
    lambda made: made("fields")({"px": 1}),
    lambda made: made("parts")(3),
    lambda made: made("explicitly")(3),
    lambda made: made("numbers")(3),
    lambda made: made("lists")(3),
    lambda made: made("lists")([3]),
    lambda made: made("all").push_back(3),
    lambda made: made("all").__setitem__(0, 3),
    lambda made: made("nested").push_back(3),
]


@pytest.fixture
def made(cpp: Engine) -> Callable[[str], Any]:
    """What the names stand for, without ``made_``."""
    cpp(DECLARED)
    return lambda name: cpp.interpreter.lookup(f"made_{name}")


@pytest.mark.parametrize("call", ASKED)
def test_what_is_no_such_object_does_not_become_one_by_itself(made: Callable[[str], Any], call: Callable[[Callable[[str], Any]], Any]) -> None:
    with pytest.raises(TypeError, match=r"cannot take argument 1|cannot be assigned to MadeOfFields"):
        call(made)
    assert (len(made("all")), made("all")[0].px, len(made("nested"))) == (1, 0, 0)


def test_the_refusal_of_what_is_no_object_of_fields_says_how_one_is_made(made: Callable[[str], Any]) -> None:
    with pytest.raises(TypeError, match=r"MadeOfFields is made of fields: give MadeOfFields\(px=\.\.\.\), or a tuple of all fields"):
        made("fields")(3)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("numbers", 3, r"3 \(int\) does not fit std::vector<double>"),
        ("explicitly", 3, r"3 \(int\) does not fit MadeOfIntExplicitly"),
        ("lists", {1: 2}, r"1 \(int\) does not fit std::vector<std::vector<int>>::value_type"),
        ("reference", "a", "MadeOfFields is made of fields"),
        ("int", "a", r"'a' \(str\) does not fit MadeOfInt"),
        ("real", "a", r"'a' \(str\) is not a number"),
    ],
)
def test_a_refusal_without_another_reason_says_what_was_given(made: Callable[[str], Any], name: str, value: object, reason: str) -> None:
    with pytest.raises(TypeError, match=rf"cannot take argument 1: {reason}"):
        made(name)(value)


def test_tuples_of_all_fields_and_what_a_constructor_takes_do(cpp: Engine, made: Callable[[str], Any]) -> None:
    assert made("fields")((1, 2)) == made("reference")(cpp.interpreter.lookup("MadeOfFields")(1, 2)) == 3
    assert made("int")(4) == 4
    assert made("lists")([[1], (2, 3), []]) == 3
    made("all").push_back((5, 6))
    assert made("all")[1].py == 6


def test_objects_are_made_of_one_field_where_that_is_said(cpp: Engine, made: Callable[[str], Any]) -> None:
    kind = cpp.interpreter.lookup("MadeOfFields")
    assert (kind(3).px, kind(py=2).py, made("fields")(kind(3))) == (3, 2, 3)


@pytest.mark.parametrize(
    ("parameter", "value", "reason"),
    [
        ("int", "a", r"'a' \(str\) is not a whole number"),
        ("int", 1.5, r"1\.5 \(float\) is not a whole number"),
        ("int", None, "None is not a whole number"),
        ("int", [1], "this list is not a whole number"),
        ("int", "long" * 20, "this str is not a whole number"),
        ("double", "a", r"'a' \(str\) is not a number"),
        ("bool", "a", r"'a' \(str\) is not True or False"),
        ("bool", 2, r"2 \(int\) is not True or False"),
        ("char", 3.5, r"3\.5 \(float\) is not a character"),
        ("const std::vector<int>&", [1, "a"], r"'a' \(str\) is not a whole number"),
    ],
)
def test_a_value_that_is_no_number_is_named_with_its_type(cpp: Engine, parameter: str, value: object, reason: str) -> None:
    name = f"named_{abs(hash((parameter, str(value))))}"
    cpp(f"int {name}({parameter} one) {{ return 1; }}")
    with pytest.raises((TypeError, ValueError), match=rf"cannot take argument 1: {reason}$"):
        cpp.interpreter.lookup(name)(value)


def test_of_a_method_it_is_not_the_object_that_is_named_but_the_argument_if_anything(cpp: Engine) -> None:
    cpp("struct CalledByClass { void set(int) {} } called_by_class;")
    called = cpp.interpreter.lookup("called_by_class")
    with pytest.raises(TypeError, match=r"cannot take argument 1: 'a' \(str\) is not a whole number$"):
        type(called).set(called, "a")
    with pytest.raises(TypeError, match=r"void CalledByClass::set\(int\) cannot take argument 1: 'a' \(str\) is not a whole number$"):
        called.set("a")


def test_an_object_that_is_no_number_is_named_by_its_class(cpp: Engine) -> None:
    cpp("struct PassedAsNumber {} passed_as_number; int passed_number(int n) { return n; }")
    with pytest.raises(TypeError, match=r"argument 1: this PassedAsNumber is not a whole number$"):
        cpp.interpreter.lookup("passed_number")(cpp.interpreter.lookup("passed_as_number"))


@pytest.mark.parametrize(
    ("member", "value", "reason"),
    [
        ("n", "a", r"'a' \(str\)$"),
        ("n", 2**40, r"1099511627776 \(int\): integer 1099511627776 out of range for int$"),
        ("n", [1], "this list$"),
        ("d", None, "None$"),
        ("b", 3, r"3 \(int\)$"),
        ("c", 1.5, r"1\.5 \(float\)$"),
    ],
)
def test_a_member_names_itself_and_what_it_cannot_hold(cpp: Engine, member: str, value: object, reason: str) -> None:
    cpp("struct MemberHolding { int n = 1; double d = 1; bool b = true; char c = 'c'; } member_holding;")
    with pytest.raises((TypeError, ValueError), match=rf"^MemberHolding::{member} cannot hold {reason}"):
        setattr(cpp.interpreter.lookup("member_holding"), member, value)


OVERLOADED = """
struct RefusedHit { RefusedHit(int k) {} void put(int a, double b) {} void put(std::string s) {} };
int refused_area(int n) { return n; } double refused_area(double a, double b) { return a * b; } int refused_area(const std::string& s) { return 1; }
void refused_of(RefusedHit&) {} void refused_of(const std::vector<int>&) {}
template <class T> T refused_twice(T x) { return x + x; } template <int N> int refused_times(int a) { return N * a; }
RefusedHit refused_hit(1); std::vector<int> refused_numbers{1, 2}; std::map<std::string, int> refused_map; std::deque<short> refused_shorts{1}; std::vector<RefusedHit> refused_hits{1};
"""


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("refused_area('a', 'b')", "double refused_area(double a, double b) cannot take argument 1: 'a' (str) is not a number"),
        ("refused_area(1, 2, 3)", "refused_area takes at most 2 arguments (3 given)"),
        ("refused_area()", "refused_area takes at least 1 argument (0 given)"),
        ("refused_area([1])", ("no refused_area takes (list):\n  int refused_area(int n) cannot take argument 1: this list is not a whole number\n"
         "  int refused_area(const std::string& s) cannot take argument 1: text is wanted, and not this list")),
        ("refused_hit.put(3)", "void RefusedHit::put(std::string s) cannot take argument 1: 3 (int) does not fit std::string"),
        ("refused_hit.put('a', 1)", "void RefusedHit::put(int a, double b) cannot take argument 1: 'a' (str) is not a whole number"),
        ("RefusedHit('a')", "RefusedHit::RefusedHit(int k) cannot take argument 1: 'a' (str) is not a whole number"),
        ("refused_of(3)", ("no refused_of takes (int):\n  void refused_of(const std::vector<int>&) cannot take argument 1: 3 (int) does not fit std::vector<int>\n"
         "  void refused_of(RefusedHit&) cannot take argument 1: 3 (int) does not fit RefusedHit")),
        ("refused_twice(object())", "no template takes what is given: there is none for refused_twice(object)"),
        ("refused_times[2]('a')", "int refused_times(int a) cannot take argument 1: 'a' (str) is not a whole number"),
        ("refused_numbers.push_back('a')", "std::vector<int>::push_back cannot take argument 1: 'a' (str) is not a whole number"),
        ("refused_numbers.insert(3)", "std::vector<int>::insert takes at least 2 arguments (1 given)"),
        ("refused_numbers.__setitem__(0, 'a')", "std::vector<int> cannot hold 'a' (str)"),
        ("refused_hits.__setitem__(0, {})", "this dict cannot be assigned to RefusedHit"),
        ("refused_shorts.__setitem__(0, 100000)", "std::deque<short> cannot hold 100000 (int): integer 100000 out of range for short"),
        ("refused_map.__setitem__('a', None)", "std::map<std::string,int> cannot hold None"),
        ("refused_map.__setitem__(3, 3)", "std::map<std::string,int>::operator[] cannot take argument 1: 3 (int) does not fit std::map<std::string,int>::key_type"),
    ],
)  # fmt: skip
def test_of_functions_that_all_refuse_it_is_told_what_matters(cpp: Engine, call: str, told: str) -> None:
    cpp(OVERLOADED)
    names = {name: cpp.interpreter.lookup(name) for name in call.replace("(", " ").replace(".", " ").replace("[", " ").split()[:1]}
    with pytest.raises((TypeError, ValueError)) as raised:
        eval(call, names)
    assert str(raised.value) == told
