"""Objects of the standard library in Python: comparisons, elements, looks; constants and members that there are not."""

from __future__ import annotations

import os
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from conftest import Engine, Kernel


@pytest.mark.parametrize("kind", ["vector<double>", "array<double, 3>", "deque<double>", "list<double>", "valarray<double>"])
def test_a_sequence_is_equal_to_what_has_its_elements(cpp: Engine, kind: str) -> None:
    made = cpp(f"#include <array>\n#include <deque>\n#include <list>\n#include <valarray>\nstd::{kind} containers_sequence{{1, 2, 3}};\ncontainers_sequence")
    assert made == [1, 2, 3]
    assert made == (1.0, 2.0, 3.0)
    assert made == made  # noqa: PLR0124
    assert made != [1, 2, 4]
    assert made != [1, 2]
    assert made != "abc"
    assert made == cpp("std::vector<int>{1, 2, 3}")
    assert list(made) == [1, 2, 3]


def test_sequences_of_structs_and_texts_are_compared_by_their_elements(cpp: Engine, capfd: pytest.CaptureFixture[str]) -> None:
    made = cpp("struct ContainersPoint { int x; };\nstd::vector<ContainersPoint> containers_points(2);\ncontainers_points")
    assert made == made  # noqa: PLR0124
    assert cpp('std::vector<std::string>{"a", "b"}') == ["a", "b"]
    assert cpp("std::vector<std::vector<int>>{{1}, {2, 3}}") == [[1], [2, 3]]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("kind", ["array<int, 4>", "deque<int>", "valarray<int>"])
def test_a_slice_has_the_elements(cpp: Engine, kind: str) -> None:
    made = cpp(f"#include <array>\n#include <deque>\n#include <valarray>\nstd::{kind} containers_sliced{{1, 2, 3, 4}};\ncontainers_sliced")
    assert [list(made[1:3]), list(made[::-1]), made[-1]] == [[2, 3], [4, 3, 2, 1], 4]


def test_a_valarray_is_an_array_of_the_same_memory(cpp: Engine) -> None:
    made = cpp("#include <valarray>\nstd::valarray<float> containers_val{1, 2, 3};\ncontainers_val")
    np.asarray(made)[1] = 7
    assert cpp("containers_val[1]") == 7


def test_maps_and_sets_are_equal_to_python_s(cpp: Engine) -> None:
    for kind in ("map", "unordered_map"):
        made = cpp(f'#include <unordered_map>\n#include <map>\nstd::{kind}<std::string, double> containers_{kind}{{{{"a", 1}}, {{"b", 2}}}};\ncontainers_{kind}')
        assert made == {"a": 1, "b": 2}
        assert made != {"a": 1}
        assert dict(made) == {"a": 1, "b": 2}
        assert (sorted(made.keys()), sorted(made.values()), sorted(made.items())) == (["a", "b"], [1, 2], [("a", 1), ("b", 2)])
        assert (made.get("a"), made.get("c"), made.get("c", 5), len(made)) == (1, None, 5, 2)
    assert cpp("#include <set>\nstd::set<int>{3, 1}") == {1, 3}
    assert cpp("std::set<int>{3, 1}") != {1}


def test_bits_are_bools(cpp: Engine) -> None:
    made = cpp("#include <bitset>\nstd::bitset<4> containers_bits{5};\ncontainers_bits")
    assert list(made) == [True, False, True, False]
    assert [index for index in range(4) if made[index]] == [0, 2]
    made[1] = True
    assert int(made) == 7
    assert made == 7
    with pytest.raises(IndexError):
        made[4]


def test_tuples_and_pairs_are_taken_apart(cpp: Engine) -> None:
    made = cpp('#include <tuple>\nstd::tuple<int, std::string, double> containers_tuple{1, "a", 2.5};\ncontainers_tuple')
    first, text, last = made
    assert (first, text, last, made[-1], made[0:2]) == (1, "a", 2.5, 2.5, (1, "a"))
    with pytest.raises(IndexError):
        made[3]


def test_a_variant_is_what_it_holds(cpp: Engine) -> None:
    made = cpp("#include <variant>\nstd::variant<int, double, std::string> containers_variant{2.5};\ncontainers_variant")
    assert (made.get(), made == 2.5, made == 3, made.index()) == (2.5, True, False, 1)
    cpp('containers_variant = "text";')
    assert made.get() == "text"


