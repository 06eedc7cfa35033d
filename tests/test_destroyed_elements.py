"""Objects that C++ destroys in their place, without freeing any memory, while Python holds them: they refuse to be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import Engine
from hypothesis import given, settings
from hypothesis import strategies as st

from doublet.engine.interpreter import interpreter
from doublet.engine.looking import left_views, view_of

if TYPE_CHECKING:
    from conftest import Kernel

HEADERS = "".join(f"#include <{name}>\n" for name in ("array", "deque", "map", "optional", "queue", "stack", "string", "variant", "vector"))
NAMED = (
    "struct DestroyedHit {\n"
    "  std::vector<int> cells; std::string name;\n"
    '  DestroyedHit(int number = 0) : cells{number, number}, name(std::to_string(number) + " is the number of this hit") {}\n'
    "  DestroyedHit(const DestroyedHit&) = default; DestroyedHit& operator=(const DestroyedHit&) = default;\n"
    '  ~DestroyedHit() { cells.clear(); name = "destroyed"; }\n'
    "};\n"
)


@pytest.fixture(scope="module", autouse=True)
def _hits() -> None:
    Engine(interpreter())(f"{HEADERS}{NAMED}")


def is_gone(hit: Any) -> bool:
    """Whether an object refuses to be used; one that does not has to show what it is."""
    try:
        assert str(hit.name).endswith("is the number of this hit")
    except ReferenceError:
        return True
    return False


def number_of(hit: Any) -> int:
    return int(str(hit.name).split()[0])


@pytest.mark.parametrize("kind", ["std::vector", "std::deque"])
@pytest.mark.parametrize(
    ("change", "left"),
    [
        ("{0}.pop_back();", [0, 1, 2, 3]),
        ("{0}.resize(2);", [0, 1]),
        ("{0}.erase({0}.end() - 2, {0}.end());", [0, 1, 2]),
        ("{0}.assign(1, DestroyedHit(0));", [0]),
        ("{0}.clear();", []),
    ],
)
def test_an_element_that_is_removed_is_a_null_pointer_and_the_others_are_what_they_were(cpp: Engine, kind: str, change: str, left: list[int]) -> None:
    name = f"destroyed_{cpp.cell}_{kind[5:]}"
    cpp(f"{kind}<DestroyedHit> {name}; for (int i = 0; i < 5; ++i) {name}.emplace_back(i);")
    hits = [*cpp.interpreter.lookup(name)]
    names = [hit.name for hit in hits]
    cells = [hit.cells for hit in hits]
    left_views()
    cpp(change.format(name))
    assert [number for number, hit in enumerate(hits) if not is_gone(hit)] == left
    assert [number_of(hits[number]) for number in left] == left
    for number in {*range(5)} - {*left}:
        for use in (lambda number=number: str(names[number]), lambda number=number: list(cells[number]), lambda number=number: hits[number].name):
            with pytest.raises(ReferenceError, match="null-pointer"):
                use()
    assert [list(cells[number]) for number in left] == [[number, number] for number in left]


def test_what_is_removed_by_python_or_by_a_function_that_it_calls_is_gone_at_once(cpp: Engine) -> None:
    cpp(
        "std::vector<DestroyedHit> destroyed_called; for (int i = 0; i < 4; ++i) destroyed_called.emplace_back(i);\n"
        "void destroyed_trim() { destroyed_called.pop_back(); }\nstruct DestroyedTrimmer { void trim() const { destroyed_called.pop_back(); } };\n"
        'void destroyed_throw() { destroyed_called.pop_back(); throw std::runtime_error("trimmed"); }'
    )
    lookup = cpp.interpreter.lookup
    vector = lookup("destroyed_called")
    hits = [*vector]
    vector.pop_back()
    assert [is_gone(hit) for hit in hits] == [False, False, False, True]
    lookup("destroyed_trim")()
    assert [is_gone(hit) for hit in hits] == [False, False, True, True]
    with pytest.raises(Exception, match="trimmed"):
        lookup("destroyed_throw")()
    assert [is_gone(hit) for hit in hits] == [False, True, True, True]
    lookup("DestroyedTrimmer")().trim()
    assert all(map(is_gone, hits))


@pytest.mark.parametrize("kind", ["vector", "deque"])
def test_a_loop_over_elements_that_are_removed_meanwhile_gets_none_that_is_gone(cpp: Engine, kind: str) -> None:
    cpp(f"std::{kind}<DestroyedHit> destroyed_loop_{kind}; for (int i = 0; i < 5; ++i) destroyed_loop_{kind}.emplace_back(i);")
    whole = cpp.interpreter.lookup(f"destroyed_loop_{kind}")
    hits = iter(whole)
    first = next(hits)
    whole.clear()
    assert is_gone(first)
    assert all(map(is_gone, hits))


def test_python_that_cpp_calls_sees_what_is_destroyed_by_then(cpp: Engine) -> None:
    cpp(
        "#include <functional>\nstd::vector<DestroyedHit> destroyed_before_call; for (int i = 0; i < 3; ++i) destroyed_before_call.emplace_back(i);\n"
        "void destroyed_and_called(std::function<void(int)> f) { destroyed_before_call.pop_back(); f(1); }\n"
        "struct DestroyedDriver { virtual void go() {} virtual ~DestroyedDriver() {} };\nvoid destroyed_and_driven(DestroyedDriver& d) { destroyed_before_call.pop_back(); d.go(); }"
    )
    lookup = cpp.interpreter.lookup
    hits = [*lookup("destroyed_before_call")]
    seen: list[list[bool]] = []

    def look(_: int) -> None:
        seen.append([*map(is_gone, hits)])

    look.__annotations__ = {"_": int, "return": None}
    lookup("destroyed_and_called")(look)
    driver = type("Driver", (lookup("DestroyedDriver"),), {"go": lambda self: look(0)})
    lookup("destroyed_and_driven")(driver())
    assert seen == [[False, False, True], [False, True, True]]


def test_the_front_of_a_deque_a_queue_and_a_stack_is_gone_when_it_is_popped(cpp: Engine) -> None:
    cpp(
        "std::deque<DestroyedHit> destroyed_deque; std::queue<DestroyedHit> destroyed_queue; std::stack<DestroyedHit> destroyed_stack;\n"
        "for (int i = 0; i < 3; ++i) { destroyed_deque.emplace_back(i); destroyed_queue.emplace(i); destroyed_stack.emplace(i); }"
    )
    lookup = cpp.interpreter.lookup
    hits = [lookup("destroyed_deque")[0], lookup("destroyed_queue").front(), lookup("destroyed_stack").top()]
    kept = [lookup("destroyed_deque")[1], lookup("destroyed_queue").back()]
    assert [*map(number_of, hits)] == [0, 0, 2]
    cpp("destroyed_deque.pop_front(); destroyed_queue.pop(); destroyed_stack.pop();")
    assert all(map(is_gone, hits))
    assert [*map(number_of, kept)] == [1, 2]


def test_what_an_optional_or_variant_held_is_gone_when_it_holds_something_else(cpp: Engine) -> None:
    cpp(
        "std::optional<DestroyedHit> destroyed_optional{1}; std::variant<DestroyedHit, std::vector<double>, char> destroyed_variant{DestroyedHit(2)};\n"
        "std::vector<std::optional<DestroyedHit>> destroyed_optionals(3); destroyed_optionals[2].emplace(3);"
    )
    lookup = cpp.interpreter.lookup
    hits = [lookup("destroyed_optional").value(), lookup("destroyed_variant").get(), lookup("destroyed_optionals")[2].value()]
    assert [*map(number_of, hits)] == [1, 2, 3]
    cpp("destroyed_variant = std::vector<double>{1, 2};")
    assert [is_gone(hit) for hit in hits] == [False, True, False]
    numbers = lookup("destroyed_variant").get()
    assert list(numbers) == [1, 2]
    lookup("destroyed_optional").reset()
    cpp("destroyed_optionals.pop_back();")
    assert all(map(is_gone, hits))
    cpp("destroyed_variant = 'a';")
    with pytest.raises(ReferenceError):
        len(numbers)


def test_a_part_of_an_element_is_gone_with_it_at_any_depth(cpp: Engine) -> None:
    cpp(
        'struct DestroyedEvent { std::array<DestroyedHit, 2> pair{1, 2}; std::map<std::string, DestroyedHit> named{{"a", 3}}; std::optional<DestroyedHit> best{4}; double x[3] = {1, 2, 3}; };\n'
        "std::vector<DestroyedEvent> destroyed_events(3);"
    )
    event = cpp.interpreter.lookup("destroyed_events")[2]
    hits = [event.pair[1], event.named["a"], event.best.value()]
    array = event.x
    assert [*map(number_of, hits)] == [2, 3, 4]
    cpp("destroyed_events.resize(2);")
    assert all(map(is_gone, hits))
    view = view_of(array)
    assert view is not None
    assert view.is_left


@pytest.mark.parametrize(("change", "is_cut"), [("pop_back()", True), ("clear()", True), ("resize(2)", True), ("push_back(4)", False), ("front() = 5", False)])
def test_an_array_of_more_elements_than_there_are_is_one_that_no_longer_shows_the_vector(cpp: Engine, change: str, is_cut: bool) -> None:
    cpp("std::vector<double> destroyed_numbers; destroyed_numbers.reserve(10); destroyed_numbers = {1, 2, 3};")
    array = np.asarray(cpp.interpreter.lookup("destroyed_numbers"))
    left_views()
    cpp(f"destroyed_numbers.{change};")
    view = view_of(array[1:])
    assert view is not None
    assert view.is_left is is_cut
    assert (view in left_views()) is is_cut


def test_the_cell_names_what_it_has_destroyed(kernel: Kernel) -> None:
    kernel('%%cpp\nstruct Named { std::string name = "a"; };\nstd::vector<Named> named(3); std::vector<double> numbers{1, 2, 3};')
    kernel("import numpy as np\nlast, first, array = cpp.named[2], cpp.named[0], np.asarray(cpp.numbers)")
    told = kernel("%%cpp\nnamed.pop_back(); numbers.pop_back();")
    assert told.status == "ok"
    assert "'last' no longer refers to anything" in told.stderr
    assert "'array' no longer shows the std::vector<double>" in told.stderr
    assert "first" not in told.stderr
    assert kernel("last.name").ename == "ReferenceError"
    assert kernel("str(first.name)").value == "'a'"


def test_a_whole_that_is_gone_itself_is_not_looked_at(cpp: Engine) -> None:
    cpp("auto* destroyed_whole = new std::vector<DestroyedHit>(3, DestroyedHit(7)); auto* destroyed_other = new std::optional<DestroyedHit>(8);")
    lookup = cpp.interpreter.lookup
    hits = [lookup("destroyed_whole")[1], lookup("destroyed_other").value()]
    assert [*map(number_of, hits)] == [7, 8]
    cpp("delete destroyed_whole; delete destroyed_other;")
    cpp("for (int i = 0; i < 1000; ++i) { std::vector<char> fill(24 + i % 3, 'x'); }")
    assert all(map(is_gone, hits))


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("push"), st.integers(0, 99)),
        st.tuples(st.sampled_from(["pop", "clear", "shrink", "take", "drop", "python_pop"]), st.integers(0, 9)),
        st.tuples(st.just("resize"), st.integers(0, 12)),
    ),
    max_size=25,
)


@settings(max_examples=40)
@given(changes=CHANGES)
@pytest.mark.parametrize("kind", ["vector", "deque"])
def test_whatever_is_done_python_sees_the_element_that_is_there_or_none(kind: str, changes: list[tuple[str, int]]) -> None:
    """Held elements show what the container has in their places, those of others refuse; after memory was moved they all do."""
    engine = interpreter()
    name = f"destroyed_any_{kind}"
    if not engine.names.knows(name):
        Engine(engine)(
            f"std::{kind}<DestroyedHit> {name};\nvoid {name}_push(int n) {{ {name}.emplace_back(n); }}\nvoid {name}_pop() {{ if (!{name}.empty()) {name}.pop_back(); }}\n"
            f"void {name}_resize(int n) {{ {name}.resize(n, DestroyedHit(n)); }}\nvoid {name}_clear() {{ {name}.clear(); }}\nvoid {name}_shrink() {{ {name}.shrink_to_fit(); }}"
        )
    find = engine.lookup
    find(f"{name}_clear")()
    held: list[tuple[int, Any]] = []
    whole = find(name)
    for change, number in changes:
        if change == "take" and len(whole):
            held.append((number % len(whole), whole[number % len(whole)]))
        elif change == "drop" and held:
            held.pop(number % len(held))
        elif change == "python_pop" and len(whole):
            whole.pop_back()
        elif change in ("push", "resize"):
            find(f"{name}_{change}")(number)
        elif change in ("pop", "clear", "shrink"):
            find(f"{name}_{change}")()
        now = [number_of(hit) for hit in whole]
        for at, hit in held:
            if not is_gone(hit):
                assert at < len(now)
                assert number_of(hit) == now[at]
