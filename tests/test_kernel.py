"""Real kernels, through the protocol."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

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


def test_whatever_is_written_leaves_before_what_is_displayed_next(kernel: Kernel) -> None:
    ways = ("print({!r}, end='')", "sys.stdout.writelines([{!r}])", "sys.stderr.write({!r})", "os.write(1, {!r}.encode())", "print({!r}, end='', flush=True)")
    lines = [f"{way.format(letter)}; display({number})" for number, (way, letter) in enumerate(zip(ways * 2, "ABCDEFGHIJ", strict=True))]
    assert "".join(kernel("import os, sys\n" + "\n".join(lines)).order) == "A0B1C2D3E4F5G6H7I8J9"


def test_ten_megabytes_arrive_complete(kernel: Kernel) -> None:
    reply = kernel('%%cpp\nfor (int i = 0; i < 100000; ++i) std::cout << std::string(99, \'x\') << "\\n";')
    assert len(reply.stdout) == 10_000_000


def test_of_a_hundred_megabytes_the_beginning_and_the_end_arrive(kernel: Kernel) -> None:
    kernel("def resident(): return int(next(line for line in open('/proc/self/status') if 'VmRSS' in line).split()[1])")
    kernel("before = resident()")
    reply = kernel("%%cpp\nfor (int i = 0; i < 10'000'000; ++i) printf(\"%09d\\n\", i);")
    assert kernel("resident() - before < 50_000").value == "True"
    beginning, _, rest = reply.stdout.partition("\n[more follows, of which only the end will be shown]\n[")
    left_out, _, end = rest.partition(" bytes are left out here]\n")
    assert beginning.startswith("000000000\n000000001\n")
    assert end.endswith("009999998\n009999999\n")
    assert len(beginning) + int(left_out) + len(end) == 100_000_000
    assert kernel('%%cpp\nputs("again");').stdout == "again\n"


def test_a_warning_is_shown_once_on_stderr(kernel: Kernel) -> None:
    reply = kernel("%%cpp\nint warned(int x) { if (x) return 1; }")
    assert (reply.status, reply.stderr.count("warning:")) == ("ok", 1)


def test_python_runs_while_cpp_does(kernel: Kernel) -> None:
    kernel("import threading, time\nticks = []\nthread = threading.Thread(target=lambda: [ticks.append(time.sleep(0.01)) for _ in range(20)])")
    kernel("thread.start()")
    kernel("%%cpp\nstd::this_thread::sleep_for(std::chrono::milliseconds(500));")
    assert kernel("len(ticks)").value == "20"


def test_the_cpp_kernel_runs_cpp_by_default_and_python_on_request(cpp_kernel: Kernel) -> None:
    assert cpp_kernel("int x = 20;\nx + 1").value == "21"
    assert cpp_kernel("%%python\ny = cpp.x + 2\ny").value == "22"
    assert cpp_kernel("y + 1").value == "23"
    error = cpp_kernel("int fine = 1;\nnope;")
    assert "line 2" in error.evalue


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


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("int fine = 1;\nnope;", 2),
        ("\n\nnope;", 3),
        ("%%cpp\nnope;", 2),
        ("%%cpp --optimize 0\nnope;", 2),
        ("%%time\nnope;", 2),
        ("%%timeit\nnope;", 2),
        ("%pwd\n\nnope;", 3),
        (".L nope", 1),
    ],
)
def test_the_cpp_kernel_counts_lines_as_typed(cpp_kernel: Kernel, cell: str, line: int) -> None:
    assert f"line {line}:" in cpp_kernel(cell).evalue


def test_an_explicit_cpp_cell_of_the_cpp_kernel_keeps_its_options(cpp_kernel: Kernel) -> None:
    text = "int level() { int x = 3; return __builtin_constant_p(x); }\nlevel()"
    assert [cpp_kernel(opening + text).value for opening in ("", "%%cpp --optimize 0\n", "%%cpp\n")] == ["1", "0", "1"]
    assert "Wall time" in cpp_kernel("%%cpp --time\n1").stdout
    assert "2 loops each" in cpp_kernel("%%timeit -n 2\nint x = 1;").stdout


def test_python_cells_of_the_cpp_kernel_count_lines_as_typed(cpp_kernel: Kernel) -> None:
    assert "line 3" in cpp_kernel("%%python\n1\n1/0").traceback
    assert cpp_kernel("%%python\n%%capture said\nprint(1)").status == "ok"
    assert cpp_kernel("%%python\nsaid.stdout").value == "'1\\n'"
    assert cpp_kernel("%%python\n%time [] or 7").value == "7"
    assert cpp_kernel("%%capture said\n%%python\nprint(2)").status == "ok"
    assert cpp_kernel("%%capture told\nstd::cout << 3 << std::endl;").status == "ok"
    assert cpp_kernel("%%python\nsaid.stdout + told.stdout").value == "'2\\n3\\n'"


def answer(kernel: Kernel, code: str, **how: Any) -> tuple[list[str], dict[str, Any]]:
    """The kinds of message that a cell sends, and the reply."""
    sent: list[str] = []
    reply = kernel.client.execute_interactive(
        code, output_hook=lambda message: sent.append(message["msg_type"]), timeout=60, **how
    )
    return sent, reply["content"]


CELLS = (("1 + 1", "1 + 1"), ("print(1)", "std::cout << 1 << std::endl;"), ("1 / 0", "throw 1;"))


@pytest.mark.parametrize(
    "how", [{}, {"silent": True}, {"store_history": False}, {"allow_stdin": False}, {"user_expressions": {"a": "1 + 1", "b": "1 / 0"}}]
)
def test_a_request_for_cpp_is_answered_as_one_for_python(
    kernel: Kernel, cpp_kernel: Kernel, how: dict[str, Any]
) -> None:
    for running, python, cpp in ((kernel, "", "%%cpp\n"), (cpp_kernel, "%%python\n", "")):
        for in_python, in_cpp in CELLS:
            before = answer(running, python + "0")[1]["execution_count"]
            sent, reply = answer(running, python + in_python, **how)
            sent_by_cpp, reply_to_cpp = answer(running, cpp + in_cpp, **how)
            counted = "silent" not in how and "store_history" not in how
            assert sent_by_cpp == sent
            assert reply_to_cpp.keys() == reply.keys()
            assert reply_to_cpp["status"] == reply["status"]
            assert reply["execution_count"] == before + counted
            assert reply_to_cpp["execution_count"] == before + 2 * counted
            shown = [{k: v.get("data") for k, v in r["user_expressions"].items()} for r in (reply, reply_to_cpp)]
            assert shown[0] == shown[1]


def test_user_expressions_see_what_the_cpp_cell_defined(kernel: Kernel) -> None:
    reply = answer(kernel, "%%cpp\nint for_expression = 12;", user_expressions={"x": "cpp.for_expression", "y": "cpp.absent_name"})[1]
    assert reply["user_expressions"]["x"]["data"] == {"text/plain": "12"}
    assert reply["user_expressions"]["y"]["ename"] == "AttributeError"


def test_what_is_not_stored_does_not_get_into_the_history(cpp_kernel: Kernel) -> None:
    answer(cpp_kernel, "int stored_cell = 1;")
    answer(cpp_kernel, "int silent_cell = 2;", silent=True)
    answer(cpp_kernel, "int unstored_cell = 3;", store_history=False)
    raw = cpp_kernel("%%python\nget_ipython().history_manager.input_hist_raw[-3:]").value
    assert [name in raw for name in ("stored_cell = 1", "silent_cell", "unstored_cell")] == [True, False, False]
    assert cpp_kernel("stored_cell + silent_cell + unstored_cell").value == "6"


@pytest.mark.parametrize("failing", ["nope;", "throw 1;", ".q"])
def test_an_error_in_cpp_aborts_the_cells_that_wait(cpp_kernel: Kernel, failing: str) -> None:
    client = cpp_kernel.client
    cpp_kernel("int ran_after = 0;")
    waiting = ["std::this_thread::sleep_for(std::chrono::milliseconds(300));", failing, "ran_after = 1;", "ran_after = 2;"]
    requests = [client.execute(code) for code in waiting]
    statuses: dict[str, str] = {}
    while len(statuses) < len(requests):
        reply = client.get_shell_msg(timeout=60)
        statuses[reply["parent_header"]["msg_id"]] = reply["content"]["status"]
    assert [statuses[request] for request in requests] == ["ok", "error", "aborted", "aborted"]
    assert cpp_kernel("ran_after").value == "0"
    client.execute(failing, stop_on_error=False)
    client.execute("ran_after = 3;")
    assert cpp_kernel("ran_after").value == "3"


@pytest.mark.parametrize(
    ("name", "language", "cells"),
    [
        ("doublet-cpp", "c++", ["int x = 20;", "x + 1", "%%python\ncpp.x + 2", '%%cpp --optimize 1\nstd::cout << "hi\\n";\n3']),
        ("doublet", "python", ["%%cpp\nint x = 20;", "%%cpp\nx + 1", "cpp.x + 2", '%%cpp --optimize 1\nstd::cout << "hi\\n";\n3']),
    ],
)
def test_a_saved_notebook_is_executed_again(tmp_path: Path, name: str, language: str, cells: list[str]) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": name, "display_name": name, "language": language}
    outputs = []
    for _ in range(2):
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
        nbformat.validate(notebook)
        outputs.append([[{**output, "metadata": None} for output in cell.outputs] for cell in notebook.cells])  # which names the run
        nbformat.write(notebook, tmp_path / "saved.ipynb")
        notebook = nbformat.read(tmp_path / "saved.ipynb", as_version=4)
    assert outputs[0] == outputs[1]
    assert [cell.execution_count for cell in notebook.cells] == [1, 2, 3, 4]
    values = [[o.data["text/plain"] for o in cell.outputs if o.output_type == "execute_result"] for cell in notebook.cells]
    assert values == [[], ["21"], ["22"], ["3"]]
    assert notebook.metadata["language_info"]["name"] == language


def test_executing_a_notebook_stops_at_an_error_in_cpp(tmp_path: Path) -> None:
    cells = ["int x = 1;", "x = nope;", "x = 3;"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    with pytest.raises(CellExecutionError) as caught:
        NotebookClient(notebook, timeout=120, kernel_name="doublet-cpp").execute()
    assert (caught.value.ename, caught.value.evalue) == ("CppCompileError", "cell 2, line 1: use of undeclared identifier 'nope'")
    assert notebook.cells[2].execution_count is None
