"""Whatever a cell does can be interrupted, and all stays that was there before."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Kernel

DEFINITIONS = """%%cpp
#include <condition_variable>
#include <fstream>
#include <thread>
#include <unistd.h>
int kept = 41;
volatile long count = 0;
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
    "a thread's end": "%%cpp\n{ std::thread busy(spin); busy.join(); }",
    "an initialiser": "%%cpp\nint never = [] { spin(); return 1; }();",
    "a call from Python": "cpp.spin()",
    "calls of Python": "def back(x): return x + 1\nget_ipython().run_cell_magic('cpp', '', 'double x = 0; while (true) x = back(x);')",
    "Python that C++ calls": "import time\ndef linger(x): time.sleep(100)\nget_ipython().run_cell_magic('cpp', '', 'linger(1)')",
    "Python": "import time\ntime.sleep(100)",
    "the compiler": "%%cpp\n#include <regex>\n"
    + "\n".join(f'std::regex r{n}("[a-z]+{n}"); bool b{n} = std::regex_match("x", r{n});' for n in range(30)),
}


@pytest.fixture(scope="module")
def notebook(kernel: Kernel) -> Kernel:
    assert kernel(DEFINITIONS).status == "ok"
    assert kernel("python = [1, 2]").status == "ok"
    return kernel


def interrupt(kernel: Kernel, times: int = 1) -> None:
    assert kernel.manager.provisioner is not None
    for _ in range(times):
        os.kill(kernel.manager.provisioner.pid, signal.SIGINT)  # type: ignore[attr-defined] # of local kernels
        time.sleep(0.03)


@pytest.mark.parametrize("case", CASES)
def test_it_is_interrupted_and_all_stays(notebook: Kernel, case: str) -> None:
    reply = notebook(CASES[case], threading.Timer(0.5, interrupt, [notebook]).start)
    assert (reply.status, reply.ename) == ("error", "KeyboardInterrupt")
    text = "{ std::vector<int> v(1000, 3); std::sort(v.begin(), v.end()); std::thread([] { count = 1; }).join(); std::cout << v[2] << std::endl; }"
    assert notebook(f"%%cpp\n{text}").stdout == "3\n"
    assert notebook("(python, cpp.kept)").value == "([1, 2], 41)"


def test_many_interrupts_lose_no_reply(notebook: Kernel) -> None:
    many = threading.Timer(0.3, interrupt, [notebook, 20])
    assert notebook("%%cpp\nspin();", many.start).ename == "KeyboardInterrupt"
    many.join()
    time.sleep(0.1)  # an interrupt that comes between two cells concerns none
    assert [notebook("%%cpp\nkept").value for _ in range(20)] == ["41"] * 20
