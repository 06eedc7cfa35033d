"""What a kernel had when it died comes back in the next one of its notebook."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from conftest import Kernel

AT_REST = 1.0
"""Seconds after which a kernel has certainly kept its state."""


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of its own for what is saved."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    return tmp_path


@pytest.fixture
def notebook() -> Iterator[Kernel]:
    running = Kernel("doublet")
    yield running
    running.stop()


def process_of(kernel: Kernel) -> psutil.Process:
    provisioner = kernel.manager.provisioner
    assert provisioner is not None
    return psutil.Process(provisioner.pid)  # type: ignore[attr-defined] # a local one


def wait_until_dead(kernel: Kernel) -> None:
    for _ in range(200):
        if not kernel.manager.is_alive():
            return
        time.sleep(0.05)
    raise AssertionError("the kernel lives")


def start_again(kernel: Kernel) -> None:
    """Have a new process behind the same connection file, on the same ports."""
    kernel.manager.restart_kernel(now=True)
    kernel.client.wait_for_ready(timeout=120)


def keeper_of(kernel: Kernel) -> set[str]:
    """The process that keeps the state of a kernel, and the next one as well for a moment."""
    pid = process_of(kernel).pid
    found = set()
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with suppress(FileNotFoundError):
            if Path(f"/proc/{child}/comm").read_text() == "doublet-state\n":
                found.add(child)
    return found


def rest(kernel: Kernel) -> None:
    """Wait, after a cell, until the kernel has kept its state, or will not any more."""
    now, end = float(Path("/proc/uptime").read_text().split()[0]), time.monotonic() + 3 * AT_REST
    while (len(found := keeper_of(kernel)) != 1 or started(*found) < now) and time.monotonic() < end:  # it is none before it has its name
        time.sleep(0.02)


def started(process: str) -> float:
    """When a process has begun, in seconds since the machine has; 0 if it has ended."""
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
    except FileNotFoundError:
        return 0.0


def kill(kernel: Kernel) -> None:
    rest(kernel)
    process_of(kernel).send_signal(signal.SIGKILL)
    wait_until_dead(kernel)
    start_again(kernel)


def keepers() -> set[int]:
    """The processes that keep the state of a kernel."""
    found = set()
    for process in psutil.process_iter():
        try:
            if process.name() == "doublet-state":
                found.add(process.pid)
        except psutil.NoSuchProcess:
            pass
    return found


PYTHON = """
import dataclasses, enum, math, threading
import numpy as np, hist
a = np.arange(10.0); part = a[2:5]; reverse = a[::-1]; grid = np.arange(6).reshape(2, 3).T
fixed = np.arange(3); fixed.flags.writeable = False
empty = np.zeros(0); times = np.array(["2026-01-01"], "M8[D]"); words = np.array(["x", None], object)
records = np.array([(1, 2.5)], [("n", "i4"), ("x", "f8")])
shared = [1, 2]; both = {"one": shared, "other": shared, "array": a}
cyclic = []; cyclic.append(cyclic)
h = hist.Hist.new.Reg(5, 0, 5).Double().fill([1, 1, 3])
factor = 3
def scaled(x): return factor * x
def factorial(n): return 1 if n < 2 else n * factorial(n - 1)
adder = (lambda k: lambda x: x + k)(5)
class Muon:
    count = 0
    def __init__(self, pt): self.pt = pt; Muon.count += 1
    def twice(self): return scaled(self.pt) * 2 / factor
