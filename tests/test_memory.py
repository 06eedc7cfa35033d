"""Cells that take more memory than there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from doublet.engine.memory import AUTOMATIC, NO_LIMIT, size_of
from doublet.engine.memory_left import left
from doublet.errors import CppUsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Kernel


@pytest.fixture
def small(kernel: Kernel) -> Iterator[Kernel]:
    """A kernel that may take little more than it has."""
    kernel("%cpp_memory 600M")
    yield kernel
    kernel("%cpp_memory auto")


@pytest.mark.parametrize(
    "code",
    [
        "%%cpp\nstd::vector<std::vector<double>> much;\nwhile (true) much.emplace_back(100'000, 1.0);",
        "%%cpp\nstd::list<int> links;\nwhile (true) links.push_back(1);",
        "%%cpp\nstd::string text;\nwhile (true) text += std::string(1'000'000, 'x');",
        "cpp.grow()",
        '%%cpp\nstd::thread([] { try { grow(); } catch (const std::bad_alloc&) { std::cout << "in a thread"; } }).join(); throw std::bad_alloc();',
    ],
)
def test_cpp_that_takes_more_than_there_is_gets_an_exception_and_the_kernel_goes_on(small: Kernel, code: str) -> None:
    small("%%cpp\nint kept = 41; std::vector<double> grown; void grow() { while (true) grown.insert(grown.end(), 100'000, 1.0); }")
    assert small(code).ename == "std::bad_alloc"
    assert small("%%cpp\nkept + 1").value == "42"
    assert small("len([1] * 1000)").value == "1000"


def test_python_that_takes_more_than_there_is_gets_an_error(small: Kernel) -> None:
    assert small("import numpy as np\nnp.ones(10**9)").ename in ("MemoryError", "_ArrayMemoryError", "ArrayMemoryError")


def test_the_limit_is_shown_and_set(kernel: Kernel) -> None:
    assert "nine tenths of the memory that is left" in kernel("%cpp_memory").stdout
    assert kernel("%cpp_memory 3G").stdout.startswith("the kernel may take 3.0 GB of memory")
    assert kernel("%cpp_memory none").stdout.startswith("a cell may take any amount")
    assert kernel("%cpp_memory 5 apples").ename == "CppUsageError"
    kernel("%cpp_memory auto")


@pytest.mark.parametrize(("text", "size"), [("8G", 8 << 30), ("1.5GB", 3 << 29), (" 500 MiB ", 500 << 20), ("100", 100), ("auto", AUTOMATIC), ("None", NO_LIMIT)])
def test_a_size_is_read(text: str, size: int) -> None:
    assert size_of(text) == size


@pytest.mark.parametrize("text", ["", "G", "-1G", "8X", "eight", "0", "1e3"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(CppUsageError, match="is not a size of memory"):
        size_of(text)


def written(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


MACHINE = {"proc/meminfo": "MemTotal: 9000 kB\nMemAvailable:    8000 kB\n"}
STATISTICS = "anon 1\nactive_file 1000\ninactive_file 2000\ntotal_active_file 10000\ntotal_inactive_file 20000\n"


def test_what_is_left_is_the_machine_s_where_no_group_limits_it(tmp_path: Path) -> None:
    groups = {"proc/self/cgroup": "0::/user.slice\n", "sys/fs/cgroup/user.slice/memory.max": "max\n"}
    assert left(written(tmp_path, MACHINE | groups)) == 8000 << 10


def test_what_is_left_is_that_of_the_strictest_group_around_the_process(tmp_path: Path) -> None:
    groups = {"proc/self/cgroup": "0::/slurm/job_1/step_0\n"}
    for group, most, used in (("", "max", "1"), ("slurm", "900000", "100000"), ("slurm/job_1", "500000", "400000"), ("slurm/job_1/step_0", "max", "300000")):
        groups |= {f"sys/fs/cgroup/{group}/{name}": text for name, text in {"memory.max": most, "memory.current": used, "memory.stat": STATISTICS}.items()}
    assert left(written(tmp_path, MACHINE | groups)) == 100000 + 3000


def test_what_is_left_of_a_container_that_sees_its_group_as_the_root(tmp_path: Path) -> None:
    files = {"memory.max": "500000", "memory.current": "500000", "memory.stat": STATISTICS}
    groups = {"proc/self/cgroup": "0::/../docker/4d3e\n", **{f"sys/fs/cgroup/{name}": text for name, text in files.items()}}
    assert left(written(tmp_path, MACHINE | groups)) == 3000


def test_what_is_left_of_a_group_of_the_older_kind(tmp_path: Path) -> None:
    files = {"memory.limit_in_bytes": "500000", "memory.usage_in_bytes": "100000", "memory.stat": STATISTICS}
    groups = {"proc/self/cgroup": "5:cpu:/x\n4:hugetlb,memory:/job\n0::/\n", **{f"sys/fs/cgroup/memory/job/{name}": text for name, text in files.items()}}
    assert left(written(tmp_path, MACHINE | groups)) == 400000 + 30000
