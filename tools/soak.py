"""Many random cells of all kinds in one kernel, a tenth of which crash, throw or are interrupted: ``make soak``.

After each, both languages must have what they had. Prints how many cells of each kind there were, and how the kernel's
memory has grown; ends with an error at the first cell that is not answered as it should be.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager
from traitlets.config import Config

ENCRYPTED = Config({"KernelManager": {"transport_encryption": "auto"}})
PATIENCE = 60
"""Seconds that an answer may take."""

SET_UP = """%%cpp
#include <future>
int kept = 41, total = 0;
volatile int zero = 0;
int* unset = nullptr;
std::vector<int> filled{1, 2, 3};
struct Base { virtual ~Base() = default; virtual int value() const { return 1; } };
int deeper(int n) { volatile char much[1000]; much[0] = n; return deeper(n + 1) + much[0]; }
int fails(int n) { return n ? *unset : 0; }
"""


@dataclass(frozen=True)
class Cell:
    """A cell, the name of the error that it ends with, and whether it waits to be interrupted."""

    code: str
    error: str = ""
    interrupt: bool = False


@dataclass
class Soak:
    """A kernel, what it has to have, and what has been run."""

    seed: int
    total: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.manager = KernelManager(kernel_name="doublet", config=ENCRYPTED)
        self.manager.start_kernel()
        self.client: Any = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)
        self.expect("python = [1, 2]")
        self.expect(SET_UP)

    def stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()

    def run(self, cell: Cell) -> tuple[str, str]:
        """The name of the error that a cell ends with, and what it shows."""
        error, shown = "", ""

        def note(message: dict[str, Any]) -> None:
            nonlocal error, shown
            kind, content = message["msg_type"], message["content"]
            if kind == "error":
                error = f"{content['ename']}: {content['evalue']}"
            elif kind == "execute_result":
                shown += content["data"]["text/plain"]
            elif kind == "stream":
                shown += content["text"]
                if cell.interrupt and "ready" in content["text"]:
                    self.manager.interrupt_kernel()

        self.client.execute_interactive(cell.code, output_hook=note, timeout=PATIENCE, stop_on_error=False)
        return error, shown

    def expect(self, code: str, value: str = "", error: str = "") -> None:
        got, shown = self.run(Cell(code))
        if error not in got or bool(error) != bool(got) or value not in shown:
            raise SystemExit(f"seed {self.seed}, after {sum(self.counts.values())} cells: {code!r} gave {got or shown!r}, and not {error or value!r}")

    def step(self) -> None:
        """Run one cell, and look at what has to be there."""
        kinds = TROUBLES if self.random.random() < 0.1 else FINE
        kind = self.random.choice([*kinds])
        cell = kinds[kind](self)
        error, shown = self.run(cell)
        self.counts[kind] += 1
        if error.partition(":")[0] != cell.error and not error.startswith(cell.error + ":"):
            raise SystemExit(f"seed {self.seed}, cell {sum(self.counts.values())} ({kind}): {cell.code!r} gave {error or shown!r}, and not {cell.error!r}")
        self.expect("(python, cpp.kept, cpp.total, list(cpp.filled))", f"([1, 2], 41, {self.total}, [1, 2, 3])")

    def memory(self) -> int:
        """What the kernel holds, in kB."""
        status = Path(f"/proc/{self.manager.provisioner.process.pid}/status").read_text()  # type: ignore[union-attr]
        found = re.search(r"VmRSS:\s+(\d+)", status)
        assert found is not None
        return int(found[1])

    def add(self, text: str = "total += {0};") -> Cell:
        """A cell that adds a number to the total."""
        number = self.random.randrange(1000)
        self.total += number
        return Cell("%%cpp\n" + text.replace("{0}", str(number)))

    def redefine(self) -> Cell:
        name, number = self.random.choice("abcde"), self.random.randrange(100)
        return Cell(f"%%cpp\nint made_{name}(int x) {{ return x + {number}; }}\nmade_{name}(1)")

    def follow(self) -> Cell:
        number = self.random.randrange(100)
        return Cell(f"%%cpp\nstruct Made {{ int v = {number}; double w{self.random.randrange(3)} = 1; }};\nint uses_made(const Made& m) {{ return m.v; }}\nuses_made(Made{{}})")


Kind = Callable[[Soak], Cell]
FINE: dict[str, Kind] = {
    "sum in C++": Soak.add,
    "sum in a loop": lambda s: s.add("for (int i = 0; i < {0}; ++i) ++total;"),
    "sum in a thread": lambda s: s.add("std::thread([] { total += {0}; }).join();"),
    "sum in a task": lambda s: s.add("total += std::async([] { return {0}; }).get();"),
    "a function again": Soak.redefine,
    "a class again": Soak.follow,
    "output": lambda s: Cell(f"%%cpp\nfor (int i = 0; i < {s.random.randrange(2000)}; ++i) std::cout << i << '\\n';"),
    "a value": lambda _: Cell('%%cpp\nstd::map<int, std::string>{{1, "a"}}'),
    "a Python cell": lambda s: Cell(f"sum(range({s.random.randrange(10_000)}))"),
    "NumPy in C++": lambda s: Cell(f"import numpy as np\narray = np.arange({s.random.randrange(1000)}.)\nget_ipython().run_cell_magic('cpp', '', 'std::accumulate(array.begin(), array.end(), 0.)')"),
    "C++ from Python": lambda _: Cell("cpp.fails(0)"),
    "a template": lambda s: Cell(f"%%cpp\ntemplate <class T, int N> T times(T x) {{ return N * x; }}\ntimes<double, {s.random.randrange(100)}>(2)"),
}
TROUBLES: dict[str, Kind] = {
    "does not compile": lambda _: Cell("%%cpp\nint before = 1;\nnope();", "CppCompileError"),
    "throws": lambda _: Cell('%%cpp\nthrow std::runtime_error("thrown");', "std::runtime_error"),
    "throws in Python": lambda _: Cell("1 / 0", "ZeroDivisionError"),
    "null pointer": lambda _: Cell("%%cpp\n*unset = 1;", "CppCrash"),
    "null pointer below Python": lambda _: Cell("cpp.fails(1)", "CppCrash"),
    "stack": lambda _: Cell("%%cpp\ndeeper(0)", "CppCrash"),
    "abort": lambda _: Cell("%%cpp\nstd::abort();", "CppCrash"),
    "division": lambda _: Cell("%%cpp\n1 / zero", "CppCrash"),
    "exit": lambda _: Cell("%%cpp\nexit(1);", "CppCrash"),
    "a thread crashes": lambda _: Cell("%%cpp\nstd::thread([] { *unset = 1; }).join();", "CppCrash"),
    "a thread throws": lambda _: Cell("%%cpp\nstd::thread([] { throw 1; }).join();", "CppCrash"),
    "interrupted": lambda _: Cell('%%cpp\nstd::cout << "ready" << std::endl;\nwhile (true) zero = zero;', "KeyboardInterrupt", interrupt=True),
    "interrupted in a sleep": lambda _: Cell('%%cpp\nstd::cout << "ready" << std::endl;\nstd::this_thread::sleep_for(std::chrono::seconds(30));', "KeyboardInterrupt", interrupt=True),
    "interrupted in Python": lambda _: Cell("import time\nprint('ready', flush=True)\ntime.sleep(30)", "KeyboardInterrupt", interrupt=True),
    "out of memory": lambda _: Cell("%%cpp\nstd::vector<double> huge((1l << 50) + zero);", "std::bad_alloc"),
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cells", type=int, default=2000)
    options.add_argument("--minutes", type=float, default=10, help="stop after so long in any case")
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    chosen = options.parse_args()
    soak = Soak(chosen.seed)
    begun, first = time.monotonic(), soak.memory()
    try:
        while sum(soak.counts.values()) < chosen.cells and time.monotonic() - begun < 60 * chosen.minutes:
            soak.step()
        last, cells = soak.memory(), sum(soak.counts.values())
        report = [f"{count:6} {kind}" for kind, count in soak.counts.most_common()]
        sys.stdout.write("\n".join([*report, f"{cells} cells in {time.monotonic() - begun:.0f} s, all answered and all kept (seed {chosen.seed})", f"memory: {first // 1000} MB at first, {last // 1000} MB at last, {(last - first) / cells:.0f} kB a cell", ""]))
    finally:
        soak.stop()


if __name__ == "__main__":
    main()
