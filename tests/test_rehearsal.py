"""The second process in which cells are compiled first."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from doublet.errors import CppCompileError

if TYPE_CHECKING:
    from conftest import Engine, Kernel


def process(cpp: Engine) -> psutil.Process:
    rehearsal: Any = cpp.interpreter._rehearsal
    return psutil.Process(rehearsal._process._pid)


def test_one_process_follows_as_long_as_cells_compile(cpp: Engine) -> None:
    cpp("std::vector<int> rehearsed{1, 2};")
    first = process(cpp)
    assert cpp("rehearsed.push_back(3); rehearsed.size()") == 3
    assert process(cpp) == first
    with pytest.raises(CppCompileError):
        cpp("rehearsed.nope();")
    assert not first.is_running()
    assert cpp("rehearsed.size() + 0") == 3


def test_it_runs_nothing(cpp: Engine, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("rehearsal") / "times"
    cpp(f'int opened = [] {{ std::ofstream("{path}", std::ios::app) << "x"; return 1; }}();')
    cpp(f'std::ofstream("{path}", std::ios::app) << "y";')
    assert path.read_text() == "xy"


def test_what_python_has_defined_meanwhile_is_known(cpp: Engine) -> None:
    cpp("std::string before_python;")
    cpp.interpreter.cppyy.cppdef("int defined_from_python() { return 5; }")
    assert cpp("defined_from_python() + before_python.size()") == 5


def test_a_process_that_is_killed_is_replaced(cpp: Engine) -> None:
    cpp('std::string survives = "yes";')
    killed = process(cpp)
    killed.kill()
    assert str(cpp("survives")) == "yes"
    assert process(cpp) != killed


def test_it_keeps_no_socket_of_the_kernel_open(cpp: Engine) -> None:
    cpp("std::string opens_it;")
    files = Path(f"/proc/{process(cpp).pid}/fd").iterdir()
    assert not [file for file in files if str(file.readlink()).startswith("socket:")]


def test_it_ends_with_the_kernel(kernel: Kernel) -> None:
    kernel("%%cpp\nstd::string begins;")
    pid = int(kernel("from doublet.engine.interpreter import interpreter\ninterpreter()._rehearsal._process._pid").value)
    assert psutil.pid_exists(pid)
    kernel.stop()
    deadline = time.time() + 10
    while psutil.pid_exists(pid) and time.time() < deadline:
        time.sleep(0.05)
    assert not psutil.pid_exists(pid)


def test_an_expression_that_is_nested_too_deeply_for_the_compiler_is_refused(cpp: Engine) -> None:
    cpp("int added_to_often = 42;")
    with pytest.raises(CppCompileError, match="the compiler itself crashed"):
        cpp("added_to_often" + " + 0" * 25_000)
    assert cpp("added_to_often") == 42


def test_nothing_is_said_of_a_crash_that_comes_after_an_error(cpp: Engine) -> None:
    with pytest.raises(CppCompileError) as caught:
        cpp("void nested_too_deeply() {" + "{" * 1000 + "}" * 1000 + "}")
    assert [d.message for d in caught.value.diagnostics if d.is_error] == ["bracket nesting level exceeded maximum of 256"]
