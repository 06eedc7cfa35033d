"""C++ names in Python are those that the user wrote, and errors say what is wrong in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from doublet.bridge.names import Names
from doublet.bridge.namespace import Cpp

if TYPE_CHECKING:
    from conftest import Engine
    from IPython.core.interactiveshell import InteractiveShell

_INTERNAL = ("__cling_N", "doublet_v", "__doublet")


@pytest.fixture
def gbl(cpp: Engine) -> Cpp:
    return Cpp(cpp.interpreter, Names(cpp.interpreter, {}))


def test_an_argument_that_does_not_fit_is_reported_by_the_functions_own_name(cpp: Engine, gbl: Cpp) -> None:
    cpp("int nm_take(int i) { return i; }\nnamespace nm_space { int take(int i) { return i; } }")
    with pytest.raises(TypeError, match=r"^int nm_take\(int i\) cannot take argument 1: "):
        gbl.nm_take("text")
    with pytest.raises(TypeError, match=r"^int nm_space::take\(int i\) cannot take argument 1: "):
        gbl.nm_space.take("text")


def test_a_name_that_a_namespace_lacks_is_reported_without_its_version(cpp: Engine, gbl: Cpp) -> None:
    cpp("namespace nm_lacking { struct Inside {}; }")
    with pytest.raises(AttributeError, match="nm_lacking") as caught:
        _ = gbl.nm_lacking.nothing
    assert not any(word in str(caught.value) for word in _INTERNAL)


def test_a_class_in_a_namespace_is_printed_and_documented_without_its_version(cpp: Engine, gbl: Cpp) -> None:
    cpp("namespace nm_printed { struct Inside { Inside(int) {} }; }")
    inside = gbl.nm_printed.Inside
    assert repr(inside).startswith("<class cppyy.gbl.nm_printed.Inside")
    assert not any(word in str(member.__doc__) for member in vars(inside).values() for word in _INTERNAL)


def test_help_of_a_class_template_shows_its_head(cpp: Engine, gbl: Cpp) -> None:
    cpp("template <class T> struct NmHolder { T held; };")
    assert gbl.NmHolder.__doc__ == "template <class T> struct NmHolder"


def test_an_exception_whose_what_is_null_has_no_text(cpp: Engine, gbl: Cpp) -> None:
    cpp("struct NmSilent : std::exception { const char* what() const noexcept override { return nullptr; } };")
    with pytest.raises(gbl.NmSilent) as caught:
        cpp("throw NmSilent();")
    assert str(caught.value) == ""


def test_an_exception_class_made_of_a_template_is_caught_by_its_name(cpp: Engine, gbl: Cpp) -> None:
    cpp("template <class T> struct NmError : std::runtime_error { using std::runtime_error::runtime_error; };")
    cpp('void nm_fail() { throw NmError<int>("why"); }')
    with pytest.raises(gbl.NmError["int"], match="why"):
        gbl.nm_fail()


def test_a_bit_of_a_vector_of_bool_is_a_bool(cpp: Engine) -> None:
    cpp("std::vector<bool> nm_bits{true, false};")
    assert cpp("nm_bits[0]") is True
    assert cpp("nm_bits[1]") is False


@pytest.mark.parametrize(("text", "value"), [("u8'a'", "a"), ("u'ü'", "ü"), ("U'\\U0001F600'", "\U0001f600"), ("L'ü'", "ü")])
def test_a_character_of_any_type_is_a_str(cpp: Engine, text: str, value: str) -> None:
    assert cpp(text) == value
    name = f"nm_character_{ord(value)}"
    cpp(f"auto {name} = {text};")
    assert cpp(name) == value


def test_an_operator_that_throws_while_a_value_is_shown_leaves_no_frame_of_the_cell(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    head = 'struct NmThrower {};\nstd::ostream& operator<<(std::ostream&, const NmThrower&) { throw std::runtime_error("no"); }'
    shell.run_cell(f"%%cpp\n{head}\nNmThrower{{}}")
    shown = capsys.readouterr()
    assert "std::runtime_error: no" in shown.out + shown.err
    assert "run_cell_magic" not in shown.out + shown.err


def test_a_namespace_is_called_what_it_is_called_in_Cpp(cpp: Engine) -> None:
    cpp("namespace names_outer { namespace names_inner { int k = 3; } }")
    outer = cpp.interpreter.lookup("names_outer")
    assert outer.__name__ == "names_outer"
    assert "doublet_v" not in repr(outer.names_inner)


def test_classes_and_objects_are_called_what_they_are_called_in_Cpp_also_when_defined_again(cpp: Engine) -> None:
    for kind in ("int", "double"):
        cpp(f"struct NmShown {{ {kind} a; }}; namespace nm_shown {{ struct In {{ {kind} a; }}; }}")
        look = cpp.interpreter.lookup
        inside = look("nm_shown")
        shown = "\n".join(map(repr, (look("NmShown"), look("NmShown")(), inside, inside.In, inside.In(), type(inside.In()))))
        assert re.fullmatch(
            r"<class cppyy.gbl.NmShown.*>\n<cppyy.gbl.NmShown object at 0x\w+>\n<C\+\+ namespace nm_shown>\n"
            r"<class cppyy.gbl.nm_shown.In.*>\n<cppyy.gbl.nm_shown.In object at 0x\w+>\n<class cppyy.gbl.nm_shown.In.*>",
            shown,
        )


def test_classes_and_enums_that_only_a_typedef_names_are_known_in_python(cpp: Engine) -> None:
    for kind in ("int", "double"):
        cpp(f"#include <map>\ntypedef struct {{ {kind} x, y; }} NmPoint; typedef enum {{ nm_low = 1, nm_high }} NmLevel;")
        cpp("NmPoint nm_point{1, 2}; std::map<int, NmPoint> nm_points{{1, {3, 4}}}; NmLevel nm_level = nm_high;")
        look = cpp.interpreter.lookup
        assert (look("nm_point").y, look("nm_points")[1].x, look("nm_level"), cpp("nm_points").size()) == (2, 3, 2, 1)
