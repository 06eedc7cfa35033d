"""How C++ values look: as the value of a cell, inside others, with a look of their own, and from within a cell."""

from __future__ import annotations

import ast
import codecs
import ctypes
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.utils.capture import capture_output

from doublet.display.values import Describer
from doublet.engine.interpreter import interpreter
from doublet.engine.outcome import Single
from doublet.errors import CppException

if TYPE_CHECKING:
    from conftest import Kernel
    from IPython.core.interactiveshell import InteractiveShell

def _escaped(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "".join(map(chr, error.object[error.start : error.end])), error.end  # as \\x.. is read


codecs.register_error("escape_bytes", _escaped)


Bundle = dict[str, Any]
Show = Callable[[str], Bundle]


@pytest.fixture
def bundle(shell: InteractiveShell) -> Show:
    """Run a C++ cell and give what its value would show."""

    def show(text: str) -> Bundle:
        assert shell.display_formatter is not None
        data: Bundle
        data, _ = shell.display_formatter.format(shell.run_cell_magic("cpp", "", text))
        return data

    return show


@pytest.fixture
def show(bundle: Show) -> Callable[[str], str]:
    return lambda text: bundle(text)["text/plain"]


@dataclass
class Message:
    kind: str
    data: Bundle
    transient: Bundle = field(default_factory=dict)

    @property
    def text(self) -> str:
        return str(self.data["text/plain"])


def messages(kernel: Kernel, code: str) -> tuple[str, list[Message]]:
    """Run a cell in a real kernel; return its status and what it showed, output included."""
    found = []

    def collect(message: dict[str, Any]) -> None:
        content = message["content"]
        if message["msg_type"] == "stream":
            found.append(Message(content["name"], {"text/plain": content["text"]}))
        elif message["msg_type"] in ("display_data", "update_display_data", "execute_result"):
            found.append(Message(message["msg_type"], content["data"], content.get("transient", {})))
        elif message["msg_type"] == "error":
            found.append(Message("error", {"text/plain": f"{content['ename']}: {content['evalue']}"}))

    reply = kernel.client.execute_interactive(code, output_hook=collect, timeout=120)
    return reply["content"]["status"], found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("std::vector<double>{1, 2.5, 1e300}", "{1.0, 2.5, 1e+300}"),
        ("std::vector<float>{0.1f}", "{0.1}"),
        ("std::vector<bool>{true, false}", "{true, false}"),
        ("std::vector<char>{'a', '\\n'}", r"{'a', '\n'}"),
        ("std::vector<std::uint8_t>{65}", "{65}"),
        ("std::vector<std::vector<int>>{{1}, {}}", "{{1}, {}}"),
        ("std::array<int, 2>{1, 2}", "{1, 2}"),
        ("std::list<int>{1}", "{1}"),
        ("std::deque<int>{1}", "{1}"),
        ('std::set<std::string>{"b", "a"}', "{'a', 'b'}"),
        ("std::multimap<int, int>{{1, 2}, {1, 3}}", "{1: 2, 1: 3}"),
        ('std::unordered_map<std::string, std::vector<int>>{{"a", {1}}}', "{'a': {1}}"),
        ("#include <valarray>\nstd::valarray<double>{1}", "{1.0}"),
        ("static int numbers[] = {1, 2};\nstd::span<int>(numbers)", "{1, 2}"),
        ('std::tuple<int, std::string>{1, "a"}', "(1, 'a')"),
        ("std::tuple<>{}", "()"),
        ('std::variant<int, std::string>{"text"}', "'text'"),
        ("std::any(2.5)", "2.5"),
        ("std::any{}", "<empty std::any>"),
        ("std::any(std::vector<int>{})", "<std::any holding std::vector<int>>"),
        ("std::complex<double>(1, -2)", "(1-2j)"),
        ("std::vector<std::complex<double>>{{1, -2}}", "{(1-2j)}"),
        ("#include <bitset>\nstd::bitset<4>(5)", "0101"),
        ("std::chrono::milliseconds(5)", "5 ms"),
        ("std::chrono::duration<double>(2.5)", "2.5 s"),
        ("std::chrono::system_clock::time_point{}", "1970-01-01 00:00:00 UTC"),
        ('#include <filesystem>\nstd::filesystem::path("/tmp/x")', "'/tmp/x'"),
        ('std::string_view("abc")', "'abc'"),
        ("(__int128)12345678901234567890ULL * -100", "-1234567890123456789000"),
        ('std::runtime_error("why")', "std::runtime_error('why')"),
        ("std::ref(std::cout)", "<std::ostream object>"),
        ("std::atomic<int>(3)", "3"),
        ("std::queue<int>({1, 2})", "{1, 2}"),
        ("std::stack<int, std::vector<int>>({1, 2})", "{1, 2}"),
        ("std::priority_queue<int>({}, {1, 3, 2})", "{3, 2, 1}"),
        ("std::priority_queue<int>({}, std::vector<int>(2000, 7))", "{" + "7, " * 100 + "... (2000 elements)}"),
        ("typeid(int)", "<type int>"),
        ("typeid(std::string)", "<type std::basic_string<char, std::char_traits<char>>>"),
        ("#include <regex>\nstd::vector<std::smatch> shown_matches;\nshown_matches", "{}"),
        ("nullptr", "nullptr"),
        ("1 <=> 2", "std::strong_ordering::less"),
        ('std::string("a") <=> std::string("a")', "std::strong_ordering::equivalent"),
        ('std::nan("") <=> 2.0', "std::partial_ordering::unordered"),
    ],
)  # fmt: skip
def test_a_value_of_the_standard_library_is_shown_by_what_it_holds(show: Callable[[str], str], text: str, shown: str) -> None:
    assert show(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("std::make_unique<int>(3)", "3"),
        ("std::unique_ptr<int>{}", "nullptr"),
        ("std::shared_ptr<std::string>{}", "nullptr"),
        ('std::make_shared<std::string>("a")', "'a'"),
        ("auto held = std::make_shared<int>(4);\nstd::weak_ptr<int>(held)", "4"),
        ("std::weak_ptr<int>{}", "<expired weak_ptr>"),
        ("int pointed = 5;\n&pointed", "&5"),
        ("(std::string*)nullptr", "nullptr"),
        ("(std::vector<int>*)16", "(std::vector<int>*) 0x10"),
        ("(int*)16", "(int*) 0x10"),
        ("(void*)16", "(void*) 0x10"),
        ("(const char*)16", "(char const*) 0x10"),
        ("(const char*)nullptr", "nullptr"),
        ('const char* words = "text";\nwords', "'text'"),
        ("int* one = nullptr;\n&one", "&nullptr"),
        ("struct Unknown;\n(Unknown*)16", "<pointer to an incomplete type>"),
    ],
)  # fmt: skip
def test_a_pointer_is_shown_by_what_it_points_to_if_that_is_there(show: Callable[[str], str], text: str, shown: str) -> None:
    assert show(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[](int x) { return x; }", "<lambda>"),
        ("auto add = [](int x) { return x; };\nadd", "<lambda>"),
        ("int function(int x) { return x; }\nfunction", "<function int (int)>"),
        ("int function(int x) { return x; }\n&function", "<function int (int)>"),
        ("std::function<int(int)>([](int x) { return x; })", "<std::function<int (int)>>"),
        ("std::function<int(int)>{}", "<empty std::function<int (int)>>"),
        ("int table[2][2] = {{1, 2}, {3, 4}};\ntable", "{{1, 2}, {3, 4}}"),
        ('char letters[8] = "abc";\nletters', "'abc'"),
        ('L"gr\\u00fcn"', "'grün'"),
        ('u"gr\\U0001F600n"', "'gr😀n'"),
        ('U"abc"', "'abc'"),
        ('u8"gr\\u00fcn"', "'grün'"),
        ('const wchar_t* wide = L"abc";\nwide', "'abc'"),
        ("struct Field { double x; };\n&Field::x", "<double Field::*>"),
    ],
)
def test_what_python_has_no_counterpart_of_is_shown_in_one_line(show: Callable[[str], str], text: str, shown: str) -> None:
    assert show(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("struct P { double pt = 1; private: int hidden = 2; };\nP{}", "P(pt=1.0)"),
        ("struct Base { int a = 1; };\nstruct Derived : Base { int b = 2; };\nDerived{}", "Derived(a=1, b=2)"),
        ("struct Hit { int n = 1; };\nstruct Track { Hit first; std::vector<Hit> all{1}; };\nTrack{}", "Track(first=Hit(n=1), all={Hit(n=1)})"),
        ("struct Hit { int n = 1; };\nstd::vector<Hit>(2)", "{Hit(n=1), Hit(n=1)}"),
        ("struct Hit { int n = 1; };\nconst Hit fixed_hit{};\nfixed_hit", "Hit(n=1)"),
        ("struct Hit { int n = 1; };\nHit some;\nHit& other = some;\nother", "Hit(n=1)"),
        ("namespace lab { struct Hit { int n = 1; }; }\nlab::Hit{}", "lab::Hit(n=1)"),
        ("template <class T> struct Box { T held; };\nBox<int>{3}", "Box<int>(held=3)"),
        ("struct Odd { unsigned bits : 3; volatile int v; const int c; };\nOdd{1, 2, 3}", "Odd(bits=1, v=2, c=3)"),
        ("struct Both { int k = 1; union { int a = 3; char* c; }; };\nBoth{}", "Both(k=1, a=3)"),
        ("struct Node { int v; Node* next; };\nNode ring{1, nullptr};\nring", "Node(v=1, next=nullptr)"),
        ("struct Chain { std::unique_ptr<Chain> next; };\nChain end;\nChain{std::make_unique<Chain>()}", "Chain(next=Chain(next=nullptr))"),
        ("struct Closed { private: int x; };\nClosed{}", "<Closed object>"),
        ("struct Nothing {};\nNothing{}", "Nothing()"),
        ("union Either { int a; char* c; };\nEither{}", "<Either union>"),
        ("struct Unit { int a; };\nstruct L : Unit {};\nstruct R : Unit {};\nstruct D : L, R {};\nD{}", "D(a=0, a=0)"),
    ],
)  # fmt: skip
def test_a_struct_is_shown_by_its_public_fields(show: Callable[[str], str], text: str, shown: str) -> None:
    assert show(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("struct { int a = 1; } nameless;\nnameless", "unnamed(a=1)"),
        ("struct { int a = 1; } one_of;\nstd::map<int, decltype(one_of)>{{3, one_of}}", "{3: unnamed(a=1)}"),
        ("struct Around { struct { int x = 1; } pos; std::vector<decltype(pos)> all{{2}}; };\nAround{}", "Around(pos=unnamed(x=1), all={unnamed(x=2)})"),
        ("auto local() { struct Inner { int x = 1; }; return Inner{}; }\nlocal()", "Inner(x=1)"),
        ("auto local() { struct Inner { int y = 2; }; return std::optional(Inner{}); }\nlocal()", "Inner(y=2)"),
        ("enum { nameless_a, nameless_b = 5 };\nnameless_b", "nameless_b"),
        ("enum { nameless_c } of_nameless = nameless_c;\nof_nameless", "nameless_c"),
        ("auto local_enum() { enum class Kind { first, second }; return Kind::second; }\nlocal_enum()", "Kind::second"),
    ],
)  # fmt: skip
def test_a_type_that_no_name_reaches_is_shown_like_others(show: Callable[[str], str], text: str, shown: str) -> None:
    assert show(text) == shown


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ("numbers | std::views::filter(even)", "{2, 4}"),
        ("numbers | std::views::filter([](int x) { return x > 1; }) | std::views::transform([](int x) { return x * 2; })", "{4, 6, 8}"),
        ("numbers | std::views::drop_while(even) | std::views::reverse", "{4, 3, 2, 1}"),
        ("std::vector<int>{1, 2} | std::views::filter(even)", "{2}"),
        ("std::views::split(std::string_view(\"a b\"), ' ')", "{{'a'}, {'b'}}"),
    ],
)
def test_a_view_is_shown_by_its_elements_also_if_it_changes_while_it_is_read(show: Callable[[str], str], view: str, shown: str) -> None:
    assert show(f"#include <ranges>\nstd::vector<int> numbers{{1, 2, 3, 4}};\nauto even = [](int x) {{ return x % 2 == 0; }};\n{view}") == shown


