"""What Python assigns to members of C++ objects and to elements of containers."""

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
        """#include <array>
        #include <map>
        #include <optional>
        #include <variant>
        struct AssignedHit { double x = 1; int id = 2; };
        struct AssignedTrack {
            AssignedHit hit; std::vector<AssignedHit> hits; std::string name = "a"; std::vector<double> numbers; std::optional<int> maybe;
            std::variant<int, std::string> either; std::tuple<int> one{0}; std::pair<int, double> two;
        };
        AssignedTrack assigned_track; std::vector<AssignedHit> assigned_hits(2); std::array<AssignedHit, 2> assigned_array; std::vector<std::vector<int>> assigned_rows(2);
        std::map<std::string, AssignedHit> assigned_map;""",
    )
    return shell.user_ns["cpp"]


def test_a_tuple_of_fields_is_assigned_to_members_and_elements(cpp: Any) -> None:
    cpp.assigned_track.hit = (3, 4)
    cpp.assigned_hits[1] = (5, 6)
    cpp.assigned_array[0] = (7.5, 8)
    cpp.assigned_map["a"] = (9, 10)
    found = cpp.assigned_track.hit, cpp.assigned_hits[1], cpp.assigned_array[0], cpp.assigned_map["a"]
    assert [(hit.x, hit.id) for hit in found] == [(3, 4), (5, 6), (7.5, 8), (9, 10)]


@pytest.mark.parametrize("size", range(3))
def test_a_tuple_of_any_size_is_assigned_as_a_list_is(cpp: Any, size: int) -> None:
    for kind in (tuple, list):
        cpp.assigned_track.numbers = [1, 2, 3]
        cpp.assigned_track.numbers = kind(range(size))
        cpp.assigned_rows[0] = kind(range(size))
        assert [*cpp.assigned_track.numbers] == [*cpp.assigned_rows[0]] == [*range(size)]


def test_tuples_and_pairs_of_cpp_take_tuples(cpp: Any) -> None:
    cpp.assigned_track.one, cpp.assigned_track.two = (4,), (5, 6.5)
    assert (cpp.assigned_track.one, cpp.assigned_track.two) == ((4,), (5, 6.5))


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("hit", 3, r"^3 \(int\) cannot be assigned to AssignedHit$"),
        ("hit", (1, 2.5), r"^this tuple cannot be assigned to AssignedHit: AssignedHit::id cannot hold 2.5 \(float\)$"),
        ("hit", (1, 2, 3), "^this tuple cannot be assigned to AssignedHit"),
        ("hits", "abc", r"^'abc' \(str\) cannot be assigned to std::vector<AssignedHit>$"),
        ("numbers", [1, "a"], r"^this list cannot be assigned to std::vector<double>: 'a' \(str\) is not a number$"),
        ("name", 5, "^text is assigned to a std::string, and not this int$"),
        ("name", None, "^text is assigned to a std::string, and not this NoneType$"),
        ("name", ("a", 1), "^text is assigned to a std::string, and not this tuple$"),
        ("maybe", "a", r"^std::optional<int> cannot hold 'a'$"),
        ("maybe", 2.5, r"^std::optional<int> cannot hold 2.5$"),
        ("either", [1], r"^this list cannot be assigned to std::variant<int,std::string>$"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence_and_nothing_is_changed(cpp: Any, name: str, value: Any, reason: str) -> None:
    track = cpp.AssignedTrack()
    with pytest.raises(TypeError, match=reason):
        setattr(track, name, value)
    assert (track.hit.x, len(track.hits), track.name, len(track.numbers), track.maybe, track.either) == (1, 0, "a", 0, None, 0)


def test_an_element_that_does_not_take_a_value_says_why(cpp: Any) -> None:
    with pytest.raises(TypeError, match="this dict cannot be assigned to AssignedHit"):
        cpp.assigned_hits[0] = {"x": 1}
    with pytest.raises(TypeError, match=r"this list cannot be assigned to std::vector<int>: .* is not a whole number"):
        cpp.assigned_rows[1] = [1.5]
