"""C++ strings of wide characters, in cells and in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from conftest import Engine
from running import run

from doublet.bridge.names import Names
from doublet.bridge.namespace import Cpp
from doublet.engine.interpreter import interpreter

if TYPE_CHECKING:
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


@pytest.fixture(scope="module")
def texts() -> Any:
    cpp = Engine(interpreter())
    cpp(
        "#include <deque>\n#include <list>\n#include <map>\n#include <set>\n#include <span>\n#include <tuple>\n#include <unordered_map>\n"
        "namespace texts {\n"
        'std::string plain = "b", latin = "caf\\xe9";\n'
        'std::map<std::string, int> map{{"a", 1}, {"caf\\xe9", 2}}; std::unordered_map<int, std::string> names{{1, "one"}};\n'
        'std::vector<std::string> vector{"b", "a"}; std::array<std::string, 2> array{"b", "a"}; std::list<std::string> list{"b", "a"};\n'
        'std::deque<std::string> deque{"b", "a"}; std::set<std::string> set{"b", "a"}; std::span<const std::string> span(vector);\n'
        'std::vector<std::pair<std::string, int>> pairs{{"a", 1}}; std::pair<std::string, int> pair{"a", 1}; std::tuple<int, std::string> tuple{1, "a"};\n'
        'std::vector<std::string> made() { return {"made", "up"}; }\n'
        "}"
    )
    return cpp.interpreter.lookup("texts")


def test_a_map_of_strings_is_a_dict_of_texts(texts: Any) -> None:
    assert repr(dict(texts.map)) == repr({"a": 1, "caf\udce9": 2})
    assert repr(dict(texts.names)) == repr({1: "one"})
    assert repr(dict(texts.pairs)) == repr({"a": 1})


@pytest.mark.parametrize("kind", ["vector", "array", "list", "deque", "set", "span"])
def test_a_sequence_of_strings_is_gone_through_as_texts(texts: Any, kind: str) -> None:
    sequence = getattr(texts, kind)
    assert sorted(sequence) == ["a", "b"]
    assert ", ".join(sequence) in ("a, b", "b, a")
    assert {type(text) for text in sequence} == {str}


def test_parts_of_pairs_and_tuples_are_texts_where_they_are_taken_apart(texts: Any) -> None:
    name, number = texts.pair
    assert (type(name), name, number) == (str, "a", 1)
    assert repr(tuple(texts.tuple)) == "(1, 'a')"
    assert ", ".join(texts.made()) == "made, up"


def test_an_element_that_is_a_string_can_be_written(texts: Any) -> None:
    texts.vector[1] = "d"
    assert list(texts.vector) == ["b", "d"]
    texts.vector[1] = "a"


def test_strings_are_ordered_hashed_and_written_like_texts(texts: Any) -> None:
    plain, latin = texts.plain, texts.latin
    assert plain < "c" < latin
    assert plain >= "b" > texts.vector[1]
    assert latin == "caf\udce9" == str(latin)
    assert (plain == "b", plain == b"b", plain != "b", plain == 1, plain == "\ud800") == (True, True, False, False, False)
    assert {latin: 1}["caf\udce9"] == 1
    assert [repr(plain), f"{plain:>3}", repr([latin])] == ["'b'", "  b", "['caf\\udce9']"]
    with pytest.raises(TypeError):
        plain < 1  # noqa: B015


def test_text_with_characters_of_several_bytes_is_written_whole_to_elements(cpp: Engine) -> None:
    cpp('std::vector<std::string> texts_written{"a", "b"}; std::map<std::string, std::string> texts_mapped; struct TextOwner { std::string name; std::string& get() { return name; } } text_owner;')
    texts, mapped, owner = (cpp.interpreter.lookup(name) for name in ("texts_written", "texts_mapped", "text_owner"))
    for text in ("é", "μμ → Z⁰", "", "x" * 100 + "ß", "nul\0nul"):
        texts[1] = text
        mapped["µ"] = text
        owner.name = text
        assert [str(texts[1]), str(mapped["µ"]), str(owner.name)] == [text] * 3
        assert cpp("texts_written[1].size()") == len(text.encode())
    with pytest.raises(TypeError):
        texts[1] = 3
    assert str(texts[0]) == "a"


def test_a_list_is_not_taken_for_the_characters_of_a_text(shell: InteractiveShell) -> None:
    run(
        shell,
        """#include <string>
        std::string listed_text(const std::string& text) { return text; } std::string listed_value(std::string text) { return text; } std::string listed_moved(std::string&& text) { return text; }
        struct ListedNamed { ListedNamed(std::string name) : name(name) {} std::string name; }; std::string listed_named(const ListedNamed& named) { return named.name; }
        template <class T> std::string listed_any(T) { return typeid(T).name(); }""",
    )
    cpp = shell.user_ns["cpp"]
    for function in (cpp.listed_text, cpp.listed_value, cpp.listed_moved, cpp.listed_named, cpp.ListedNamed):
        for value in ([65, 66], ["a", "b"], (3, "a"), ["a"], {"a"}):
            with pytest.raises(TypeError):
                function(value)
    assert (cpp.listed_text("é"), cpp.listed_value(b"ab"), cpp.listed_moved("c"), cpp.listed_named("d")) == ("é", "ab", "c", "d")
    assert cpp.listed_any("text") != cpp.listed_any([1, 2]) == cpp.listed_any(cpp.std.vector["int"]())
    assert str(cpp.std.string([65, 66])) == "AB"


def test_strings_are_read_and_written_by_index_within_their_ends(cpp: Engine) -> None:
    cpp('std::string indexed_text = "muon"; std::string_view indexed_view = "view"; std::u16string indexed_wide = u"wide";')
    text, view, wide = (cpp.interpreter.lookup(f"indexed_{name}") for name in ("text", "view", "wide"))
    assert (text[0], text[-1], text[1:3], text[::-1], view[-1], view[1:], wide[-1], wide[:2]) == ("m", "n", "uo", "noum", "w", "iew", "e", "wi")
    assert [list(each) for each in (view, wide)] == [[*"view"], [*"wide"]]
    text[0], text[-1] = "M", b"N"
    assert str(text) == "MuoN"
    with pytest.raises(TypeError, match="a slice of a std::string cannot be assigned"):
        text[:2] = "xy"
    with pytest.raises(TypeError, match="is no index of a std::string"):
        text["0"] = "x"
    for each in (text, view, wide):
        with pytest.raises(IndexError, match=r"index 4 is out of range for a std::.* of 4 elements"):
            _ = each[4]
    with pytest.raises(IndexError, match="index 9 is out of range for a std::string of 4 elements"):
        text[9] = "x"


@pytest.mark.parametrize("value", ["é", "ab", "", 7, None])
def test_what_is_no_character_is_not_written_into_a_string(cpp: Engine, value: object) -> None:
    cpp('std::string written_text = "muon";')
    text = cpp.interpreter.lookup("written_text")
    with pytest.raises(TypeError, match="one character of a std::string is one byte, and not "):
        text[0] = value
    assert str(text) == "muon"


def test_texts_that_are_constant_are_not_changed(cpp: Engine) -> None:
    cpp('struct ConstantText { const std::string name = "kept"; std::string other = "kept"; }; ConstantText constant_text; const ConstantText constant_texts;')
    for text in (cpp.interpreter.lookup("constant_text").name, cpp.interpreter.lookup("constant_texts").other):
        for method, arguments in (("replace", (0, 1, "x")), ("__setitem__", (0, "x")), ("push_back", ("x",))):
            with pytest.raises(TypeError, match="is constant in C"):
                getattr(text, method)(*arguments)
        assert str(text) == "kept"


def test_a_null_pointer_to_text_is_None_and_a_text_that_is_not_UTF8_is_kept(shell: InteractiveShell) -> None:
    run(
        shell,
        """const char* null_text() { return nullptr; } const char* null_some() { return "\u00e9t\u00e9"; } const char* null_empty() { return ""; } const char* null_bytes() { return "\\xff"; }
        struct NullHolder { const char* text = nullptr; const char* get() const { return text; } virtual const char* found() { return text; } virtual ~NullHolder() = default; };
        std::vector<const char*> null_texts{"a", nullptr}; const char* null_global = nullptr;
        const char*& null_reference(int place) { return null_texts[place]; } const char* null_thrown() { throw std::runtime_error("no text"); }""",
    )
    cpp = shell.user_ns["cpp"]
    assert (cpp.null_text(), cpp.null_some(), cpp.null_empty(), cpp.null_bytes(), cpp.null_global) == (None, "\u00e9t\u00e9", "", "\udcff", None)
    assert ([*cpp.null_texts], [cpp.null_reference(place) for place in (0, 1)]) == (["a", None], ["a", None])
    with pytest.raises(Exception, match="no text"):
        cpp.null_thrown()
    holder = cpp.NullHolder()
    assert (holder.text, holder.get(), holder.found()) == (None, None, None)
    holder.text = "words"
    assert (holder.text, holder.get(), holder.found()) == ("words", "words", "words")
    holder.text = None
    assert (holder.text, holder.get()) == (None, None)


def test_characters_of_a_member_are_a_text_that_stays_within_them(shell: InteractiveShell) -> None:
    run(
        shell,
        """struct HoldsText { char name[8] = "abc"; const char fixed[4] = "xyz"; int after = 5; }; struct HoldsMore : HoldsText { char more[4] = "m"; };
        std::size_t holds_size(const HoldsText& one) { return std::strlen(one.name); } std::vector<HoldsText> holds_all(2); const HoldsText holds_constant{};""",
    )
    cpp = shell.user_ns["cpp"]
    one = cpp.HoldsMore()
    assert (one.name, one.fixed, one.more, cpp.holds_constant.name) == ("abc", "xyz", "m", "abc")
    for text, size in (("1234567", 7), ("", 0), ("\u00e9", 2), (b"\xff", 1)):
        one.name = text
        assert (one.name, cpp.holds_size(one), one.after) == (text if isinstance(text, str) else "\udcff", size, 5)
    with pytest.raises(ValueError, match="HoldsText::name holds a text of 7 bytes at most, and '12345678' has 8"):
        one.name = "12345678"
    for owner, name, value in ((one, "name", 3), (one, "fixed", "a"), (cpp.holds_constant, "name", "a")):
        with pytest.raises(TypeError, match=r"holds a text|is constant in C"):
            setattr(owner, name, value)
    cpp.holds_all[1].name = "last"
    assert [each.name for each in cpp.holds_all] == ["abc", "last"]