def test_to_show_a_view_changes_nothing_in_it(show: Callable[[str], str]) -> None:
    show("#include <ranges>\nstd::vector<int> shrinking{1, 2, 3};\nauto odd = shrinking | std::views::filter([](int x) { return x % 2; });\n1")
    assert show("odd") == "{1, 3}"
    assert show("shrinking = {2, 4, 5};\nodd") == "{5}"


@pytest.mark.parametrize(("text", "shown"), [("0.1f", "0.1"), ("1 / 3.0f", "0.33333334"), ("16777217.0f", "16777216.0"), ("1e-45f", "1e-45"), ("-1.0f / 0", "-inf")])
def test_a_float_is_shown_by_the_digits_that_a_float_has(shell: InteractiveShell, show: Callable[[str], str], text: str, shown: str) -> None:
    assert show(text) == shown
    assert show(f"float single = {text};\nsingle") == shown
    assert shell.user_ns["cpp"].single == shell.run_cell_magic("cpp", "", text)


@given(st.floats(width=32))
def test_floats_are_shown_so_that_they_can_be_read_back(value: float) -> None:
    shown = repr(Single(value))
    assert shown == repr(value) if math.isnan(value) else ctypes.c_float(float(shown)).value == value


def test_an_enum_is_shown_by_name_and_stays_a_number(shell: InteractiveShell, show: Callable[[str], str]) -> None:
    show("enum Color { red, green = 70000 };\nenum class Fruit : char { apple, pear };\n1")
    assert show("green") == "Color::green"
    assert show("Fruit::pear") == "Fruit::pear"
    assert show("(Fruit)7") == "Fruit(7)"
    assert show("std::map<Fruit, Color>{{Fruit::apple, red}}") == "{Fruit::apple: Color::red}"
    assert shell.run_cell_magic("cpp", "", "Fruit::pear") == 1


