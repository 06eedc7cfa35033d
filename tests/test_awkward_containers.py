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


def test_elements_that_have_no_counterpart_are_told(cpp: Engine) -> None:
    cpp("struct containers_Muon { double pt; }; std::vector<containers_Muon> containers_muons{{1.5}};")
    with pytest.raises(TypeError, match="Awkward has no counterpart of elements of 'std::vector<containers_Muon>'; fill a doublet::table"):
        cpp.interpreter.lookup("containers_muons").to_awkward()
