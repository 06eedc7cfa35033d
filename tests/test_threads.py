"""C++ threads in a real kernel: what they print, and what ends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Kernel

FAILURES = {
    "an exception": ('throw std::runtime_error("boom");', "std::terminate", "nobody has caught std::runtime_error: boom"),
    "an exception of another kind": ("struct Own {}; throw Own{};", "std::terminate", "nobody has caught"),
    "a null pointer": ("*static_cast<volatile int*>(nullptr) = 1;", "SIGSEGV", "next to a null pointer"),
    "a stack that overflows": ("deep(1);", "SIGSEGV", "the stack has overflowed"),
    "abort": ("abort();", "SIGABRT", "the program was aborted"),
    "exit": ("exit(3);", "exit", "the code has called exit(3)"),
}


@pytest.fixture(scope="module")
def notebook(kernel: Kernel) -> Kernel:
    kernel(
        "%%cpp\n#include <future>\n#include <thread>\nint counted = 0; int one = 1;\n"
        "int deep(int n) { volatile char page[1000]; page[0] = n; return deep(n + one) + page[0]; }"
    )
    return kernel


@pytest.mark.parametrize("how", FAILURES)
def test_what_ends_a_thread_ends_its_cell_and_nothing_else(notebook: Kernel, how: str) -> None:
    code, signal, reason = FAILURES[how]
    counted = int(notebook("%%cpp\ncounted").value)
    reply = notebook(f"%%cpp\nstd::thread bad([] {{ {code} }}), good([] {{ ++counted; }});\nbad.join(); good.join(); counted += 10;")
    assert (reply.ename, f"({signal})" in reply.evalue, "in a thread, " in reply.evalue) == ("CppCrash", True, True)
    assert reason in reply.evalue
    assert notebook("%%cpp\ncounted").value == str(counted + 11)


def test_a_thread_that_fails_below_a_call_from_python_is_an_error_of_the_call(notebook: Kernel) -> None:
    notebook("%%cpp\nvoid starts(bool bad) { std::thread([bad] { if (bad) throw 5; }).join(); }")
    reply = notebook("cpp.starts(True)")
    assert (reply.ename, "nobody has caught int: 5" in reply.evalue) == ("CppCrash", True)
    assert notebook("cpp.starts(False)").status == "ok"


def test_the_exception_of_a_task_is_where_its_future_is_asked(notebook: Kernel) -> None:
    notebook('%%cpp\nauto task = std::async(std::launch::async, []() -> int { throw std::runtime_error("of the task"); });')
    reply = notebook("%%cpp\ntask.get()")
    assert (reply.ename, reply.evalue) == ("std::runtime_error", "of the task")


def test_what_a_thread_prints_late_belongs_to_the_cell_that_started_it(notebook: Kernel) -> None:
    client = notebook.client
    late = client.execute(
        '%%cpp\nvoid late() { std::this_thread::sleep_for(std::chrono::milliseconds(600)); std::cout << "out\\n"; std::cerr << "err\\n"; printf("more\\n"); }\n'
        "std::thread([] { std::thread(late).join(); throw 7; }).detach();"
    )
    now = client.execute("import time\nprint('now')\ntime.sleep(1.2)\nprint('then')")
    found: dict[str, str] = {late: "", now: ""}
    while "then" not in found[now] or "more\n" not in found[late]:
        message = client.get_iopub_msg(timeout=60)
        if message["msg_type"] == "stream":
            found[message["parent_header"]["msg_id"]] += message["content"]["text"]
    assert found[now] == "now\nthen\n"
    assert found[late].startswith("out\nerr\nmore\nCppCrash: in a thread, nobody has caught int: 7")


def test_threads_of_a_cell_print_in_it_while_it_runs(notebook: Kernel) -> None:
    reply = notebook('%%cpp\nfor (int i = 0; i < 3; ++i) { std::cout << "main\\n"; std::thread([] { std::cout << "thread\\n"; }).join(); }')
    assert reply.stdout == "main\nthread\n" * 3