def test_a_plain_number_is_not_taken_for_an_enumerator_seen_before(shell: InteractiveShell, show: Callable[[str], str]) -> None:
    assert show("enum class Only { one = 1 };\nOnly::one") == "Only::one"
    assert shell.display_formatter is not None
    assert shell.display_formatter.format(1)[0]["text/plain"] == "1"


def test_an_operator_is_used_wherever_its_type_appears(show: Callable[[str], str]) -> None:
    show("struct Tau { int q = 1; };\nstruct Pair { Tau a; };\nTau tau;\ntau")
    assert show("Pair{}") == "Pair(a=Tau(q=1))"
    show('std::ostream& operator<<(std::ostream& out, const Tau& t) { return out << "tau" << t.q; }\n1')
    assert show("tau") == "tau1"
    assert show("std::vector<Tau>(2)") == "{tau1, tau1}"
    assert show("Pair{}") == "Pair(a=tau1)"


def test_an_exception_in_an_operator_is_the_cell_s_error(show: Callable[[str], str]) -> None:
    text = 'struct Sour {};\nstd::ostream& operator<<(std::ostream&, const Sour&) { throw std::runtime_error("sour"); }\nSour{}'
    with pytest.raises(CppException, match="sour") as caught:
        show(text)
    assert caught.value.cpp_type == "std::runtime_error"


