from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublet.cells import is_complete, parse

ITEMS = [
    ("#include <vector>", "directive", ()),
    ("#define TWICE(x) \\\n    ((x) + (x))", "directive", ("TWICE",)),
    ("int f(int x, double y = 3) { return x; }", "function", ("f",)),
    ("int x = 1, *p = &x;", "variable", ("x", "p")),
    ("std::cout << x << std::endl;", "statement", ()),
    ("for (int i = 0; i < 3; ++i) { f(i); }", "statement", ()),
    ("auto [a, b] = std::pair{1, 2};", "variable", ("a", "b")),
    ("template <class T> concept Big = requires(T t) { t.x; };", "type", ("Big",)),
    ("template <Big T> T g(T t) { return t; }", "function", ("g",)),
    ("A::A() : x{1} { }", "function", ("A",)),
    ("int A::get() const { return x; }", "function", ("A",)),
    ("template <> struct std::hash<A> {};", "type", ("std",)),
    ("using namespace std;", "using", ("std",)),
    ("class Q { public: int v; };", "type", ("Q",)),
    ("enum E { ea, eb = 3 };", "type", ("E", "ea", "eb")),
    ("if (x) f(1); else f(2);", "statement", ()),
    ("if (x) { f(1); } else { f(2); }", "statement", ()),
    ("do { x++; } while (x < 10);", "statement", ()),
    ("try { f(1); } catch (...) { }", "statement", ()),
    ("auto l = [&](int k) { return k + x; };", "variable", ("l",)),
    ("P operator+(P a, P b) { return a; }", "function", ("operator+",)),
    ("bool operator==(const P& a, const P& b) { return true; }", "function", ("operator==",)),
    ("template <> struct H<int> { int y; };", "type", ("H",)),
    ('const char* s = R"(a;}{b)";', "variable", ("s",)),
    ("{ int z = 1; }", "statement", ()),
    ("int (*fp)(int) = f;", "variable", ("fp",)),
    ("void (*procedure)() = nullptr;", "variable", ("procedure",)),
    ('throw std::runtime_error("x;");', "statement", ()),
    ("std::sort(v.begin(), v.end(), [](int a, int b) { return a < b; });", "statement", ()),
    ("long n = 1'000'000;", "variable", ("n",)),
]


@pytest.mark.parametrize(("text", "kind", "names"), ITEMS, ids=[text for text, *_ in ITEMS])
def test_one_item_is_recognised(text: str, kind: str, names: tuple[str, ...]) -> None:
    (item,) = parse(text).items
    assert (item.kind, item.names, item.text) == (kind, names, text)


def test_a_whole_cell_is_cut_into_the_items_in_order() -> None:
    cell = parse("\n".join(text for text, *_ in ITEMS))
    assert [(item.kind, item.names) for item in cell.items] == [(kind, names) for _, kind, names in ITEMS]


@pytest.mark.parametrize("value", ["x", "f(1)", "-x", "v.size() // how many", '"text"', "S{1}", "*p", "a.b[3]"])
def test_a_last_expression_without_semicolon_is_the_value(value: str) -> None:
    *_, last = parse(f"int y = 1;\n{value}").items
    assert last.kind == "value"
    assert last.line == 1


