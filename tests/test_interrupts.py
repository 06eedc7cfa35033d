"""Whatever a cell does can be interrupted, and all stays that was there before."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import Kernel

if TYPE_CHECKING:
    from collections.abc import Callable

DEFINITIONS = """%%cpp
#include <condition_variable>
#include <fstream>
#include <future>
#include <thread>
#include <unistd.h>
int kept = 41;
volatile long count = 0;
volatile bool over = false;
std::mutex locked;
void spin() { while (true) count = count + 1; }
struct Less { bool operator()(double a, double b) const { return a < b; } };
"""

CASES = {
    "a loop": "%%cpp\nwhile (true) count = count + 1;",
    "an optimised loop": "%%cpp --optimize 3\nwhile (true) count = count + 1;",
    "a function": "%%cpp\nspin();",
    "calls of a library": "%%cpp\ndouble sum = 0; for (long i = 0; i < 100'000'000'000; ++i) sum += std::sin(sum + i); sum",
    "allocations": "%%cpp\nwhile (true) { std::vector<int> v(1000, count); count = count + v[3]; }",
    "a stream": '%%cpp\nstd::ofstream nowhere("/dev/null"); while (true) nowhere << count << std::endl;',
    "output": '%%cpp\nfor (long i = 0; i < 100\'000\'000\'000; ++i) std::cout << i << "\\n";',
    "std::sort": "%%cpp\nwhile (true) { std::vector<double> v(100'000); for (auto& x : v) x = rand(); std::sort(v.begin(), v.end(), Less()); }",
    "a sleep": "%%cpp\nstd::this_thread::sleep_for(std::chrono::seconds(100));",
    "a sleep of C's": "%%cpp\nsleep(100);",
    "a mutex": "%%cpp\nlocked.lock(); locked.lock();",
    "a condition": "%%cpp\n{ std::condition_variable never; std::mutex own; std::unique_lock<std::mutex> lock(own); never.wait(lock); }",
    "a thread's end": "%%cpp\n{ over = false; std::thread busy([] { while (!over) count = count + 1; }); busy.join(); }",
    "an initialiser": "%%cpp\nint never = [] { spin(); return 1; }();",
    "a call from Python": "import time\ntime.sleep(0.2)\ncpp.spin()",
    "calls of Python": "def back(x): return x + 1\nget_ipython().run_cell_magic('cpp', '', 'double x = 0; while (true) x = back(x);')",
    "Python that C++ calls": "import time\ndef linger(x): time.sleep(100)\nget_ipython().run_cell_magic('cpp', '', 'linger(1)')",
    "a future": "%%cpp\nstd::promise<int>().get_future().wait();",
    "a queue": "%%cpp\n{ int ends[2]; if (pipe(ends) == 0 && read(ends[0], ends, 1) == 0) kept = 0; }",
    "Python": "import time\ntime.sleep(100)",
    "the compiler": "%%cpp\n#include <regex>\n"
    + "\n".join(f'std::regex r{n}("[a-z]+{n}"); bool b{n} = std::regex_match("x", r{n});' for n in range(30)),
}

CHECK = """%%cpp
over = true;
{ std::vector<int> v(1000, 3); std::sort(v.begin(), v.end()); std::thread([] { count = 1; }).join(); std::cout << v[2] << std::endl; }
"""


@pytest.fixture(scope="module")
def notebook(kernel: Kernel) -> Kernel:
    assert kernel(DEFINITIONS).status == "ok"
    assert kernel("python = [1, 2]").status == "ok"
    return kernel


@pytest.fixture(scope="module")
def library(notebook: Kernel, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A library that computes without an end."""
    source = tmp_path_factory.mktemp("library") / "computes.cpp"
    source.write_text('extern "C" long computes(volatile long* steps) { for (;;) *steps = *steps + 1; }')
    subprocess.run(["g++", "-O2", "-shared", "-fPIC", source, "-o", source.with_suffix(".so")], check=True)
    assert notebook(f'%cpp_load {source.with_suffix(".so")}\n%%cpp\nextern "C" long computes(volatile long*);').status == "ok"


def interrupt(kernel: Kernel, times: int = 1) -> None:
    assert kernel.manager.provisioner is not None
    for _ in range(times):
        os.kill(kernel.manager.provisioner.pid, signal.SIGINT)  # type: ignore[attr-defined] # of local kernels
        time.sleep(0.05)


def ask(kernel: Kernel) -> None:
    """Interrupt by a message, as frontends do where the kernel is on another machine."""
    kernel.client.control_channel.send(kernel.client.session.msg("interrupt_request", {}))


def after(seconds: float, action: Callable[..., None], *args: object) -> Callable[[], None]:
    return threading.Timer(seconds, action, args).start


def assert_whole(kernel: Kernel) -> None:
    """Whether both languages have what they had, and nothing is locked."""
    assert kernel(CHECK).stdout == "3\n"
    assert kernel("(python, cpp.kept)").value == "([1, 2], 41)"


# A message is read by a Python thread, and a call from Python keeps these waiting.
@pytest.mark.parametrize(("case", "how"), [(case, how) for case in CASES for how in (interrupt, ask) if (case, how) != ("a call from Python", ask)])
def test_it_is_interrupted_and_all_stays(notebook: Kernel, case: str, how: Callable[[Kernel], None]) -> None:
    reply = notebook(CASES[case], after(0.3, how, notebook))
    assert (reply.status, reply.ename) == ("error", "KeyboardInterrupt")
    assert_whole(notebook)