def test_an_old_object_is_shown_as_the_class_it_was_made_of(show: Callable[[str], str]) -> None:
    show("struct Again { int a = 1; };\nAgain before;\nbefore")
    assert show("struct Again { double b = 2; int c = 3; };\nAgain{}") == "Again(b=2.0, c=3)"
    assert show("before") == "Again(a=1)"


def test_numpy_arrays_are_shown_as_c_plus_plus_sees_them(shell: InteractiveShell, show: Callable[[str], str]) -> None:
    shell.run_cell("import numpy as np\nseen_row = np.array([1.5, 2])\nseen_table = np.array([[1, 2], [3, 4]])")
    assert show("seen_row") == "{1.5, 2.0}"
    assert show("seen_table") == "{{1, 2}, {3, 4}}"


def test_huge_values_give_a_short_text(show: Callable[[str], str]) -> None:
    assert show("std::vector<int>(5'000'000)").endswith("0, ... (5000000 elements)}")
    assert len(show("std::vector<int>(5'000'000)")) < 1000
    assert show("std::vector<std::vector<int>>(900, std::vector<int>(900))").endswith("...")
    assert len(show("std::vector<std::vector<int>>(900, std::vector<int>(900))")) < 101_000
    assert show("std::string(1'000'000, 'x')").endswith("... (1000000 characters)")
    assert show("std::views::iota(0)").endswith(", ...}")
    assert len(show("struct Wide {};\nstd::ostream& operator<<(std::ostream& out, const Wide&) { return out << std::string(1'000'000, 'w'); }\nWide{}")) < 101_000


