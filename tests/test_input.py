"""What C++ reads from stdin, asked for by a real kernel."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Kernel

END = "\x04"
"""What front ends send for the end of the input."""


class Asked:
    """Runs cells, and answers what they ask for."""

    def __init__(self, kernel: Kernel, code: str, *answers: str | Callable[[], object], can_ask: bool = True) -> None:
        self.prompts: list[str] = []
        self.said = self.value = self.error = ""
        remaining = list(answers)

        def answer(message: dict[str, Any]) -> None:
            self.prompts.append(message["content"]["prompt"])
            given = remaining.pop(0)
            if isinstance(given, str):
                kernel.client.input(given)
            else:
                given()

        def note(message: dict[str, Any]) -> None:
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                self.said += content["text"]
            elif kind == "execute_result":
                self.value = content["data"]["text/plain"]
            elif kind == "error":
                self.error = f"{content['ename']}: {content['evalue']}"
                self.traceback = "\n".join(content["traceback"])

        kernel.client.execute_interactive(
            code, allow_stdin=can_ask, output_hook=note, stdin_hook=answer, timeout=60, stop_on_error=False
        )
        assert not remaining


def test_cpp_asks_with_what_it_has_printed_of_the_line_as_the_prompt(kernel: Kernel) -> None:
    asked = Asked(kernel, '%%cpp\nint many = 0;\nstd::cout << "Now.\\nHow many? "; std::cin >> many;\nmany', "5")
    assert (asked.prompts, asked.said, asked.value) == (["How many? "], "Now.\n", "5")


def test_every_way_to_read_stdin_asks(kernel: Kernel) -> None:
    assert Asked(kernel, "%%cpp\nstd::string line; std::getline(std::cin, line); line", "é and more").value == "'é and more'"
    assert Asked(kernel, '%%cpp\nint a, b; scanf("%d %d", &a, &b); 10 * a + b', "4", "2").value == "42"
    assert Asked(kernel, "%%cpp\nchar(getchar())", "A").value == "'A'"
    assert Asked(kernel, "%%cpp\nchar text[80]; std::string(fgets(text, sizeof text, stdin))", "words").value == "'words\\n'"


def test_a_long_line_arrives_whole(kernel: Kernel) -> None:
    code = "%%cpp\nstd::string all; size_t size = 0; while (std::getline(std::cin, all)) size += all.size(); size"
    assert Asked(kernel, code, "a" * 5_000, "b" * 70_000, END).value == "75000"


def test_what_was_shown_already_is_the_prompt_nevertheless(kernel: Kernel) -> None:
    code = '%%cpp\nstd::cout << "one, "; std::this_thread::sleep_for(std::chrono::milliseconds(300)); std::cout << "two? "; getchar();'
    asked = Asked(kernel, code, "")
    assert (asked.prompts, asked.said) == (["one, two? "], "one, ")
    kernel('%%cpp\nint reads() { int n = 0; std::cin >> n; return n; }\nstd::cout << "of an earlier cell";')
    assert Asked(kernel, "cpp.reads()", "7").prompts == [""]


def test_a_prompt_that_is_taken_back_while_its_delivery_is_near_loses_no_output(kernel: Kernel) -> None:
    code = """%%cpp
    int many = 0;
    std::cout << "How many? "; std::this_thread::sleep_for(std::chrono::milliseconds(8)); std::cin >> many;
    std::cout << "thanks\\n";
    many"""

    def answer_late() -> None:
        time.sleep(0.1)
        kernel.client.input("5")

    for _ in range(3):
        asked = Asked(kernel, code, answer_late)
        assert (asked.prompts, asked.said, asked.value) == (["How many? "], "thanks\n", "5")


def test_the_end_of_the_input_ends_with_the_cell_as_does_the_rest_of_a_line(kernel: Kernel) -> None:
    assert Asked(kernel, "%%cpp\nint none = 0; bool(std::cin >> none)", END).value == "False"
    assert Asked(kernel, "%%cpp\nint first = 0; std::cin >> first; first", "1 2 3").value == "1"
    assert Asked(kernel, "%%cpp\nstd::cin >> first; first", "9").value == "9"


def test_a_front_end_that_cannot_ask_gets_an_error_at_once(kernel: Kernel) -> None:
    asked = Asked(kernel, '%%cpp\nint before = 3;\nstd::cin >> before; std::cout << "not reached";', can_ask=False)
    assert asked.error.startswith("CppUsageError: the code reads from stdin, and nobody can be asked here")
    assert asked.said == ""
    assert kernel("%%cpp\nbefore").value == "3"
    kernel("%%cpp\nint reading() { int n = 0; std::cin >> n; return n; }")
    assert Asked(kernel, "cpp.reading()", can_ask=False).error.startswith("CppUsageError")
    assert Asked(kernel, "cpp.reading()", "4").value == "4"


def test_an_interrupt_ends_the_wait_for_input(kernel: Kernel) -> None:
    asked = Asked(kernel, '%%cpp\nint waited = 0; std::cin >> waited; std::cout << "not reached";', kernel.manager.interrupt_kernel)
    assert (asked.error.partition(":")[0], asked.said) == ("KeyboardInterrupt", "")
    assert "raw_input" not in asked.traceback
    assert Asked(kernel, "%%cpp\nstd::cin >> waited; waited", "8").value == "8"
    assert Asked(kernel, "input('Python? ')", "yes").value == "'yes'"


def test_a_child_process_finds_no_input(kernel: Kernel) -> None:
    assert kernel('%%cpp\nstd::system("cat; echo read");').stdout == "read\n"
