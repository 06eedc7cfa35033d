"""Histograms that are parts of C++ objects, or behind pointers: the hist.Hist itself, as long as anybody holds it."""

from __future__ import annotations

import gc
import pickle
import weakref
from typing import TYPE_CHECKING, Any

import hist
import pytest
from running import run, shown

from doublet.errors import CppCompileError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

CODE = """\
#include <array>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>
using HmOne = doublet::hist<doublet::axis::regular<>>;
using HmWeighted = doublet::hist<doublet::axis::regular<>, doublet::storage::weighted>;
inline HmOne hm_made(double x = 0.1) { HmOne h(doublet::axis::regular(4, 0, 1, "x [m]")); h(x); return h; }
inline HmWeighted hm_weighed() { return HmWeighted(doublet::axis::regular(4, 0, 1), doublet::storage::weighted()); }
struct HmBase { HmOne inherited = hm_made(); };
struct HmAnalysis : HmBase {
    HmOne mass = hm_made(), none;
    const HmOne constant = hm_made();
    HmOne* pointer = &mass;
    HmOne& reference = mass;
    HmOne* null = nullptr;
    std::unique_ptr<HmOne> unique = std::make_unique<HmOne>(mass), empty;
    std::shared_ptr<HmOne> shared = std::make_shared<HmOne>(mass);
    std::shared_ptr<const HmOne> shared_constant = std::make_shared<const HmOne>(mass);
    std::vector<HmOne> vector = {mass, mass};
    std::vector<std::shared_ptr<HmOne>> pointers = {shared};
    std::map<std::string, HmOne> map = {{"a", mass}};
    std::map<std::string, std::unique_ptr<HmOne>> map_of_pointers;
    std::unordered_map<int, HmOne> unordered = {{3, mass}};
    std::array<HmOne, 2> array = {mass, mass};
    HmOne plain[2] = {mass, mass};
    HmOne* plain_pointers[2] = {&mass, &plain[1]};
    std::vector<HmOne*> vector_of_pointers = {&mass};
    std::optional<HmOne> optional = mass;
    std::pair<int, HmOne> pair = {1, mass};
    std::tuple<int, HmOne> tuple = {1, mass};
    std::list<HmOne> list = {mass};
    std::deque<HmOne> deque = {mass};
    HmWeighted weighted = hm_weighed();
    inline static HmOne common = hm_made();
    HmOne& get() { return mass; }
    const HmOne& get_constant() const { return mass; }
    HmOne* get_pointer() { return &mass; }
    HmOne copy() { return mass; }
    std::unique_ptr<HmOne> get_unique() { return std::make_unique<HmOne>(mass); }
    std::shared_ptr<HmOne> get_shared() { return shared; }
    const std::shared_ptr<HmOne>& get_shared_reference() const { return shared; }
    HmAnalysis() { map_of_pointers["b"] = std::make_unique<HmOne>(mass); }
};
namespace hm_space { HmOne inside = hm_made(); }
HmAnalysis hm_analysis;
auto hm_unique = std::make_unique<HmAnalysis>();
auto hm_shared = std::make_shared<HmAnalysis>();
std::vector<HmAnalysis> hm_vector(1);
std::map<std::string, HmAnalysis> hm_map;
hm_map["x"];
double hm_read(std::shared_ptr<const HmOne> h) { return h->at(0); }
int hm_take_shared(std::shared_ptr<HmOne> h) { (*h)(0.6); return static_cast<int>(h.use_count()); }
void hm_take_constant(const std::shared_ptr<HmOne>& h) { (*h)(0.6); }
void hm_take_unique(std::unique_ptr<HmOne> h) { (*h)(0.6); }
void hm_take_pointer(HmOne* h) { (*h)(0.6); }
void hm_take(HmOne& h) { h(0.6); }
void hm_change(std::shared_ptr<HmOne>& h) { h = nullptr; }
std::shared_ptr<HmOne> hm_kept;
void hm_keep(std::shared_ptr<HmOne> h) { hm_kept = h; }
void hm_call(std::function<void(HmOne&)> f) { f(hm_analysis.mass); }
void hm_call_shared(std::function<void(std::shared_ptr<HmOne>)> f) { f(hm_analysis.shared); }
"""

