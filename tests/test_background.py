"""A C++ cell runs in the background while other cells run."""

from __future__ import annotations

import re
import time
from queue import Empty
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Kernel

COUNTS = "%%cpp --background\nfor (int i = 0; i < 40; ++i) { steps = steps + 1; std::this_thread::sleep_for(std::chrono::milliseconds(25)); }\n"


@pytest.fixture
def notebook(kernel: Kernel) -> Iterator[Kernel]:
    assert kernel("%%cpp\n#include <chrono>\n#include <thread>\nvolatile long steps = 0;").status == "ok"
    yield kernel
    assert kernel("%cpp_stop").status == "ok"


def outputs_of(kernel: Kernel, code: str, seconds: float = 60, until: str = "\0") -> list[dict[str, Any]]:
    """The messages that come for a cell, also after its reply, for so long or until a stream has a text."""
    request = kernel.client.execute(code)
    found: list[dict[str, Any]] = []
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and not (found and until in found[-1]["content"].get("text", "")):
        try:
            message = kernel.client.get_iopub_msg(timeout=left)
        except Empty:
            break
        if message["parent_header"].get("msg_id") == request:
            found.append(message)
    return found


def test_other_cells_run_meanwhile_and_see_what_it_does(notebook: Kernel) -> None:
    assert notebook(COUNTS).status == "ok"
    first = int(notebook("int(cpp.steps)").value)
    assert first < 40
    assert notebook("import time; time.sleep(0.2); int(cpp.steps) > " + str(first)).value == "True"
    assert notebook("%%cpp\nint twice(int x) { return 2 * x; }\ntwice(21)").value == "42"
    assert notebook("%cpp_wait").status == "ok"
    assert notebook("int(cpp.steps)").value == "40"


def test_variables_are_there_at_once_and_the_value_is_shown_at_once_and_at_the_end(notebook: Kernel) -> None:
    code = "%%cpp --background\nstd::vector<int> kept{1, 2};\nstd::this_thread::sleep_for(std::chrono::milliseconds(300)); kept[1] = 7;\nkept"
    found = outputs_of(notebook, code, 2)
    shown = [m["content"]["data"]["text/plain"] for m in found if m["msg_type"] in ("display_data", "update_display_data")]
    assert shown == ["{1, 2}", "{1, 7}"]
    assert notebook("list(cpp.kept)").value == "[1, 7]"


def pictures_of(kernel: Kernel, code: str) -> Iterator[dict[str, Any]]:
    """What a cell shows, as it comes."""
    request, output = kernel.client.execute(code), None
    while True:
        message = kernel.client.get_iopub_msg(timeout=60)
        content = message["content"]
        if message["msg_type"] == "display_data" and message["parent_header"]["msg_id"] == request:
            output = content["transient"]["display_id"]
        # Whichever cell is running by then, an update is one of this output.
        if message["msg_type"] in ("display_data", "update_display_data") and content["transient"]["display_id"] == output:
            yield content["data"]


def entries(bundle: dict[str, Any]) -> int:
    found = re.search(r"([0-9,]+) entries", bundle["text/html"])
    return int(found[1].replace(",", "")) if found else 0


def test_a_histogram_is_shown_again_and_again_while_it_is_filled(notebook: Kernel) -> None:
    assert notebook("import hist\nlive = hist.Hist.new.Reg(10, 0, 1, name='x').Double()").status == "ok"
    assert notebook("%%cpp\nvolatile bool has_been_seen = false;").status == "ok"
    shown = pictures_of(notebook, "%%cpp --background\nwhile (!has_been_seen) { live(0.05); std::this_thread::sleep_for(std::chrono::milliseconds(20)); }\nlive")
    bundles = [next(shown)]
    while len({entries(bundle) for bundle in bundles}) < 3:
        bundles.append(next(shown))
    notebook.client.execute("cpp.has_been_seen = True")
    bundles.append(next(shown))
    while "image/png" not in bundles[-1]:
        bundles.append(next(shown))
    filled = [entries(bundle) for bundle in bundles]
    assert filled == sorted(filled)
    assert all("application/vnd.doublet.histogram+json" in bundle for bundle in bundles)
    assert notebook("%cpp_wait").status == "ok"
    assert float(notebook("live.sum()").value) == filled[-1]


