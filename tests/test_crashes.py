"""What would end a process ends a cell only: the kernel goes on with all that was there before."""

from __future__ import annotations

import re
import time

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
    ("%%cpp\ndeeper(0)", "the stack has overflown"),
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
    ("%%cpp\nint* twice = new int(3); delete twice; delete twice;", "memory freed twice"),
    ("%%cpp\nShown{}", "next to a null pointer"),
    ("%%cpp\nRich{}", "next to a null pointer"),
    ("cpp.read_unset()", "next to a null pointer"),
    ("cpp.deeper(0)", "the stack has overflown"),
    ("def crashes(x): return cpp.read_unset()\nget_ipython().run_cell_magic('cpp', '', 'crashes(1)')", "next to a null pointer"),
]


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


def test_a_heap_that_stays_locked_ends_the_kernel_at_once() -> None:
    kernel = Kernel("doublet")
    text = "std::vector<double> v(100); double* p = v.data(); for (int i = -4; i < 200; ++i) p[i] = 7; v.clear(); v.shrink_to_fit();"
    kernel.client.execute(f"%%cpp\n{text}")
    for _ in range(100):
        if not kernel.manager.is_alive():
            break
        time.sleep(0.1)
    assert not kernel.manager.is_alive()
    kernel.stop()