def test_cells_of_the_cpp_kernel_are_interrupted(cpp_kernel: Kernel) -> None:
    assert cpp_kernel("int kept = 41; volatile long count = 0;").status == "ok"
    assert cpp_kernel("while (true) count = count + 1;", after(0.3, interrupt, cpp_kernel)).ename == "KeyboardInterrupt"
    assert cpp_kernel("%%python\nwhile True: pass", after(0.3, interrupt, cpp_kernel)).ename == "KeyboardInterrupt"
    assert cpp_kernel("kept").value == "41"


def test_many_interrupts_lose_no_reply(notebook: Kernel) -> None:
    for code in ("%%cpp\nspin();", "while True: pass"):
        many = threading.Timer(0.2, interrupt, [notebook, 20])
        assert notebook(code, many.start).ename == "KeyboardInterrupt"
        many.join()
        assert_whole(notebook)


def test_an_interrupt_between_two_cells_concerns_none(notebook: Kernel) -> None:
    for _ in range(5):
        interrupt(notebook, 2)
        assert notebook("%%cpp\nkept").value == "41"


def test_interrupts_while_cells_begin_and_end_lose_no_reply(notebook: Kernel) -> None:
    many = threading.Thread(target=interrupt, args=(notebook, 40))
    many.start()
    while many.is_alive():
        reply = notebook("%%cpp\nint made = kept + 1;\nmade")
        assert reply.value == "42" or reply.ename == "KeyboardInterrupt"
    assert notebook("%%cpp\nint made = kept + 1;\nmade").value == "42"
    assert_whole(notebook)


@pytest.mark.usefixtures("library")
def test_a_second_interrupt_stops_a_library_that_computes(notebook: Kernel) -> None:
    many = threading.Timer(0.3, interrupt, [notebook, 10])
    assert notebook("%%cpp\ncomputes(&count);", many.start).ename == "KeyboardInterrupt"
    many.join()
    assert_whole(notebook)


def test_python_that_cpp_calls_can_catch_an_interrupt(notebook: Kernel) -> None:
    catching = """
import os, signal, time
def catching(x: int) -> int:
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(100)
    except KeyboardInterrupt:
        return x + 1
"""
    assert notebook(f"{catching}\nget_ipython().run_cell_magic('cpp', '', 'catching(1)')").value == "2"


def test_a_cell_that_was_interrupted_runs_again(notebook: Kernel) -> None:
    cell = "%%cpp\nint again = [] { while (!over) count = count + 1; return 7; }();\nagain"
    notebook("%%cpp\nover = false;")
    assert notebook(cell, after(0.5, interrupt, notebook)).ename == "KeyboardInterrupt"
    notebook("%%cpp\nover = true;")
    assert notebook(cell).value == "7"


def test_a_condition_can_be_used_again(notebook: Kernel) -> None:
    notebook("%%cpp\nstd::mutex own;\nstd::condition_variable known;\nbool is_told = false;")
    wait = "%%cpp\n{ std::unique_lock<std::mutex> lock(own); known.wait(lock, [] { return is_told; }); }"
    assert notebook(wait, after(0.3, interrupt, notebook)).ename == "KeyboardInterrupt"
    notebook("%%cpp\nown.try_lock();\nown.unlock();\nvoid tell() { std::lock_guard<std::mutex> lock(own); is_told = true; known.notify_one(); }")
    assert notebook(f"%%cpp\nstd::thread teller(tell);\n{wait[6:]}\nteller.join();").status == "ok"


def test_a_wait_for_a_condition_ends_where_another_thread_keeps_its_lock(notebook: Kernel) -> None:
    notebook("%%cpp\nover = false;\nstd::mutex kept_away;\nstd::condition_variable silent;\nvoid keep() { std::lock_guard<std::mutex> lock(kept_away); while (!over) count = count + 1; }")
    wait = "%%cpp\n{ std::unique_lock<std::mutex> lock(kept_away); std::thread(keep).detach(); silent.wait(lock); }"
    assert notebook(wait, after(0.5, interrupt, notebook)).ename == "KeyboardInterrupt"
    assert_whole(notebook)


def test_a_kernel_that_runs_cpp_is_restarted_and_shut_down_without_a_trace() -> None:
    kernel = Kernel("doublet")
    assert kernel.manager.provisioner is not None
    for end in (kernel.manager.restart_kernel, kernel.manager.shutdown_kernel):
        process: int = kernel.manager.provisioner.pid  # type: ignore[attr-defined] # of local kernels
        assert kernel("%%cpp\nint warm = 1;").status == "ok"
        kernel.client.execute("%%cpp\nwhile (true) { volatile int busy = 1; }")
        time.sleep(1)
        end()
        assert not Path(f"/proc/{process}").exists()
        kernel.client.wait_for_ready(timeout=120) if end == kernel.manager.restart_kernel else kernel.client.stop_channels()
    assert not Path(kernel.manager.connection_file).exists()
    kernel.manager.cleanup_resources()
