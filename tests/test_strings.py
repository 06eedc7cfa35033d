"""C++ strings of wide characters, in cells and in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from doublet.bridge.names import Names
from doublet.bridge.namespace import Cpp

if TYPE_CHECKING:
    from conftest import Engine
    from IPython.core.interactiveshell import InteractiveShell


@pytest.mark.parametrize(("prefix", "kind"), [("u8", "u8string"), ("u", "u16string"), ("U", "u32string"), ("L", "wstring")])
def test_a_string_of_any_character_type_is_its_text_in_python(cpp: Engine, prefix: str, kind: str) -> None:
    cpp(f'std::{kind} st_{kind} = {prefix}"gr\\u00fcn \\U0001F600";')
    assert str(getattr(Cpp(cpp.interpreter, Names(cpp.interpreter, {})), f"st_{kind}")) == "grün \U0001f600"


def test_a_function_takes_and_returns_a_wide_string(cpp: Engine) -> None:
    cpp('std::wstring st_longer(std::wstring text) { return text + L"!"; }')
    assert str(Cpp(cpp.interpreter, Names(cpp.interpreter, {})).st_longer("grün")) == "grün!"


def test_a_string_that_is_not_UTF8_is_shown_and_has_the_methods_of_a_text(cpp: Engine, shell: InteractiveShell) -> None:
    shell.run_cell_magic("cpp", "", 'std::string strings_latin = "caf\\xe9";')
    latin = shell.user_ns["cpp"].strings_latin
    assert shell.display_formatter is not None
    assert shell.display_formatter.format(latin)[0]["text/plain"] == "'caf\\xe9'"
    assert (latin.upper(), latin.startswith("caf"), len(latin)) == ("CAF\udce9", True, 4)
    with pytest.raises(AttributeError):
        latin.nothing()
