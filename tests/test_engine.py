"""C++ cells without Jupyter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from doublet.errors import CppCompileError, CppException, CppUsageError

if TYPE_CHECKING:
    from conftest import Engine


def test_a_cell_mixes_everything_a_program_has(cpp: Engine) -> None:
    text = """#include <vector>
#define HALF(x) \\
    ((x) / 2)
namespace mix { struct P { int x = 4; int twice() const; }; }
template <class T> concept Number = sizeof(T) > 1;
template <Number T> T add(T a, T b) { return a + b; }
using Numbers = std::vector<int>;
enum class Side { left, right };
static int hidden = 2; const int fixed = 3; constexpr int known = 4;
auto [first, second] = std::pair{5, 6};
auto square = [&](int x) { return x * x + fixed; };
Numbers numbers{1, 2, 3};  // a comment
numbers.push_back(HALF(14));
for (int n : numbers) { hidden += n; }
/* the "value" */ add(hidden, square(first)) + known + second"""
    assert cpp(text) == 2 + 1 + 2 + 3 + 7 + 25 + 3 + 4 + 6


def test_line_endings_tabs_and_utf8_are_as_good_as_others(cpp: Engine) -> None:
    assert cpp('\tstd::string w = "ħ→";\r\n// Größe\r\nw.size()') == 5


def test_a_compile_error_on_the_last_line_runs_nothing_and_defines_nothing(cpp: Engine) -> None:
    cpp("int untouched = 1;")
    with pytest.raises(CppCompileError) as caught:
        cpp("untouched = 2;\nint fresh_name = 3;\nint bad = nope;")
    assert (caught.value.line, caught.value.cell) == (3, cpp.cell)
    assert cpp("untouched") == 1
    with pytest.raises(CppCompileError):
        cpp("fresh_name")


def test_a_failed_redefinition_leaves_the_old_definition(cpp: Engine) -> None:
    cpp("int kept() { return 1; } struct Kept { int a = 5; }; int kept_value = 7; enum KeptEnum { kept_a = 9 };")
    with pytest.raises(CppCompileError):
        cpp("int kept() { return 2; } struct Kept {}; double kept_value; enum KeptEnum { kept_a }; int bad = nope;")
    assert cpp("kept() + Kept().a + kept_value + kept_a") == 22


def test_an_exception_stops_the_cell_and_what_ran_before_stays(cpp: Engine) -> None:
    cpp("int before = 0, after = 0;")
    with pytest.raises(CppException) as caught:
        cpp('before = 1;\nthrow std::runtime_error("boom");\nafter = 1;')
    assert (type(caught.value).__name__, str(caught.value)) == ("std::runtime_error", "boom")
    assert (cpp("before"), cpp("after")) == (1, 0)


@pytest.mark.parametrize(
    ("text", "ename", "evalue"),
    [
        ('int z = std::stoi("abc");', "std::invalid_argument", "stoi"),
        ("std::vector<int>(3).at(7)", "std::out_of_range", None),
        ("throw 42;", "int", "42"),
        ('throw "text";', "const char*", "text"),
        ("struct Own { int code; }; throw Own{7};", "Own", ""),
        ("std::string s(std::size_t(-1), 'x');", "std::length_error", None),
    ],
)
def test_an_exception_carries_its_cpp_type(cpp: Engine, text: str, ename: str, evalue: str | None) -> None:
    with pytest.raises(CppException) as caught:
        cpp(text)
    assert caught.value.cpp_type == ename
    assert evalue is None or str(caught.value) == evalue


def test_nested_exceptions_are_told_as_a_chain(cpp: Engine) -> None:
    with pytest.raises(CppException) as caught:
        cpp('try { throw std::logic_error("in"); } catch (...) { std::throw_with_nested(std::runtime_error("out")); }')
    assert caught.value.chain == (("std::runtime_error", "out"), ("std::logic_error", "in"))


def test_an_exception_that_the_cell_handles_itself_is_no_error(cpp: Engine) -> None:
    assert cpp('int handled = 0;\ntry { throw 1; } catch (int) { std::cerr << ""; handled = 1; }\nhandled') == 1


REDEFINITIONS = [
    ("int {0}() {{ return 1; }}", "int {0}() {{ return 2; }}", "{0}()", 2),
    ("struct {0} {{ int a; }};", "struct {0} {{ double a, b; }};", "sizeof({0})", 16),
    ("int {0} = 1;", "double {0} = 2.5;", "{0}", 2.5),
    ("const int {0} = 1;", "const int {0} = 2;", "{0}", 2),
    ("inline int {0} = 1;", "inline int {0} = 2;", "{0}", 2),
    ("constexpr int {0} = 1;", "constexpr int {0} = 2;", "{0}", 2),
    ("static int {0} = 1;", "static int {0} = 2;", "{0}", 2),
    ("int {0}() {{ static int n = 0; return ++n; }}", "int {0}() {{ static int n = 5; return ++n; }}", "{0}()", 6),
    ("using {0} = int;", "using {0} = double;", "sizeof({0})", 8),
    ("enum class {0} {{ x, y }};", "enum class {0} {{ w, x, y }};", "int({0}::y)", 2),
    ("template <class T> T {0}(T x) {{ return x + x; }}", "template <class T> T {0}(T x) {{ return x * x; }}", "{0}(3)", 9),
    ("template <class T> struct {0} {{ T a; }};", "template <class T> struct {0} {{ T a, b; }};", "sizeof({0}<int>)", 8),
    ("namespace {0} {{ int f() {{ return 1; }} }}", "namespace {0} {{ int f() {{ return 2; }} }}", "{0}::f()", 2),
    ("namespace {0}::in {{ int f() {{ return 1; }} }}", "namespace {0}::in {{ int f() {{ return 2; }} }}", "{0}::in::f()", 2),
    (
        "class {0} {{ int x = 3; public: int get() const; }};\nint {0}::get() const {{ return x; }}",
        "class {0} {{ int x = 4; public: int get() const; }};\nint {0}::get() const {{ return x; }}",
        "{0}().get()",
        4,
    ),
    ("auto {0} = [](int x) {{ return x + 1; }};", "auto {0} = [](int x) {{ return x + 2; }};", "{0}(1)", 3),
    ("auto [{0}, {0}_b] = std::pair{{1, 2}};", "auto [{0}, {0}_b] = std::pair{{3, 4}};", "{0} + {0}_b", 7),
    ("#define {0} 1", "#define {0} 2", "{0}", 2),
    ("int {0} = 1;", "int {0}() {{ return 2; }}", "{0}()", 2),
    (
        "template <class T> concept {0} = sizeof(T) > 4;",
        "template <class T> concept {0} = sizeof(T) > 2;",
        "int({0}<int>)",
        1,
    ),
    (
        "struct {0} {{ virtual int f() {{ return 1; }} virtual ~{0}() = default; }};\nstruct {0}_d : {0} {{}};",
        "struct {0} {{ virtual int f() {{ return 2; }} virtual ~{0}() = default; }};\nstruct {0}_d : {0} {{}};",
        "{0}_d().f()",
        2,
    ),
]


@pytest.mark.parametrize("case", range(len(REDEFINITIONS)), ids=[first for first, *_ in REDEFINITIONS])
def test_a_name_is_defined_again_unchanged_and_changed(cpp: Engine, case: int) -> None:
    first, second, check, expected = REDEFINITIONS[case]
    name = f"redefined_{case}"
    for text in (first, first, second, second):
        cpp(text.format(name))
    assert cpp(check.format(name)) == expected


def test_a_caller_from_an_earlier_cell_calls_the_new_function(cpp: Engine) -> None:
    cpp("int base() { return 1; }")
    cpp("int middle() { return base() + 10; }")
    cpp("struct Uses { int call() { return middle(); } };")
    assert cpp("int base() { return 2; }\nmiddle() + Uses().call()") == 24


def test_a_function_follows_a_redefined_variable(cpp: Engine) -> None:
    cpp("double cut = 3; bool pass(double x) { return x > cut; }")
    assert cpp("double cut = 30;\npass(10)") is False


def test_a_function_follows_a_redefined_macro(cpp: Engine) -> None:
    cpp("#define FOLLOWED 5\nint followed() { return FOLLOWED; }")
    assert cpp("#define FOLLOWED 6\nfollowed()") == 6


def test_a_caller_that_no_longer_compiles_is_named_with_its_cell(cpp: Engine) -> None:
    cpp("int source() { return 1; }")
    cpp("int user_of_source() { return source() + 1; }")
    cell_of_user = cpp.cell
    with pytest.raises(CppCompileError) as caught:
        cpp("std::string source() { return {}; }")
    assert caught.value.first is not None
    assert caught.value.first.cell == cell_of_user
    assert any("user_of_source" in d.message for d in caught.value.diagnostics)
    assert cpp("user_of_source()") == 2


def test_redefining_one_overload_keeps_the_others(cpp: Engine) -> None:
    cpp("int over(int) { return 1; } int over(double) { return 2; }")
    cpp("int over(int) { return 10; }")
    assert cpp("over(1) + over(1.)") == 12


def test_a_specialisation_alone_is_defined_again(cpp: Engine) -> None:
    cpp("template <class T> struct Spec { static int v() { return 1; } };")
    cpp("template <> struct Spec<int> { static int v() { return 2; } };")
    cpp("template <> struct Spec<int> { static int v() { return 3; } };")
    assert cpp("Spec<int>::v() + 10 * Spec<double>::v()") == 13


def test_a_member_alone_is_defined_again(cpp: Engine) -> None:
    cpp("class Member { int x = 4; public: int get() const; };\nint Member::get() const { return x; }")
    cpp("int Member::get() const { return 9 * x; }")
    assert cpp("Member().get()") == 36


def test_functions_of_a_namespace_follow_each_other(cpp: Engine) -> None:
    cpp("namespace ns { struct P { int x = 1; }; int mass(P p) { return 1; } int twice(P p) { return 2 * mass(p); } }")
    cpp("namespace ns { int mass(P p) { return 7; } }")
    assert cpp("ns::twice(ns::P{})") == 14
    cpp("namespace ns { int more(P p) { return mass(p) + 1; } }")
    assert cpp("ns::more(ns::P{})") == 8


def test_a_constant_is_computed_after_what_it_depends_on(cpp: Engine) -> None:
    text = """std::vector<int> filled(7, 1);
