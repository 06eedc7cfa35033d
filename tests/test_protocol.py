"""Conformance with the Jupyter protocol, as jupyter_kernel_test checks it, and stricter for what C++ cells send."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from jupyter_kernel_test import KernelTests
from jupyter_kernel_test.msgspec_v5 import get_msg_content_validator, validate_message

if TYPE_CHECKING:
    from conftest import Kernel


@pytest.fixture(scope="module", autouse=True)
def own_history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what the tests run out of the history of whoever runs them."""
    before = os.environ.get("IPYTHONDIR")
    os.environ["IPYTHONDIR"] = str(tmp_path_factory.mktemp("ipython"))
    yield
    os.environ.pop("IPYTHONDIR")
    if before is not None:
        os.environ["IPYTHONDIR"] = before


class TestDoublet(KernelTests):  # type: ignore[misc] # jupyter_kernel_test is not typed
    kernel_name = "doublet"
    language_name = "python"
    file_extension = ".py"
    code_hello_world = '%%cpp\nstd::cout << "hello, world\\n";'
    code_stderr = '%%cpp\nstd::cerr << "oops\\n";'
    code_generate_error = "%%cpp\nnope;"
    code_execute_result: ClassVar = [
        {"code": "%%cpp\n6 * 7", "result": "42"},
        {"code": "6 * 7", "result": "42"},
        {"code": "%%cpp --optimize 1\n6 * 7", "result": "42"},
        {"code": "%cpp_include .\n%%cpp\n6 * 7", "result": "42"},
    ]
    code_display_data: ClassVar = [
        {"code": "from IPython.display import HTML\ndisplay(HTML('<b>bold</b>'))", "mime": "text/html"}
    ]
    code_page_something = "%%cpp?"
    code_clear_output = "from IPython.display import clear_output\nclear_output()"
    code_inspect_sample = "print"
    code_history_pattern = "%cpp_include*6 [*] 7"
    supported_history_operations = ("tail", "range", "search")
    completion_samples: ClassVar = [
        {"text": "zi", "matches": ["zip"]},
        {"text": "%cpp_fl", "matches": ["%cpp_flags"]},
        {"text": "%%cp", "matches": ["%%cpp"]},
        {"text": "%%cpp\nint x;"},
    ]
    complete_code_samples: ClassVar = [
        "%%cpp\nint x = 1;",
        "%%cpp --time\nf(1)",
        "1",
        "%%time\n%%cpp\nint x;",
    ]
    incomplete_code_samples: ClassVar = [
        "%%cpp\nint f() {",
        "\n%%cpp\n/* open",
        "def f():",
        "%%time\n%%cpp\nf(",
    ]
    invalid_code_samples: ClassVar = ["%%cpp\n)", "import = 7q"]


class TestDoubletCpp(KernelTests):  # type: ignore[misc] # see above
    kernel_name = "doublet-cpp"
    language_name = "c++"
    file_extension = ".cpp"
    code_hello_world = 'std::cout << "hello, world\\n";'
    code_stderr = 'std::cerr << "oops\\n";'
    code_generate_error = "nope;"
    code_execute_result: ClassVar = [
        {"code": "6 * 7", "result": "42"},
        {"code": "%%python\n6 * 7", "result": "42"},
        {"code": "%%cpp --optimize 1\n6 * 7", "result": "42"},
        {"code": "%cpp_include .\n6 * 7", "result": "42"},
    ]
    code_display_data: ClassVar = [
        {
            "code": "%%python\nfrom IPython.display import HTML\ndisplay(HTML('<b>bold</b>'))",
            "mime": "text/html",
        }
    ]
    code_page_something = "cpp?"
    code_clear_output = "%%python\nfrom IPython.display import clear_output\nclear_output()"
    code_inspect_sample = "%%python\nprint"
    code_history_pattern = "6 [*] 7"
    supported_history_operations = ("tail", "range", "search")
    completion_samples: ClassVar = [
        {"text": "%%python\nzi", "matches": ["zip"]},
        {"text": "%cpp_fl", "matches": ["%cpp_flags"]},
        {"text": "int x;"},
    ]
    complete_code_samples: ClassVar = [
        "int x = 1;",
        "f(1)",
        "%%cpp --time\nint x;",
        "%%python\n1",
        "%pwd\nint x;",
    ]
    incomplete_code_samples: ClassVar = ["int f() {", "%%cpp\nf(", "%%python\ndef f():", "%pwd\nint f() {"]
    invalid_code_samples: ClassVar = [")", "'a", "%%python\nimport = 7q"]


del KernelTests


PREPARE = (
    "from IPython.display import HTML, clear_output, display\n"
    "def show() -> None:\n    display(HTML('<i>x</i>'), metadata={'text/html': {'a': 1}})\n"
    "def wipe() -> None:\n    clear_output(wait=True)"
)