@dataclasses.dataclass
class Event: number: int
class Colour(enum.Enum): RED = 1
muon = Muon(20.0); event = Event(7); red = Colour.RED
lock = threading.Lock(); generator = (i for i in range(3)); opened = open("/dev/null")
_mine = "underscore"
"""

CHECKS = [
    ("a.tolist(), part.tolist(), reverse.tolist()", "([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0], [2.0, 3.0, 4.0], [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0])"),
    ("a[2] = 20; (part[0], reverse[7])", "(np.float64(20.0), np.float64(20.0))"),
    ("grid.shape, grid.tolist()", "((3, 2), [[0, 3], [1, 4], [2, 5]])"),
    ("fixed.flags.writeable, a.flags.writeable, empty.size, str(times[0]), words.tolist(), records['x'][0]", "(False, True, 0, '2026-01-01', ['x', None], np.float64(2.5))"),
    ("both['one'] is both['other'] is shared, both['array'] is a, cyclic[0] is cyclic", "(True, True, True)"),
    ("type(h).__name__, h.values().tolist()", "('Hist', [0.0, 2.0, 0.0, 1.0, 0.0])"),
    ("factor = 4; (scaled(2), factorial(5), adder(1), math.pi > 3)", "(8, 120, 6, True)"),
    ("type(muon) is Muon, muon.twice(), Muon.count, Muon(1).pt, event == Event(7), red is Colour.RED", "(True, 40.0, 1, 1, True, True)"),
    ("_mine", "'underscore'"),
]


def test_variables_come_back_as_they_were_and_share_what_they_shared(notebook: Kernel) -> None:
    assert notebook(PYTHON).status == "ok"
    kill(notebook)
    reply = notebook("%recover")
    assert reply.status == "ok"
    for code, value in CHECKS:
        assert notebook(code).value.replace("\n", "") == value, code
    for name in ("lock", "generator", "opened"):
        assert re.search(rf"^- {name} is lost: (TypeError|PicklingError): [cC]annot pickle", reply.stdout, re.MULTILINE)
        assert notebook(name).ename == "NameError"
    assert reply.stdout.count(" is lost: ") == 3


def test_cpp_cells_are_run_again_in_their_order_with_their_numbers(notebook: Kernel, tmp_path: Path) -> None:
    (tmp_path / "mine.hpp").write_text("inline int from_header() { return 9; }\n")
    notebook("import numpy as np\npx = np.array([1.0, 2.0])\ncalls = []\ndef called(x: float) -> None: calls.append(x)")
    notebook(f"%cpp_include {tmp_path}\n%%cpp\n#include <mine.hpp>\nint f() {{ return 1; }}\nstd::vector<int> v;")
    notebook('%%cpp\nint f() { return 2; }\nv.push_back(f()); std::cout << "printed";')
    notebook("%%cpp\nv.push_back(from_header());\nfor (double& x : px) x *= 10;\nstd::span<double> seen = px; called(1.0);")
    assert notebook("%%cpp\nint partly = 1;\nthrow 3;").status == "error"
    assert notebook("%%cpp\nnope").status == "error"
    last = notebook("%%cpp\nint* unset = nullptr;\nint reads() {\n  return *unset;\n}")
    assert last.status == "ok"
    kill(notebook)
    reply = notebook("%recover")
    assert reply.status == "ok"
    assert "printed" not in reply.stdout
    assert "C++ cell 5, 6" in reply.stdout
    assert notebook("%%cpp\nv").value == "{2, 9}"
    assert notebook("px, calls").value == "(array([10., 20.]), [1.0])"  # and not twice what the cell does to them
    assert notebook("px[0] = 7; list(cpp.seen)").value == "[7.0, 20.0]"
    assert "reads(), cell 7, line 4" in notebook("%%cpp\nreads()").evalue


@pytest.mark.needs("eigen")
@pytest.mark.needs("pkg-config")
def test_libraries_that_python_has_loaded_are_loaded_again_before_what_needs_them(notebook: Kernel) -> None:
    assert notebook('import doublet\ndoublet.load("eigen3")').status == "ok"
    assert notebook("%%cpp\n#include <Eigen/Core>\nEigen::Vector2d kept_vector(1, 2);").status == "ok"
    kill(notebook)
    reply = notebook("%recover")
    assert "fails now" not in reply.stdout
    assert notebook("%%cpp\nkept_vector.sum()").value == "3.0"


def test_the_offer_comes_once_and_is_one_sentence(notebook: Kernel) -> None:
    notebook("x = 5")
    notebook("%%cpp\nint y = 6;")
    kill(notebook)
    reply = notebook("1 + 1")
    assert re.fullmatch(
        r"The last kernel of this notebook died at \d\d:\d\d:\d\d: %recover brings back 1 Python variable and 1 C\+\+ cell, %recover --forget drops that\.\n",
        reply.stderr,
    )
    assert notebook("1 + 1").stderr == ""
    assert "C++ cells: 2" in notebook("%recover --list").stdout
    notebook("%recover")
    kill(notebook)
    assert "1 Python variable and 1 C++ cell" in notebook("x = 1").stderr
    assert "x is what this notebook has defined meanwhile" in notebook("%recover").stdout
    assert notebook("x, cpp.y").value == "(1, 6)"
    notebook("%recover x")
    assert notebook("x").value == "5"
    assert notebook("%recover --forget").status == "ok"
    assert notebook("%recover").ename == "CppUsageError"


def test_what_threads_leave_behind_does_not_keep_it_from_being_saved(notebook: Kernel) -> None:
    notebook("x = 5")
    notebook("""