def test_a_path_is_one_of_python_s(cpp: Engine) -> None:
    made = cpp('#include <filesystem>\nstd::filesystem::path containers_path = "/tmp/x.root";\ncontainers_path')
    assert (os.fspath(made), str(made), made == "/tmp/x.root") == ("/tmp/x.root", "/tmp/x.root", True)
    assert str(made / "a") == "/tmp/x.root/a"


def test_text_of_objects_is_what_cells_show_and_leaves_the_compiler_whole(kernel: Kernel) -> None:
    kernel("%%cpp\n#include <valarray>\n#include <chrono>\n#include <variant>\nstruct S { int x; };\nstd::valarray<double> va{1, 2};\nstd::vector<S> vs{{1}, {2}};\nauto took = std::chrono::milliseconds(1500);")
    assert kernel("print(cpp.va, [cpp.vs], repr(cpp.took))").stdout == "{1.0, 2.0} [{S(x=1), S(x=2)}] 1500 ms\n"
    assert kernel("%%cpp\nstruct After { int x = 3; };\nstd::vector<After> after(2);\nafter[1].x").value == "3"


@pytest.mark.parametrize("where", ["", "containers_inside::"])
def test_constants_cannot_be_changed_from_python(cpp: Engine, where: str) -> None:
    declared = (
        "const std::vector<int> containers_fixed{1, 2}; struct ContainersFixed { int x; }; const ContainersFixed containers_object{1};\n"
        'const std::vector<ContainersFixed> containers_objects{{1}}; const std::map<std::string, int> containers_fixed_map{{"a", 1}};'
    )
    cpp(f"#include <map>\nnamespace containers_inside {{ {declared} }}" if where else f"#include <map>\n{declared}")
    scope = cpp.interpreter.lookup("containers_inside") if where else None

    def get(name: str) -> Any:
        return getattr(scope, name) if where else cpp.interpreter.lookup(name)

    def write(target: Any, key: Any) -> None:
        target[key] = 5

    for change in (
        lambda: write(get("containers_fixed"), 0),
        lambda: get("containers_fixed").push_back(3),
        lambda: get("containers_fixed").clear(),
        lambda: setattr(get("containers_object"), "x", 5),
        lambda: setattr(get("containers_objects")[0], "x", 5),
        lambda: write(get("containers_fixed_map"), "a"),
    ):
        with pytest.raises(TypeError, match="is constant in C\\+\\+"):
            change()
    assert list(get("containers_fixed")) == [1, 2]
    assert [get("containers_object").x, get("containers_objects")[0].x] == [1, 1]


def test_a_misspelt_member_is_refused_with_the_near_ones(cpp: Engine) -> None:
    made = cpp("struct ContainersMuon { double pt, eta; };\nContainersMuon containers_muon{1, 2};\ncontainers_muon")
    made.pt = 5
    with pytest.raises(AttributeError, match="the C\\+\\+ class ContainersMuon has no member 'pT'; did you mean 'pt'"):
        made.pT = 6
    with pytest.raises(AttributeError, match="has no member 'size_'"):
        cpp("std::vector<int>{1}").size_ = 5
    derived = type("Mine", (type(made),), {"note": ""})()
    derived.note, derived.other = "a", 1
    assert (derived.note, derived.other) == ("a", 1)


def test_none_is_a_null_pointer(cpp: Engine) -> None:
    cpp(
        "struct ContainersNode { int x; };\nnamespace containers_null {\nint of(ContainersNode* p) { return p ? p->x : -1; }\n"
        "double at(const double* p) { return p ? *p : -1; }\nint which(double) { return 1; }\nint which(ContainersNode*) { return 2; }\n"
        "ContainersNode* none() { return nullptr; }\nint text(std::string s) { return s.size(); }\n}"
    )
    null = cpp.interpreter.lookup("containers_null")
    assert (null.of(None), null.at(None), null.which(None), null.which(1.5), null.of(null.none())) == (-1, -1, 2, 1, -1)
    assert null.none() == None  # noqa: E711 - an object of C++ that compares so
    assert not null.none()
    with pytest.raises(TypeError):
        null.text(None)