def test_a_deep_chain_ends(show: Callable[[str], str]) -> None:
    text = "struct Deep { std::shared_ptr<Deep> next; };\nauto loop = std::make_shared<Deep>();\nloop->next = loop;\nloop"
    assert show(text).startswith("Deep(next=Deep(next=")


def test_nothing_is_printed_by_the_compiler(shell: InteractiveShell, show: Callable[[str], str], capfd: pytest.CaptureFixture[str]) -> None:
    show("auto quiet() { struct Inner { int x = 1; }; return Inner{}; }\nquiet()")
    show("struct Flexible { int n; int rest[]; };\nFlexible* flexible = (Flexible*)std::calloc(1, 64);\n*flexible")
    assert capfd.readouterr().err == ""


def test_python_lists_of_values_are_shown_by_their_elements(shell: InteractiveShell) -> None:
    shell.run_cell_magic("cpp", "", "struct Listed { int a = 1; };\nstd::vector<Listed> listed(2);")
    assert shell.display_formatter is not None
    values = list(shell.user_ns["cpp"].listed)
    assert shell.display_formatter.format(values)[0]["text/plain"] == "[Listed(a=1), Listed(a=1)]"


@cache
def describer() -> Describer:
    return Describer(interpreter())


def text_of(value: Any) -> str:
    return describer().text(value)


@given(st.text(max_size=40) | st.binary(max_size=40))
def test_any_string_is_quoted_so_that_it_can_be_read_back(value: str | bytes) -> None:
    data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    shown = text_of(interpreter().gbl.std.string(data))
    assert ast.literal_eval(shown) == data.decode(errors="escape_bytes")


@given(st.lists(st.floats(), max_size=20))
def test_doubles_are_shown_so_that_they_can_be_read_back(values: list[float]) -> None:
    shown = text_of(interpreter().gbl.std.vector["double"](values))
    read = [float(part) for part in shown.strip("{}").split(", ") if part]
    assert all(a == b or (math.isnan(a) and math.isnan(b)) for a, b in zip(read, values, strict=True))


@given(st.lists(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=5), max_size=5))
def test_nested_integers_are_shown_as_they_are(values: list[list[int]]) -> None:
    std = interpreter().gbl.std
    rows = std.vector["std::vector<int>"]()
    for row in values:
        rows.push_back(std.vector["int"](row))
    shown = text_of(rows)
    assert json.loads(shown.replace("{", "[").replace("}", "]")) == values


@pytest.mark.parametrize(
    "result",
    [
        ("std::map<std::string, std::string>", 'return {{"text/html", "<b>\\"é\\"</b>\\n"}};'),
        ("std::vector<std::pair<std::string, std::string>>", 'return {{"text/html", "<b>\\"é\\"</b>\\n"}};'),
        ("std::unordered_map<std::string, const char*>", 'return {{"text/html", "<b>\\"é\\"</b>\\n"}};'),
    ],
)
def test_a_type_brings_its_own_bundle_and_gets_a_text(bundle: Show, result: tuple[str, str]) -> None:
    kind, body = result
    shown = bundle(f"struct Rich {{ int a = 1; }};\n{kind} mime_bundle_repr(const Rich&) {{ {body} }}\nRich{{}}")
    assert shown == {"text/html": '<b>"é"</b>\n', "text/plain": "Rich(a=1)"}


def test_a_bundle_s_own_text_is_kept(bundle: Show) -> None:
    text = 'struct Own {};\nstd::map<std::string, std::string> mime_bundle_repr(const Own&) { return {{"text/plain", "mine"}}; }\nOwn{}'
    assert bundle(text) == {"text/plain": "mine"}