import threading, time
own = threading.local()
class Complains:
    def __del__(self): raise RuntimeError("there is no place for it any more")
def wait():
    own.held = Complains()
    time.sleep(1000)
threading.Thread(target=wait, daemon=True).start()
""")
    kill(notebook)
    notebook("%recover x")
    assert notebook("x").value == "5"


def test_no_other_notebook_is_offered_it(notebook: Kernel) -> None:
    notebook("x = 5")
    kill(notebook)
    other = Kernel("doublet")
    try:
        assert other("1").stderr == ""
        assert other("%recover").ename == "CppUsageError"
    finally:
        other.stop()
    assert "%recover" in notebook("1").stderr


def test_the_next_kernel_of_a_notebook_that_the_server_names_is_offered_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/me/a.ipynb")
    first = Kernel("doublet-cpp")
    first("int x = 5;")
    rest(first)
    first.stop()  # kills it
    time.sleep(AT_REST)
    second = Kernel("doublet-cpp")
    try:
        assert "0 Python variables and 1 C++ cell" in second("1").stderr
        second("%recover")
        assert second("x").value == "5"
    finally:
        second.manager.shutdown_kernel()
        second.stop()


def test_a_death_within_a_cell_gives_the_state_of_before_it(notebook: Kernel) -> None:
    notebook("x = [1]")
    notebook("%%cpp\nint kept = 41;")
    rest(notebook)
    notebook.client.execute("x.append(2)\nimport os\nget_ipython().run_cell_magic('cpp', '', 'kept = 1; kill(getpid(), SIGKILL);')")
    wait_until_dead(notebook)
    start_again(notebook)
    assert re.search(r"died at \S+ in cell 3 \(x\.append\(2\)\)", notebook("1").stderr)
    assert "to be run again, for the state is of before it: cell 3" in notebook("%recover").stdout
    assert notebook("x, cpp.kept").value == "([1], 41)"


def test_cells_since_the_state_was_kept_are_named_or_run_again(notebook: Kernel) -> None:
    notebook("x = 1")
    notebook("keeps = get_ipython().kernel._recovery._checkpoint; keeps.keep(); keeps._took = 100.0")
    notebook("x = 2")
    notebook("%%cpp\nint y = 3;")
    kill(notebook)
    reply = notebook("%recover")
    assert "to be run again, for the state is of before it: cell 2, 3" in reply.stdout
    assert notebook("x, cpp.y").value == "(1, 3)"


def test_a_heap_that_stays_locked_ends_the_kernel_but_not_what_it_had(notebook: Kernel) -> None:
    notebook("x = 5")
    rest(notebook)
    text = "std::vector<double> v(100); double* p = v.data(); for (int i = -4; i < 200; ++i) p[i] = 7; v.clear(); v.shrink_to_fit();"
    notebook.client.execute(f"%%cpp\n{text}")
    wait_until_dead(notebook)
    start_again(notebook)
    assert re.search(r"died at \S+ in cell 2 .*, of (a damaged heap|SEGV|ABRT):", notebook("1").stderr)
    notebook("%recover")
    assert notebook("x").value == "5"


def test_a_crash_that_has_damaged_the_heap_saves_what_was_there_before_it(notebook: Kernel) -> None:
    notebook("x = 5")
    notebook("%%cpp\nint* unset = nullptr;")
    rest(notebook)
    # Beyond what it has been given, which may be more than was asked for.
    reply = notebook(
        "%%cpp\n#include <malloc.h>\nstd::vector<long*> many; for (int i = 0; i < 1000; ++i) many.push_back(new long[3]);\n"
        "((volatile long*)many[500])[malloc_usable_size(many[500]) / sizeof(long)] = 7;\n*(volatile int*)unset = 1;"
    )
    assert reply.ename == "CppCrash"
    assert "The heap is damaged" in reply.evalue
    assert "%recover" in reply.evalue
    notebook.manager.restart_kernel()
    notebook.client.wait_for_ready(timeout=120)
    assert "%recover" in notebook("1").stderr
    notebook("%recover")
    assert notebook("x").value == "5"


def test_a_crash_that_has_damaged_nothing_does_not_say_so(notebook: Kernel) -> None:
    notebook("%%cpp\nint* unset = nullptr;")
    reply = notebook("%%cpp\n*unset = 1;")
    assert (reply.ename, "damaged" in reply.evalue) == ("CppCrash", False)


def test_what_cannot_be_pickled_takes_nothing_else_with_it(notebook: Kernel) -> None:
    notebook(
        "import ctypes, threading\n"
        "class Crashes:\n    def __reduce__(self): ctypes.string_at(0)\n"
        "class Raises:\n    def __reduce__(self): raise ValueError('no')\n"
        "class Unreadable:\n    def __reduce__(self): return (int, ('x',))\n"
        "before = [1]; crashes = Crashes(); raises = Raises(); unreadable = [before, Unreadable()]; after = [before]; cell = cpp.std.vector['int']()"
    )
    kill(notebook)
    text = notebook("%recover").stdout
    assert "- crashes is lost: to pickle it ends the process (SIGSEGV)" in text
    assert "- raises is lost: ValueError: no" in text
    assert "- unreadable is lost: ValueError: invalid literal" in text
    assert "- cell is lost: " in text
    assert notebook("after[0] is before").value == "True"


def test_an_automatic_restart_finds_its_ports_free(notebook: Kernel) -> None:
    notebook("x = 5")
    rest(notebook)
    ports = {name: getattr(notebook.manager, name) for name in ("shell_port", "iopub_port", "control_port", "stdin_port", "hb_port")}
    keeper = next(iter(keepers() & {child.pid for child in process_of(notebook).children()}))
    assert not psutil.Process(keeper).net_connections()
    kill(notebook)
    assert {name: getattr(notebook.manager, name) for name in ports} == ports
    notebook("%recover")
    assert notebook("x").value == "5"


def test_nothing_is_left_behind_by_a_kernel_that_ends_as_it_should(runtime: Path) -> None:
    running = Kernel("doublet")
    running("x = 5")
    rest(running)
    children = {child.pid for child in process_of(running).children(recursive=True)}
    assert keepers() & children
    running.manager.shutdown_kernel()
    running.stop()
    time.sleep(0.5)
    assert not [pid for pid in children if psutil.pid_exists(pid)]
    assert not (runtime / "doublet").exists()


def test_nothing_is_kept_of_a_kernel_that_was_killed_for_good(runtime: Path) -> None:
    running = Kernel("doublet")
    running("x = 5")
    rest(running)
    children = keepers() & {child.pid for child in process_of(running).children()}
    running.stop()  # kills it, and removes the connection file
    for _ in range(100):
        if not any(map(psutil.pid_exists, children)):
            break
        time.sleep(0.1)
    assert not list((runtime / "doublet").glob("*/*"))


def test_interrupts_do_not_reach_the_state_that_is_kept(notebook: Kernel) -> None:
    notebook("x = 5")
    rest(notebook)
    keeper = keepers() & {child.pid for child in process_of(notebook).children()}
    timer = threading.Timer(1, os.killpg, (process_of(notebook).pid, signal.SIGINT))  # as Jupyter does it
    assert notebook("%%cpp\nvolatile long n = 0; while (true) n = n + 1;", timer.start).ename == "KeyboardInterrupt"
    assert keeper
    kill(notebook)
    notebook("%recover")
    assert notebook("x").value == "5"


def test_only_the_user_can_have_written_what_is_read(notebook: Kernel, runtime: Path) -> None:
    notebook("x = 5")
    kill(notebook)
    time.sleep(AT_REST)
    (file,) = runtime.glob("doublet/*/*/python.pickle")
    for path in (runtime / "doublet", file.parent.parent, file.parent):
        assert path.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600
    file.parent.parent.chmod(0o770)
    reply = notebook("%recover")
    assert (reply.status, reply.ename) == ("error", "UnsafeError")
    assert notebook("x").ename == "NameError"


VARIABLES = """%%cpp
#include <deque>
#include <forward_list>
#include <fstream>
#include <list>
#include <optional>
#include <unordered_map>
#include <variant>
struct Hit { double x = 1; int q[2] = {1, 2}; std::string name = "a"; std::vector<int> layers{1, 2}; unsigned side : 3 = 2; };
struct Choice { std::variant<std::monostate, int, Hit> v; };
struct Node { Node* next = nullptr; };
class Hidden { int secret = 3; public: int open = 4; };
namespace saved { std::vector<double> inner{1}; int count = 1; }
std::vector<double> row{1, 2, 3}; std::vector<bool> bits{true}; std::vector<std::string> words{"a"}; std::vector<std::vector<int>> jagged{{1}};
std::map<std::string, std::vector<double>> named{{"a", {1}}}; std::unordered_map<int, std::string> hashed; std::set<int> some{1}; std::list<int> linked{1};
std::forward_list<int> forward{1}; std::deque<double> ends{1}; std::array<int, 2> two{1, 2}; std::pair<int, std::string> pair{1, "x"};
std::tuple<int, double> both{1, 2.5}; std::optional<Hit> maybe; Hit hit; std::vector<Hit> hits{Hit{}}; std::string text = "t"; int number = 1; double grid[2][2] = {};
auto spectrum = doublet::hist(doublet::axis::regular(2, 0, 1));
std::variant<int, double, std::string, Hit> which{1}, another{1}, third{1}; Choice choice; std::unique_ptr<Hit> pointed = std::make_unique<Hit>(), null; std::shared_ptr<std::vector<int>> sharing = std::make_shared<std::vector<int>>();
Node node; Hidden hidden; std::unique_ptr<int> owner; std::ofstream file; const int constant = 3; auto lambda = [](int n) { return n; };
"""


@pytest.mark.slow
def test_cpp_variables_come_back_with_what_python_and_cells_that_failed_have_put_into_them(notebook: Kernel) -> None:
    assert notebook(VARIABLES).status == "ok"
    changes = """
