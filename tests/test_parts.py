"""What Python passes on is copied where C++ would take a temporary: nothing is gone from the object that it is a part of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Engine
    from IPython.core.interactiveshell import InteractiveShell

DECLARED = {
    "std::vector<std::vector<int>>": "{1}, {4, 5, 6}, {2, 3}",
    "std::vector<std::string>": '"a long text that is not in the object itself", "another text that is longer than that"',
    "std::vector<std::map<int, int>>": "{{1, 1}}, {{2, 2}}",
    "std::vector<std::pair<std::string, int>>": '{"one", 1}, {"two", 2}',
    "std::vector<std::optional<std::vector<int>>>": "std::vector<int>{1, 2}, std::vector<int>{3}",
    "std::vector<std::vector<std::vector<int>>>": "{{1}, {2}}, {{3}}",
    "std::deque<std::vector<int>>": "{1}, {2, 3}",
    "std::vector<PartsTrack>": '{{1, 2}, "first"}, {{3}, "second"}',
}


@pytest.fixture
def tracks(cpp: Engine, shell: InteractiveShell) -> None:  # the shell has objects show what they hold
    cpp("#include <deque>\n#include <map>\n#include <optional>\nstruct PartsTrack { std::vector<int> hits; std::string name; };")



@pytest.mark.parametrize("kind", DECLARED)
@pytest.mark.usefixtures("tracks")
def test_copies_and_elements_that_are_passed_on_leave_the_container_as_it_was(cpp: Engine, kind: str) -> None:
    declared = f"{kind}{{{DECLARED[kind]}}}"
    cpp(f"auto parts_whole = {declared};")
    whole = cpp.interpreter.lookup("parts_whole")
    copy = type(whole)(whole)
    other = type(whole)()
    for number in range(len(whole)):
        other.push_back(whole[number])
    type(whole)([whole[0], whole[1]])
    for made in (whole, copy, other):
        assert repr(made) == repr(cpp(declared))


@pytest.mark.usefixtures("tracks")
def test_a_member_is_copied_into_another_object(cpp: Engine) -> None:
    first, second = cpp('std::vector<PartsTrack> parts_tracks{{{1, 2}, "first"}, {{3}, "second"}};\nparts_tracks')
    first.hits = second.hits
    hits = type(second.hits)(second.hits)
    assert [[*first.hits], [*second.hits], [*hits]] == [[3], [3], [3]]


def test_what_takes_the_inside_of_an_object_gets_it_by_std_move_only(cpp: Engine) -> None:
    cpp(
        "namespace parts_moved { std::vector<std::vector<int>> rows{{1}, {2, 3}};\n"
        "int taken(std::vector<int>&& row) { auto own = std::move(row); return own.size(); }\nstd::vector<int> made() { return {1, 2, 3}; } }"
    )
    scope, std = cpp.interpreter.lookup("parts_moved"), cpp.interpreter.lookup("std")
    with pytest.raises(ValueError, match="object is not an rvalue"):
        scope.taken(scope.rows[1])
    size = scope.taken(scope.made())  # to which nobody else refers, as pytest would in an assertion
    assert size == 3
    assert [[*row] for row in scope.rows] == [[1], [2, 3]]
    assert scope.taken(std.move(scope.rows[1])) == 2
    assert [[*row] for row in scope.rows] == [[1], []]
