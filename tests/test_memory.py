"""Cells that take more memory than there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from doublet.engine.memory import AUTOMATIC, NO_LIMIT, size_of
from doublet.errors import CppUsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

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
