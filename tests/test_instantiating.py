"""Templates that Python calls with what does not fit in their bodies: an error of the cell that they are from, and nothing else is lost."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from running import run

from doublet.errors import CppCompileError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture(scope="module")
def functions(shell: InteractiveShell) -> Any:
    run(
        shell,
        """std::vector<bool> tried_bits{true, false};
        double tried_sound(const auto& all) { double sum = 0; for (const auto& one : all) sum += one; return sum; }
        double tried_reference(const auto& all) { double& first = all[0]; return first; }
        double tried_loop(const auto& all) { double sum = 0; for (auto& one : all) sum += one; return sum; }
        auto tried_deduced(const auto& all) { return all.nothing_such(); }
        template <class T> double tried_member(const T& all) { return all.nothing_such(); }
        double tried_rows(const auto& table) { double sum = 0; for (auto& row : table) sum += row.pt; return sum; }
        namespace tried_scope { template <class T> double inside(const T& all) { double& first = all[0]; return first; } }
        struct TriedOwner { int n = 1; template <class T> double method(const T& all) const { double& first = all[0]; return first; } };""",
    )
    return shell.user_ns["cpp"]


@pytest.mark.parametrize("name", ["tried_reference", "tried_loop", "tried_deduced", "tried_member"])
def test_an_error_in_a_template_is_one_of_its_cell_and_all_else_can_be_called(functions: Any, name: str) -> None:
    for _ in range(2):
        with pytest.raises((CppCompileError, TypeError)) as raised:
            getattr(functions, name)(functions.tried_bits)
        if isinstance(raised.value, CppCompileError):
            assert raised.value.first is not None
            assert raised.value.first.site.cell is not None
            assert name in raised.value.first.source
        assert functions.tried_sound(functions.tried_bits) == 1
    assert functions.tried_sound(np.ones(3)) == 3


def test_templates_in_namespaces_and_classes_are_tried_too(functions: Any) -> None:
    for call in (functions.tried_scope.inside, functions.TriedOwner(2).method):
        with pytest.raises(CppCompileError, match="cannot bind to a temporary"):
            call(functions.tried_bits)
    assert functions.TriedOwner(5).n == 5


def test_a_loop_over_rows_by_reference_is_refused_as_in_cells(functions: Any) -> None:
    frame = pd.DataFrame({"pt": [1.0, 2.0]})
    with pytest.raises(CppCompileError, match="cannot bind to a temporary"):
        functions.tried_rows(frame)
    assert functions.tried_sound(frame.pt) == 3


def test_a_template_that_is_defined_again_is_tried_again(shell: InteractiveShell, functions: Any) -> None:
    run(shell, "double tried_again(const auto& all) { double& first = all[0]; return first; }")
    with pytest.raises(CppCompileError):
        functions.tried_again(functions.tried_bits)
    run(shell, "double tried_again(const auto& all) { return all[0]; }")
    assert functions.tried_again(functions.tried_bits) == 1


def test_what_no_template_takes_is_refused_as_before(functions: Any) -> None:
    with pytest.raises(TypeError):
        functions.tried_sound(object())


@pytest.fixture(scope="module")
def containers(shell: InteractiveShell) -> Any:
    run(
        shell,
        """#include <algorithm>
        struct TriedHit { double x; int n; };
        struct TriedOrder { double x; bool operator<(const TriedOrder& other) const { return x < other.x; } };
        struct TriedMade { int n = 0; TriedMade() = default; template <class T> explicit TriedMade(const T& from) { n = from.nothing_such(); } };
        std::vector<TriedHit> tried_hits{{1, 1}, {2, 2}};
        std::vector<double> tried_numbers{1};
        TriedHit tried_apart{4, 4};
        std::vector<TriedHit*> tried_pointers{&tried_apart};
        std::map<int, TriedHit> tried_map;
        std::vector<TriedOrder> tried_ordered{{3}, {1}};
        TriedOrder *tried_first = &tried_ordered[0], *tried_second = &tried_ordered[1];
        struct TriedRefers { TriedHit& hit = tried_apart; } tried_refers;
        const TriedHit& tried_constant() { return tried_apart; }
        template <class T> requires requires (T a) { a < a; } T tried_largest(T a, T b) { return a < b ? b : a; }
        template <class T> double tried_x(const T& of) { return of.x; }
        template <class T> double tried_x_at(const T* of) { return of->x; }
        template <class T> bool tried_is_constant(T&&) { return std::is_const_v<std::remove_reference_t<T>>; }
        template <class T> double tried_within(T one) { std::vector<TriedHit> some; some.emplace_back(one, one, one); return some[0].x; }""",
    )
    return shell.user_ns["cpp"]


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("tried_hits.emplace_back(1, 2, 3)", "emplace_back cannot be called with (int, int, int): no matching"),
        ("tried_hits.emplace(cpp.tried_hits.begin(), 1, 2, 3)", "emplace cannot be called with"),
        ("tried_map.try_emplace(1, 2, 3, 4)", "try_emplace cannot be called with (int, int, int, int): excess elements"),
        ("std.sort(cpp.tried_hits.begin(), cpp.tried_hits.end())", "invalid operands to binary expression ('TriedHit' and 'TriedHit')"),
        ("std.copy(cpp.tried_numbers.begin(), cpp.tried_numbers.end(), cpp.tried_hits.begin())", "no viable overloaded '='"),
        ("std.max(cpp.tried_hits[0], cpp.tried_hits[1])", "std::max cannot be called with (TriedHit, TriedHit): invalid operands"),
    ],
)
def test_what_a_header_makes_an_error_of_is_refused_with_the_reason_and_all_else_can_be_called(containers: Any, call: str, reason: str) -> None:
    before = len(containers.tried_hits)
    for _ in range(2):
        with pytest.raises(TypeError) as raised:
            eval(f"cpp.{call}", {"cpp": containers})
        assert reason in str(raised.value)
    containers.tried_hits.emplace_back(containers.TriedHit(5, before))
    assert [len(containers.tried_hits), containers.tried_hits[before].n] == [before + 1, before]


def test_a_constructor_that_is_a_template_and_a_call_of_a_header_by_one_are_errors_of_their_cell(containers: Any) -> None:
    with pytest.raises(CppCompileError, match="structure or union"):
        containers.TriedMade(1)
    with pytest.raises(CppCompileError) as raised:
        containers.tried_within(1)
    assert raised.value.first is not None
    assert "emplace_back(one, one, one)" in raised.value.first.site.source
    assert containers.TriedMade().n == 0


def test_elements_are_made_in_place_of_objects_and_of_what_constructors_take(containers: Any) -> None:
    made = containers.std.vector["TriedHit"]()
    hit = containers.TriedHit(7, 1)
    for given in ((hit,), (containers.tried_hits[0],), (containers.TriedHit(8, 1),), (9.5, 1), (containers.tried_refers.hit,)):
        made.emplace_back(*given)
    assert [one.x for one in made] == [7, 1, 8, 9.5, 4]
    pointers = containers.std.vector["TriedHit*"]()
    pointers.emplace_back(hit)
    hit.x = 70
    assert [one.x for one in pointers] == [70]


def test_a_template_gets_objects_and_never_compares_their_addresses(containers: Any) -> None:
    for one, other in ((containers.tried_first, containers.tried_second), tuple(containers.tried_ordered)):
        for a, b in ((one, other), (other, one)):
            assert containers.tried_largest(a, b).x == 3
            assert containers.std.max(a, b).x == 3
    with pytest.raises(TypeError, match="tried_largest"):
        containers.tried_largest(*containers.tried_hits[:2])


def test_a_template_gets_an_object_whether_it_takes_a_reference_or_a_pointer_to_it(containers: Any) -> None:
    for one, x in ((containers.tried_hits[0], 1), (containers.tried_refers.hit, 4), (containers.tried_pointers[0], 4), (containers.tried_constant(), 4)):
        assert containers.tried_x(one) == x
        assert containers.tried_x_at(one) == x


def test_a_template_gets_the_smart_pointer_to_an_object_where_it_takes_one(shell: InteractiveShell, containers: Any) -> None:
    run(
        shell,
        """struct TriedBase { double x = 0; TriedBase() = default; TriedBase(double v) : x(v) {} virtual ~TriedBase() = default; double f() const { return x; } };
        struct TriedDerived : TriedBase { using TriedBase::TriedBase; };
        std::vector<std::shared_ptr<TriedBase>> tried_shared{std::make_shared<TriedDerived>(3.0)};
        std::vector<TriedBase*> tried_bases;
        template <class T> double tried_shared_f(std::shared_ptr<T> p) { return p->f(); }
        template <class T> double tried_unique_f(const std::unique_ptr<T>& p) { return p->f(); }
        template <class T> double tried_f(const T& t) { return t.f(); }""",
    )
    shared = containers.tried_shared
    assert containers.tried_shared_f(shared[0]) == 3
    assert containers.tried_f(shared[0]) == 3
    assert containers.tried_unique_f(containers.std.make_unique["TriedBase"](2.0)) == 2
    assert containers.std.dynamic_pointer_cast["TriedDerived"](shared[0]).x == 3
    shared.emplace_back(containers.std.make_shared["TriedDerived"](4.0))
    derived = containers.TriedDerived(5.0)
    containers.tried_bases.emplace_back(derived)
    assert [one.x for one in (*shared, *containers.tried_bases)] == [3, 4, 5]


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("tried_few.resize(5)", "std::vector<TriedFew>::resize(unsigned long) cannot be called: no matching function for call to"),
        ("tried_unique.push_back(cpp.tried_unique[0])", "push_back(std::unique_ptr<TriedFew> const&) cannot be called, for a std::unique_ptr can only be moved"),
        ("std.vector['TriedFew'](3)", "cannot be called: no matching function for call to"),
        ("tried_few_of.__setitem__(3, cpp.TriedFew(1))", "std::map<int, TriedFew>::operator[](int&&) cannot be called: no matching constructor"),
        ("tried_few_set.insert(cpp.TriedFew(1))", "invalid operands to binary expression ('const TriedFew' and 'const TriedFew')"),
        ("tried_queue.push(cpp.TriedFew(1))", "push(TriedFew&&) cannot be called: invalid operands"),
    ],
)
def test_a_member_of_a_container_that_its_elements_do_not_have_what_it_needs_for_is_refused(
    shell: InteractiveShell, containers: Any, capfd: pytest.CaptureFixture[str], call: str, reason: str
) -> None:
    run(
        shell,
        """struct TriedFew { double x; explicit TriedFew(double v) : x(v) {} };
        std::vector<TriedFew> tried_few; std::vector<std::unique_ptr<TriedFew>> tried_unique; std::map<int, TriedFew> tried_few_of;
        std::set<TriedFew> tried_few_set; std::priority_queue<TriedFew> tried_queue;
        tried_unique.push_back(std::make_unique<TriedFew>(2));""",
    )
    for _ in range(2):
        with pytest.raises(TypeError) as raised:
            eval(f"cpp.{call}", {"cpp": containers})
        assert reason in str(raised.value)
    assert "in instantiation of" not in capfd.readouterr().err
    containers.tried_few.push_back(containers.TriedFew(3))
    containers.tried_few_of.insert_or_assign(1, containers.TriedFew(4))
    assert [containers.tried_few[0].x, containers.tried_few_of[1].x, containers.tried_unique[0].x] == [3, 4, 2]


def test_an_error_in_a_member_of_a_class_template_is_one_of_its_cell(shell: InteractiveShell, containers: Any) -> None:
    run(shell, "template <class T> struct TriedBox { T held; double bad() { return held.nothing(); } double good() { return held.x; } }; TriedBox<TriedHit> tried_box{{1, 2}};")
    with pytest.raises(CppCompileError, match="no member named 'nothing' in 'TriedHit'"):
        containers.tried_box.bad()
    assert containers.tried_box.good() == 1


def test_a_template_sees_that_an_object_is_constant(containers: Any) -> None:
    assert not containers.tried_is_constant(containers.tried_hits[0])
    assert containers.tried_is_constant(containers.tried_constant())


def test_an_operator_that_a_later_cell_defines_is_found(shell: InteractiveShell, containers: Any) -> None:
    run(shell, "struct TriedLate { int n; }; std::vector<TriedLate> tried_late{{2}, {1}};")
    with pytest.raises(TypeError, match="std::sort cannot be called"):
        containers.std.sort(containers.tried_late.begin(), containers.tried_late.end())
    run(shell, "bool operator<(const TriedLate& a, const TriedLate& b) { return a.n < b.n; }")
    containers.std.sort(containers.tried_late.begin(), containers.tried_late.end())
    assert [one.n for one in containers.tried_late] == [1, 2]


def test_a_thread_calls_members_for_the_first_time_while_cells_are_compiled(shell: InteractiveShell, containers: Any) -> None:
    run(
        shell,
        "template <int N> struct TriedNumber { int once() { return N; } int twice() { return 2 * N; } };"
        + "".join(f"TriedNumber<{number}> tried_number_{number};" for number in range(8)),
    )
    called: list[int] = []

    def call() -> None:
        for number in range(8):
            one = getattr(containers, f"tried_number_{number}")
            called.extend((one.once(), one.twice()))

    thread = threading.Thread(target=call)
    thread.start()
    for number in range(20):
        run(shell, f"int tried_meanwhile_{number}(int n) {{ return n + {number}; }}")
    thread.join(60)
    assert called == [count * number for number in range(8) for count in (1, 2)]


def test_a_unique_pointer_is_moved_into_a_container_or_refused_with_what_to_do(shell: InteractiveShell) -> None:
    run(shell, "struct TriedMoved { int n = 1; TriedMoved(int m) : n(m) {} }; std::vector<std::unique_ptr<TriedMoved>> tried_owned;")
    cpp = shell.user_ns["cpp"]
    for put in (cpp.tried_owned.push_back, cpp.tried_owned.emplace_back):
        pointer = cpp.std.make_unique["TriedMoved"](5)
        with pytest.raises(TypeError):
            put(pointer)
        assert pointer.n == 5
        put(cpp.std.move(pointer))
    with pytest.raises(TypeError, match=r"can only be moved, as with cpp.std.move\(pointer\)"):
        cpp.tried_owned.push_back(cpp.tried_owned[0])
    assert [one.n for one in cpp.tried_owned] == [5, 5]


def test_templates_that_take_nothing_of_what_is_given_say_so(shell: InteractiveShell) -> None:
    run(shell, "template <class... A> int tried_count(A... a) { return sizeof...(a); } template <class T> T tried_one(T a) { return a; }")
    cpp = shell.user_ns["cpp"]
    assert cpp.tried_count() == 0
    with pytest.raises(TypeError, match=r"there is none for tried_count\(NoneType\)"):
        cpp.tried_count(None)
    assert cpp.tried_count(1, "a") == 2
    with pytest.raises(TypeError, match=r"there is none for tie\(int, int\)"):
        cpp.std.tie(1, 2)
    with pytest.raises(CppCompileError, match="no matching function for call to 'tried_one'"):
        cpp.tried_one()
    with pytest.raises(TypeError, match=r"std::make_pair cannot be called with \(\): no matching function"):
        cpp.std.make_pair()


def test_what_is_not_annotated_of_a_function_is_said_where_a_template_cannot_call_it(shell: InteractiveShell) -> None:
    run(shell, "struct TriedSorted { double x; TriedSorted(double v) : x(v) {} }; std::vector<TriedSorted> tried_sorted{2., 1.};")
    cpp = shell.user_ns["cpp"]
    begin, end = cpp.tried_sorted.begin(), cpp.tried_sorted.end()

    def is_less(one: Any, other: Any) -> bool:
        return bool(one.x < other.x)

    with pytest.raises(TypeError, match="what is not annotated of a Python function is a double: annotate it"):
        cpp.std.sort(begin, end, lambda one, other: one.x < other.x)
    is_less.__annotations__ = {"one": cpp.TriedSorted, "other": cpp.TriedSorted, "return": bool}
    cpp.std.sort(begin, end, is_less)
    assert [one.x for one in cpp.tried_sorted] == [1, 2]
