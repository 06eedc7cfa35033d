"""Any text is answered, and no text ends the process or spoils what is there."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doublet.cells import is_complete, parse

if TYPE_CHECKING:
    from conftest import Kernel

# No loops: what never ends is no error.
PIECES = st.sampled_from(
    """int double auto const constexpr static inline void bool char struct class union enum template typename concept requires
    namespace using typedef extern "C" operator friend virtual public: private: return if else switch case default: break throw
    try catch new delete sizeof decltype this nullptr true lambda [] [&] [=] ( ) { } < > ; , : :: . -> + - * / % = == & && | ! ~ ?
    ... # ## #define #undef #if #ifdef #else #endif #include #pragma // /* */ " ' R"( )" \\ a b c f g A B N T a b A 0 1 2.5 0x1f 1e9 'x'
    "text" std::vector std::string std::cout << >> ++ += @ $ ` é %: <: :> <% %> asm alignas noexcept explicit mutable co_return
    int\\ta; f(1) A{} struct\\tA{int\\ta;}; int\\tf(int\\ta){return\\ta;} namespace\\tN{int\\tb=1;} template<class\\tT>T\\tg(T\\tx){return\\tx;}
    \\n \\n \\n""".replace("\\n", "NEWLINE").split()
).map(lambda piece: "\n" if piece == "NEWLINE" else piece.replace("\\t", " "))
TEXTS = st.lists(PIECES, max_size=25).map(" ".join)


@given(st.text(max_size=60) | TEXTS)
@settings(max_examples=1000)
def test_any_text_is_cut_into_items(text: str) -> None:
    cell = parse(text)
    lines = [item.line for item in cell.items]
    assert lines == sorted(lines)
    assert not lines or lines[-1] <= text.count("\n") + text.count("\r")
    assert is_complete(text)[0] in ("complete", "incomplete", "invalid")


@pytest.mark.slow
@given(TEXTS)
@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_run_or_refused_and_what_was_there_stays(kernel: Kernel, text: str) -> None:
    kernel("%%cpp\nnamespace fuzz_kept { int value = 41; int more() { return value + 1; } }")
    error = getattr(builtins, kernel(f"%%cpp\n{text}").ename or "int", int)
    assert not issubclass(error, Exception), "not one of Doublet's errors, nor an exception of C++"
    assert kernel("%%cpp\nfuzz_kept::more()").value == "42"
