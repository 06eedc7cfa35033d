"""What would end a process ends a cell only: the kernel goes on with all that was there before."""

from __future__ import annotations

import re
import subprocess
from contextlib import suppress
from pathlib import Path
from queue import Empty

import pytest
from conftest import Kernel

DEFINITIONS = """%%cpp
#include <csignal>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
int kept = 41;
int* unset = nullptr;
int deeper(int n) { volatile char much[1000]; much[0] = n; return deeper(n + 1) + much[0]; }
int read_unset() { return *unset; }
struct Base { virtual ~Base() = default; virtual int f() { return 1; } };
struct Armed { bool armed = false; ~Armed() { if (armed) *unset = 1; } };
struct Shown { };
std::ostream& operator<<(std::ostream& out, const Shown&) { return out << *unset; }
struct Rich { };
std::map<std::string, std::string> mime_bundle_repr(const Rich&) { return {{"text/plain", std::to_string(*unset)}}; }
char* mapped_short() {
  const int fd = memfd_create("short", 0);
  if (ftruncate(fd, 10)) std::cout << "no file";
  return static_cast<char*>(mmap(nullptr, 8192, PROT_READ, MAP_SHARED, fd, 0));
}
struct Throwing { ~Throwing() noexcept(false) { throw 2; } };
"""

CRASHES = [
    # a cell, and a pattern of the error
    ("%%cpp\nint half = 1;\n*unset = 3;\nint other = 2;", "written to address 0x0, next to a null pointer in cell \\d+, line 3 \\(SIGSEGV\\)"),
    ("%%cpp\n*unset", "read from address 0x0, next to a null pointer in cell \\d+, line 2"),
    ("%%cpp\nint from_nowhere = *unset;", "next to a null pointer in cell \\d+, line 2"),
    ("%%cpp\n*(volatile int*)0xdeadbeef000", "read from address 0xdeadbeef000, which is not the program's"),
    ("%%cpp\n*(volatile int*)0xdeadbeef000 = 1;", "written to address 0xdeadbeef000, which is not the program's"),
    ("%%cpp\nstd::memcpy(unset, &kept, 4);", "written to address 0x0"),
    ("%%cpp\nvoid (*nowhere)() = (void (*)())0x10; nowhere();", "address 0x10, next to a null pointer"),
    ("%%cpp\nBase* gone = new Base; *(long*)gone = 0x1230; gone->f()", "SIGSEGV"),
    ("%%cpp\ndeeper(0)", "the stack has overflowed"),
    ("%%cpp\ntemplate <class T> T endless_of(T i) { return endless_of(i + 1) + 1; }\nendless_of(0)", "the stack has overflowed in"),
    ('%%cpp\nconst char* fixed = "fixed"; *(char*)fixed = 1;', "written to address"),
    ("%%cpp\nstd::cout << mapped_short()[5000];", "has no memory behind it"),
    ("%%cpp\nkept / (kept - 41)", "divided by zero"),
    ("%%cpp\nkept % (kept - 41)", "divided by zero"),
    ("%%cpp\n__builtin_trap();", "SIGILL"),
    ("%%cpp\nstd::abort();", "aborted"),
    ("%%cpp\nassert(kept == 0);", "aborted"),
    ("%%cpp\nstd::terminate();", "aborted"),
    ("%%cpp\n[]() noexcept { throw 1; }();", "aborted"),
    ("%%cpp\ntry { Throwing throwing; throw 1; } catch (int) {}", "aborted"),
    ("%%cpp\nexit(3);", "the code has called exit\\(3\\)"),
    ("%%cpp\nstd::_Exit(4);", "the code has called exit\\(4\\)"),
    ("%%cpp\nstd::quick_exit(5);", "the code has called exit\\(5\\)"),
    ("%%cpp\n_exit(6);", "the code has called exit\\(6\\)"),
    ("%%cpp\nstd::raise(SIGTERM);", "the code has raised SIGTERM"),
    ("%%cpp\nint* twice = new int(3); delete twice; delete twice;", "aborted: free\\(\\): double free detected in tcache 2 in cell .*; look for what writes beyond the end"),
    ("%%cpp\nint* several = new int[4]; std::free(several + 1);", "aborted: free\\(\\): invalid pointer"),
    ("%%cpp\nstd::abort();", "the program was aborted in cell \\d+, line 2"),
    ("%%cpp\nShown{}", "next to a null pointer"),
    ("%%cpp\nRich{}", "next to a null pointer"),
    ("cpp.read_unset()", "next to a null pointer"),
    ("cpp.deeper(0)", "the stack has overflowed"),
    ("def crashes(x): return cpp.read_unset()\nget_ipython().run_cell_magic('cpp', '', 'crashes(1)')", "next to a null pointer"),
]


