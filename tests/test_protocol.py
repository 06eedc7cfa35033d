"""Conformance with the Jupyter protocol, as jupyter_kernel_test checks it."""

from __future__ import annotations

from typing import ClassVar

from jupyter_kernel_test import KernelTests


class TestDoublet(KernelTests):  # type: ignore[misc] # jupyter_kernel_test is not typed
    kernel_name = "doublet"
    language_name = "python"
    file_extension = ".py"
    code_hello_world = '%%cpp\nstd::cout << "hello, world\\n";'
    code_stderr = '%%cpp\nstd::cerr << "oops\\n";'
    code_generate_error = "%%cpp\nnope;"
    code_execute_result: ClassVar = [{"code": "%%cpp\n6 * 7", "result": "42"}, {"code": "6 * 7", "result": "42"}]
    complete_code_samples: ClassVar = ["%%cpp\nint x = 1;", "1"]
    incomplete_code_samples: ClassVar = ["%%cpp\nint f() {", "def f():"]
    invalid_code_samples: ClassVar = ["%%cpp\n)"]


class TestDoubletCpp(KernelTests):  # type: ignore[misc] # see above
    kernel_name = "doublet-cpp"
    language_name = "c++"
    file_extension = ".cpp"
    code_hello_world = 'std::cout << "hello, world\\n";'
    code_stderr = 'std::cerr << "oops\\n";'
    code_generate_error = "nope;"
    code_execute_result: ClassVar = [{"code": "6 * 7", "result": "42"}]
    complete_code_samples: ClassVar = ["int x = 1;"]
    incomplete_code_samples: ClassVar = ["int f() {"]
    invalid_code_samples: ClassVar = [")"]


del KernelTests