@pytest.mark.parametrize("cpp_first", [False, True])
@pytest.mark.parametrize(
    ("cpp", "sent", "status"),
    [
        ("1 + 1", ["execute_result"], "ok"),
        ("std::vector<int>{1, 2}", ["execute_result"], "ok"),
        ('std::string("é")', ["execute_result"], "ok"),
        ("int said = 1;", [], "ok"),
        ('std::cout << "a" << std::endl;', ["stream"], "ok"),
        ('std::cout << "a"; std::cerr << "b";\n3', ["stream", "stream", "execute_result"], "ok"),
        ("int warned(int x) { if (x) return 1; }", ["stream"], "ok"),
        ("show();", ["display_data"], "ok"),
        ("wipe();", ["clear_output"], "ok"),
        ("nope;", ["error"], "error"),
        (".q", ["error"], "error"),
        ("{", ["error"], "error"),
        ('throw std::runtime_error("é");', ["error"], "error"),
        ("throw 3;", ["error"], "error"),
    ],
)
def test_all_that_a_cpp_cell_sends_is_as_the_protocol_says(
    kernel: Kernel, cpp_kernel: Kernel, cpp_first: bool, cpp: str, sent: list[str], status: str
) -> None:
    running = cpp_kernel if cpp_first else kernel
    assert running(("%%python\n" if cpp_first else "") + PREPARE).status == "ok"
    messages, reply = exchange(running, cpp if cpp_first else f"%%cpp\n{cpp}")
    # A stream may be sent in pieces.
    kinds = [kind for (kind, _), _ in groupby((m["msg_type"], m["content"].get("name", "")) for m in messages)]
    assert kinds == ["status", "execute_input", *sent, "status"]
    assert reply["content"]["status"] == status
    counted = {
        m["content"]["execution_count"] for m in (*messages, reply) if "execution_count" in m["content"]
    }
    assert len(counted) == 1
    if ename := next((m["content"]["evalue"] for m in messages if m["msg_type"] == "error"), ""):
        assert ename.startswith(f"cell {counted.pop()}, line") or "throw" in cpp


def exchange(running: Kernel, code: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Execute, check every message strictly, and return those on iopub and the reply."""
    client = running.client
    drain(client)
    identifier = client.execute(code)
    messages = []
    while True:
        message = client.get_iopub_msg(timeout=60)
        assert message["parent_header"]["msg_id"] == identifier
        validate_message(message, message["msg_type"], identifier)
        get_msg_content_validator(message["msg_type"], 1).validate(message["content"])  # 1: no unknown fields
        messages.append(message)
        if message["content"].get("execution_state") == "idle":
            break
    reply = client.get_shell_msg(timeout=60)
    validate_message(reply, "execute_reply", identifier)
    return messages, reply


def drain(client: Any) -> None:
    """Take what earlier requests have left."""
    while client.iopub_channel.msg_ready():
        client.get_iopub_msg(timeout=1)
    while client.shell_channel.msg_ready():
        client.get_shell_msg(timeout=1)


@pytest.mark.parametrize(
    ("code", "status", "indent"),
    [
        ("int f() {", "incomplete", "    "),
        ("namespace a {\nint f(", "incomplete", "        "),
        ("int f() {\n  return 1;\n}", "complete", None),
        ("#define A \\", "incomplete", ""),
        ("#if 1", "incomplete", ""),
        ("f(1))", "invalid", None),
        ('auto s = "open', "invalid", None),
        ('auto s = R"(open', "incomplete", ""),
    ],
)
def test_a_console_learns_how_to_go_on_after_cpp(
    kernel: Kernel, cpp_kernel: Kernel, code: str, status: str, indent: str | None
) -> None:
    for running, opening in (
        (kernel, "%%cpp\n"),
        (kernel, "\n%%cpp --time\n"),
        (cpp_kernel, ""),
        (cpp_kernel, "%%cpp\n"),
    ):
        drain(running.client)
        identifier = running.client.is_complete(opening + code)
        reply = running.client.get_shell_msg(timeout=60)
        validate_message(reply, "is_complete_reply", identifier)
        assert (reply["content"]["status"], reply["content"].get("indent")) == (status, indent)


def test_both_kernels_say_who_they_are(kernel: Kernel, cpp_kernel: Kernel) -> None:
    for running, name, says in (
        (kernel, "python", "%%cpp is C++"),
        (cpp_kernel, "c++", "%%python is Python"),
    ):
        info = running.client.kernel_info(reply=True, timeout=60)["content"]
        assert info["status"] == "ok"
        assert info["implementation"] == "doublet"
        language = info["language_info"]
        assert language["name"] == name
        assert all(
            isinstance(language[key], str)
            for key in ("version", "mimetype", "file_extension", "pygments_lexer")
        )
        assert language["codemirror_mode"]
        assert says in info["banner"]
        assert any("cppreference" in link["url"] for link in info["help_links"])
        assert all(set(link) == {"text", "url"} for link in info["help_links"])
        spec = running.manager.kernel_spec
        assert spec is not None
        assert ("debugger" in info["supported_features"]) == spec.metadata["debugger"]
        assert spec.language == name
        assert Path(spec.resource_dir).is_dir()