const int size = filled.size();
inline int again = filled.size();
const double scaled{filled[0] * 2.5};
size + again + scaled"""
    assert cpp(text) == 16.5


def test_a_constant_that_is_known_stays_usable_as_array_size(cpp: Engine) -> None:
    assert cpp("const int one_n = 10; const int two_n = one_n * 2; int sized[two_n];\nsizeof(sized) / sizeof(int)") == 20


def test_a_prototype_before_its_definition_is_fine(cpp: Engine) -> None:
    assert cpp("int proto(int);\nint uses_proto() { return proto(1); }\nint proto(int x) { return x + 41; }\nuses_proto()") == 42


@pytest.mark.parametrize(
    ("expression", "value"),
    [("true", True), ("'x'", "x"), ("1.5f", 1.5), ("-3", -3), ("18446744073709551615ull", 2**64 - 1), ("40 + 2", 42)],
)
def test_numbers_are_values(cpp: Engine, expression: str, value: object) -> None:
    result = cpp(expression)
    assert result == value
    assert type(result) is type(value)


def test_a_value_is_the_live_object(cpp: Engine) -> None:
    vector: Any = cpp("std::vector<int> live{1, 2, 3};\nlive")
    vector[0] = 77
    assert cpp("live[0]") == 77


def test_a_temporary_value_stays_alive(cpp: Engine) -> None:
    text: Any = cpp('std::string("a text that is long enough for the heap, ") + "surely"')
    cpp("std::vector<std::string> noise(1000, std::string(60, 'x'));")
    assert str(text).endswith("surely")


def test_a_void_expression_has_no_value(cpp: Engine) -> None:
    assert cpp("void nothing() {}\nnothing()") is None


def test_python_sees_the_newest_definition(cpp: Engine) -> None:
    cpp("int seen(int first) { return 1; } struct Seen { int old_member = 1; };")
    assert cpp.interpreter.lookup("seen")(1) == 1
    cpp("int seen(double other) { return 2; } struct Seen { int new_member = 2; };")
    cpp("double seen_value = 1.5;")
    assert cpp.interpreter.lookup("Seen")().new_member == 2
    assert not hasattr(cpp.interpreter.lookup("Seen")(), "old_member")
    assert cpp.interpreter.lookup("seen_value") == 1.5


def test_a_warning_does_not_fail_the_cell(cpp: Engine) -> None:
    result = cpp.interpreter.run("int warned(int x) { if (x) return 1; }", 1)
    assert [w.option for w in result.warnings] == ["-Wreturn-type"]


@pytest.mark.parametrize(
    "text",
    [
        "int f( {",
        "}",
        'auto s = "open',
        "/* open",
        "#include <no/such/header.h>",
        "struct Twice {}; struct Twice {};",
        "int twice = 1; int twice = 2;",
        "int x = = 3;",
        "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
        "(" * 300 + "1" + ")" * 299,
        "int missing_semicolon = 1",
    ],
)
def test_bad_text_is_a_compile_error_and_loses_nothing(cpp: Engine, text: str) -> None:
    cpp("int survivor = 5;")
    with pytest.raises(CppCompileError):
        cpp(text)
    assert cpp("survivor") == 5


def test_a_nul_byte_is_named(cpp: Engine) -> None:
    with pytest.raises(CppUsageError, match="NUL"):
        cpp("int a = 1;\0")


def test_a_cell_of_a_megabyte_runs(cpp: Engine) -> None:
    assert cpp("// " + "x" * 1_000_000 + "\nint large = 1;\nlarge") == 1


def test_a_line_of_100000_characters_runs(cpp: Engine) -> None:
    assert cpp("int wide = 0" + " + 1" * 500 + " " * 100_000 + ";\nwide") == 500


def test_a_library_that_is_not_there_is_one_sentence(cpp: Engine) -> None:
    with pytest.raises(CppUsageError, match="nolib"):
        cpp.interpreter.load("nolib")


def test_a_failed_cell_breaks_no_template_that_it_was_the_first_to_use(cpp: Engine) -> None:
    cpp("template <class T> T first_used(T x) { return x + x; }")
    with pytest.raises(CppCompileError):
        cpp("std::forward_list<int> links; links.push_front(1); first_used(1.5) + nope")
    assert cpp("std::forward_list<int> links; links.push_front(1); first_used(1.5) + links.front()") == 4


def test_an_undefined_function_is_a_compile_error_and_runs_nothing(cpp: Engine) -> None:
    cpp("int ran = 0;")
    with pytest.raises(CppCompileError):
        cpp("int never_defined(int);\nran = 1;\nint unlucky = never_defined(1);")
    assert cpp("ran") == 0