@pytest.mark.parametrize(
    ("macro", "text", "expected"),
    [
        ("#define PAIR(a, b) int a; double b;", "PAIR(u, v)\nu", [("variable", ("u",)), ("variable", ("v",)), ("value", ())]),
        ("#define JOIN(a, b) a##b", "int JOIN(x, y) = 1;", [("variable", ("xy",))]),
        ("#define GET(f) int f() { return 1; }", "GET(f) GET(g)", [("function", ("f",)), ("function", ("g",))]),
        ("#define EVER for (;;)", "EVER { break; } x", [("statement", ()), ("value", ())]),
        ("#define SAY(...) print(#__VA_ARGS__, __VA_ARGS__);", "SAY(a, 2)", [("statement", ())]),
        ("#define LATER LAST", "#define LAST(x) int x;\nLATER(q)", [("directive", ("LAST",)), ("variable", ("q",))]),
        ("#define f(x) f(x + 1)", "int y = f(2);", [("variable", ("y",))]),
        ("#define EXPORT", "EXPORT int h() { return 1; }", [("function", ("h",))]),
    ],
)
def test_an_item_is_what_its_macros_stand_for(macro: str, text: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    name = macro.split()[1].partition("(")[0]
    assert [(item.kind, item.names) for item in parse(text, macro={name: macro}.get).items] == expected


def test_a_semicolon_at_the_end_leaves_no_value() -> None:
    assert [item.kind for item in parse("f(1); // done").items] == ["statement"]


@pytest.mark.parametrize("text", ["", "  \n\t\n", "// only a comment", "/* one\n two */"])
def test_a_cell_without_code_has_no_items(text: str) -> None:
    assert parse(text).items == ()


def test_what_is_a_product_depends_on_what_the_name_stands_for() -> None:
    assert parse("a * b;").items[0].kind == "variable"
    assert parse("a * b;", lambda name: "variable" if name == "a" else None).items[0].kind == "statement"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("int f() { return 1;", "'{' is not closed"),
        ("f(1));", "unmatched ')'"),
        ('auto s = "abc;', "unterminated string"),
        ("/* no end", "unterminated comment"),
        ('auto s = R"(no end', "unterminated raw string"),
    ],
)
def test_what_is_not_closed_is_named_with_its_place(text: str, message: str) -> None:
    problem = parse(text).problem
    assert problem is not None
    assert problem.message == message


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("int f() {", "incomplete"),
        ("int f() { return 1; }", "complete"),
        ("f)", "invalid"),
        ("#if 1\nint a;", "incomplete"),
        ("#define A \\", "incomplete"),
        ("/* to be", "incomplete"),
        ('"abc', "invalid"),
        ("", "complete"),
        ("if (x)", "incomplete"),
        ("if (x) f(1);", "complete"),
        ("if (x) { } else", "incomplete"),
        ("for (;;)", "incomplete"),
        ("while (a(b))", "incomplete"),
        ("a +", "incomplete"),
        ("++a", "complete"),
        ("a++", "complete"),
        ("v.", "incomplete"),
        ("1.", "complete"),
        ("template<class T>", "incomplete"),
        ("template <class T> requires std::integral<T>", "incomplete"),
        ("std::is_same_v<int, int>", "complete"),
        ("int a = 1,", "incomplete"),
        ("a ? b :", "incomplete"),
        ("std::cout <<", "incomplete"),
        ("do { ++a; }", "incomplete"),
        ("do { ++a; } while (a < 3);", "complete"),
        ("try { f(); }", "incomplete"),
        ("try { f(); } catch (...)", "incomplete"),
        ("try { f(); } catch (...) { }", "complete"),
        ("return", "incomplete"),
        ("f(1)", "complete"),
        ("#include <vector>", "complete"),
        ("int f() { return 1; } // if (x)", "complete"),
        (")", "invalid"),
        ("(]", "invalid"),
    ],
)
def test_a_console_is_told_whether_to_wait_for_more(text: str, status: str) -> None:
    assert is_complete(text)[0] == status


def test_an_open_block_asks_for_an_indented_line() -> None:
    assert is_complete("if (a) {\n    for (;;) {")[1] == "        "
    assert is_complete("if (a) {\n    for (;;)")[1] == "        "
    assert is_complete("if (a)") == is_complete("int a = 1,") == ("incomplete", "    ")
    assert is_complete("template <class T>") == ("incomplete", "")


@given(st.text(alphabet="ab{}()[];\"'#/*\\\n \t=<>,R:&0", max_size=60))
def test_any_text_is_cut_without_an_error_and_without_losing_code(text: str) -> None:
    cell = parse(text)
    if cell.problem is None:
        kept = "".join("".join(item.text.split()) for item in cell.items)
        assert all(kept.count(letter) <= text.count(letter) for letter in "ab;")
        assert "/" in text or kept.count(";") == text.count(";")


def test_a_specialisation_in_std_is_an_item_of_its_own() -> None:
    first, second = parse("namespace std { template <> struct hash<A> {};\ntemplate <> struct less<A> {}; }").items
    assert [(i.kind, i.names, i.around, i.scope) for i in (first, second)] == [("type", (n,), ("std",), ()) for n in ("hash", "less")]
    assert (second.text, second.line) == ("template <> struct less<A> {};", 1)
