"""Objects of a cell's classes in pickles: by their fields, if these are all there is to them."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from running import run

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture(scope="module")
def cpp(shell: InteractiveShell) -> Any:
    run(
        shell,
        """#include <map>
        #include <optional>
        #include <variant>
        struct PickHit { double x = 1; int id = 2; };
        struct PickNear : PickHit { float distance = 0.5f; };
        struct PickTrack {
            PickHit hit; std::string name = "a"; std::vector<int> numbers{1, 2}; std::vector<PickHit> hits{{1, 2}, {3, 4}}; double array[3] = {1, 2, 3};
            std::optional<int> maybe; std::map<std::string, int> map{{"a", 1}};
        };
        namespace pick { struct Inner { int a = 1; }; Inner inner{3}; }
        template <class T> struct PickOf { T value{}; };
        PickHit pick_hit{7, 8}; PickNear pick_near; PickTrack pick_track; PickOf<double> pick_of{2.5};
        std::vector<PickHit> pick_hits{{1, 2}, {3, 4}}; std::vector<PickTrack> pick_tracks(2); std::vector<std::vector<PickHit>> pick_nested{pick_hits, {}};
        class PickHidden { int x = 1; public: int y = 2; }; PickHidden pick_hidden; std::vector<PickHidden> pick_all_hidden(1);
        class PickCopied { int x = 1; public: int y = 2; int both() const { return x + y; } void set(int to) { x = to; } operator bool() const { return false; } };
        class PickUnique { std::unique_ptr<int> p; }; PickUnique pick_unique; PickHidden* pick_nowhere = nullptr; const PickCopied pick_fixed{};
        struct PickFixed { int a = 1; const int b = 2; }; PickFixed pick_const;
        struct PickBase { virtual ~PickBase() = default; virtual int id() const { return 1; } };
        struct PickPointer { int* p = nullptr; }; PickPointer pick_pointer; std::vector<PickPointer> pick_pointers(1);""",
    )
    return shell.user_ns["cpp"]


def _again(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


def test_an_object_comes_back_with_all_its_fields(cpp: Any) -> None:
    track = cpp.pick_track
    track.hit.x, track.array[1], track.maybe, track.name = 8, 9, 4, "b"
    for made in (_again(track), copy.deepcopy(track), _again(cpp.pick_tracks)[0].__class__(track)):
        assert type(made) is cpp.PickTrack
        assert (made.hit.x, made.name, [*made.numbers], made.hits[1].x, [*made.array], made.maybe, made.map) == (8, "b", [1, 2], 3, [1, 9, 3], 4, {"a": 1})
        made.hit.x = 0
    assert track.hit.x == 8
    near = _again(cpp.pick_near)
    assert (near.x, near.id, near.distance, _again(cpp.pick.inner).a, _again(cpp.pick_of).value) == (1, 2, 0.5, 3, 2.5)


def test_vectors_of_objects_come_back_and_those_of_numbers_as_arrays(cpp: Any) -> None:
    assert [(hit.x, hit.id) for hit in _again(cpp.pick_hits)] == [(1, 2), (3, 4)]
    assert [track.name for track in _again(cpp.pick_tracks)] == ["a", "a"]
    assert [len(row) for row in _again(cpp.pick_nested)] == [2, 0]
    assert len(_again(cpp.std.vector[cpp.PickTrack]())) == 0
    many = cpp.std.vector[cpp.PickHit](100_000)
    np.asarray(many)["id"] = np.arange(100_000)
    assert len(pickle.dumps(many)) < 2_000_000
    assert np.array_equal(np.asarray(_again(many))["id"], np.arange(100_000))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("pick_hidden", "cannot pickle this PickHidden: a PickHidden may hold more than Python sees"),
        ("pick_all_hidden", "cannot pickle this PickHidden"),
        ("pick_pointer", "cannot pickle this PickPointer: the field 'p' of PickPointer refers to something else"),
        ("pick_const", "cannot pickle this PickFixed: the field 'b' of PickFixed is constant, and could not be put back"),
        ("pick_pointers", "the field 'p' of PickPointer refers to something else"),
    ],
)
def test_what_is_more_than_its_fields_is_refused(cpp: Any, name: str, reason: str) -> None:
    with pytest.raises(TypeError, match=reason):
        pickle.dumps(getattr(cpp, name))


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_is_what_cpp_makes_as_one(cpp: Any, copied: Any) -> None:
    first = cpp.PickCopied()
    first.set(5)
    second = copied(first)
    first.set(6)
    assert (second.both(), first.both(), type(second) is cpp.PickCopied) == (7, 8, True)
    changeable = copied(cpp.pick_fixed)
    changeable.set(3)
    assert (changeable.both(), cpp.pick_fixed.both()) == (5, 3)
    assert copied(cpp.pick_hidden).y == 2


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_what_cpp_cannot_copy_is_refused(cpp: Any, copied: Any) -> None:
    class Derived(cpp.PickBase):  # type: ignore[misc] # made at runtime
        def id(self) -> int:
            return 2

    for value, reason in ((cpp.pick_unique, "this PickUnique: C\\+\\+ has no copy constructor"), (cpp.pick_nowhere, "this PickHidden: it is a null"), (Derived(), "this Derived: C\\+\\+ copies only")):
        with pytest.raises(TypeError, match=reason):
            copied(value)


def test_a_deep_copy_shares_nothing_that_can_be_seen_to_be_shared(cpp: Any) -> None:
    assert copy.copy(cpp.pick_const).b == 2
    copy.copy(cpp.pick_pointer)
    for value in (cpp.pick_pointer, cpp.pick_pointers):
        with pytest.raises(TypeError, match="refers to something else"):
            copy.deepcopy(value)


def test_a_class_that_has_been_defined_again_takes_what_it_has_fields_for(cpp: Any, shell: InteractiveShell) -> None:
    run(shell, "struct PickChanged { int a = 1; }; std::vector<PickChanged> pick_changed(2);")
    old = pickle.dumps(cpp.PickChanged(5)), pickle.dumps(cpp.pick_changed)
    run(shell, "struct PickChanged { int a = 1, b = 3; };")
    made = pickle.loads(old[0])
    assert (type(made) is cpp.PickChanged, made.a, made.b) == (True, 5, 3)
    with pytest.raises(TypeError, match="vector<PickChanged> is made of arrays with the fields a, b"):
        pickle.loads(old[1])
    run(shell, "struct PickChanged { int c = 1; };")
    with pytest.raises(TypeError, match="this PickChanged was pickled when the class had other fields"):
        pickle.loads(old[0])
    with pytest.raises(TypeError, match="C\\+\\+ has no class 'pick::Other': run the cell that defines it first"):
        pickle.loads(pickle.dumps(cpp.pick.inner).replace(b"pick::Inner", b"pick::Other"))


def test_a_class_of_the_standard_library_is_found_although_a_cell_has_a_class_of_that_name(shell: InteractiveShell) -> None:
    for value in (1, 2):
        run(shell, f"struct forward_list {{ int a = {value}; }};")
    run(shell, "#include <forward_list>\nstd::forward_list<int> pickled_forward{1, 2};")
    assert list(pickle.loads(pickle.dumps(shell.user_ns["cpp"].pickled_forward))) == [1, 2]