cpp.row.push_back(7); cpp.bits.push_back(False); cpp.words.push_back("µ"); cpp.jagged.push_back([2, 3]); cpp.named["b"] = [2.5, 3]; cpp.hashed[1] = "é"
cpp.some.insert(5); cpp.linked.push_back(2); cpp.forward.push_front(0); cpp.ends.push_front(0.5); cpp.two[1] = 9; cpp.pair = cpp.std.pair["int", "std::string"](2, "y")
cpp.maybe = cpp.hit; cpp.hit.x = 2.5; cpp.hit.q[0] = 8; cpp.hit.name = "b"; cpp.hit.layers.push_back(3); cpp.hit.side = 5; cpp.hits[0].x = 99; cpp.hits.push_back(cpp.hit)
cpp.text = "tt"; cpp.number = -5; cpp.grid[1, 0] = 4; cpp.spectrum.fill(0.2); cpp.saved.inner.push_back(2); cpp.saved.count = 7
cpp.which = 2.5; cpp.another = "z"; cpp.third = cpp.hit; cpp.choice.v = cpp.hit; cpp.pointed.x = 6; cpp.sharing.push_back(4)
"""
    assert notebook(changes).status == "ok"
    assert notebook("%%cpp\nboth = {3, 4.5}; throw 1;").status == "error"
    names = ["row", "bits", "words", "jagged", "named", "hashed", "some", "linked", "forward", "ends", "two", "pair", "both", "hits", "text", "number", "grid", "saved.inner", "saved.count"]
    shown = "\n".join([*(f"print(cpp.{name})" for name in names), "print(cpp.maybe.value().x, cpp.hit.q, cpp.hits[1].name, cpp.spectrum.values(), cpp.hit.side)", "print(cpp.which.get(), cpp.another.get(), cpp.third.get().x, cpp.choice.v.get().name, cpp.pointed.x, bool(cpp.null), list(cpp.sharing))"])
    before = notebook(shown)
    assert before.status == "ok", before.evalue
    kill(notebook)
    told = notebook("%recover").stdout
    assert notebook(shown).stdout == before.stdout
    (line,) = [line for line in told.splitlines() if "could not be copied" in line]
    assert line.startswith("- what their cells make of them again are C++ variables that could not be copied: ")
    for name, reason in {
        "node": "the field 'next' of Node refers to something else", "hidden": "a Hidden may hold more than Python sees",
        "owner": "a std::unique_ptr<int> cannot be copied", "file": "a std::ofstream cannot be copied",
    }.items():  # fmt: skip
        assert f"{name} ({reason}" in line.replace("std::basic_ofstream<char>", "std::ofstream").replace(",std::default_delete<int>", "")
    for name in ("lambda", "null", "which", "choice", "pointed", "sharing"):
        assert name not in line
    assert "constant" not in line
    assert notebook("%%cpp\nrow.size() + hits.size()").value == "6"


def test_cells_after_what_is_kept_of_cpp_variables_go_on_from_there(notebook: Kernel) -> None:
    notebook("%%cpp\nint counted = 1; std::vector<int> steps;")
    notebook("cpp.counted = 5; cpp.steps.push_back(1)")
    rest(notebook)
    notebook("%%cpp\ncounted += 1; steps.push_back(2);")
    process_of(notebook).send_signal(signal.SIGKILL)
    wait_until_dead(notebook)
    start_again(notebook)
    notebook("%recover")
    assert notebook("print(cpp.counted, list(cpp.steps))").stdout == "6 [1, 2]\n"


def test_one_cpp_variable_can_be_taken_alone(notebook: Kernel) -> None:
    notebook("%%cpp\nstd::vector<int> alone{1};")
    notebook("cpp.alone.push_back(2)")
    kill(notebook)
    listed = notebook("%recover --list").stdout
    assert "C++ variables: alone" in listed
    notebook("%%cpp\nstd::vector<int> alone;")
    notebook("%recover cpp.alone")
    assert notebook("list(cpp.alone)").value == "[1, 2]"


def test_a_cpp_variable_that_crashes_when_it_is_read_takes_nothing_else_with_it(notebook: Kernel) -> None:
    notebook("%%cpp\nstd::vector<int> sound{1}; std::vector<std::string> broken(1);")
    notebook("cpp.sound.push_back(2)")
    notebook("%%cpp\n*reinterpret_cast<std::size_t*>(&broken) = 8;")
    kill(notebook)
    assert "broken (" in notebook("%recover").stdout
    assert notebook("list(cpp.sound)").value == "[1, 2]"


def test_what_has_many_variables_that_end_the_process_is_waited_for(notebook: Kernel) -> None:
    notebook("import os, signal\nclass Deadly:\n    def __reduce__(self): os.kill(os.getpid(), signal.SIGKILL)")
    notebook("globals().update({f'deadly{number}': Deadly() for number in range(100)}); sound = 5")
    kill(notebook)
    assert "deadly99 is lost" in notebook("%recover").stdout
    assert notebook("sound").value == "5"