ENDINGS = [
    ("int nothing() { }\nnothing()", "SIGILL.* ends without return"),
    ('int prints() { std::cout << "x"; }\nprints()', "SIGILL.* ends without return"),
    ("int maybe(int a) { if (a) return 1; }\nmaybe(0)", "SIGILL.* ends without return"),
    ("int nothing_thrown() { }\nthrow 3;", "^3$"),
    ("int endless(int i) { return endless(i + 1) + 1; }\nendless(0)", "the stack has overflowed in endless"),
]
"""Cells with a function that may end without its return, or cannot end, and how they end."""


@pytest.fixture(scope="module")
def notebook(kernel: Kernel) -> Kernel:
    assert kernel(DEFINITIONS).status == "ok"
    assert kernel("python = [1, 2]; held = cpp.std.vector['int']([1, 2, 3])").status == "ok"
    return kernel


def assert_whole(kernel: Kernel) -> None:
    """Whether both languages have what they had, and can do what they could."""
    assert kernel("(python, list(held), cpp.kept)").value == "([1, 2], [1, 2, 3], 41)"
    text = "%%cpp\n{ std::vector<int> v(1000); std::iota(v.begin(), v.end(), 0); std::thread([&] { v[0] = 7; }).join(); std::cout << v[0]; }"
    assert kernel(text).stdout == "7"


@pytest.mark.parametrize(("code", "pattern"), CRASHES, ids=[code.partition("\n")[2][:40] or code for code, _ in CRASHES])
def test_a_crash_is_an_error_and_all_stays(notebook: Kernel, code: str, pattern: str) -> None:
    reply = notebook(code)
    assert (reply.status, reply.ename) == ("error", "CppCrash")
    assert re.search(pattern, reply.evalue)
    assert_whole(notebook)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("exits", "called exit\\(4\\)"), ("asserts", "aborted: .*Assertion `x > 1' failed.*; look at the assertion"), ("reads_null", "next to a null pointer"), ("sorts", "next to a null pointer")],
)
def test_a_crash_in_a_loaded_library_is_an_error(notebook: Kernel, tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "bad.c").write_text(
        "#include <assert.h>\n#include <stdlib.h>\nvoid exits(void) { exit(4); }\nvoid asserts(int x) { assert(x > 1); }\n"
        "int reads_null(int* p) { return *p; }\nvoid sorts(int (*f)(const void*, const void*)) { int a[9] = {0}; qsort(a, 9, 4, f); }\n"
    )
    library = tmp_path / f"libbad_{name}.so"
    subprocess.run(["g++", "-x", "c", "-shared", "-fPIC", str(tmp_path / "bad.c"), "-o", str(library)], check=True)
    notebook(f"%cpp_load {library}")
    call = {"asserts": "asserts(0)", "reads_null": "reads_null(unset)", "sorts": "sorts([](const void*, const void*) { return *unset; })"}
    notebook('%%cpp\nextern "C" { void exits(void); void asserts(int x); int reads_null(int* p); void sorts(int (*f)(const void*, const void*)); }')
    reply = notebook(f"%%cpp\n{call.get(name, 'exits()')};")
    assert (reply.status, reply.ename) == ("error", "CppCrash")
    assert re.search(reason, reply.evalue)
    assert_whole(notebook)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("assert(kept == 0);", "line 2: assertion 'kept == 0' failed"),
        ("struct Checked { void check() { assert(false); } }; struct Checked2 {};\nChecked().check();", "line 2: assertion 'false' failed in void Checked::check()"),
        ("struct Checked { void check() { assert(kept < 2); } };\nChecked().check();", "line 2: assertion 'kept < 2' failed in void Checked::check()"),
    ],
)
def test_a_failed_assertion_is_told_in_the_words_of_the_cell(notebook: Kernel, code: str, told: str) -> None:
    assert re.fullmatch(rf"cell \d+, {re.escape(told)}", notebook(f"%%cpp\n{code}").stderr.strip())