def test_a_json_library_s_object_is_a_bundle_with_its_json(bundle: Show) -> None:
    # What nlohmann::json offers, as far as it is used: no such library belongs to the tests.
    lines = [
        "struct Json {",
        "  std::string text;",
        "  bool is_string() const { return text[0] == '\"'; }",
        "  bool is_object() const { return true; }",
        "  std::string dump() const { return text; }",
        "  struct Item { std::string k; Json* v; const std::string& key() const { return k; } const Json& value() const { return *v; } };",
        '  std::vector<Item> items() const { return {{"application/json", new Json{"{\\"a\\": [1, 2]}"}}, {"text/html", new Json{"\\"<i>\\""}}}; }',
        "};",
        "struct Doc {};",
        'Json mime_bundle_repr(const Doc&) { return {"{}"}; }',
        "Doc{}",
    ]
    shown = bundle("\n".join(lines))
    assert shown == {"application/json": {"a": [1, 2]}, "text/html": "<i>", "text/plain": "Doc()"}


def test_a_bundle_of_another_type_is_explained(bundle: Show) -> None:
    with pytest.raises(CppException, match="mime_bundle_repr returned 'int' and must return MIME types"):
        bundle("struct Wrong {};\nint mime_bundle_repr(const Wrong&) { return 1; }\nWrong{}")


def test_an_exception_in_a_bundle_fails_the_cell(kernel: Kernel) -> None:
    code = (
        "%%cpp\nstruct Thrower {};\n"
        'std::map<std::string, std::string> mime_bundle_repr(const Thrower&) { throw std::range_error("too far"); }\nThrower{}'
    )
    status, found = messages(kernel, code)
    assert (status, [(m.kind, m.text) for m in found]) == ("error", [("error", "std::range_error: too far")])


def test_a_value_s_bundle_reaches_the_front_end(kernel: Kernel) -> None:
    code = (
        "%%cpp\nstruct Card {};\n"
        'std::map<std::string, std::string> mime_bundle_repr(const Card&) { return {{"text/html", "<b>card</b>"}}; }\nCard card;\ncard'
    )
    _, found = messages(kernel, code)
    assert [(m.kind, m.data) for m in found] == [
        ("execute_result", {"text/html": "<b>card</b>", "text/plain": "Card()"})
    ]
    _, found = messages(kernel, "%%cpp\ndoublet::display(card);")
    assert [(m.kind, m.data) for m in found] == [("display_data", {"text/html": "<b>card</b>", "text/plain": "Card()"})]


def test_values_are_displayed_in_order_with_the_output(kernel: Kernel) -> None:
    code = (
        "%%cpp\nstruct Step { int n; };\n"
        "void report(int i) { doublet::display(Step{i}); }\n"
        'for (int i = 0; i < 3; ++i) { std::cout << "out " << i << "\\n"; report(i); std::cerr << "err " << i << "\\n"; }'
    )
    status, found = messages(kernel, code)
    assert status == "ok"
    expected = [
        line
        for i in range(3)
        for line in (("stdout", f"out {i}\n"), ("display_data", f"Step(n={i})"), ("stderr", f"err {i}\n"))
    ]
    assert [(m.kind, m.text) for m in found] == expected


def test_the_same_id_updates_in_place_and_a_cell_that_runs_again_begins_anew(kernel: Kernel) -> None:
    code = '%%cpp\nfor (int i = 0; i < 3; ++i) { doublet::display(i, "progress"); std::cout << i << std::endl; }'
    for _ in range(2):
        _, found = messages(kernel, code)
        shown = [m for m in found if m.kind != "stdout"]
        assert [(m.kind, m.text) for m in shown] == [
            ("display_data", "0"),
            ("update_display_data", "1"),
            ("update_display_data", "2"),
        ]
        assert all(m.transient == {"display_id": "progress"} for m in shown)