def test_functions_take_arrays_as_views_and_lists_as_nested_vectors(cpp: Engine) -> None:
    cpp(
        "namespace containers_args {\ndouble at(doublet::view<const double, 2> v) { return v(1, 2) + 10 * v.extent(0); }\nvoid set(const doublet::view<double, 2>& v) { v(0, 0) = 7; }\n"
        "double rows(doublet::view<const double, 2> v) { double s = 0; for (auto row : v) for (double x : row) s += x; return s; }\n"
        "int sizes(const std::vector<std::vector<double>>& v) { int s = 0; for (auto& x : v) s = 10 * s + x.size(); return s; }\n}"
    )
    args, matrix = cpp.interpreter.lookup("containers_args"), np.arange(6.0).reshape(2, 3)
    assert (args.at(matrix), args.at(np.asfortranarray(matrix)), args.at(matrix[::-1, ::-1]), args.rows(matrix)) == (25, 25, 20, 15)
    args.set(matrix)
    assert matrix[0, 0] == 7
    assert (args.sizes([[1, 2], [], [3]]), args.sizes(matrix)) == (201, 33)
    matrix.flags.writeable = False
    for function, wrong in ((args.set, matrix), (args.at, np.zeros((2, 3), "f4")), (args.at, np.zeros(3)), (args.at, [[1.0]])):
        with pytest.raises(TypeError):
            function(wrong)


@pytest.mark.parametrize(
    "declared",
    [
        "std::vector<double>{1, 2.5}",
        "std::vector<bool>{true, false}",
        'std::vector<std::string>{"a", "b"}',
        "std::vector<std::vector<int>>{{1}, {}, {2, 3}}",
        "std::vector<std::complex<double>>{{1, 2}}",
        "std::vector<int>{}",
        "std::array<float, 2>{1, 2}",
        "std::valarray<int>{1, 2}",
        "std::deque<int>{1, 2}",
        "std::list<int>{1, 2}",
        "std::set<int>{1, 2}",
        'std::map<std::string, double>{{"a", 1}}',
        "std::map<int, std::vector<int>>{{1, {2, 3}}}",
        'std::unordered_map<int, std::string>{{1, "b"}}',
        'std::tuple<int, std::string, double>{1, "a", 2.5}',
        "std::pair<int, double>{1, 2.5}",
        "std::optional<int>{5}",
        "std::optional<int>{}",
    ],
)
def test_objects_come_back_from_pickles(cpp: Engine, declared: str) -> None:
    includes = "".join(f"#include <{name}>\n" for name in ("array", "complex", "deque", "list", "map", "optional", "set", "tuple", "unordered_map", "valarray"))
    made = cpp(f"{includes}auto containers_pickled = {declared};\ncontainers_pickled")
    again = pickle.loads(pickle.dumps(made))
    assert type(again) is type(made)
    assert again == made


def test_what_holds_objects_of_the_user_s_is_not_pickled_silently(cpp: Engine) -> None:
    made = cpp("class ContainersKept { int x; };\nstd::vector<ContainersKept>(2)")
    with pytest.raises(TypeError, match="cannot pickle"):
        pickle.dumps(made)


def test_a_variant_takes_a_number_as_what_is_of_its_kind(kernel: Kernel) -> None:
    kernel("%%cpp\n#include <variant>\nstd::variant<int, double, std::string> either{1};\nstd::variant<double, bool> real{1.5};\nstd::variant<std::string> text;")
    assert kernel("cpp.either = 5\ncpp.either.index(), cpp.either.get()").value == "(0, 5)"
    assert kernel("cpp.either = 2.5\ncpp.either.index(), cpp.either.get()").value == "(1, 2.5)"
    assert kernel("cpp.either = 'a'\ncpp.either.index(), cpp.either.get()").value == "(2, 'a')"
    assert kernel("cpp.real = 3\ncpp.real.get()").value == "3.0"
    assert kernel("cpp.real = True\ncpp.real.get()").value == "True"
    assert "the number's kind" in kernel("cpp.text = 3").evalue
    assert "outside the range" in kernel("cpp.either = 2**40").evalue
