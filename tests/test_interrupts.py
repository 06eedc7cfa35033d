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
#include <barrier>
#include <condition_variable>
#include <fstream>
#include <future>
#include <semaphore>
#include <shared_mutex>
#include <thread>
#include <unistd.h>
int kept = 41;
volatile long count = 0;
volatile bool over = false;
std::mutex locked;
void spin() { while (true) count = count + 1; }
void wait_for(const char* command) { while (true) count = system(command); }
struct Less { bool operator()(double a, double b) const { return a < b; } };
"""

BEGUN = "import time\ntime.sleep(0.2)\n"
"""A call from Python keeps other threads waiting, and with them what says that the cell has begun."""

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
    "a call from Python": f"{BEGUN}cpp.spin()",
    "a call from Python that waits": f"{BEGUN}cpp.wait_for('sleep 0.01')",
    "calls of Python": "def back(x): return x + 1\nget_ipython().run_cell_magic('cpp', '', 'double x = 0; while (true) x = back(x);')",
    "Python that C++ calls": "import time\ndef linger(x): time.sleep(100)\nget_ipython().run_cell_magic('cpp', '', 'linger(1)')",
    "a future": "%%cpp\nstd::promise<int>().get_future().wait();",
    "a task": "%%cpp\n{ over = false; std::async(std::launch::async, [] { while (!over) count = count + 1; }).get(); }",
    "a semaphore": "%%cpp\n{ std::counting_semaphore<5> none(0); none.acquire(); }",
    "a barrier": "%%cpp\n{ std::barrier two(2); two.arrive_and_wait(); }",
    "a command": '%%cpp\ncount = system("sleep 100");',
    "commands": '%%cpp\nwait_for("sleep 0.01");',
    "a command's output": '%%cpp\n{ FILE* silent = popen("sleep 100", "r"); char text[9]; fgets(text, 9, silent); count = text[0]; pclose(silent); }',
    "a command's end": '%%cpp\npclose(popen("sleep 100", "r"));',
    "a file that says nothing": '%%cpp\n{ int ends[2]; if (pipe(ends)) throw 1; std::ifstream file("/dev/fd/" + std::to_string(ends[0])); std::string word; file >> word; }',
    "a file that takes nothing": "%%cpp\n{ int ends[2]; if (pipe(ends)) throw 1; char much[1000] = {}; while (true) count = write(ends[1], much, 1000); }",
    "a queue": "%%cpp\n{ int ends[2]; if (pipe(ends) == 0 && read(ends[0], ends, 1) == 0) kept = 0; }",
    "Python": "import time\ntime.sleep(100)",
    "Python that awaits": "import asyncio\nawait asyncio.sleep(100)",
    "Python that awaits again and again": "import asyncio\nwhile True: await asyncio.sleep(0)",
    "Python that has awaited": "import asyncio\nawait asyncio.sleep(0.01)\nwhile True: pass",
    "a call from Python that has awaited": f"import asyncio\n{BEGUN}await asyncio.sleep(0.01)\ncpp.spin()",
    "a call from another task": f"import asyncio\n{BEGUN}async def spins(): cpp.spin()\nawait asyncio.create_task(spins())",
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


WAITS = {
    "futex": "syscall(SYS_futex, &zero, 0 /* FUTEX_WAIT */, 0, nullptr)",
    "poll": "poll(nullptr, 0, -1)",
    "select": "select(0, nullptr, nullptr, nullptr, nullptr)",
    "recv": "recv(nobody(), &byte, 1, 0)",
    "epoll_wait": "epoll_wait(epoll_create1(0), &event, 1, -1)",
    "nanosleep": "nanosleep(&long_time, nullptr)",
    "a_call_of_the_kernel": "pause_here()",
}
"""Waits of a library, by the name of its function."""


@pytest.fixture(scope="module")
def library(notebook: Kernel, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A library that computes, and waits, without an end."""
    source = tmp_path_factory.mktemp("library") / "computes.cpp"
    source.write_text(
        "\n".join(f"#include <{header}>" for header in ("poll.h", "sys/epoll.h", "sys/select.h", "sys/socket.h", "sys/syscall.h", "time.h", "unistd.h"))
        + """
static int zero = 0;
static char byte;
static epoll_event event;
static const timespec long_time = {100, 0};
static int nobody() { static int pair[2]; static int made = socketpair(AF_UNIX, SOCK_STREAM, 0, pair); return pair[made]; }
static void pause_here() { long result; asm volatile("syscall" : "=a"(result) : "0"(SYS_pause) : "rcx", "r11", "memory"); }
extern "C" {
long computes(volatile long* steps) { for (;;) *steps = *steps + 1; }
"""
        + "\n".join(f"void waits_by_{name}() {{ for (;;) {call}; }}" for name, call in WAITS.items())
        + "\n}\n"
    )
    subprocess.run(["g++", "-O2", "-shared", "-fPIC", source, "-o", source.with_suffix(".so")], check=True)
    functions = "".join(f"void waits_by_{name}(); " for name in WAITS)
    assert notebook(f'%cpp_load {source.with_suffix(".so")}\n%%cpp\nextern "C" {{ long computes(volatile long*); {functions} }}').status == "ok"


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


