"""What NumPy's arrays and numbers become when Python passes them to C++ functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

if TYPE_CHECKING:
    from conftest import Engine


@pytest.fixture
def sums(cpp: Engine) -> Any:
    cpp(
        "namespace arguments {\n"
        "double copied(const std::vector<double>& v) { double sum = 0; for (auto x : v) sum += x; return sum; }\n"
        "int whole(const std::vector<int>& v) { int sum = 0; for (auto x : v) sum += x; return sum; }\n"
        "double read(const double* v, int n) { return n > 0 ? v[n - 1] : 0; }\n"
        "double written(double* v, int n) { v[0] = 7; return n; }\n"
        "double spanned(std::span<const double> v) { double sum = 0; for (auto x : v) sum += x; return sum; }\n"
        "void doubled(std::span<double> v) { for (auto& x : v) x *= 2; }\n"
        "int same(int i) { return i; }\n"
        "bool truth(bool b) { return b; }\n"
        "double real(double x) { return x; }\n"
        "float single(float x) { return x; }\n"
        "float singles(const std::vector<float>& v) { return v.at(0); }\n"
        "}"
    )
    return cpp.interpreter.lookup("arguments")


@pytest.mark.parametrize("dtype", ["f8", "f4", ">f8", "i8", "u1", "?", ">i2"])
def test_an_array_of_any_numbers_becomes_a_vector_of_the_same_values(sums: Any, dtype: str) -> None:
    assert sums.copied(np.array([1, 0, 1], dtype)) == 2


def test_a_strided_array_becomes_a_vector_of_its_elements(sums: Any) -> None:
    assert sums.copied(np.arange(6.0)[::2]) == 6


@pytest.mark.parametrize(("function", "more"), [("copied", ()), ("whole", ()), ("spanned", ()), ("read", (2,))])
def test_what_a_mask_hides_is_not_passed(sums: Any, function: str, more: tuple[int, ...]) -> None:
    numbers = np.array([1, 2], int if function == "whole" else float)
    with pytest.raises(TypeError, match=r"would not see (the array's|its) mask|this MaskedArray does not fit std::vector"):
        getattr(sums, function)(np.ma.array(numbers, mask=[False, True]), *more)
    assert getattr(sums, function)(np.ma.array(numbers), *more) in (2, 3)


class InMillimetres(np.ndarray[Any, Any]):
    """As libraries of units have them."""


@pytest.mark.parametrize(("function", "more"), [("copied", ()), ("spanned", ()), ("read", (2,))])
def test_an_array_that_says_more_of_its_numbers_is_not_passed_without_that(sums: Any, function: str, more: tuple[int, ...]) -> None:
    lengths = np.array([1.0, 2.0]).view(InMillimetres)
    with pytest.raises(TypeError, match=r"without what InMillimetres says of them; (pass|bind) np.asarray|this InMillimetres does not fit std::vector"):
        getattr(sums, function)(lengths, *more)
    assert getattr(sums, function)(np.asarray(lengths), *more) in (2, 3)


@pytest.mark.parametrize("kind", ["double", "int", "std::string"])
def test_a_list_of_lists_is_no_vector_of_what_is_in_them(cpp: Engine, kind: str) -> None:
    std, one = cpp.interpreter.lookup("std"), "a" if kind == "std::string" else 1
    for nested in ([[one]], [[one, one], [one]], [(one, one)], ([one],), [one, [one]]):
        with pytest.raises(TypeError, match=r"does not hold a (list|tuple); give it the elements themselves|this list is not|text is"):
            std.vector[kind](nested)
    assert [*std.vector[kind]([one, one])] == [*std.vector[kind]((one, one))] == [one, one]


def test_the_bytes_of_an_array_are_not_taken_for_objects_of_the_same_size(cpp: Engine) -> None:
    std = cpp.interpreter.lookup("std")
    assert [[*row] for row in std.vector["std::array<int,2>"](np.array([[1, 2], [3, 4]]))] == [[1, 2], [3, 4]]
    assert [[*row] for row in std.vector["std::set<int>"](np.array([[2, 1]]))] == [[1, 2]]
    for kind, array in (
        ("std::pair<int,double>", np.zeros(2, "V16")),
        ("std::pair<int,double>", np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")])),
        ("std::map<int,int>", np.zeros(1, "V48")),
        ("std::array<int,2>", np.array([1, 2])),
    ):
        with pytest.raises(TypeError, match=r"is made of a (tuple of 2|dict|list), not of "):
            std.vector[kind](array)


@pytest.mark.parametrize("labels", [[1, 0], [5, 6], ["a", "b"], [0, 0], None])
def test_a_series_is_taken_in_its_order_whatever_its_labels(cpp: Engine, labels: list[Any] | None) -> None:
    cpp(
        "double series_vector(const std::vector<double>& v) { return 10 * v.at(0) + v.at(1); } double series_list(const std::list<double>& v) { return 10 * v.front() + v.back(); }\n"
        "double series_span(std::span<const double> v) { return 10 * v[0] + v[1]; } std::string series_texts(const std::vector<std::string>& v) { return v.at(0) + v.at(1); }"
    )
    vector, several, span, texts, std = (cpp.interpreter.lookup(name) for name in ("series_vector", "series_list", "series_span", "series_texts", "std"))
    numbers = pd.Series([1.0, 2.0], labels)
    assert vector(numbers) == several(numbers) == span(numbers) == 12
    assert [*std.vector["double"](numbers)] == [*std.list["float"](numbers)] == [1, 2]
    assert texts(pd.Series(["a", "b"], labels)) == "ab"
    with pytest.raises(TypeError, match="NAType is not a number"):
        vector(pd.Series([1, None], labels, "Int64"))
    with pytest.raises(TypeError, match="DataFrame has columns"):
        vector(pd.DataFrame({"x": numbers}))


@pytest.mark.parametrize("array", [np.ones(2, complex), np.ones((2, 2)), np.array([b"abcdefgh"]), np.array(["2020-01-01"], "M8[ns]")])
def test_an_array_that_a_vector_cannot_hold_is_refused(sums: Any, array: Any) -> None:
    with pytest.raises(TypeError):
        sums.copied(array)


@pytest.mark.parametrize("array", [np.array([2**40]), np.array([1.5])])
def test_an_array_is_not_squeezed_into_a_vector_of_narrower_numbers(sums: Any, array: Any) -> None:
    with pytest.raises(TypeError):
        sums.whole(array)


def test_a_vector_is_made_of_the_values_of_an_array(cpp: Engine) -> None:
    vector = cpp.interpreter.lookup("std").vector
    assert list(vector["double"](np.arange(3))) == [0, 1, 2]
    assert list(vector["int"](np.arange(3, dtype=">i8"))) == [0, 1, 2]
    with pytest.raises(TypeError, match="cannot hold"):
        vector["double"](np.ones(2, complex))


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.arange(3), "C\\+\\+ takes double in place, not int64"),
        (np.ones(3, complex), "not complex128"),
        (np.ones(3, "u8"), "not uint64"),
        (np.ones(3, ">f8"), "byte order"),
        (np.ones(6)[::2], "one after the other"),
    ],
)
def test_a_pointer_is_only_to_an_array_of_its_own_kind(sums: Any, array: Any, reason: str) -> None:
    with pytest.raises(TypeError, match=reason):
        sums.read(array, 3)


def test_a_read_only_array_is_read_but_not_written(sums: Any) -> None:
    array = np.ones(3)
    array.flags.writeable = False
    assert sums.read(array, 3) == 1
    with pytest.raises(TypeError, match="read-only"):
        sums.written(array, 3)
    with pytest.raises(TypeError):
        sums.doubled(array)
    assert array[0] == 1


def test_a_span_is_of_an_array_itself_or_of_a_vector(cpp: Engine, sums: Any) -> None:
    array = np.arange(3.0)
    sums.doubled(array)
    assert sums.spanned(array) == 6
    assert sums.spanned(cpp.interpreter.lookup("std").vector["double"]([1, 2])) == 3
    with pytest.raises(TypeError):
        sums.spanned(np.arange(3))


def test_numbers_of_NumPy_are_numbers_in_Cpp(sums: Any) -> None:
    assert sums.same(np.int64(3)) == 3
    assert sums.same(np.uint8(200)) == 200
    assert sums.truth(np.bool_(True)) is True
    assert sums.real(np.float32(0.5)) == 0.5
    with pytest.raises(ValueError, match="out of range"):
        sums.same(np.int64(2**40))
    with pytest.raises(TypeError):
        sums.same(np.float64(2))


def test_the_imaginary_part_of_a_number_is_not_dropped(sums: Any) -> None:
    with pytest.raises(TypeError, match="imaginary part"):
        sums.real(np.complex128(1 + 2j))


def test_a_number_is_not_too_large_for_a_float(cpp: Engine, sums: Any) -> None:
    with pytest.raises(ValueError, match=r"float 1e\+300 out of range"):
        sums.single(1e300)
    with pytest.raises(TypeError):
        sums.singles(np.array([1e300]))
    with pytest.raises(TypeError, match=r"the array has the value 1e\+300, which float cannot hold"):
        cpp.interpreter.lookup("std").vector["float"](np.array([1e300]))
    assert sums.single(np.inf) == np.inf
    assert sums.single(0.1) == np.float32(0.1)
    vector = cpp.interpreter.lookup("std").vector["float"]([1.0])
    with pytest.raises(ValueError, match="out of range"):
        vector.push_back(-1e39)
    assert list(vector) == [1.0]


NO_NUMBERS: tuple[object, ...] = ([1], None, "a", b"a", {}, np.array([1.0, 2.0]))
REAL = [
    *((f"std::{kind}<{number}>", "7") for kind in ("vector", "deque") for number in ("float", "double", "long double", "std::complex<double>")),
    ("std::array<double, 1>", "7"),
    ("std::map<int, double>", "{0, 7}"),
    ("std::unordered_map<int, double>", "{0, 7}"),
]


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ("std::vector<int> written{7}", 2**33),
        ("std::vector<int> written{7}", 1.5),
        ("std::vector<float> written{7}", 1e300),
        ("std::deque<short> written{7}", 70000),
        ("std::array<unsigned char, 1> written{7}", 300),
        ("std::array<signed char, 1> written{7}", -129),
        ("std::map<int, unsigned> written{{0, 7}}", -1),
        ("std::map<int, int> written{{0, 7}}", 2**33),
        ("std::unordered_map<int, bool> written{{0, true}}", 2),
        *((f"{kind} written{{{inside}}}", value) for kind, inside in REAL for value in NO_NUMBERS),
    ],
)
def test_an_element_is_not_written_what_it_cannot_hold(cpp: Engine, declared: str, value: object) -> None:
    cpp(f"#include <array>\n#include <complex>\n#include <deque>\n#include <map>\n#include <unordered_map>\n{declared};")
    container = cpp.interpreter.lookup("written")
    with pytest.raises((TypeError, ValueError)):
        container[0] = value
    assert container[0] in (7, True)
    container[0] = 1
    assert container[0] == 1


def test_a_refused_value_makes_no_key(cpp: Engine) -> None:
    cpp("#include <map>\nstd::map<std::string, int> keys;")
    keys = cpp.interpreter.lookup("keys")
    with pytest.raises(ValueError, match="out of range"):
        keys["a"] = 2**33
    assert len(keys) == 0
    cpp("std::map<std::string, double> real_keys;")
    real_keys = cpp.interpreter.lookup("real_keys")
    for value in (None, "a", [1]):
        with pytest.raises(TypeError):
            real_keys["a"] = value
    assert len(real_keys) == 0


def test_elements_given_as_tuples_are_made_of_what_stands_in_them(cpp: Engine) -> None:
    cpp(
        "struct TupledHit { double x; int n; }; struct TupledSum { int v; TupledSum(int a, int b) : v(a + b) {} }; struct TupledEvent { std::vector<TupledHit> hits; } tupled_event;\n"
        "size_t tupled_hits(const std::vector<TupledHit>& v) { return v.size(); } int tupled_sum(const std::vector<TupledSum>& v) { return v.at(0).v; }\n"
        "size_t tupled_sets(const std::vector<std::set<int>>& v) { return v.size(); } std::vector<char> tupled_characters{'a'};"
    )
    hits, total, sets, event, kind, characters = (
        cpp.interpreter.lookup(name) for name in ("tupled_hits", "tupled_sum", "tupled_sets", "tupled_event", "TupledHit", "tupled_characters")
    )
    assert (hits([(1, 2), kind(3, 4), [5, 6]]), total([(1, 2)]), sets([[1, 2], {3}])) == (3, 3, 2)
    for function, wrong in ((hits, [(1, 2, 3)]), (hits, [(1, "a")]), (total, [(1, 2, 3)]), (sets, [[1, "a"]])):
        with pytest.raises(TypeError):
            function(wrong)
    event.hits = [(1, 2), (3, 4)]
    with pytest.raises(TypeError, match="TupledHit has 2 fields, and 3 values were given"):
        event.hits = [(1, 2, 3)]
    event.hits.emplace_back(kind(5, 6))  # which a refused one had left unusable
    assert [hit.n for hit in event.hits][-1] == 6
    characters[0] = "b"
    assert [*characters] == ["b"]


@pytest.mark.parametrize("kind", ["unsigned char", "unsigned short", "unsigned", "unsigned long", "short", "int", "long"])
def test_an_integer_argument_is_not_out_of_range(cpp: Engine, kind: str) -> None:
    name = f"ranged_{kind.replace(' ', '_')}"
    cpp(f"{kind} {name}({kind} n) {{ return n; }} std::vector<{kind}> {name}_vector;")
    ranged, vector = cpp.interpreter.lookup(name), cpp.interpreter.lookup(f"{name}_vector")
    most = cpp(f"std::uint64_t(std::numeric_limits<{kind}>::max())")
    assert ranged(most) == most
    for number in (most + 1, -most - 2, 2**64 + 5):
        with pytest.raises((ValueError, OverflowError, TypeError)):
            ranged(number)
        with pytest.raises((ValueError, OverflowError, TypeError)):
            vector.push_back(number)
    assert len(vector) == 0


def test_a_character_of_several_bytes_is_no_char(cpp: Engine) -> None:
    cpp("char same_char(char c) { return c; }\nstruct Has_char { char c = 'x'; } has_char;")
    assert cpp.interpreter.lookup("same_char")("a") == "a"
    with pytest.raises(ValueError, match="'é' takes several bytes, and a char is one"):
        cpp.interpreter.lookup("same_char")("é")
    with pytest.raises(ValueError, match="'é' takes several bytes, and a char is one"):
        cpp.interpreter.lookup("has_char").c = "é"
    assert cpp("has_char.c") == "x"


@pytest.mark.parametrize("parameter", ["double (&a)[3]", "const double (&a)[3]", "double (&&a)[3]", "const int (&a)[3]", "const double (&a)[3][2]"])
def test_a_reference_to_an_array_is_refused(cpp: Engine, parameter: str) -> None:
    cpp(f"int takes_array_reference({parameter}) {{ return sizeof(a); }} double three_numbers[3] = {{1, 2, 3}};")
    function = cpp.interpreter.lookup("takes_array_reference")
    for value in (np.ones(3), np.ones(2), np.ones(3, np.int32), cpp.interpreter.lookup("three_numbers")):
        with pytest.raises(TypeError, match=r"cannot pass a reference to an array; have the function take a std::span or std::array"):
            function(value)


@pytest.mark.parametrize("kind", ["vector<double>", "vector<std::string>", "deque<double>", "list<double>", "valarray<double>", "unordered_set<int>"])
@pytest.mark.parametrize("value", [3, np.int64(3)])
def test_a_number_is_no_container_of_that_size(cpp: Engine, kind: str, value: object) -> None:
    header = kind.partition("<")[0]
    name = f"size_of_{''.join(c for c in kind if c.isalpha())}"
    cpp(f"#include <{header}>\n#include <string>\nlong {name}(const std::{kind}& c) {{ return std::size(c); }}")
    with pytest.raises(TypeError, match="cannot take argument 1"):
        cpp.interpreter.lookup(name)(value)
    kinds = [1, 2] if "string" not in kind else ["a", "b"]
    if "valarray" not in kind:
        assert cpp.interpreter.lookup(name)(kinds) == 2


def test_only_constructors_that_are_not_explicit_convert_arguments(cpp: Engine) -> None:
    cpp(
        "struct Explicit { explicit Explicit(int n) : n(n) {} int n; }; int of_explicit(const Explicit& e) { return e.n; }"
        "struct Implicit { Implicit(int n) : n(n) {} int n; }; int of_implicit(const Implicit& i) { return i.n; }"
        "struct Both { explicit Both(int n) : n(n) {} Both(double x) : n(100 * x) {} int n; }; int of_both(const Both& b) { return b.n; }"
    )
    look = cpp.interpreter.lookup
    with pytest.raises(TypeError):
        look("of_explicit")(3)
    assert (look("of_explicit")(look("Explicit")(3)), look("of_implicit")(3), look("of_both")(3)) == (3, 3, 300)


def test_a_smart_pointer_does_not_take_an_object_that_python_owns(cpp: Engine) -> None:
    cpp(
        "#include <memory>\nint lives = 0; struct Owned { Owned() { ++lives; } ~Owned() { --lives; } };"
        "int of_shared(std::shared_ptr<Owned> p) { return p.use_count(); } int of_unique(const std::unique_ptr<Owned>& p) { return bool(p); }"
    )
    look = cpp.interpreter.lookup
    owned = look("Owned")()
    for name in ("of_shared", "of_unique"):
        with pytest.raises(TypeError):
            look(name)(owned)
    assert cpp("lives") == 1
    assert look("of_shared")(look("std").make_shared["Owned"]()) >= 1
    del owned
    assert cpp("lives") == 0


def test_an_algorithm_is_compiled_for_the_iterators_that_it_is_given(cpp: Engine) -> None:
    cpp(
        "#include <algorithm>\n#include <deque>\n#include <numeric>\nstruct InOrder { int x; bool operator<(const InOrder& o) const { return x < o.x; } };"
        'std::vector<int> of_ints{3, 1, 2}; std::vector<double> of_doubles{3, 1, 2.5}; std::deque<double> in_deque{3, 1.5}; std::vector<std::string> of_texts{"b", "a"};'
        "std::vector<InOrder> of_objects{{3}, {1}};"
    )
    look = cpp.interpreter.lookup
    std = look("std")
    for name in ("of_ints", "of_doubles", "in_deque", "of_texts", "of_objects"):
        std.sort(look(name).begin(), look(name).end())
    assert (list(look("of_ints")), list(look("of_doubles")), list(look("in_deque"))) == ([1, 2, 3], [1, 2.5, 3], [1.5, 3])
    assert ([str(text) for text in look("of_texts")], [found.x for found in look("of_objects")]) == (["a", "b"], [1, 3])
    assert std.accumulate(look("of_ints").begin(), look("of_ints").end(), 0) == 6
    assert std.accumulate(look("of_doubles").begin(), look("of_doubles").end(), 0.0) == 6.5


def test_a_function_takes_iterators_of_its_own_kind_only(cpp: Engine) -> None:
    cpp(
        "#include <list>\nstd::vector<int> other_numbers{1}; std::vector<double> own_numbers{2.5}; std::list<double> listed{1}; struct NoIterator {} no_iterator;"
        "double of_iterator(std::vector<double>::iterator it) { return *it; } double of_const_iterator(const std::vector<double>::const_iterator& it) { return *it; }"
    )
    look = cpp.interpreter.lookup
    for function in (look("of_iterator"), look("of_const_iterator")):
        assert function(look("own_numbers").begin()) == 2.5
        for wrong in (look("other_numbers").begin(), look("listed").begin(), look("no_iterator"), 3):
            with pytest.raises(TypeError, match=r"C\+\+ takes __gnu_cxx::__normal_iterator<(const )?double\*"):
                function(wrong)
    with pytest.raises(TypeError):
        look("of_iterator")(look("own_numbers").cbegin())