def test_updates_that_come_too_fast_are_joined_and_the_last_one_is_shown(kernel: Kernel) -> None:
    _, found = messages(kernel, '%%cpp\nfor (int i = 0; i < 20000; ++i) doublet::display(i, "fast");')
    assert (found[0].kind, found[-1].kind, found[-1].text) == ("display_data", "update_display_data", "19999")
    assert len(found) < 10_000


def test_display_works_when_cpp_is_called_from_python(kernel: Kernel) -> None:
    messages(kernel, '%%cpp\nvoid told() { doublet::display(std::string("told")); }')
    _, found = messages(kernel, "cpp.told()\nprint('after')")
    assert [(m.kind, m.text) for m in found] == [("display_data", "'told'"), ("stdout", "after\n")]


def test_threads_display_without_waiting_for_python(kernel: Kernel) -> None:
    code = (
        "%%cpp\nstruct Known { int a = 1; };\ndoublet::display(Known{});\n"
        "{ std::vector<std::thread> all; for (int i = 0; i < 8; ++i) all.emplace_back([] { doublet::display(Known{}); });\n"
        "for (auto& one : all) one.join(); }"
    )
    status, found = messages(kernel, code)
    assert (status, [m.text for m in found]) == ("ok", ["Known(a=1)"] * 9)


def test_a_thread_shows_a_type_that_it_is_the_first_to_show_by_its_name(kernel: Kernel) -> None:
    code = "%%cpp\nstruct Fresh { int a = 1; };\nstd::thread([] { doublet::display(Fresh{}); }).join();"
    _, found = messages(kernel, code)
    assert [m.text for m in found] == ["<Fresh object>"]
    _, found = messages(kernel, "%%cpp\ndoublet::display(Fresh{});")
    assert [m.text for m in found] == ["Fresh(a=1)"]


def test_a_thread_called_under_the_gil_does_not_lock_up(kernel: Kernel) -> None:
    messages(kernel, "%%cpp\nvoid joined() { std::thread([] { doublet::display(7); }).join(); }")
    _, found = messages(kernel, "cpp.joined()\nprint('after')")
    assert sorted((m.kind, m.text) for m in found) == [("display_data", "7"), ("stdout", "after\n")]


def test_what_display_throws_can_be_caught_in_the_cell(kernel: Kernel) -> None:
    code = (
        "%%cpp\nstruct Loud {};\n"
        'std::map<std::string, std::string> mime_bundle_repr(const Loud&) { throw std::logic_error("loud"); }\n'
        "try { doublet::display(Loud{}); } catch (const std::logic_error& error) { std::cout << error.what(); }"
    )
    status, found = messages(kernel, code)
    assert (status, [(m.kind, m.text) for m in found]) == ("ok", [("stdout", "loud")])


def test_in_plain_ipython_values_are_displayed_at_once_and_those_of_threads_after_the_cell(shell: InteractiveShell) -> None:
    with capture_output() as captured:
        shell.run_cell("%%cpp\nstd::thread([] { doublet::display(1); }).join();\nint nothing = 0;")
    assert [output.data["text/plain"] for output in captured.outputs] == ["1"]
    with capture_output() as captured:
        shell.run_cell('%%cpp\ndoublet::display(std::vector<int>{2}, "id");\ndoublet::display(3, "id");')
    assert [(o.data["text/plain"], o.update) for o in captured.outputs] == [("{2}", False), ("3", True)]


def test_the_results_of_a_match_are_shown_and_python_reads_them(cpp: Any) -> None:
    cpp(
        '#include <regex>\nstd::string run_text = "run 42"; std::smatch run_match; bool has_run = std::regex_search(run_text, run_match, std::regex("(\\\\w+) (\\\\d+)"));'
    )
    assert cpp("run_match").size() == 3
    assert [str(part.str()) for part in cpp.interpreter.lookup("run_match")] == ["run 42", "run", "42"]
    assert cpp.interpreter.lookup("std").smatch().size() == 0
    cpp('std::regex run_word{"r"}; std::sregex_iterator(run_text.begin(), run_text.end(), run_word)')


def test_enumerators_that_have_been_defined_again_are_shown_by_their_own_names(show: Callable[[str], str]) -> None:
    again = "enum ShownColor { shown_red, {} };"
    show(again.replace("{}", "shown_green = 5"))
    assert show("ShownColor shown_pick(int i) { return i ? shown_green : shown_red; }\nshown_pick(1)") == "ShownColor::shown_green"
    show(again.replace("{}", "shown_blue, shown_green"))
    assert show("shown_pick(1)") == "ShownColor::shown_green"