@pytest.mark.parametrize("how", [interrupt, ask])
@pytest.mark.parametrize("case", CASES)
def test_it_is_interrupted_and_all_stays(notebook: Kernel, case: str, how: Callable[[Kernel], None]) -> None:
    reply = notebook(CASES[case], after(0.3, how, notebook))
    assert (reply.status, reply.ename) == ("error", "KeyboardInterrupt")
    assert_whole(notebook)


def test_messages_are_read_while_cpp_keeps_the_lock_of_python(notebook: Kernel) -> None:
    notebook("%%cpp\nlong longer(long steps) { long sum = 0; for (long i = 0; i < steps; ++i) { count = i; sum += count; } return sum; }")
    ask_often = threading.Thread(target=lambda: [notebook.client.control_channel.send(notebook.client.session.msg("kernel_info_request")) for _ in range(100)])
    assert notebook(f"{BEGUN}cpp.longer(300_000_000)", ask_often.start).value == str(300_000_000 * 299_999_999 // 2)
    ask_often.join()
    for _ in range(100):
        assert notebook.client.control_channel.get_msg(timeout=10)["content"]["status"] == "ok"
    assert_whole(notebook)


def test_cpp_goes_on_while_messages_wait_that_it_cannot_be_left_for(notebook: Kernel) -> None:
    notebook("""%%cpp
    #include <malloc.h>
    long allocates(long times) {  // most of the time, the system is asked for memory, or given it back, and the C library has locked its own
        void* volatile some;
        for (long i = 0; i < times; ++i) {
            std::free(some = std::malloc(120'000));
            malloc_trim(0);
        }
        return times;
    }""")

    def ask_often() -> None:
        for _ in range(20):
            notebook.client.control_channel.send(notebook.client.session.msg("kernel_info_request"))
            time.sleep(0.05)

    asking = threading.Thread(target=ask_often)
    assert notebook(f"{BEGUN}cpp.allocates(100_000)", asking.start).value == "100000"
    asking.join()
    for _ in range(20):
        assert notebook.client.control_channel.get_msg(timeout=10)["content"]["status"] == "ok"
    assert_whole(notebook)


def test_cells_of_the_cpp_kernel_are_interrupted(cpp_kernel: Kernel) -> None:
    assert cpp_kernel("int kept = 41; volatile long count = 0;").status == "ok"
    assert cpp_kernel("while (true) count = count + 1;", after(0.3, interrupt, cpp_kernel)).ename == "KeyboardInterrupt"
    assert cpp_kernel("%%python\nwhile True: pass", after(0.3, interrupt, cpp_kernel)).ename == "KeyboardInterrupt"
    assert cpp_kernel("kept").value == "41"


def test_many_interrupts_lose_no_reply(notebook: Kernel) -> None:
    for code in ("%%cpp\nspin();", "while True: pass", "import asyncio\nawait asyncio.sleep(100)"):
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


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("wait", WAITS)
def test_a_library_that_waits_is_interrupted(notebook: Kernel, wait: str) -> None:
    assert notebook(f"%%cpp\nwaits_by_{wait}();", after(0.3, interrupt, notebook)).ename == "KeyboardInterrupt"
    assert_whole(notebook)


def test_a_second_interrupt_stops_a_wait_for_a_lock_that_would_stay_taken(notebook: Kernel) -> None:
    many = threading.Timer(0.3, interrupt, [notebook, 10])
    wait = "%%cpp\n{ std::shared_mutex shared; std::thread([&] { shared.lock(); }).join(); shared.lock_shared(); }"
    assert notebook(wait, many.start).ename == "KeyboardInterrupt"
    many.join()
    assert_whole(notebook)


def test_an_interrupted_command_ends(notebook: Kernel, tmp_path: Path) -> None:
    command = f"echo $$ > {tmp_path}/process; exec sleep 100"
    assert notebook(f'%%cpp\ncount = system("{command}");', after(0.5, interrupt, notebook)).ename == "KeyboardInterrupt"
    process = Path("/proc") / (tmp_path / "process").read_text().strip() / "cmdline"
    for _ in range(100):
        if not process.exists() or not process.read_bytes():
            break
        time.sleep(0.05)
    else:
        pytest.fail("the command goes on")


def slow_to_compile(serial: int) -> str:
    """A cell that takes a second or two, more than half of it for the second compilation, which optimises."""
    kinds = "".join(
        f"""struct Slow{serial}_{n} {{ int key; bool operator<(const Slow{serial}_{n}& other) const {{ return key < other.key; }} }};
        double slow{serial}_{n}(int size) {{
            std::map<Slow{serial}_{n}, double> sums; std::vector<Slow{serial}_{n}> all;
            for (int i = 0; i < size; ++i) {{ sums[{{i}}] += i; all.push_back({{i}}); }}
            std::sort(all.begin(), all.end()); return sums.size() + all.size();
        }}"""
        for n in range(8)
    )
    return f"%%cpp\n{kinds}\nint begun{serial} = (count = {serial}, 1);\n"


@pytest.mark.slow
def test_what_the_compiler_was_interrupted_in_is_finished_before_anything_else(notebook: Kernel) -> None:
    begin = time.monotonic()
    assert notebook(slow_to_compile(100)).status == "ok"
    whole = time.monotonic() - begin
    finished = 0
    for serial in range(101, 107):
        once = after(whole * (0.3 + 0.1 * (serial - 100)), interrupt, notebook)
        reply = notebook(slow_to_compile(serial) + "sleep(100);", once)
        assert (reply.status, reply.ename) == ("error", "KeyboardInterrupt")
        again = threading.Timer(0.1, interrupt, [notebook])
        notebook("sum(range(10))", again.start)  # may have to wait for the compiler, which is then interrupted again
        again.join()
        has_run = notebook("cpp.count").value == str(serial)
        defined = notebook(f"cpp.slow{serial}_7(3)")
        assert defined.value == "6.0" or "has no" in defined.evalue
        finished += defined.status == "ok" and not has_run
        assert notebook(f"%%cpp\nint slow{serial}_7(int size) {{ return -size; }}\nslow{serial}_7(3) + slow100_7(3)").value == "3.0"
        assert_whole(notebook)
    assert finished > 0, "no interrupt has met the second compilation"


def test_an_interrupt_as_a_python_callback_ends_stops_the_cpp_that_has_called_it(notebook: Kernel) -> None:
    # Python does not look for signals between a property, here of C's, and the end of a function.
    telling = """
import ctypes
class Number(int):
    raised = property(ctypes.CDLL(None)["raise"])
two = Number(2)
def tells() -> int:
    return two.raised
"""
    reply = notebook(f"{telling}\nget_ipython().run_cell_magic('cpp', '', 'count = tells(); spin();')")
    assert (reply.ename, reply.stderr) == ("KeyboardInterrupt", "")
    assert_whole(notebook)


def test_what_awaits_cleans_up_when_it_is_interrupted(notebook: Kernel) -> None:
    code = "import asyncio\ntry:\n    await asyncio.gather(asyncio.sleep(100), asyncio.sleep(50))\nfinally:\n    await asyncio.sleep(0.01)\n    print('cleaned')"
    reply = notebook(code, after(0.3, interrupt, notebook))
    assert (reply.ename, reply.stdout) == ("KeyboardInterrupt", "cleaned\n")
    assert "CancelledError" not in reply.evalue
    assert_whole(notebook)


def test_an_interrupt_just_before_a_cell_goes_on_from_awaiting_is_not_lost(notebook: Kernel) -> None:
    code = "import asyncio, os, signal\nasyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGINT)\nawait asyncio.sleep(0)\ncpp.spin()"
    assert notebook(code).ename == "KeyboardInterrupt"
    assert_whole(notebook)


def test_a_second_interrupt_stops_another_task_that_never_awaits(notebook: Kernel) -> None:
    code = "import asyncio\nasync def turns():\n    while True: pass\nawait asyncio.create_task(turns())"
    many = threading.Timer(0.3, interrupt, [notebook, 2])
    assert notebook(code, many.start).ename == "KeyboardInterrupt"
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
