"""Arrays of C++ memory that C++ has let go of: never freed memory, and never without a word."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import Engine

from doublet.engine.constants import is_constant, mark_constant
from doublet.engine.interpreter import interpreter
from doublet.engine.looking import left_views, view_of
from doublet.errors import CppCrash

if TYPE_CHECKING:
    from conftest import Kernel


def use_memory(cpp: Engine, size: int) -> None:
    """Have whatever is free be written over, of large pieces those 160 MB that the allocator gives first."""
    cpp(f"{{ std::vector<std::vector<double>> left_fill; for (int i = 0; i < {min(2000, 20_000_000 // size)}; ++i) left_fill.emplace_back({size}, -77.0); }}")


@pytest.mark.parametrize("size", [1, 3, 100, 100_000])
@pytest.mark.parametrize(
    "change",
    [
        "for (int i = 0; i < 200'000; ++i) left_vector.push_back(i);",
        "left_vector.clear(); left_vector.shrink_to_fit();",
        "left_vector = std::vector<double>(5, 6.0);",
        "left_vector.reserve(1'000'000);",
        "std::vector<double>().swap(left_vector);",
        "{ auto moved = std::move(left_vector); }",
    ],
)
def test_an_array_shows_what_it_did_when_the_vector_lets_go_of_its_memory(cpp: Engine, size: int, change: str) -> None:
    cpp(f"std::vector<double> left_vector({size}, 2.5);")
    array = np.asarray(cpp.interpreter.lookup("left_vector"))
    part = array[-1:]
    left_views()
    cpp(change)
    use_memory(cpp, size)
    assert (array == 2.5).all()
    del array
    gc.collect()
    use_memory(cpp, size)
    view = view_of(part)
    assert view is not None
    assert view.is_left
    assert view in left_views()
    assert part.tolist() == [2.5]


def test_it_does_when_Python_makes_the_vector_grow(cpp: Engine) -> None:
    vector = cpp.interpreter.lookup("std").vector["double"]([1, 2])
    array = np.asarray(vector)
    for number in range(1000):
        vector.push_back(number)
    resized = np.asarray(vector)
    vector.resize(100_000)
    vector.insert(vector.begin(), 5.0)
    use_memory(cpp, 2)
    assert array.tolist() == [1, 2]
    assert resized[:4].tolist() == [1, 2, 0, 1]


def test_memory_is_freed_when_the_last_view_is_gone(cpp: Engine) -> None:
    cpp("#include <malloc.h>\nstd::vector<double> left_large; std::size_t left_used() { return mallinfo2().uordblks + mallinfo2().hblkhd; }")
    used = cpp.interpreter.lookup("left_used")
    vector = cpp.interpreter.lookup("left_large")
    before = used()
    for _ in range(3):
        cpp("left_large = std::vector<double>(20'000'000, 1.0);")
        array = np.asarray(vector)
    cpp("std::vector<double>().swap(left_large);")
    assert used() - before > 150_000_000
    del array
    assert used() - before < 150_000_000


def test_an_array_of_a_member_outlives_the_object(cpp: Engine) -> None:
    cpp("#include <memory>\nstruct LeftOwner { int before = 1; double x[3] = {1, 2, 3}; };\nauto left_owner = std::make_unique<LeftOwner>();")
    array = cpp.interpreter.lookup("left_owner").x
    cpp("left_owner.reset();")
    use_memory(cpp, 4)
    assert array.tolist() == [1, 2, 3]


def test_memory_that_is_freed_twice_is_told(cpp: Engine) -> None:
    cpp("#include <span>\nint* left_numbers = new int[4]{1, 2, 3, 4}; std::span<int> left_span(left_numbers, 4);")
    array = np.asarray(cpp.interpreter.lookup("left_span"))
    cpp("delete[] left_numbers;")
    assert array.tolist() == [1, 2, 3, 4]
    with pytest.raises(CppCrash, match="freed twice"):
        cpp("delete[] left_numbers;")


def test_a_cell_names_the_arrays_that_it_has_left_and_each_that_uses_one_says_so(kernel: Kernel) -> None:
    kernel("%%cpp\nstd::vector<float> v{1, 2, 3};")
    kernel("import numpy as np\na = np.asarray(cpp.v); part = a[1:]; own = a.copy()")
    told = kernel("%%cpp\nv.reserve(1000);")
    expected = "warning: 'a', 'part' no longer show the std::vector<float>, since that has let go of the memory: make it again with np.asarray(), or keep a .copy()\n"
    assert (told.status, plain(told.stderr)) == ("ok", expected)
    assert kernel("own.sum()").stderr == ""
    used = kernel("part.sum()")
    assert used.value == "np.float32(5.0)"
    assert plain(used.stderr).startswith("warning: 'part' shows the std::vector<float>, as it was before")
    assert kernel("part[0] = 7").evalue == "assignment destination is read-only"
    assert kernel("a = np.asarray(cpp.v)\na[0] = 7\na.sum()").stderr == ""
    assert kernel("cpp.v[0]").value == "7.0"


def test_a_vector_that_python_makes_grow_is_told_of_too(kernel: Kernel) -> None:
    kernel("%%cpp\nstd::vector<int> grows{1}; grows.shrink_to_fit();")
    assert plain(kernel("import numpy as np\nb = np.asarray(cpp.grows)\ncpp.grows.push_back(2)\nb.tolist()").stderr).startswith("warning: 'b' no longer shows")
    kernel("c = [np.asarray(cpp.grows)]")
    assert plain(kernel("%%cpp\ngrows.reserve(1000);").stderr).startswith("warning: an array no longer shows the C++ object")


@pytest.fixture(scope="module")
def held() -> Any:
    Engine(interpreter())(
        "#include <list>\n#include <map>\n#include <memory>\n#include <unordered_map>\n"
        "namespace left {\n"
        "struct Hit { double e; int n[2]; Hit(double e = 1) : e(e), n{1, 2} {} double twice() const { return 2 * e; } };\n"
        "struct Track { Hit first; std::vector<Hit> hits{1, 2}; const Hit& last() const { return hits.back(); } };\n"
        "std::vector<Hit> hits; std::vector<Track> tracks; std::vector<std::vector<Hit>> nested; std::map<int, Hit> map;\n"
        "std::unordered_map<int, Hit> unordered; std::list<Hit> list; std::unique_ptr<Track> owned;\n"
        "const std::vector<Track> fixed(2);\n"
        "void begin() {\n"
        "  hits = {1, 2, 3}; hits.shrink_to_fit(); tracks = std::vector<Track>(2); nested.clear(); nested = {{1, 2}, {3}}; map = {{1, 5}, {2, 6}};\n"
        "  unordered = {{1, 5}}; list = {1, 2}; owned = std::make_unique<Track>();\n"
        "}\n}"
    )
    return interpreter().lookup("left")


@pytest.mark.parametrize(
    ("take", "change"),
    [
        (lambda left: left.hits[0], "hits.reserve(100)"),
        (lambda left: left.hits.back(), "hits.push_back(4)"),
        (lambda left: left.hits.at(1), "hits = {}; hits.shrink_to_fit()"),
        (lambda left: list(left.hits)[1], "hits.reserve(100)"),
        (lambda left: next(iter(left.hits)), "std::vector<left::Hit>().swap(hits)"),
        (lambda left: left.tracks[1].first, "tracks.reserve(100)"),
        (lambda left: left.tracks[1].hits[0], "tracks.clear()"),
        (lambda left: left.tracks[0].last(), "tracks[0].hits.reserve(100)"),
        (lambda left: left.nested[0][1], "nested[0].reserve(100)"),
        (lambda left: left.map[1], "map.erase(1)"),
        (lambda left: [value for _, value in left.map][1], "map.clear()"),
        (lambda left: left.unordered[1], "unordered.clear()"),
        (lambda left: left.list.front(), "list.pop_front()"),
        (lambda left: list(left.list)[1], "list.clear()"),
        (lambda left: left.owned.first, "owned.reset()"),
        (lambda left: left.owned.hits[1], "owned = std::make_unique<left::Track>()"),
    ],
)
@pytest.mark.parametrize("is_more", [False, True])  # whether cppyy keeps more than the address of it
def test_an_object_whose_memory_is_gone_refuses_to_be_used(cpp: Engine, held: Any, take: Any, change: str, is_more: bool) -> None:
    held.begin()
    taken = take(held)
    assert taken.twice() == 2 * taken.e
    if is_more:
        assert list(taken.n) == [1, 2]
    cpp(f"{{ using namespace left; {change}; }}")
    use_memory(cpp, 20)
    for use in ("e", "twice", "n"):
        with pytest.raises(ReferenceError, match="null-pointer"):
            getattr(taken, use)()
    with pytest.raises(ReferenceError, match="null-pointer"):
        taken.e = 1.0


def test_a_loop_over_a_vector_that_lets_go_of_its_memory_finds_no_objects(held: Any) -> None:
    held.begin()
    hits = iter(held.hits)
    before = next(hits)
    assert before.e == 1.0
    held.hits.reserve(1000)
    after = next(hits)
    with pytest.raises(ReferenceError, match="null-pointer"):
        after.twice()
    assert [hit.e for hit in held.hits] == [1.0, 2.0, 3.0]


def test_an_object_follows_where_the_memory_stays(held: Any) -> None:
    held.begin()
    held.hits.reserve(10)
    first = held.hits[0]
    for energy in range(7):
        held.hits.push_back(energy)
    held.hits[0].e = 42
    assert first.e == 42
    row = held.nested[0]
    hit = row[1]
    held.nested.resize(100)
    assert hit.e == 2
    with pytest.raises(ReferenceError):
        len(row)


def test_parts_of_a_constant_are_constant_however_deep(held: Any) -> None:
    fixed = held.fixed
    if not is_constant(fixed):
        mark_constant(fixed)
    for part in (fixed[0].first, next(iter(fixed)).first, fixed[1].hits[0], fixed[0].last()):
        with pytest.raises(TypeError, match="constant in C"):
            part.e = 3
    assert fixed[0].first.e == 1


def test_a_cell_names_the_objects_that_it_has_left(kernel: Kernel) -> None:
    kernel("%%cpp\nstruct Hit { double e = 1; };\nstd::vector<Hit> hits(3);")
    assert kernel("first = cpp.hits[0]\nfirst.e").value == "1.0"
    told = kernel("%%cpp\nhits.resize(1000);")
    why = "has let go of the memory: take it again, or keep a copy of the object\n"
    assert plain(told.stderr) == f"warning: 'first' no longer refers to anything, since the std::vector<Hit> {why}"
    used = kernel("first.e")
    assert plain(used.stderr) == f"warning: 'first' refers to nothing, for the std::vector<Hit> {why}"
    assert used.ename == "ReferenceError"
    assert kernel("first = cpp.hits[0]\nfirst.e").stderr == ""


def plain(text: str) -> Any:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_a_library_may_free_memory_while_the_process_is_forked(tmp_path: Path) -> None:
    source, library = tmp_path / "freeing.cpp", tmp_path / "libfreeing.so"
    source.write_text(
        "#include <pthread.h>\n#include <new>\n"
        "static void frees() { for (int size = 8; size < 10'000'000; size *= 2) ::operator delete(::operator new(size)); }\n"
        "__attribute__((constructor)) static void begin() { pthread_atfork(frees, frees, frees); }\n"
    )
    subprocess.run(["g++", "-shared", "-fPIC", str(source), "-o", str(library)], check=True)
    program = [sys.executable, str(Path(__file__).parent / "programs" / "freeing_in_forks.py"), str(library)]
    done = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "nowhere" in done.stdout
    assert done.stdout.endswith("4.0 0\n")


def test_variables_that_are_functions_are_no_objects_of_which_the_memory_could_go(kernel: Kernel) -> None:
    kernel("%%cpp\nstruct FunctionHit { double e = 1; };\nstd::vector<FunctionHit> function_hits(3); FunctionHit& function_pick() { return function_hits[0]; }")
    kernel("pick, template = cpp.function_pick, cpp.std.move\nhit = pick()")
    told = kernel("cpp.function_hits.reserve(1000)")
    assert plain(told.stderr) == "warning: 'hit' no longer refers to anything, since the C++ object has let go of the memory: take it again, or keep a copy of the object\n"
    assert told.stdout == ""
    assert kernel("pick().e").value == "1.0"
