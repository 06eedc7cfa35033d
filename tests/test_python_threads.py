"""Threads of Python that use C++ at the same time, in a real kernel, where a race would end more than a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Kernel

_CELL = """%%cpp
#include <map>
#include <optional>
struct Hit { double x = 1; std::string name = "abc"; std::vector<double> v{1, 2, 3}; std::array<double, 4> a{1, 2, 3, 4}; };
struct Event {
    std::vector<Hit> hits = std::vector<Hit>(5); std::map<std::string, Hit> named{{"a", {}}}; std::optional<Hit> maybe{Hit{}};
    const Hit& best() const { return hits[1]; }
};
std::vector<Event> events(3); const std::vector<Event> fixed(3);
Hit& pick(int i) { return events[0].hits[i]; }
std::vector<double> numbers(int n) { return std::vector<double>(n, 2.0); }
double sum(const std::vector<double>& v) { double s = 0; for (double x : v) s += x; return s; }
double call(std::function<double(double)> f) { return f(2); }
struct Point { double x = 1; int n = 2; };
std::vector<Point> points(int n) { return std::vector<Point>(n); }
void fill(doublet::hist<doublet::axis::regular<>>& h, std::span<const double> v) { for (double x : v) h(x); }
double muons(const auto& events) { double s = 0; for (const auto& event : events) for (const auto& muon : event.muons) s += muon.pt; return s; }
template <class T> auto same(const T& x) { return x; }
"""
_TOGETHER = """
import sys, threading
import awkward as ak
import hist
import numpy as np
sys.setswitchinterval(1e-5)
def together(function, count):
    start, failures = threading.Barrier(4), []
    def work(k):
        start.wait()
        try:
            for _ in range(count):
                function(k)
        except BaseException as error:
            failures.append(repr(error))
    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return failures
vector = cpp.std.vector
kinds = ["short", "long", "unsigned char", "float"]
events = ak.Array({"muons": [[{"pt": 1.0}, {"pt": 2.0}], [{"pt": 3.0}]]})
def filled():
    made = hist.Hist(hist.axis.Regular(5, 0, 1))
    cpp.fill(made, np.full(10, 0.5))
    return made.sum()
def check(one, other):
    assert one == other, (one, other)
"""
_USES = {
    "elements": ("[hit.x for hit in cpp.events[0].hits]", 300),
    "arrays of elements": ("np.asarray(cpp.events[k % 3].hits[1].v).sum()", 300),
    "C arrays": ("np.asarray(cpp.events[1].hits[0].a).sum()", 300),
    "a map": ("cpp.events[0].named['a'].x", 300),
    "an optional": ("cpp.events[0].maybe.value().x", 300),
    "a constant": ("cpp.fixed[0].best().x", 300),
    "what a function refers to": ("cpp.pick(k).name", 300),
    "new vectors": ("np.asarray(cpp.numbers(100 + k)).sum()", 300),
    "lists as arguments": ("cpp.sum([1.0, 2.0])", 300),
    "Python functions as arguments": ("cpp.call(lambda x: x + k)", 50),
    "structs as arrays": ("check(np.asarray(cpp.points(k + 1))['n'].sum(), 2 * k + 2)", 50),
    "histograms": ("check(filled(), 10)", 50),
    "an Awkward array": ("check(cpp.muons(events), 6)", 50),
    "templates": ("cpp.same([1, 'a', 2.5, np.ones(3)][k])", 50),
    "classes of templates": ("[vector[kind]([1]) for kind in kinds]", 5),
    "vectors of vectors": ("[vector[vector[kind]]([[1]]) for kind in kinds]", 5),
}


@pytest.fixture(scope="module")
def notebook(kernel: Kernel) -> Kernel:
    kernel(_CELL)
    kernel(_TOGETHER)
    return kernel


@pytest.mark.parametrize("use", _USES)
def test_threads_that_are_the_first_to_use_something_do_so_together(notebook: Kernel, use: str) -> None:
    text, count = _USES[use]
    assert notebook(f"together(lambda k: {text}, {count})").value == "[]"


def test_a_thread_goes_through_elements_that_another_one_takes_away_and_is_refused_those_that_have_gone(notebook: Kernel) -> None:
    notebook(
        "def change_or_read(k):\n"
        "    if k == 0:\n"
        "        cpp.events[0].hits.resize(1 + len(cpp.events[0].hits) * 7 % 50)\n"
        "    else:\n"
        "        try:\n"
        "            [hit.x for hit in cpp.events[0].hits]\n"
        "        except ReferenceError:\n"
        "            pass\n"
    )
    told = notebook("together(change_or_read, 500)")
    assert told.value == "[]"
    assert "Exception ignored" not in told.stderr