PARTS = [
    "inherited", "mass", "constant", "pointer", "reference", "unique", "shared", "shared_constant", "vector[0]", "pointers[0]", 'map["a"]', 'map_of_pointers["b"]', "unordered[3]", "array[1]", "plain[1]",
    "vector_of_pointers[0]", "optional.value()", "pair.second", "pair[1]", "list.front()", "deque[0]", "common", "get()", "get_constant()", "get_pointer()", "copy()", "get_unique()", "get_shared()", "get_shared_reference()",
]  # fmt: skip


@pytest.fixture(scope="module")
def cpp(shell: InteractiveShell) -> Any:
    run(shell, CODE)
    return shell.user_ns["cpp"]


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_an_object_that_is_a_histogram_is_the_hist(cpp: Any, part: str) -> None:
    found = eval(f"cpp.hm_analysis.{part}", {"cpp": cpp})
    assert isinstance(found, hist.Hist)
    assert found.values()[0] >= 1
    assert found.axes[0].label == "x [m]"
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize("owner", ["hm_analysis", "hm_unique", "hm_shared", "hm_vector[0]", 'hm_map["x"]'])
def test_a_member_is_the_same_object_each_time_whoever_owns_the_analysis(cpp: Any, owner: str) -> None:
    def member() -> Any:
        return eval(f"cpp.{owner}.mass", {"cpp": cpp})

    assert member() is member()
    before = member().sum()
    cpp.hm_take(member())
    assert member().sum() == before + 1


def test_members_of_tuples_and_namespaces_and_their_iterations_are_histograms(cpp: Any) -> None:
    analysis = cpp.hm_analysis
    found = [cpp.std.get[1](analysis.tuple), cpp.hm_space.inside, *analysis.vector, *analysis.list, *dict(analysis.map).values(), *analysis.plain]
    assert {type(each) for each in found} == {hist.Hist}


def test_python_and_cpp_fill_the_same_bins_of_a_member(cpp: Any, shell: InteractiveShell) -> None:
    mass = cpp.hm_analysis.weighted
    mass.fill([0.9], weight=2)
    run(shell, "hm_analysis.weighted(0.9, doublet::weight(3));")
    assert (mass.values()[3], mass.variances()[3]) == (5, 13)


def test_an_object_shows_its_histograms_in_a_line_each_as_a_stream_does(cpp: Any, shell: InteractiveShell) -> None:
    run(shell, "struct HmShown { HmOne mass = hm_made(), none; } hm_shown_object;\nstd::ostringstream hm_stream; hm_stream << hm_shown_object.mass;")
    line = "Hist(Regular(4, 0, 1, label='x [m]'), storage=Double()) # Sum: 1.0"
    assert shown(shell, cpp.hm_shown_object) == f"HmShown(mass={line}, none=a histogram without axes)"
    assert str(cpp.hm_stream.str()) == line


def test_an_array_of_pointers_gives_each_of_them(cpp: Any) -> None:
    pointers = cpp.hm_analysis.plain_pointers
    assert [pointers[number].values()[0] for number in range(2)] == [cpp.hm_analysis.mass.values()[0], cpp.hm_analysis.plain[1].values()[0]]


def test_a_member_outlives_its_owner(cpp: Any, shell: InteractiveShell) -> None:
    run(shell, "auto hm_gone = std::make_unique<HmAnalysis>();")
    owner, mass = cpp.hm_gone, cpp.hm_gone.mass
    run(shell, "hm_gone.reset();")
    assert mass.fill([0.1]).values()[0] == 2
    with pytest.raises(ReferenceError, match="null"):
        _ = owner.mass
    with pytest.raises(ReferenceError, match="null"):
        _ = cpp.hm_gone.mass


def test_a_member_of_a_temporary_is_kept(cpp: Any) -> None:
    assert cpp.HmAnalysis().mass.values().tolist() == [1, 0, 0, 0]