def test_enumerators_of_an_unnamed_enum_are_shown_by_their_own_names(show: Callable[[str], str]) -> None:
    show("constexpr int shown_dim = 2;\nenum { shown_ea = shown_dim * 10 };")
    assert show("shown_ea") == "shown_ea"
    show("constexpr int shown_dim = 3;")
    assert show("shown_ea") == "shown_ea"


SHAPES = """
struct ShownShape { virtual ~ShownShape() = default; int id = 2; };
struct ShownCircle : ShownShape { double r = 1.5; };
struct ShownPure { virtual int f() = 0; virtual ~ShownPure() = default; };
struct ShownWhole : ShownPure { int q = 3; int f() override { return q; } };
std::unique_ptr<ShownShape> shown_local() { struct Local : ShownShape { int inside = 4; }; return std::make_unique<Local>(); }
"""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("std::unique_ptr<ShownShape>(new ShownCircle)", "ShownCircle(id=2, r=1.5)"),
        ("std::shared_ptr<ShownShape>(new ShownCircle)", "ShownCircle(id=2, r=1.5)"),
        ("std::unique_ptr<ShownShape>(new ShownShape)", "ShownShape(id=2)"),
        ("std::unique_ptr<ShownPure>(new ShownWhole)", "ShownWhole(q=3)"),
        ("std::vector<std::shared_ptr<ShownShape>>{std::make_shared<ShownCircle>(), std::make_shared<ShownShape>()}", "{ShownCircle(id=2, r=1.5), ShownShape(id=2)}"),
        ("ShownShape* shown_raw = new ShownCircle;\nshown_raw", "&ShownCircle(id=2, r=1.5)"),
        ("shown_local()", "ShownShape(id=2)"),
    ],
)
def test_an_object_is_shown_as_what_it_really_is(show: Callable[[str], str], text: str, shown: str) -> None:
    show(SHAPES)
    assert show(text) == shown


def test_a_template_of_an_object_has_its_name(show: Callable[[str], str]) -> None:
    show("struct ShownConfig { int bins; };\ntemplate <ShownConfig C> struct ShownConfigured { int v = C.bins; };")
    assert show("ShownConfigured<ShownConfig{3}>{}") == "ShownConfigured<ShownConfig{3}>(v=3)"


def test_what_a_stream_has_written_is_all_that_is_shown(shell: InteractiveShell) -> None:
    with capture_output() as captured:
        assert shell.run_cell_magic("cpp", "", 'std::ostringstream shown_stream;\nshown_stream << "x" << 3') is None
    assert captured.stdout == ""
    assert str(shell.run_cell_magic("cpp", "", "shown_stream.str()")) == "x3"


def test_an_undefined_static_member_that_nobody_uses_is_no_trouble(kernel: Kernel) -> None:
    reply = kernel("%%cpp\nstruct ShownStatic { static int count; int a = 1; };\nShownStatic{}")
    assert (reply.value, reply.stderr) == ("ShownStatic(a=1)", "")
    reply = kernel("%%cpp\nstruct ShownStaticLater { static int count; int a = 1; };")
    reply = kernel("cpp.ShownStaticLater().a")
    assert (reply.value, reply.stderr) == ("1", "")


def test_literals_of_the_library_are_values(show: Callable[[str], str]) -> None:
    show("using namespace std::literals;")
    assert show("100ms") == "100 ms"
    assert show("1min + 30s") == "90 s"


def test_an_initializer_list_that_lives_is_shown_by_its_elements(show: Callable[[str], str]) -> None:
    assert show("auto shown_list = {1, 2, 3};\nshown_list") == "{1, 2, 3}"
    assert show('std::initializer_list<std::string> shown_texts = {"a", "b"};\nshown_texts') == "{'a', 'b'}"
    assert show("std::initializer_list<int> shown_gone() { int a = 1; return {a, 2}; }\nshown_gone()") == "<std::initializer_list<int> of 2>"
