"""Containers of C++ as Awkward and Arrow arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

if TYPE_CHECKING:
    from conftest import Engine


@pytest.mark.parametrize(
    ("declared", "expected", "kind"),
    [
        ("std::vector<std::vector<double>> {}{{{{1, 2}}, {{}}, {{3}}}}", [[1, 2], [], [3]], "3 * var * float64"),
        ("std::vector<double> {}{{1, 2}}", [1, 2], "2 * float64"),
        ("std::vector<bool> {}{{true, false}}", [True, False], "2 * bool"),
        ('std::vector<std::string> {}{{"a", "bé"}}', ["a", "bé"], "2 * string"),
        ("std::vector<std::vector<std::vector<int>>> {}{{{{{{1}}, {{}}}}, {{}}}}", [[[1], []], []], "2 * var * var * int32"),
        ("std::vector<std::optional<float>> {}{{1.5f, std::nullopt}}", [1.5, None], "2 * ?float32"),
        ("std::deque<std::set<int>> {}{{{{2, 1}}, {{}}}}", [[1, 2], []], "2 * var * int32"),
        ("std::array<std::vector<long>, 2> {}{{{{{{1}}, {{2, 3}}}}}}", [[1], [2, 3]], "2 * var * int64"),
        ("std::vector<std::vector<std::string>> {}", [], "0 * var * string"),
    ],
)
def test_containers_are_arrays_of_the_same_elements(cpp: Engine, declared: str, expected: Any, kind: str) -> None:
    cpp("#include <deque>\n#include <optional>\n#include <set>")
    cpp(f"{declared.format('containers_one')};")
    found = cpp.interpreter.lookup("containers_one")
    assert found.to_awkward().to_list() == expected
    assert str(found.to_awkward().type) == kind
    assert pa.array(found).to_pylist() == expected


JAGGED = """
#include <array>
#include <optional>
struct containers_Muon { double pt; int q; enum Kind { tight, loose } kind = loose; };
struct containers_Event { long id; std::vector<containers_Muon> muons; std::string name; std::vector<std::vector<float>> hits; };
struct containers_Run : containers_Muon { std::vector<containers_Event> events; std::optional<double> weight; double axis[3]; char tag[3] = {'a', 'b', 'c'}; unsigned bits : 3; std::array<bool, 2> flags; };
std::vector<containers_Event> containers_events{{1, {{20, 1}, {5, -1}}, "a", {{1}, {}}}, {2, {}, "bé", {}}};
std::vector<std::vector<containers_Event>> containers_nested{containers_events, {}};
std::vector<containers_Event> containers_none;
std::vector<containers_Run> containers_runs(1);
"""
EVENTS = [
    {"id": 1, "muons": [{"pt": 20.0, "q": 1, "kind": 1}, {"pt": 5.0, "q": -1, "kind": 1}], "name": "a", "hits": [[1.0], []]},
    {"id": 2, "muons": [], "name": "bé", "hits": []},
]


def test_a_container_of_structs_is_an_array_of_records_that_may_be_jagged(cpp: Engine) -> None:
    cpp(JAGGED)
    look = cpp.interpreter.lookup
    assert look("containers_events").to_awkward().to_list() == EVENTS
    assert look("containers_events").to_awkward().muons.pt.to_list() == [[20, 5], []]
    assert look("containers_nested").to_awkward().to_list() == [EVENTS, []]
    assert str(look("containers_none").to_awkward().type).startswith("0 * {id: int64, muons: var * {pt: float64, q: int32, kind: ")
    cpp("containers_runs[0] = {{3, 1}, containers_events, 2.5, {1, 2, 3}, {'a', 'b', 'c'}, 5, {true, false}};")
    assert look("containers_runs").to_awkward().to_list() == [
        {"pt": 3.0, "q": 1, "kind": 1, "events": EVENTS, "weight": 2.5, "axis": [1, 2, 3], "tag": "abc", "bits": 5, "flags": [True, False]}
    ]
    assert pa.array(look("containers_events")).to_pylist() == EVENTS


def test_a_struct_that_is_defined_again_has_its_new_fields(cpp: Engine) -> None:
    for field in ("first", "second"):
        cpp(f"struct containers_Again {{ double {field}; std::vector<int> all; }}; std::vector<containers_Again> containers_again{{{{1.5, {{1}}}}}};")
        assert cpp.interpreter.lookup("containers_again").to_awkward().to_list() == [{field: 1.5, "all": [1]}]


def test_elements_that_have_no_counterpart_are_told(cpp: Engine) -> None:
    cpp("#include <map>\nstruct containers_Odd { std::map<int, int> pt; }; std::vector<containers_Odd> containers_odds(1);")
    with pytest.raises(TypeError, match="Awkward has no counterpart of elements of 'std::vector<containers_Odd>'; fill a doublet::table"):
        cpp.interpreter.lookup("containers_odds").to_awkward()
    cpp("struct containers_Far { int* at; }; std::vector<containers_Far> containers_fars(1);")
    with pytest.raises(TypeError, match="'containers_Far::at' refers to something else"):
        cpp.interpreter.lookup("containers_fars").to_awkward()