def test_cpp_lets_go_of_a_histogram_that_python_does_not_hold(cpp: Any, shell: InteractiveShell) -> None:
    run(shell, "auto hm_freed = std::make_unique<HmAnalysis>();")
    mass = weakref.ref(cpp.hm_freed.mass)
    assert mass() is not None
    run(shell, "hm_freed.reset();")
    gc.collect()
    assert mass() is None


def test_a_histogram_in_a_vector_that_grows_stays_the_same(cpp: Any, shell: InteractiveShell) -> None:
    run(shell, "std::vector<HmOne> hm_growing(1, hm_made());")
    first = cpp.hm_growing[0]
    run(shell, "hm_growing.resize(1000); hm_growing[0](0.9);")
    assert cpp.hm_growing[0] is first
    assert first.values().tolist() == [1, 0, 0, 1]


def test_a_member_that_cpp_replaces_is_another_one_and_python_keeps_the_old(cpp: Any, shell: InteractiveShell) -> None:
    run(shell, "HmAnalysis hm_replaced;")
    old = cpp.hm_replaced.mass
    run(shell, "hm_replaced.mass = HmOne(doublet::axis::regular(2, 0, 1));")
    assert (old.values().tolist(), cpp.hm_replaced.mass.values().tolist()) == ([1, 0, 0, 0], [0, 0])


@pytest.mark.parametrize("destroyed", ["delete", "reset", "grow"])
def test_a_pointer_to_a_histogram_that_cpp_has_destroyed_is_a_clear_error(cpp: Any, shell: InteractiveShell, destroyed: str) -> None:
    code = {
        "delete": "HmOne* hm_delete = new HmOne(hm_made()); delete hm_delete;",
        "reset": "auto hm_owner = std::make_unique<HmAnalysis>(); HmOne* hm_reset = &hm_owner->mass; hm_owner.reset();",
        "grow": "std::vector<HmOne> hm_moved(1, hm_made()); HmOne* hm_grow = &hm_moved[0]; hm_moved.resize(1000);",
    }
    run(shell, code[destroyed])
    pointer = getattr(cpp, f"hm_{destroyed}")
    assert not pointer
    with pytest.raises(AttributeError, match="C\\+\\+ has destroyed what it pointed to: there is no 'values'"):
        pointer.values()
    with pytest.raises(ReferenceError):
        pointer.fill(0.1)


def test_what_has_no_axes_yet_or_is_null_says_so(cpp: Any) -> None:
    with pytest.raises(AttributeError, match="C\\+\\+ has given this histogram no axes yet"):
        cpp.hm_analysis.none.values()
    with pytest.raises(cpp.std.logic_error, match="this histogram has no axes yet: assign one to it"):
        cpp.hm_analysis.none.fill(1)
    for null in (cpp.hm_analysis.null, cpp.hm_analysis.empty):
        assert not null
        with pytest.raises(AttributeError, match="this pointer to a histogram is null"):
            null.values()


def test_a_histogram_that_is_assigned_to_a_member_is_copied(cpp: Any) -> None:
    h: Any = hist.Hist(hist.axis.Regular(4, 0, 1)).fill([0.3])
    cpp.hm_analysis.pair.second = h
    assert cpp.hm_analysis.pair.second is not h
    assert cpp.hm_analysis.pair.second.values().tolist() == [0, 1, 0, 0]


def test_python_passes_a_histogram_however_a_function_takes_it(cpp: Any) -> None:
    h: Any = hist.Hist(hist.axis.Regular(4, 0, 1))
    for take in (cpp.hm_take_constant, cpp.hm_take_unique, cpp.hm_take_pointer, cpp.hm_take):
        take(h)
    assert [cpp.hm_take_shared(h), cpp.hm_take_shared(h)] == [2, 2]
    assert h.values().tolist() == [0, 0, 6, 0]
    assert cpp.hm_read(h.fill([0.1])) == 1
    before = cpp.hm_analysis.shared.sum()
    cpp.hm_take_shared(cpp.hm_analysis.shared)
    assert cpp.hm_analysis.shared.sum() == before + 1


