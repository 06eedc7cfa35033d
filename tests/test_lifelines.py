"""What a C++ object gives Python of itself is there as long as Python holds it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

import numpy as np
import pytest
from conftest import Engine
from hypothesis import given, settings
from hypothesis import strategies as st

from doublet.engine.interpreter import interpreter


@pytest.fixture
def made(cpp: Engine) -> Any:
    cpp(
        "#include <array>\n#include <deque>\n#include <functional>\n#include <list>\n#include <map>\n#include <optional>\n#include <span>\n#include <tuple>\n"
        "namespace kept {\n"
        "struct Point { long k; Point(long k = 7) : k(k) {} ~Point() { k = -1; } };\n"
        "struct Event {\n"
        '  std::map<std::string, Point> map{{"a", 5}}; std::vector<Point> points{1, 2}; std::vector<std::vector<Point>> deep{{3}};\n'
        "  const Point& first() const { return points[0]; }\n"
        "  Point* second() { return &points[1]; }\n"
        "  std::vector<Point>& all() { return points; }\n"
        "};\n"
        "Event living;\n"
        "Event event() { return {}; }\n"
        "std::vector<Point> vector() { return {1, 2}; }\n"
        "std::deque<Point> deque() { return {1, 2}; }\n"
        "std::list<Point> list() { return {1, 2}; }\n"
        'std::map<std::string, Point> map() { return {{"a", 5}}; }\n'
        "std::optional<Point> optional() { return 6; }\n"
        "std::tuple<Point, int> tuple() { return {6, 1}; }\n"
        "struct Spans {\n"
        "  std::vector<long> longs{7, 8, 9}; std::array<Point, 2> points;\n"
        "  std::span<const long> span() const { return longs; } std::reference_wrapper<Point> wrapped() { return points[0]; }\n"
        "  ~Spans() { for (auto& x : longs) x = -1; }\n"
        "};\n"
        "Spans spans() { return {}; }\n"
        "std::pair<Point, int> pair() { return {6, 1}; }\n"
        "std::array<Point, 2> array() { return {6, 7}; }\n"
        "}"
    )
    found = cpp.interpreter.lookup("kept")
    # cppyy would learn from an object that lives on that nothing has to be kept.
    living = found.living
    assert [living.first().k, living.second().k, living.all()[0].k, living.map["a"].k] == [1, 2, 1, 5]
    return found


def std() -> Any:
    return interpreter().lookup("std")


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (lambda made: made.event().first(), 1),
        (lambda made: made.event().second(), 2),
        (lambda made: made.event().all()[1], 2),
        (lambda made: made.event().map["a"], 5),
        (lambda made: made.event().deep[0][0], 3),
        (lambda made: made.vector()[0], 1),
        (lambda made: made.vector().front(), 1),
        (lambda made: made.deque()[1], 2),
        (lambda made: made.list().back(), 2),
        (lambda made: made.map()["a"], 5),
        (lambda made: made.optional().value(), 6),
        (lambda made: made.tuple()[0], 6),
        (lambda made: next(value for _, value in made.map()), 5),
        (lambda made: list(made.list())[1], 2),
        (lambda made: made.spans().wrapped().get(), 7),
        (lambda made: std().get[0](made.tuple()), 6),
        (lambda made: std().get[0](made.pair()), 6),
        (lambda made: std().get[1](made.array()), 7),
    ],
)
def test_a_part_keeps_the_temporary_object_that_it_is_of(made: Any, part: Callable[[Any], Any], expected: int) -> None:
    point = part(made)
    gc.collect()
    others = [made.vector() for _ in range(20)]
    assert point.k == expected
    assert len(others) == 20


def test_a_span_keeps_the_temporary_object_that_has_returned_it(made: Any) -> None:
    span, array = made.spans().span(), np.asarray(made.spans().span())
    gc.collect()
    others = [made.spans() for _ in range(20)]
    assert (list(span), array.tolist()) == ([7, 8, 9], [7, 8, 9])
    assert len(others) == 20


def test_get_gives_numbers_and_texts_as_they_are(cpp: Engine) -> None:
    cpp('#include <tuple>\nstd::tuple<int, std::string> lifelines_parts() { return {1, "a"}; }')
    parts = cpp.interpreter.lookup("lifelines_parts")()
    assert (std().get[0](parts), std().get[1](parts)) == (1, "a")


def test_a_temporary_object_is_still_there_when_a_part_of_its_base_has_been_read(cpp: Engine) -> None:
    cpp(
        "struct LifelinesFirst { virtual ~LifelinesFirst() {} };\n"
        "struct LifelinesBits { unsigned a : 3; LifelinesBits() : a(5) {} ~LifelinesBits() { a = 0; } };\n"
        "struct LifelinesBoth : LifelinesFirst, LifelinesBits, std::vector<double> { LifelinesBoth() : std::vector<double>(2, 4.5) {} };\n"
        "LifelinesBoth lifelines_both() { return {}; }"
    )
    both = cpp.interpreter.lookup("lifelines_both")()
    assert [both.a, both.a, np.asarray(both).tolist(), both.a] == [5, 5, [4.5, 4.5], 5]


def test_what_a_function_refers_to_becomes_null_when_its_memory_goes(cpp: Engine) -> None:
    cpp(
        """struct ReferredHit { std::string name; double x = 1; }; std::vector<ReferredHit> referred_all{{"one"}, {"two"}};
        ReferredHit& referred_pick(int i) { return referred_all[i]; } const ReferredHit& referred_constant() { return referred_all[0]; } ReferredHit* referred_find(int i) { return &referred_all[i]; }
        void referred_grow() { referred_all.reserve(referred_all.capacity() + 1); } ReferredHit* referred_new() { return new ReferredHit; } void referred_delete(ReferredHit* hit) { delete hit; }
        std::vector<std::vector<int>> referred_rows(2, {1, 2}); std::vector<int>& referred_row(int i) { return referred_rows[i]; } void referred_more() { referred_rows.reserve(referred_rows.capacity() + 1); }"""
    )
    found = cpp.interpreter.lookup
    hits = found("referred_pick")(1), found("referred_constant")(), found("referred_find")(0)
    assert [hit.name for hit in hits] == ["two", "one", "one"]
    found("referred_grow")()
    row, new = found("referred_row")(0), found("referred_new")()
    assert (row.size(), new.x) == (2, 1)
    found("referred_more")()
    found("referred_delete")(new)
    for gone in (*hits, new):
        with pytest.raises(ReferenceError):
            _ = gone.x
    with pytest.raises(ReferenceError):
        row.size()
    assert found("referred_pick")(1).name == "two"


def test_what_a_smart_pointer_holds_that_a_function_refers_to_becomes_null_with_it(cpp: Engine) -> None:
    cpp(
        """struct SharedHit { double x = 1; }; std::vector<std::shared_ptr<SharedHit>> shared_hits{std::make_shared<SharedHit>()};
        std::shared_ptr<SharedHit>& shared_pick() { return shared_hits[0]; } void shared_clear() { shared_hits.clear(); }"""
    )
    hit = cpp.interpreter.lookup("shared_pick")()
    assert hit.x == 1
    cpp.interpreter.lookup("shared_clear")()
    with pytest.raises(ReferenceError):
        _ = hit.x


OWNING = """
#include <optional>
struct OwningHit { int n; std::string label; std::vector<double> adc; };
struct OwningEvent { std::vector<OwningHit> hits; std::optional<OwningHit> lead; OwningHit& last() { return hits.back(); } OwningHit& leading() { return *lead; } };
struct OwningPair { OwningHit hits[2]; };
OwningHit owning_hit(int n) { return {n, "too long to be in the object itself: " + std::to_string(n), {1., 2.}}; }
OwningEvent owning_event; std::deque<OwningPair> owning_pairs;
void owning_fill() {
  owning_event.hits.clear(); owning_event.hits.reserve(64); owning_pairs.clear(); owning_event.lead = owning_hit(7);
  for (int n = 0; n < 3; ++n) owning_event.hits.push_back(owning_hit(n)), owning_pairs.push_back({owning_hit(n), owning_hit(10 + n)});
}
OwningHit& owning_last() { return owning_event.hits.back(); } OwningHit* owning_lead() { return &*owning_event.lead; } OwningPair& owning_pair() { return owning_pairs.back(); }
void owning_grow(OwningHit& hit) { hit.label += std::string(1000, 'x'); hit.adc.push_back(3); }
"""


@pytest.fixture
def owning(cpp: Engine) -> Callable[[str], Any]:
    cpp(OWNING)
    cpp.interpreter.lookup("owning_fill")()
    return lambda name: cpp.interpreter.lookup(f"owning_{name}")


@pytest.mark.parametrize(
    ("refers", "destroys"),
    [
        (lambda owning: owning("last")(), "owning_event.hits.pop_back();"),
        (lambda owning: owning("last")(), "owning_event.hits.resize(1);"),
        (lambda owning: owning("last")(), "owning_grow(owning_last()); owning_event.hits.clear();"),
        (lambda owning: owning("event").last(), "owning_event.hits.erase(owning_event.hits.begin() + 1, owning_event.hits.end());"),
        (lambda owning: owning("lead")(), "owning_event.lead.reset();"),
        (lambda owning: owning("event").leading(), "owning_event.lead = std::nullopt;"),
        (lambda owning: owning("pair")().hits[1], "owning_pairs.pop_back();"),
    ],
)
def test_what_a_function_refers_to_becomes_null_when_it_is_destroyed_in_its_place(
    cpp: Engine, owning: Callable[[str], Any], refers: Callable[[Callable[[str], Any]], Any], destroys: str
) -> None:
    hit = refers(owning)
    before = hit.n, str(hit.label)
    cpp(destroys)
    with pytest.raises(ReferenceError):
        _ = hit.label
    assert "too long" in before[1]


def test_what_a_function_refers_to_may_change_what_it_owns(cpp: Engine, owning: Callable[[str], Any]) -> None:
    hit = owning("last")()
    for times in range(1, 5):
        owning("grow")(hit)
        assert (len(hit.label), len(hit.adc)) == (len("too long to be in the object itself: 2") + 1000 * times, 2 + times)
    cpp("owning_last() = owning_hit(8); owning_last().adc = {}; owning_last().adc.shrink_to_fit();")
    assert (hit.n, str(hit.label)[-1], list(hit.adc)) == (8, "8", [])
    cpp("std::swap(owning_event.hits[0], owning_event.hits[2]);")
    assert hit.n == 0


CHANGES = ["push", "pop", "grow", "assign", "clear", "swap"]


def test_what_a_function_refers_to_becomes_null_when_its_memory_is_unmapped(cpp: Engine) -> None:
    cpp(
        "#include <sys/mman.h>\n"
        "struct MappedText { std::string label; int n; }; MappedText* mapped_place = nullptr;\n"
        "MappedText& mapped_text() {\n"
        "  void* memory = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n"
        "  return *(mapped_place = new (memory) MappedText{std::string(100, 'a'), 3});\n"
        "}\n"
        "void unmap_text() { munmap(mapped_place, 4096); }\n"
        "void free_something() { void* volatile some = operator new(1000); operator delete(some); }"
    )
    text = cpp.interpreter.lookup("mapped_text")()
    assert (text.label, text.n) == ("a" * 100, 3)
    cpp("unmap_text(); free_something();")  # what is freed is compared with what the object has
    with pytest.raises(ReferenceError):
        print(text.label)
    cpp("free_something();")


@settings(deadline=None, max_examples=200)
@given(steps=st.lists(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=4), max_size=8))
def test_whatever_becomes_of_what_functions_refer_to_it_is_there_or_refuses(steps: list[list[str]]) -> None:
    lookup = changing_texts()
    lookup("changing_all").clear()
    expected: list[str] = []
    seen: list[tuple[int, Any]] = []
    for number, changes in enumerate(steps):
        lookup("changing_do")(" ".join(changes), number)
        for change in changes:
            expected = changed(expected, change, number)
        for index, text in seen:
            with suppress(ReferenceError):
                label = text.label
                assert [label] == expected[index : index + 1]
        seen = [(index, text) for index, text in seen if text]
        seen += [(index, lookup("changing_pick")(index)) for index in range(len(expected))]


def changed(texts: list[str], change: str, number: int) -> list[str]:
    """What `changing_do` makes of texts."""
    text = f"too long to be in the object itself: {number}"
    if change == "push":
        return [*texts, text]
    if not texts:
        return texts
    return {
        "pop": texts[:-1],
        "grow": [*texts[:-1], texts[-1] + "x" * 100],
        "assign": [text, *texts[1:]],
        "clear": [],
        "swap": [texts[-1], *texts[1:-1], texts[0]] if len(texts) > 1 else texts,
    }[change]


@cache
def changing_texts() -> Callable[[str], Any]:
    cpp = Engine(interpreter())
    cpp(
        """
        struct ChangingText { std::string label; }; std::vector<ChangingText> changing_all; ChangingText& changing_pick(int i) { return changing_all[i]; }
        void changing_do(const std::string& changes, int number) {
          changing_all.reserve(64);
          const std::string text = "too long to be in the object itself: " + std::to_string(number);
          std::istringstream words(changes);
          for (std::string word; words >> word;) {
            if (word == "push") changing_all.push_back({text});
            if (changing_all.empty()) continue;
            if (word == "pop") changing_all.pop_back();
            if (word == "grow") changing_all.back().label += std::string(100, 'x');
            if (word == "assign") changing_all.front() = ChangingText{text};
            if (word == "clear") changing_all.clear();
            if (word == "swap" && changing_all.size() > 1) std::swap(changing_all.front(), changing_all.back());
          }
        }
        """
    )
    return cpp.interpreter.lookup
