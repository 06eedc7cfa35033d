"""Whatever is made, grown, viewed and dropped, in whatever order: arrays show what they have to."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from doublet.engine.interpreter import interpreter
from doublet.engine.looking import view_of

if TYPE_CHECKING:
    from conftest import Kernel

_TEXT = """
#include <memory>
#include <span>
namespace lifetimes {
struct Point { double x, y; };
std::vector<std::unique_ptr<std::vector<double>>> vectors;
std::vector<std::unique_ptr<std::vector<Point>>> points;
int make(int size, double start) {
    vectors.push_back(std::make_unique<std::vector<double>>(size));
    points.push_back(std::make_unique<std::vector<Point>>(size));
    for (int i = 0; i < size; ++i) (*vectors.back())[i] = start + i, (*points.back())[i] = {start + i, -(start + i)};
    return vectors.size() - 1;
}
std::vector<double>& numbers(int which) { return *vectors[which]; }
std::vector<Point>& structs(int which) { return *points[which]; }
std::span<double> part(int which) { return std::span<double>(*vectors[which]).subspan(vectors[which]->size() / 2); }
std::vector<double> copy(int which) { return *vectors[which]; }
void grow(int which, int count) {
    for (int i = 0; i < count; ++i) vectors[which]->push_back(1e6 + i), points[which]->push_back({1e6 + i, 0});
}
void move(int from, int to) { if (from != to) *vectors[to] = std::move(*vectors[from]), *points[to] = std::move(*points[from]); }
void shrink(int which) {
    std::vector<double>().swap(*vectors[which]);
    std::vector<Point>().swap(*points[which]);
}
void destroy(int which) { vectors[which] = std::make_unique<std::vector<double>>(), points[which] = std::make_unique<std::vector<Point>>(); }
bool holds(std::uintptr_t at) {
    for (const auto& all : points)
        if (at - reinterpret_cast<std::uintptr_t>(all->data()) < all->size() * sizeof(Point)) return true;
    return false;
}
void litter() {
    std::vector<std::vector<double>> all;
    for (int i = 0; i < 300; ++i) all.emplace_back(i % 40 + 1, -77.0);
}
}
"""


def _space() -> Any:
    engine = interpreter()
    if not engine.names.is_defined("lifetimes::make"):
        engine.run(_TEXT, 1)
    return engine.lookup("lifetimes")


class Lifetimes(RuleBasedStateMachine):
    """Knows for each array what it has to show: what was there when it was made, and what was written through it.

    An object is what it was as long as a vector has it, and a null pointer from then on.
    """

    vectors = Bundle("vectors")
    arrays = Bundle("arrays")
    objects = Bundle("objects")

    def __init__(self) -> None:
        super().__init__()
        self.cpp = _space()
        self.shown: list[tuple[np.ndarray[Any, Any], list[float]]] = []
        self.taken: dict[int, tuple[Any, int, float]] = {}

    @rule(target=vectors, size=st.integers(0, 40), start=st.integers(0, 1000))
    def make(self, size: int, start: int) -> int:
        return int(self.cpp.make(size, start))

    @rule(target=arrays, which=vectors, form=st.sampled_from(["numbers", "structs", "part", "copy", "slice"]))
    def look(self, which: int, form: str) -> Any:
        if form == "structs":
            array = np.asarray(self.cpp.structs(which))["x"]
        elif form == "slice":
            array = np.asarray(self.cpp.numbers(which))[1::2]
        else:
            array = np.asarray(getattr(self.cpp, form)(which))
        array.flags.writeable = False  # so that no two arrays change each other
        self.shown.append((array, array.tolist()))
        return len(self.shown) - 1

    @rule(target=objects, which=vectors, index=st.integers(0, 39), in_a_loop=st.booleans())
    def take(self, which: int, index: int, *, in_a_loop: bool) -> Any:
        vector = self.cpp.structs(which)
        if index >= len(vector):
            return multiple()
        found = list(vector)[index] if in_a_loop else vector[index]
        view = view_of(found)
        assert view is not None
        self.taken[len(self.taken)] = found, view.at, found.x
        return len(self.taken) - 1

    @rule(which=consumes(objects))
    def drop_an_object(self, which: int) -> None:
        self.taken[which] = None, 0, 0.0

    @rule(which=vectors, count=st.integers(1, 100))
    def grow(self, which: int, count: int) -> None:
        self.cpp.grow(which, count)

    @rule(which=vectors, count=st.integers(1, 30))
    def grow_from_python(self, which: int, count: int) -> None:
        vector = self.cpp.numbers(which)
        for number in range(count):
            vector.push_back(number)

    @rule(one=vectors, other=vectors)
    def move(self, one: int, other: int) -> None:
        self.cpp.move(one, other)

    @rule(which=vectors)
    def shrink(self, which: int) -> None:
        self.cpp.shrink(which)

    @rule(which=vectors)
    def destroy(self, which: int) -> None:
        self.cpp.destroy(which)

    @rule(which=consumes(arrays))
    def drop(self, which: int) -> None:
        self.shown[which] = (np.empty(0), [])
        gc.collect(0)

    @rule(target=arrays, which=arrays)
    def look_at_a_part(self, which: int) -> Any:
        array, expected = self.shown[which]
        self.shown.append((array[: len(expected) // 2], expected[: len(expected) // 2]))
        return len(self.shown) - 1

    @rule(target=arrays, which=arrays)
    def give_up_the_whole_for_a_part(self, which: int) -> Any:
        array, expected = self.shown[which]
        self.shown[which] = (array[1:], expected[1:])
        return multiple()

    @invariant()
    def everything_shows_what_it_did(self) -> None:
        self.cpp.litter()
        for array, expected in self.shown:
            assert array.tolist() == expected
        for taken, at, x in self.taken.values():
            if taken is not None:
                assert bool(taken) == self.cpp.holds(at)
                assert not taken or taken.x == x


Lifetimes.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestLifetimes = Lifetimes.TestCase


def test_an_array_of_memory_that_is_still_the_vector_s_follows_it() -> None:
    cpp = _space()
    which = cpp.make(4, 0)
    array = np.asarray(cpp.numbers(which))
    cpp.numbers(which)[2] = 9
    assert array.tolist() == [0, 1, 9, 3]
    cpp.grow(which, 100)
    cpp.numbers(which)[2] = 10
    assert array.tolist() == [0, 1, 9, 3]
    view = view_of(array)
    assert view is not None
    assert view.is_left


def test_an_array_that_python_rebinds_lives_as_long_as_a_variable_may_refer_to_it(kernel: Kernel) -> None:
    kernel("import numpy as np, gc, weakref\nlong_lived = np.full(1000, 2.5)\ngone = weakref.ref(long_lived)")
    kernel("%%cpp\nauto kept_span = long_lived.subspan(10);\nauto kept_end = kept_span.end();\nstd::vector<double> own(long_lived.begin(), long_lived.end());\nlong_lived[0]")
    kernel("long_lived = np.zeros(1000)")
    kernel("%%cpp\nlong_lived[0]")
    kernel("for n in range(200): np.full(1000, -77.0)\n_ = gc.collect()")
    assert kernel("%%cpp\nkept_span[0] + *(kept_end - 1) + long_lived[0]").value == "5.0"
    assert kernel("gone() is None").value == "False"


def test_an_array_that_nothing_refers_to_is_let_go(kernel: Kernel) -> None:
    kernel("import numpy as np, gc, weakref\nshort_lived = np.full(1000, 2.5)\nshort = weakref.ref(short_lived)")
    kernel("%%cpp\nstd::vector<double> short_copy(short_lived.begin(), short_lived.end());\ndouble short_sum = short_lived[0];")
    kernel("short_lived = np.zeros(1000)")
    kernel("%%cpp\nshort_lived[0]")
    assert kernel("_ = gc.collect()\nshort() is None").value == "True"
