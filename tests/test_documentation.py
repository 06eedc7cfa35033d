"""What Python tells of C++ functions and classes: signatures, comments, cells."""

from __future__ import annotations

import pydoc
from typing import TYPE_CHECKING

import pytest

from doublet.cells.comments import comment_above

if TYPE_CHECKING:
    from conftest import Engine, Kernel


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ("// one\n// two", "one\ntwo"),
        ("/// GeV\n//! and more", "GeV\nand more"),
        ("/* block */", "block"),
        ("/** Doc.\n *\n * More.\n */", "Doc.\n\nMore."),
        ("/* a\n   b */", "a\nb"),
        ("// far\n", ""),
        ("/* far */\n", ""),
        ("int x; // behind", ""),
        ("int x; /* behind */", ""),
        ("int x;\n// near", "near"),
        ("/* other */\n// near", "near"),
        ("", ""),
    ],
)
def test_the_comment_right_above_a_definition_is_its_own(above: str, expected: str) -> None:
    text = f"{above}\nint f();"
    assert comment_above(text, text.count("\n")) == expected


def test_functions_templates_and_classes_tell_what_is_written_above_them(cpp: Engine) -> None:
    cpp(
        "/// Transverse momentum in GeV.\ndouble doc_pt(double px, double py = 0.5) { return px + py; }\n"
        "// Doubles it.\ntemplate <class T> T doc_twice(T x) { return 2 * x; }\n"
        "/* Some muon. */\nstruct doc_Muon { double pt; };\n"
        "namespace doc_space {\n  // Inside.\n  int f(int a) { return a; }\n}"
    )
    look, cell = cpp.interpreter.lookup, cpp.cell
    assert look("doc_pt").__doc__ == f"double doc_pt(double px, double py = 0.5)\n\nTransverse momentum in GeV.\n\nDefined in cell {cell}."
    assert look("doc_twice").__doc__ == f"template <class T> T doc_twice(T x)\n\nDoubles it.\n\nDefined in cell {cell}."
    assert look("doc_space").f.__doc__ == f"int doc_space::f(int a)\n\nInside.\n\nDefined in cell {cell}."
    assert look("doc_Muon").__doc__ == f"Some muon.\n\nDefined in cell {cell}."
    assert "Transverse momentum in GeV." in pydoc.render_doc(look("doc_pt"))


def test_overloads_tell_of_all_their_cells_and_what_is_new_replaces_what_was(cpp: Engine) -> None:
    cpp("// of int\nint doc_over(int x) { return x; }")
    first = cpp.cell
    assert cpp.interpreter.lookup("doc_over").__doc__ == f"int doc_over(int x)\n\nof int\n\nDefined in cell {first}."
    cpp("// of double\ndouble doc_over(double x) { return x; }")
    assert cpp.interpreter.lookup("doc_over").__doc__ == (
        f"int doc_over(int x)\ndouble doc_over(double x)\n\nof int\n\nDefined in cell {first}.\n\nof double\n\nDefined in cell {cpp.cell}."
    )
    cpp("// anew\ndouble doc_over(double x) { return 2 * x; }")
    assert f"anew\n\nDefined in cell {cpp.cell}." in cpp.interpreter.lookup("doc_over").__doc__
    assert "of double" not in cpp.interpreter.lookup("doc_over").__doc__


def test_shift_tab_shows_it(kernel: Kernel) -> None:
    kernel("%%cpp\n// Adds one.\nint doc_next(int n) { return n + 1; }")
    kernel.client.inspect("cpp.doc_next(")
    reply = kernel.client.get_shell_msg(timeout=60)["content"]
    assert "int doc_next(int n)" in reply["data"]["text/plain"]
    assert "Adds one." in reply["data"]["text/plain"]
    assert "Defined in cell 1." in reply["data"]["text/plain"]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("doc_named(b=2, a=1)", 12),
        ("doc_named(1)", 15),
        ("doc_template(2.5, n=4)", 10),
        ("doc_template(2.5)", 5),
        ("doc_named_space.f(a=1, b=3)", 13),
        ("doc_Named(k=3).scaled(by=4)", 12),
        ("doc_Named().scaled()", 4),
    ],
)
def test_functions_take_arguments_by_name_and_leave_out_those_with_a_default(cpp: Engine, call: str, expected: float) -> None:
    if not cpp.interpreter.names.is_defined("doc_named"):
        cpp(
            "int doc_named(int a, int b = 5) { return 10 * a + b; }\ntemplate <class T> T doc_template(T x, int n = 2) { return x * n; }\n"
            "namespace doc_named_space { int f(int a, int b) { return 10 * a + b; } }\n"
            "struct doc_Named { int k = 2; int scaled(int by = 2) const { return k * by; } };"
        )
    names = {name: cpp.interpreter.lookup(name) for name in ("doc_named", "doc_template", "doc_named_space", "doc_Named")}
    assert eval(call, names) == expected


def test_a_lambda_takes_arguments_by_name_too_and_tells_of_itself(cpp: Engine) -> None:
    cpp("// Scales.\nauto doc_lambda = [](double x, int by = 2, const double& plus = 0) { return x * by + plus; };")
    scale = cpp.interpreter.lookup("doc_lambda")
    assert (scale(2.5), scale(2.5, by=4), scale(by=3, x=2.5), scale(2.5, 2, plus=1.0)) == (5, 10, 7.5, 6)
    assert scale.__doc__ == f"auto doc_lambda = [](double x, int by = 2, const double& plus = 0)\n\nScales.\n\nDefined in cell {cpp.cell}."
    with pytest.raises(TypeError, match=r"C\+\+ has no parameter 'z' that is still to be given"):
        scale(2.5, z=3)
    with pytest.raises(TypeError, match=r"C\+\+ has no parameter 'x' that is still to be given"):
        scale(2.5, x=3)
    with pytest.raises(TypeError, match=r"C\+\+ needs 'by' before 'plus'"):
        scale(2.5, plus=3.0)
