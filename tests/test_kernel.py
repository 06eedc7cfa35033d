"""Real kernels, through the protocol."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from jupyter_client.kernelspec import KernelSpecManager

if TYPE_CHECKING:
    from conftest import Kernel


def test_both_languages_share_one_process(kernel: Kernel) -> None:
    assert kernel("%%cpp\nint shared(int x) { return x + 1; }\nshared(1)").value == "2"
    assert kernel("cpp.shared(41)").value == "42"


def test_errors_have_status_error_and_the_right_names(kernel: Kernel) -> None:
    compile_error = kernel("%%cpp\nint a = 1;\nstd::cout << nope;")
    assert (compile_error.status, compile_error.ename) == ("error", "CppCompileError")
    assert "line 3" in compile_error.evalue
    exception = kernel('%%cpp\nthrow std::runtime_error("boom");')
    assert (exception.status, exception.ename, exception.evalue) == ("error", "std::runtime_error", "boom")


def test_tracebacks_show_nothing_of_doublet_itself(kernel: Kernel) -> None:
    for cell in ("%%cpp\nnope", '%%cpp\nthrow std::runtime_error("x");', "%cpp_load nolib"):
        text = kernel(cell).traceback
        assert not any(internal in text for internal in ("interpreter.py", "input_line", "__cling", "doublet_"))


def test_output_comes_in_the_order_written(kernel: Kernel) -> None:
    cell = '%%cpp\nstd::cout << "A"; std::cerr << "B"; printf("C"); puts("D"); std::cout << "E"; std::cerr << "F"; printf("G");'
    reply = kernel(cell)
    assert "".join(reply.order).replace("\n", "") == "ABCDEFG"
    assert reply.stderr == "BF"


def test_output_of_both_languages_keeps_its_order(kernel: Kernel) -> None:
    kernel('%%cpp\nvoid say(const char* s) { std::cout << s << "\\n"; }')
    assert kernel("print(1); cpp.say('2'); print(3); cpp.say('4')").stdout == "1\n2\n3\n4\n"


def test_ten_megabytes_arrive_complete(kernel: Kernel) -> None:
    reply = kernel('%%cpp\nfor (int i = 0; i < 100000; ++i) std::cout << std::string(99, \'x\') << "\\n";')
    assert len(reply.stdout) == 10_000_000


def test_a_warning_is_shown_once_on_stderr(kernel: Kernel) -> None:
    reply = kernel("%%cpp\nint warned(int x) { if (x) return 1; }")
    assert (reply.status, reply.stderr.count("warning:")) == ("ok", 1)


def test_python_runs_while_cpp_does(kernel: Kernel) -> None:
    kernel("import threading, time\nticks = []\nthread = threading.Thread(target=lambda: [ticks.append(time.sleep(0.01)) for _ in range(20)])")
    kernel("thread.start()")
    kernel("%%cpp\nstd::this_thread::sleep_for(std::chrono::milliseconds(500));")
    assert kernel("len(ticks)").value == "20"


def test_a_console_learns_whether_a_cell_is_complete(kernel: Kernel, cpp_kernel: Kernel) -> None:
    for running, opening in ((kernel, "%%cpp\n"), (cpp_kernel, "")):
        identifier = running.client.is_complete(opening + "int f() {")
        reply = running.client.get_shell_msg(timeout=60)
        while reply["parent_header"]["msg_id"] != identifier:  # answers to what the client asked at its start
            reply = running.client.get_shell_msg(timeout=60)
        assert (reply["content"]["status"], reply["content"]["indent"]) == ("incomplete", "    ")


def test_the_cpp_kernel_runs_cpp_by_default_and_python_on_request(cpp_kernel: Kernel) -> None:
    assert cpp_kernel("int x = 20;\nx + 1").value == "21"
    assert cpp_kernel("%%python\ny = cpp.x + 2\ny").value == "22"
    assert cpp_kernel("y + 1").value == "23"
    error = cpp_kernel("int fine = 1;\nnope;")
    assert "line 2" in error.evalue


def test_the_cpp_kernel_says_that_it_speaks_cpp(cpp_kernel: Kernel) -> None:
    info = cpp_kernel.client.kernel_info(reply=True, timeout=60)["content"]
    assert info["language_info"]["name"] == "c++"
    assert info["language_info"]["file_extension"] == ".cpp"


def test_both_kernelspecs_are_installed() -> None:
    found = KernelSpecManager().get_all_specs()
    assert {"doublet", "doublet-cpp"} <= found.keys()
    assert json.dumps(found["doublet-cpp"]["spec"]).count("c++")


def test_cells_compile_while_python_threads_run(kernel: Kernel) -> None:
    kernel(
        "import threading, time\nbusy = True\n"
        "def work():\n    while busy:\n        sum(range(1000))\n        time.sleep(0.001)\n"
        "threads = [threading.Thread(target=work) for _ in range(4)]\n"
        "for thread in threads: thread.start()"
    )
    try:
        statuses = [kernel(f"%%cpp\nint beside_{i} = {i};\nbeside_{i}").value for i in range(30)]
    finally:
        kernel("busy = False")
    assert statuses == [str(i) for i in range(30)]