def test_a_crash_tells_the_functions_it_was_in_with_cell_and_line(notebook: Kernel) -> None:
    first = notebook("%%cpp\nstruct Node { int v; Node* next = nullptr; };\nint leaf(const Node* node) {\n  int sum = 1;\n  sum += node->next->v;\n  return sum;\n}\nint cell_of_leaf = 1;")
    assert first.status == "ok"
    notebook("%%cpp\nclass Tree {\n public:\n  int walk(int k) const;\n};\nint Tree::walk(int k) const {\n  Node node{k};\n  return leaf(&node) + k;\n}")
    stack = (
        r"next to a null pointer in leaf\(Node const\*\), cell (\d+), line 5 \(SIGSEGV\).*\n"
        r"  called from Tree::walk\(int\) const, cell (\d+), line 8"
    )
    reply = notebook("%%cpp\nTree tree;\ntree.walk(3);")
    found = re.search(stack + r"\n  called from cell (\d+), line 3$", reply.traceback)
    assert found is not None
    assert int(found[1]) + 2 == int(found[2]) + 1 == int(found[3])
    assert re.search(stack, notebook("cpp.tree.walk(3)").traceback)
    assert re.search(stack, notebook("%%cpp\nstd::thread([] { tree.walk(3); }).join();").traceback)
    assert notebook("%%cpp\ndeeper(0)").traceback.count("deeper(int), cell") == 1


def test_what_ran_before_a_crash_stays_and_what_comes_after_is_not_there(notebook: Kernel) -> None:
    notebook("%%cpp\nint ran = 1;\nran = 5;\n*unset = 3;\nint never = 2;")
    assert notebook("%%cpp\nran").value == "5"
    assert notebook("%%cpp\nnever").ename == "CppCompileError"


def test_a_crash_while_an_object_is_destroyed_is_shown(notebook: Kernel) -> None:
    reply = notebook("armed = cpp.Armed(); armed.armed = True\ndel armed\nprint('goes on')")
    assert (reply.status, reply.stdout) == ("ok", "goes on\n")
    assert "CppCrash: written to address 0x0" in reply.stderr
    assert_whole(notebook)


def test_exceptions_in_flight_are_forgotten(notebook: Kernel) -> None:
    notebook("%%cpp\n[]() noexcept { throw 1; }();")
    assert notebook("%%cpp\nstd::uncaught_exceptions()").value == "0"


def test_python_catches_a_crash(notebook: Kernel) -> None:
    reply = notebook("from doublet.errors import CppCrash\ntry:\n    cpp.read_unset()\nexcept CppCrash as crash:\n    print(crash.signal, crash.address)")
    assert reply.stdout == "SIGSEGV 0\n"


CALLS_A_CRASH = """
import ctypes
import numpy as np
def crashes(x: float) -> float:
    return float(np.sum(np.frombuffer((ctypes.c_char * 80).from_address(0x10), dtype=np.float64)))
get_ipython().run_cell_magic("cpp", "", "crashes(1)")
"""


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("%%cpp\nstd::vector<double> v(100); double* p = v.data(); for (int i = -4; i < 200; ++i) p[i] = 7; v.clear(); v.shrink_to_fit();", "the crash has left the heap locked"),
        (CALLS_A_CRASH, "_multiarray_umath.* has crashed \\(Segmentation fault, address 0x10\\), and Python code that C\\+\\+ has called cannot be left halfway\n(.*\n)+.* in crashes"),
        ("import ctypes\nctypes.string_at(0)", "libc.* has crashed \\(Segmentation fault.*\\), and it is not C\\+\\+ that a cell runs\n(.*\n)+.* in <module>"),
    ],
    ids=["a heap that stays locked", "Python that C++ calls", "Python"],
)
def test_a_crash_that_cannot_be_left_ends_the_kernel_at_once_and_is_told(code: str, told: str) -> None:
    kernel = Kernel("doublet")
    kernel.client.execute(code)
    said = ""
    for _ in range(100):
        if not kernel.manager.is_alive():
            break
        with suppress(Empty):
            while True:
                message = kernel.client.get_iopub_msg(timeout=0.1)
                said += message["content"]["text"] if message["msg_type"] == "stream" else ""
    assert not kernel.manager.is_alive()
    assert re.search(f"doublet: the process ends, for {told}", said)
    assert len(said) < 3000
    kernel.stop()


@pytest.mark.parametrize(("code", "pattern"), ENDINGS)
def test_what_the_compiler_warns_of_is_shown_when_the_cell_fails(notebook: Kernel, code: str, pattern: str) -> None:
    reply = notebook("%%cpp\n" + code)
    assert re.search(pattern, reply.evalue)
    warned = "all paths through this function will call itself" if "endless" in code else "non-void function does not return a value"
    assert warned in reply.stderr
    assert_whole(notebook)


def test_no_line_is_told_that_the_cell_does_not_have(notebook: Kernel) -> None:
    reply = notebook("%%cpp\nauto unset_reader = [](int i) -> int { return *unset + i; };\nunset_reader(0)")
    assert set(re.findall(r"line (\d+)", reply.traceback)) == {"2", "3"}
