"""What is constant in C++ cannot be changed from Python, wherever Python has it from; what is not, can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import Engine
from running import run

from doublet.engine.interpreter import interpreter

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Kernel
    from IPython.core.interactiveshell import InteractiveShell

CONSTANT = "is constant in C\\+\\+"

DECLARED = """#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <variant>
struct FixedCell { double x = 1; std::vector<double> v{1, 2}; void set(double y) { x = y; } double get() const { return x; } int both() { return 1; } int both() const { return 2; } static int count() { return 3; } };
struct FixedDerived : FixedCell { void reset() { x = 0; } };
struct FixedEvent {
  int k = 1; FixedCell cell; std::vector<FixedCell> cells{2}; double a[3] = {1, 2, 3}; const FixedCell fixed{}; const FixedCell* pointer = &fixed;
  const FixedCell& first() const { return cells[0]; }
  const FixedCell* second() const { return &cells[1]; }
  const std::vector<FixedCell>& all() const { return cells; }
  FixedCell& changeable() { return cell; }
  std::shared_ptr<const FixedCell> shared = std::make_shared<const FixedCell>(); const std::unique_ptr<const FixedCell> unique = std::make_unique<const FixedCell>();
  std::vector<const FixedCell*> pointers{&fixed}; std::shared_ptr<FixedCell> shared_free = std::make_shared<FixedCell>();
};
namespace fixed {
const FixedEvent event{}; FixedEvent free; const FixedDerived derived;
const FixedEvent& get() { return free; }
const FixedEvent* point() { return &free; }
std::shared_ptr<const FixedEvent> shared() { return std::make_shared<const FixedEvent>(); }
FixedEvent& changeable() { return free; }
std::vector<std::shared_ptr<const FixedEvent>> pointers{shared()};
std::map<std::string, const FixedCell> by_name;
const std::map<std::string, FixedCell> named{{"a", FixedCell{}}};
const std::vector<std::vector<FixedCell>> nested{{FixedCell{}}};
const std::optional<FixedCell> optional{FixedCell{}};
const std::pair<FixedCell, int> pair{FixedCell{}, 1};
const std::tuple<FixedCell, int> tuple{FixedCell{}, 1};
const std::variant<FixedCell, int> variant{FixedCell{}};
const std::vector<bool> bits{true, false};
void change(FixedCell& c) { c.x = 99; }
void change_by(FixedCell* c) { c->x = 99; }
void fill(std::vector<double>& v) { v.push_back(7); }
double read(const FixedCell& c) { return c.x; }
double read_by(const FixedCell* c) { return c->x; }
double copy(FixedCell c) { c.x += 1; return c.x; }
int which(FixedCell&) { return 1; }
int which(const FixedCell&) { return 2; }
}
FixedEvent* const fixed_pointer = new FixedEvent; const FixedEvent* to_fixed = new FixedEvent;
auto fixed_lambda = [](const FixedEvent& e) { return e.k; };"""


@pytest.fixture(scope="module")
def fixed() -> Any:
    engine = Engine(interpreter())
    engine(DECLARED)
    engine('fixed::by_name.try_emplace("a");')
    return engine.interpreter.lookup("fixed")


CELLS: dict[str, Callable[[Any], Any]] = {
    "a member of a constant": lambda fixed: fixed.event.cell,
    "an element of a member": lambda fixed: fixed.event.cells[1],
    "an element gone through": lambda fixed: next(iter(fixed.event.cells)),
    "a constant member of what is not": lambda fixed: fixed.free.fixed,
    "what a member points to": lambda fixed: fixed.free.pointer,
    "what a method refers to": lambda fixed: fixed.free.first(),
    "what a method points to": lambda fixed: fixed.free.second(),
    "an element of what a method refers to": lambda fixed: fixed.event.all()[0],
    "a member of what a function refers to": lambda fixed: fixed.get().cell,
    "a member of what a function points to": lambda fixed: fixed.point().cell,
    "a member of what a shared pointer holds": lambda fixed: fixed.shared().cell,
    "a member of what a shared pointer in a vector holds": lambda fixed: fixed.pointers[0].cell,
    "what a member that is a shared pointer holds": lambda fixed: fixed.free.shared,
    "what a member that is a unique pointer holds": lambda fixed: fixed.free.unique,
    "what a pointer in a vector points to": lambda fixed: fixed.free.pointers[0],
    "what a pointer gone through points to": lambda fixed: next(iter(fixed.free.pointers)),
    "a value of a map": lambda fixed: fixed.by_name["a"],
    "a value of a constant map": lambda fixed: fixed.named.at("a"),
    "a value of the values": lambda fixed: fixed.named.values()[0],
    "an element of an element": lambda fixed: fixed.nested[0][0],
    "what an optional holds": lambda fixed: fixed.optional.value(),
    "what a variant holds": lambda fixed: fixed.variant.get(),
    "a part of a pair": lambda fixed: fixed.pair.first,
    "a part of a pair by index": lambda fixed: fixed.pair[0],
    "a part of a tuple": lambda fixed: fixed.tuple[0],
    "a part of a tuple taken apart": lambda fixed: next(iter(fixed.tuple)),
    "the value of a cell": lambda _: Engine(interpreter())("const FixedCell fixed_value; fixed_value"),
    "a member of the value of a cell": lambda _: Engine(interpreter())("const FixedEvent fixed_event; fixed_event").cell,
    "what the value of a cell refers to": lambda _: Engine(interpreter())("std::as_const(fixed::free)").cell,
    "what the value of a cell points to": lambda _: Engine(interpreter())("to_fixed").cell,
}


@pytest.mark.parametrize("where", CELLS)
def test_no_way_to_a_constant_lets_it_be_changed(fixed: Any, where: str) -> None:
    cell = CELLS[where](fixed)

    def assign() -> None:
        cell.x = 5

    def assign_element() -> None:
        cell.v[0] = 5

    for change in (
        assign,
        assign_element,
        lambda: cell.set(5),
        lambda: cell.v.push_back(5),
        lambda: fixed.change(cell),
        lambda: fixed.change_by(cell),
        lambda: fixed.fill(cell.v),
    ):
        with pytest.raises(TypeError, match=CONSTANT):
            change()
    assert not np.asarray(cell.v).flags.writeable
    assert (cell.x, cell.get(), cell.count(), [*cell.v]) == (1, 1, 3, [1, 2])
    assert (fixed.read(cell), fixed.read_by(cell), fixed.copy(cell), fixed.which(cell)) == (1, 1, 2, 2)
    copy = type(cell)(cell)
    copy.x = 7
    assert (copy.x, cell.x) == (7, 1)


def test_what_is_not_constant_is_changed_also_where_a_constant_reference_to_it_is_around(fixed: Any) -> None:
    constant, pointed = fixed.get(), fixed.point()
    for event in (fixed.free, fixed.changeable()):
        event.k += 1
        event.changeable().set(4)
        fixed.change(event.cell)
    assert (constant.k, pointed.k, fixed.free.k) == (3, 3, 3)
    with pytest.raises(TypeError, match=CONSTANT):
        constant.k = 5
    fixed.free.k = 1
    fixed.free.cell.x = 1


def test_a_constant_pointer_to_what_is_not_lets_that_be_changed(fixed: Any) -> None:
    lookup = interpreter().lookup
    lookup("fixed_pointer").k = 8
    assert lookup("fixed_pointer").k == 8
    with pytest.raises(TypeError, match=CONSTANT):
        lookup("to_fixed").k = 8
    assert lookup("fixed_lambda")(lookup("to_fixed")) == 1


def test_a_constant_map_is_given_no_new_keys(fixed: Any) -> None:
    with pytest.raises(KeyError, match="b"):
        _ = fixed.named["b"]
    with pytest.raises(TypeError, match=CONSTANT):
        fixed.named["a"].x = 5
    assert (len(fixed.named), fixed.named["a"].x) == (1, 1)


def test_what_a_smart_pointer_holds_that_is_not_to_a_constant_is_changed(fixed: Any) -> None:
    fixed.free.shared_free.x = 8
    assert fixed.free.shared_free.x == 8


def test_methods_of_bases_and_elements_of_bits_are_refused_too(fixed: Any) -> None:
    for change in (lambda: fixed.derived.set(1), fixed.derived.reset, lambda: fixed.bits.__setitem__(0, False), fixed.bits.flip):
        with pytest.raises(TypeError, match=CONSTANT):
            change()
    assert [*fixed.bits] == [True, False]


def test_an_empty_container_and_an_iterator_to_nothing_are_none_the_less_looked_at(fixed: Any) -> None:
    Engine(interpreter())('const std::vector<int> fixed_empty; const std::vector<int>& fixed_none() { return fixed_empty; } std::vector<std::string> fixed_texts{"a"};')
    lookup = interpreter().lookup
    for empty in (lookup("fixed_empty"), lookup("fixed_none")()):
        with pytest.raises(TypeError, match=CONSTANT):
            empty.push_back(1)
    assert lookup("fixed_texts").begin() != lookup("fixed_texts").end()
    assert lookup("fixed_texts").end() == lookup("fixed_texts").end()


def test_the_value_of_a_cell_says_that_it_is_constant(kernel: Kernel) -> None:
    kernel("%%cpp\nstruct Inside { double x = 1; };\nstruct Event { Inside inside; };")
    kernel("%%cpp\nconst Event e; e")
    assert kernel("_.inside.x = 5").evalue == "this Inside is constant in C++; change a copy of it, or define it without const"
    assert kernel("%%cpp\ne.inside.x").value == "1.0"


def test_a_method_that_is_there_twice_is_the_one_that_cpp_would_call(shell: InteractiveShell) -> None:
    run(
        shell,
        "struct TwiceHit { double x = 1; };\n"
        "struct TwiceBox {\n"
        "    TwiceHit hit;\n"
        "    const TwiceHit& get(int) const { return hit; }\n"
        "    TwiceHit& get(int) { return hit; }\n"
        "};\n"
        "TwiceBox twice_box; const TwiceBox twice_fixed;\n"
        "std::optional<TwiceHit> twice_maybe = TwiceHit{}; const std::optional<TwiceHit> twice_never = TwiceHit{};",
    )
    cpp = shell.user_ns["cpp"]
    cpp.twice_box.get(0).x = 2
    cpp.twice_maybe.value().x = 3
    assert (cpp.twice_box.hit.x, cpp.twice_maybe.value().x) == (2, 3)
    for constant in (cpp.twice_fixed.get(0), cpp.twice_never.value()):
        with pytest.raises(TypeError, match="is constant in C"):
            constant.x = 4