def test_cpp_keeps_what_it_has_taken_as_a_shared_pointer(cpp: Any, shell: InteractiveShell) -> None:
    h: Any = hist.Hist(hist.axis.Regular(4, 0, 1))
    cpp.hm_keep(h)
    kept: Any = weakref.ref(h)
    del h
    gc.collect()
    run(shell, "(*hm_kept)(0.9);")
    assert cpp.hm_kept is kept()
    assert cpp.hm_kept.values().tolist() == [0, 0, 0, 1]
    run(shell, "hm_kept.reset();")
    gc.collect()
    assert kept() is None


def test_a_python_function_gets_the_histogram_of_a_reference_or_a_pointer(cpp: Any) -> None:
    seen: list[Any] = []
    cpp.hm_call(seen.append)
    cpp.hm_call_shared(seen.append)
    assert [each is of for each, of in zip(seen, (cpp.hm_analysis.mass, cpp.hm_analysis.shared), strict=True)] == [True, True]


@pytest.mark.parametrize("take", ["hm_take", "hm_take_pointer", "hm_take_shared", "hm_take_unique", "hm_take_constant", "hm_keep", "hm_read"])
@pytest.mark.parametrize(
    "other",
    [
        hist.Hist(hist.axis.Regular(4, 0, 1), storage=hist.storage.Weight()),
        hist.Hist(hist.axis.Regular(4, 0, 1), storage=hist.storage.Int64()),
        hist.Hist(hist.axis.Regular(4, 0, 1), hist.axis.Regular(4, 0, 1)),
        hist.Hist(hist.axis.Integer(0, 4)),
        hist.Hist(hist.axis.Regular(4, 0, 1), storage=hist.storage.Unlimited()),
    ],
    ids=["weights", "integers", "two axes", "other axis", "unlimited"],
)
def test_a_function_of_one_kind_of_histogram_refuses_the_others(cpp: Any, take: str, other: Any) -> None:
    with pytest.raises(TypeError):
        getattr(cpp, take)(other)
    assert other.sum(flow=True) == other.copy().reset().sum(flow=True)


def test_a_smart_pointer_that_a_function_may_change_is_refused(cpp: Any) -> None:
    with pytest.raises(TypeError):
        cpp.hm_change(cpp.hm_analysis.shared)
    assert cpp.hm_analysis.shared


CONSTANT = """\
struct HmHolder { HmOne mass = hm_made(), plain[2] = {mass, mass}; HmOne* pointer = &mass; const HmOne fixed = mass; const HmOne& get() const { return mass; } };
const HmHolder hm_fixed; HmHolder hm_free;
const HmOne hm_constant = hm_made(), hm_constants[2] = {hm_constant, hm_constant};
const HmHolder& hm_holder() { return hm_free; }
const HmOne& hm_reference() { return hm_free.mass; }
const HmOne* hm_pointer() { return &hm_free.mass; }
std::shared_ptr<const HmOne> hm_pointed = std::make_shared<HmOne>(hm_made());
const std::vector<HmOne> hm_constant_vector = {hm_made()};
const std::list<HmOne> hm_constant_list = {hm_made()};
const std::map<std::string, HmOne> hm_constant_map = {{"a", hm_made()}};
const std::pair<int, HmOne> hm_constant_pair = {1, hm_made()};
const std::tuple<int, HmOne> hm_constant_tuple = {1, hm_made()};
const std::optional<HmOne> hm_constant_optional = hm_made();
const HmOne* hm_constant_pointers[2] = {&hm_free.mass, nullptr};
"""

CONSTANTS = [
    "hm_fixed.mass", "hm_fixed.plain[1]", "hm_fixed.get()", "hm_free.fixed", "hm_free.get()", "hm_holder().mass", "hm_constant", "hm_constants[1]", "hm_reference()", "hm_pointer()", "hm_pointed",
    "hm_constant_vector[0]", "hm_constant_list.front()", 'hm_constant_map.at("a")', 'hm_constant_map["a"]', "hm_constant_map.values()[0]", "hm_constant_pair.second", "hm_constant_pair[1]", "hm_constant_tuple[1]",
    "hm_constant_optional.value()", "hm_constant_pointers[0]",
]  # fmt: skip


@pytest.fixture(scope="module")
def constant(cpp: Any, shell: InteractiveShell) -> Any:
    run(shell, CONSTANT)
    return cpp