def test_what_it_prints_late_belongs_to_it(notebook: Kernel) -> None:
    code = '%%cpp --background\nstd::this_thread::sleep_for(std::chrono::milliseconds(300)); std::cout << "late" << std::endl;'
    found = outputs_of(notebook, code, until="late\n")
    assert "late\n" in [m["content"]["text"] for m in found if m["msg_type"] == "stream"]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ('throw std::runtime_error("too hot");', "std::runtime_error: too hot"),
        ("throw 7;", "int: 7"),
        ("*nowhere = 3;", "CppCrash: in a thread, written to address 0x0"),
        ("std::abort();", "CppCrash: in a thread, the program was aborted"),
    ],
)
def test_what_ends_it_early_is_told_in_its_own_output_and_by_who_waits(notebook: Kernel, statement: str, message: str) -> None:
    found = outputs_of(notebook, f"%%cpp --background\nint* nowhere = nullptr;\nsteps = 1;\n{statement}", until=message)
    assert any(message in m["content"]["text"] for m in found if m["msg_type"] == "stream" and m["content"]["name"] == "stderr")
    number = next(m["content"]["execution_count"] for m in found if m["msg_type"] == "execute_input")
    reply = notebook(f"%cpp_wait {number}")
    assert reply.status == "error"
    assert message.partition(": ")[0] == reply.ename
    assert notebook("int(cpp.steps)").value == "1"


def test_it_is_stopped_wherever_an_interrupt_would_stop_a_cell(notebook: Kernel) -> None:
    for endless in ("while (true) steps = steps + 1;", "std::this_thread::sleep_for(std::chrono::hours(1));", "while (true) std::vector<int>(1000, 3);"):
        assert notebook(f"%%cpp --background\n{endless}").status == "ok"
        assert "running for" in notebook("%cpp_jobs").stdout
        assert notebook("%cpp_stop").status == "ok"
        assert notebook("%cpp_jobs").stdout == ""
    assert notebook("%%cpp\nstd::vector<int> sorted{3, 1}; std::sort(sorted.begin(), sorted.end()); sorted[0]").value == "1"


def test_an_interrupt_of_the_wait_for_it_lets_it_go_on(notebook: Kernel) -> None:
    assert notebook(COUNTS).status == "ok"
    assert notebook("%cpp_wait", notebook.manager.interrupt_kernel).ename == "KeyboardInterrupt"
    assert "running for" in notebook("%cpp_jobs").stdout


def test_what_it_uses_from_python_stays_alive(notebook: Kernel) -> None:
    assert notebook("import numpy as np, gc\nnumbers = np.full(100_000, 2.0)").status == "ok"
    code = "%%cpp --background\ndouble sum = 0;\nfor (int i = 0; i < 20; ++i) { sum = 0; for (double x : numbers) sum += x; std::this_thread::sleep_for(std::chrono::milliseconds(20)); }"
    assert notebook(code).status == "ok"
    assert notebook("del numbers\nnumbers = 3\ngc.collect()\nnp.full(100_000, 5.0).sum()").status == "ok"
    assert notebook("%%cpp\nnumbers").value == "3"
    assert notebook("%cpp_wait").status == "ok"
    assert notebook("cpp.sum").value == "200000.0"


def test_a_variable_after_a_statement_is_refused(notebook: Kernel) -> None:
    reply = notebook("%%cpp --background\nsteps = 9;\nlong late = steps;")
    assert "variables come before the first statement" in reply.evalue
    assert "line 3" in reply.evalue
    assert "'9'" in notebook("%cpp_stop 9").evalue
    assert "exclude each other" in notebook("%%cpp --background --timeit\nsteps = 9;").evalue
    assert notebook("int(cpp.steps)").value == "0"