@pytest.mark.parametrize("where", CONSTANTS)
def test_a_histogram_that_is_constant_in_cpp_cannot_be_changed(constant: Any, where: str) -> None:
    found = eval(f"cpp.{where}", {"cpp": constant})
    before = found.copy()

    def add() -> None:
        found.__iadd__(1)

    def set_bin() -> None:
        found[0] = 5

    for change in (lambda: found.fill([0.1]), add, set_bin, found.reset, lambda: constant.hm_take(found), lambda: constant.hm_take_pointer(found), lambda: constant.hm_take_shared(found)):
        with pytest.raises(TypeError, match="constant in C"):
            change()
    for array in (found.view(), found.values()):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5
    assert isinstance(found, hist.Hist)
    assert found == before
    assert (type(before), type(found[1:3]), type(found + 1), type(hist.Hist(found))) == (hist.Hist,) * 4
    assert hist.Hist(found).fill([0.1]).sum() == before.sum() + 1 == found.sum() + 1
    assert constant.hm_read(found) == before.values()[0]


def test_what_is_constant_follows_what_can_be_changed_and_is_the_same_object_each_time(constant: Any, shell: InteractiveShell) -> None:
    seen = constant.hm_reference()
    before = seen.sum()
    constant.hm_free.mass.fill([0.1])
    run(shell, "hm_free.mass(0.2);")
    assert seen.sum() == before + 2
    assert seen is constant.hm_reference() is constant.hm_holder().mass


def test_a_constant_pointer_and_a_pointer_in_a_constant_object_do_not_make_a_histogram_constant(constant: Any) -> None:
    before = constant.hm_fixed.mass.sum()
    constant.hm_fixed.pointer.fill([0.1])
    assert constant.hm_fixed.mass.sum() == before + 1


def test_a_constant_histogram_is_constant_in_cells_too(constant: Any, shell: InteractiveShell) -> None:
    shell.user_ns["hm_given"] = constant.hm_fixed.mass
    run(shell, "double hm_seen = hm_given.at(0);")
    with pytest.raises(CppCompileError):
        run(shell, "hm_given(0.1);")


def test_a_list_of_constant_histograms_is_gone_through_as_constants(constant: Any) -> None:
    for each in (*constant.hm_constant_list, *constant.hm_constant_vector, *constant.hm_constant_tuple[1:]):
        with pytest.raises(TypeError, match="constant in C"):
            each.fill([0.1])


POINTERS = """\
struct HmPointers { HmOne mass = hm_made(); HmOne* pointers[2] = {&mass, nullptr}; HmOne* square[2][2] = {{&mass, &mass}, {&mass, nullptr}}; };
HmPointers hm_pointers;
HmOne* hm_array[2] = {&hm_pointers.mass, &hm_pointers.mass};
HmOne** hm_pointers_to = hm_array;
namespace hm_space { HmOne* array[2] = {&hm_pointers.mass, nullptr}; HmOne values[2] = {hm_pointers.mass, hm_pointers.mass}; }
"""


def test_c_arrays_of_pointers_to_histograms_are_tuples_of_these(cpp: Any, shell: InteractiveShell) -> None:
    run(shell, POINTERS)
    mass = cpp.hm_pointers.mass
    first, null = cpp.hm_pointers.pointers
    assert first is mass
    assert not null
    with pytest.raises(AttributeError, match="this pointer to a histogram is null"):
        null.values()
    assert [each is mass for each in (*cpp.hm_array, *cpp.hm_pointers.square[0], cpp.hm_pointers.square[1][0], cpp.hm_space.array[0])] == [True] * 6
    assert [type(each) for each in cpp.hm_space.values] == [hist.Hist] * 2
    shell.run_cell("%%cpp\nhm_array")
    assert shell.user_ns["_"][1] is mass


def test_a_pointer_to_pointers_whose_end_nobody_knows_cannot_be_gone_through(cpp: Any, shell: InteractiveShell) -> None:
    run(shell, "HmOne hm_end = hm_made(); HmOne* hm_one = &hm_end; HmOne** hm_two = &hm_one;")
    with pytest.raises(TypeError, match="not iterable"):
        list(cpp.hm_two)
