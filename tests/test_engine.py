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


def test_variables_behind_an_exception_are_what_they_were_before(cpp: Engine) -> None:
    cpp('std::string kept = "old"; double plain = 2; namespace of { int q = 5; } auto read_kept() { return kept; }')
    with pytest.raises(CppException):
        cpp('throw 1;\nauto kept = std::string("new"); int plain = 3; namespace of { int q = 6; }')
    assert cpp("plain + of::q") == 7
    assert str(cpp("read_kept()")) == "old"
    assert cpp.interpreter.lookup("plain") == 2
    cpp('kept = "changed"; plain = 8;')
    assert (str(cpp("read_kept()")), cpp.interpreter.lookup("plain")) == ("changed", 8)


def test_a_new_variable_behind_an_exception_cannot_be_used_until_it_is_defined(cpp: Engine) -> None:
    with pytest.raises(CppException):
        cpp("int reached = 1; throw 1;\nint missed = 2; int uses_missed() { return missed; } namespace miss { int m = 1; }")
    assert cpp("reached") == 1
    for text in ("missed", "uses_missed()", "miss::m"):
        with pytest.raises(CppCompileError) as caught:
            cpp(text)
        assert any("an exception stopped its cell" in d.message for d in caught.value.diagnostics)
    with pytest.raises(AttributeError):
        cpp.interpreter.lookup("missed")
    assert cpp("int missed = 3; int uses_missed() { return missed; } namespace miss { int m = 1; }\nuses_missed() + miss::m") == 4
    assert cpp.interpreter.lookup("missed") == 3


def test_variables_of_a_namespace_behind_an_exception_are_what_they_were_or_cannot_be_used(cpp: Engine) -> None:
    cpp("namespace halted { int a = 1; int read_a() { return a; } namespace in { int deep = 4; } int fails(int i) { if (i) throw i; return 7; } }")
    with pytest.raises(CppException):
        cpp("namespace halted { int a = fails(0) - 5, c = 9; int b = fails(1); int read_b() { return b; } namespace in { int deep = fails(0); } }")
    assert (cpp("halted::read_a() + halted::a"), cpp("halted::c"), cpp("halted::in::deep")) == (4, 9, 4)
    for name in ("halted::b", "halted::read_b"):
        with pytest.raises(CppCompileError) as caught:
            cpp(name)
        assert any(f"'{name}' cannot be used: an exception stopped its cell" in d.message for d in caught.value.diagnostics)
    with pytest.raises(CppException):
        cpp("namespace halted { int a = fails(2); int read_a() { return 10 * a; } }")
    assert cpp("halted::a + halted::read_a()") == 22
    assert cpp("namespace halted { int b = fails(0); int read_b() { return b; } }\nhalted::read_b()") == 7
    scope = cpp.interpreter.lookup("halted")
    assert (scope.a, scope.b, scope.c, scope.read_a(), getattr(scope, "in").deep) == (2, 7, 9, 20, 4)


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


def test_a_constant_is_computed_after_what_it_depends_on(cpp: Engine) -> None:
    text = """std::vector<int> filled(7, 1);
const int size = filled.size();
inline int again = filled.size();
const double scaled{filled[0] * 2.5};
size + again + scaled"""
    assert cpp(text) == 16.5


@pytest.mark.parametrize(
    "text",
    [
        "std::vector<int> w(7, 1); const double low = w.size(), high = low * 2;\nlow + high",
        "namespace in { std::vector<int> w(7, 1); const int n = w.size(); const int twice = 2 * n; }\nin::n + in::twice",
        "int seven = 7; int* const to = &seven; const auto& same = seven;\n*to + 2 * same",
        "struct Holds { int v = 0; Holds(int v) : v(v) {} }; int seven = 7; const Holds held(seven);\n3 * held.v",
        "int base() { return 7; } int seven = base(); struct Has { inline static int x = seven * 3; };\nHas::x",
        "int seven = 7; const auto [a, b] = std::pair{seven, 2 * seven};\na + b",
        "int seven = 7; static const int sevens[] = {seven, 2 * seven};\nsevens[0] + sevens[1]",
    ],
)
def test_what_is_const_is_computed_in_its_place_in_the_cell(cpp: Engine, text: str) -> None:
    assert cpp(text) == 21


@pytest.mark.parametrize(
    ("captures", "expected"), [("[=]", 5), ("[cut]", 5), ("[&]", 9), ("[&cut]", 9), ("[]", 9), ("[=, &other]", 5)]
)
def test_a_lambda_captures_the_variables_of_cells_as_if_they_were_local(
    cpp: Engine, captures: str, expected: int
) -> None:
    text = f"int cut = 5, other = 1; auto lambda = {captures}() {{ return cut + 0 * other; }};"
    assert cpp(text + "\ncut = 9;\nlambda()") == expected
    assert cpp(f"cut = 5; std::function<int()> f; f = {captures} {{ return cut + 0 * other; }}; cut = 9;\nf()") == expected


@pytest.mark.parametrize(
    "text",
    [
        "int caught[2] = {1, 2}; auto by = [caught] { return 10 * caught[0] + int(sizeof caught); }; caught[0] = 5; by() - 11",
        "int caught = 7; auto by = [=] { return [=] { return caught; }; }; caught = 1; by()()",
        "int caught = 7, out = 0; if (true) { int caught = 3; out = caught; } else { out = [=] { return caught; }(); } out + 4",
        "int caught = 7; std::function<int()> by; { { int caught = 3; caught++; } by = [=] { return caught; }; } caught = 1; by()",
        "std::function<int(int)> caught = [&caught](int n) { return n ? n + caught(n - 1) : 4; }; caught(2)",
        "int caught = 3, by = [caught] { return caught + 4; }(); by",
        "int caught = 6; auto by = [caught]() mutable { decltype(caught) more = caught; return ++more; }; caught = 1; by()",
        "const int caught = 3; int more = 4; auto by = [caught, more] { int a[caught]; return int(sizeof a) / 4 + more; }; by()",
    ],
)
def test_a_lambda_holds_what_it_would_in_a_function(cpp: Engine, text: str) -> None:
    assert cpp(text) == 7


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("int kept[3] = {1, 2, 3}; auto keeper = [kept] { return sizeof kept * 10 + kept[0]; }; kept[0] = 9; keeper()", 121),
        ("int kept[3] = {1, 2, 3}; std::function<int()> keeper = [=] { return kept[0] + 0; }; kept[0] = 9; keeper()", 1),
        ("int kept = 5; std::function<int()> keeper; { { int kept = 3; } keeper = [=] { return kept; }; kept = 7; }\nf()", 5),
        ("int kept = 5;\n#define KEPT kept\nauto keeper = [=] { return KEPT; }; kept = 7; keeper()", 5),
        ("int kept = 5; auto keeper = [&] { return [kept] { return kept; }; }; auto keeps = keeper(); kept = 7; keeps()", 5),
        ("std::function<int(int)> keepsum = [&keepsum](int n) { return n ? n + keepsum(n - 1) : 0; }; keepsum(4)", 10),
    ],
)
def test_a_lambda_copies_what_it_would_copy_in_a_function(cpp: Engine, cell: str, expected: int) -> None:
    assert cpp(cell) == expected


@pytest.mark.parametrize("const", ["", "const "])
def test_a_variable_whose_value_names_it_is_defined_again(cpp: Engine, const: str) -> None:
    for last in (0, 1):
        assert cpp(f"{const}std::function<int(int)> down = [&](int n) {{ return n ? n + down(n - 1) : {last}; }}; down(4)") == 10 + last


def test_a_value_may_name_a_member_that_is_called_like_its_variable(cpp: Engine) -> None:
    for value in (1, 2):
        assert cpp(f"struct Lengths {{ static int length() {{ return {value}; }} }}; const int length = Lengths::length(); length") == value


def test_a_variable_may_be_announced_before_it_is_defined_and_of_a_library(cpp: Engine) -> None:
    assert cpp("extern int abroad; int abroad = 9; abroad") == 9
    assert cpp("extern int abroad; abroad + 1") == 10
    assert cpp("extern int later;\nint reads_later() { return later; }\nint later = 7; reads_later()") == 7
    assert cpp("extern int optind; optind") == 1


def test_a_variable_may_be_called_like_a_function_of_the_library(cpp: Engine) -> None:
    assert cpp("double y1 = 2; y1") == cpp.interpreter.lookup("y1") == 2
    assert cpp("double reads_y1() { return y1; } y1 = 3; reads_y1()") == 3
    assert cpp("int y1 = 4; reads_y1()") == cpp.interpreter.lookup("y1") == 4
    with pytest.raises(CppException):
        cpp("int y1 = (throw 1, 5);")
    assert cpp("y1 + reads_y1()") == 8


def test_a_capture_in_a_loop_is_the_loops_own(cpp: Engine) -> None:
    text = """int i = 100;
std::vector<std::function<int()>> all;
for (int i = 0; i < 3; ++i) all.push_back([=] { return i; });
all[0]() + 10 * all[1]() + 100 * all[2]()"""
    assert cpp(text) == 210


def test_a_constant_that_is_known_stays_usable_as_array_size(cpp: Engine) -> None:
    assert cpp("const int one_n = 10; const int two_n = one_n * 2; int sized[two_n];\nsizeof(sized) / sizeof(int)") == 20


def test_a_prototype_before_its_definition_is_fine(cpp: Engine) -> None:
    assert cpp("int proto(int);\nint uses_proto() { return proto(1); }\nint proto(int x) { return x + 41; }\nuses_proto()") == 42


@pytest.mark.parametrize(
    ("expression", "value"),
    [("true", True), ("'x'", "x"), ("1.5", 1.5), ("-3", -3), ("18446744073709551615ull", 2**64 - 1), ("40 + 2", 42)],
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
        cpp.interpreter.files.load("nolib")


def test_a_failed_cell_breaks_no_template_that_it_was_the_first_to_use(cpp: Engine) -> None:
    cpp("template <class T> T first_used(T x) { return x + x; }")
    with pytest.raises(CppCompileError):
        cpp("std::forward_list<int> links; links.push_front(1); first_used(1.5) + nope")
    assert cpp("std::forward_list<int> links; links.push_front(1); first_used(1.5) + links.front()") == 4


@pytest.mark.parametrize(
    ("text", "use"),
    [
        (
            "struct Event1 { struct Hit { double e; }; std::vector<Hit> hits; void add(double e) { hits.push_back({e}); } };",
            "Event1 event1; event1.add(3);\nevent1.hits[0].e",
        ),
        (
            "struct Tree { int n = 3; std::vector<Tree> kids() const { std::vector<Tree> v; v.push_back(*this); return v; } };",
            "Tree().kids()[0].n",
        ),
        (
            "inline int most(std::vector<int> v) { std::sort(v.begin(), v.end(), [](int a, int b) { return a > b; }); return v[0]; }",
            "most({1, 3, 2})",
        ),
        (
            "static int least(std::vector<int> v) { std::sort(v.begin(), v.end(), [](int a, int b) { return a < b; }); return v[0]; }",
            "least({4, 3, 5})",
        ),
        ("struct With { int x; } with = {3}, *to_with = &with;", "With other{2};\nto_with->x + other.x - 2"),
    ],
)
def test_what_one_cell_defines_the_next_can_use(cpp: Engine, text: str, use: str) -> None:
    cpp(text)
    assert cpp(use) == 3


@pytest.mark.parametrize("word", ["", "static ", "inline ", "static inline "])
def test_a_variable_is_initialised_once_and_shared_by_all_cells(cpp: Engine, word: str) -> None:
    cpp(f"int times = 0; {word}int shared = ++times * 10; namespace sharing {{ {word}int inner = ++times; }}")
    cpp("shared += 1; int reads_shared() { return shared; }")
    cpp("sharing::inner += 1;")
    assert cpp("times * 1000 + shared + reads_shared() + sharing::inner") == 2000 + 11 + 11 + 3


def test_the_address_of_a_number_is_not_taken_for_a_number(cpp: Engine) -> None:
    address: Any = cpp("int addressed = 5;\n&addressed")
    assert not isinstance(address, (bool, int))
    assert cpp("*&addressed") == 5


def test_digits_may_be_separated(cpp: Engine) -> None:
    assert cpp("int thousand = 1'000; double grouped = 1'0.5'0;\nthousand + 0x1'0 + grouped") == 1026.5
    assert cpp("1'000") == 1000
    with pytest.raises(CppCompileError) as caught:
        cpp("thousand + 1'000 + nope")
    assert caught.value.first is not None
    assert (caught.value.first.column, caught.value.first.source) == (20, "thousand + 1'000 + nope")
    assert cpp("thousand") == 1000


def test_a_part_of_a_temporary_outlives_it_as_the_value(cpp: Engine) -> None:
    assert cpp("struct Parted { int part = 5; std::string name = std::string(50, 'x'); };\nParted().part") == 5
    assert str(cpp("Parted().name")) == "x" * 50


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("std::vector<int>{5, 6}[1]", 6),
        ("std::make_unique<int>(6).operator*()", 6),
        ("std::max(5, 6)", 6),
        ("std::get<1>(std::tuple{5, 6})", 6),
        ("(std::string(40, 'x') + std::string(40, 'y'))[79]", "y"),
        ("std::vector<std::string>{std::string(40, 'x')}.front()", "x" * 40),
        ("std::max(std::string(40, 'x'), std::string(40, 'y'))", "y" * 40),
        ("sizeof(std::int32_t)", 4),
        ("(int)(6.5)", 6),
    ],
)
def test_a_value_that_belongs_to_a_temporary_is_copied_in_time(cpp: Engine, expression: str, value: object) -> None:
    result = cpp(expression)
    assert (str(result) if isinstance(value, str) else result) == value


def test_what_a_function_refers_to_is_the_live_value(cpp: Engine) -> None:
    single: Any = cpp("struct Single { int n = 1; }; Single& single() { static Single s; return s; }\nsingle()")
    single.n = 5
    assert cpp("single().n") == 5


def test_an_undefined_function_is_a_compile_error_and_runs_nothing(cpp: Engine) -> None:
    cpp("int ran = 0;")
    with pytest.raises(CppCompileError):
        cpp("int never_defined(int);\nran = 1;\nint unlucky = never_defined(1);")
    assert cpp("ran") == 0


LAMBDAS = [
    ("auto {0} = [u = one] {{ return u; }};", "{0}()", 1),
    ("auto {0} = [=] {{ return one; }};", "{0}()", 1),
    ("const auto {0} = [u = one] {{ return u; }};", "{0}()", 1),
    ("auto {0}_make(int x) {{ return [x] {{ return x; }}; }} auto {0} = {0}_make(one);", "{0}()", 1),
    ("template <class T> auto {0}_make(T x) {{ return [x] {{ return x; }}; }} auto {0} = {0}_make(one);", "{0}()", 1),
    ("auto {0}_make(int x) {{ struct L {{ int x; }}; return L{{x}}; }} auto {0} = {0}_make(one);", "{0}.x", 1),
    ("auto {0} = std::tuple{{[u = one] {{ return u; }}, 4}};", "std::get<0>({0})()", 1),
    ("std::vector {0}{{[u = one] {{ return u; }}}};", "{0}[0]()", 1),
    ("auto [{0}, {0}_b] = std::pair{{[u = one] {{ return u; }}, 5}};", "{0}() + {0}_b", 6),
    ("auto {0} = std::vector{{1, 2, 3}} | std::views::filter([u = one](int x) {{ return x > u; }});", "int(std::ranges::distance({0}))", 2),
    ("auto {0}_more = [](int a, int b) {{ return a > b; }}; std::set<int, decltype({0}_more)> {0}{{one}};", "*{0}.begin()", 1),
    ("std::set<int, decltype([](int a, int b) {{ return a > b; }})> {0}{{one}};", "*{0}.begin()", 1),
    ("using {0}_more = decltype([](int a, int b) {{ return a > b; }}); std::set<int, {0}_more> {0}{{one}};", "*{0}.begin()", 1),
    ("namespace {0}_in {{ auto f(int x) {{ return [x] {{ return x; }}; }} auto {0} = f(one); }}", "{0}_in::{0}()", 1),
]


@pytest.mark.parametrize("case", range(len(LAMBDAS)), ids=[text for text, *_ in LAMBDAS])
def test_what_a_lambda_holds_is_made_once(cpp: Engine, case: int) -> None:
    text, look, expected = LAMBDAS[case]
    name = f"holds_{case}"
    cpp("int one = 1;")
    cpp(text.format(name))
    cpp("one = 100;")
    assert cpp(look.format(name)) == expected
    assert cpp(f"auto first_{name} = std::string(3, 'a');\n{look.format(name)}") == expected, "before it, variables are made"


def test_the_state_of_a_lambda_goes_on_from_cell_to_cell(cpp: Engine) -> None:
    cpp("auto counts = [n = 0]() mutable { return ++n; };")
    assert [cpp("counts()"), cpp("std::string other;\ncounts()"), cpp("counts()")] == [1, 2, 3]


def test_a_function_that_returns_a_lambda_is_defined_again(cpp: Engine) -> None:
    cpp("double cut = 3;")
    cpp("auto cut(double x) { return [x](double y) { return y > x; }; }\nauto above = cut(20);\nbool uses() { return cut(5)(10); }")
    cpp("auto cut(double x) { return [x](double y) { return y < x; }; }")
    assert (cpp("above(30)"), cpp("cut(20)(30)"), cpp("uses()")) == (True, False, False)
    cpp("auto cut(double x, int n) { return [=](double y) { return y < n * x; }; }")
    assert cpp("cut(20)(30) ? 0 : cut(20, 2)(30) ? 1 : 2") == 1
    cpp("bool cut(double x) { return x > 100; }")
    assert cpp("cut(200)") is True
    cpp("auto cut(double x) { return [x] { return x; }; }")
    cpp("double cut = 3;")
    assert cpp("cut") == 3


def test_call_once_and_futures_work(cpp: Engine) -> None:
    cpp("std::once_flag first; int times = 0;\nfor (int k = 0; k < 3; ++k) std::call_once(first, [] { ++times; });")
    assert cpp("times") == 1
    cpp("std::vector<std::future<int>> parts;\nfor (int k = 0; k < 4; ++k) parts.push_back(std::async(std::launch::async, [k] { return k * k; }));")
    assert cpp("int squares = 0;\nfor (auto& part : parts) squares += part.get();\nsquares") == 14
    cpp("std::promise<int> promised;\nstd::thread([] { promised.set_value(8); }).join();")
    assert cpp("promised.get_future().get()") == 8


def test_members_may_be_called_like_a_variable_that_an_exception_has_kept_from_its_value(cpp: Engine) -> None:
    with pytest.raises(CppException):
        cpp("int taken_back = (throw 1, 2);")
    cpp("struct HasTaken { int taken_back = 3; }; namespace has_taken { int taken_back() { return 4; } int calls() { return taken_back(); } }")
    assert cpp("HasTaken has_taken_object;\nhas_taken_object.taken_back + has_taken::calls() + has_taken::taken_back()") == 11
    assert cpp.interpreter.lookup("has_taken_object").taken_back == 3
    with pytest.raises(CppCompileError, match="taken_back"):
        cpp("taken_back")
    assert cpp("int taken_back = 5;\nhas_taken_object.taken_back + taken_back") == 8


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("#if 1\n1\n#else\n2\n#endif", 1),
        ("#if 0\n1\n#else\n2\n#endif", 2),
        ("int if_k = 3;\n#ifdef NEVER\nif_k = 4;\nsome prose here\n#endif\nif_k", 3),
        ("#ifdef NEVER\n1\n#endif", None),
        ("1;\n#ifdef NEVER\nstd::abort();\n#endif", None),
        ("#ifdef NEVER\ndon't read this { or ( that\n#endif\n5", 5),
        ("#define IF_SET\n#if defined(IF_SET) && !defined(NEVER)\nint if_set = 6;\n#else\nthat isn't\n#endif\nif_set", 6),
        ("int if_array[] = {\n#ifdef NEVER\n1,\n#else\n2, 3\n#endif\n};\nif_array[0]", 2),
        ("#ifdef NEVER\nvoid if_head() {\n#else\nint if_head(int a) {\n#endif\nreturn a;\n}\nif_head(7)", 7),
        ("int if_parameter(\n#ifdef NEVER\nint x\n#else\ndouble x\n#endif\n) { return 2 * x; }\nif_parameter(4.5)", 9),
        ("#include <version>\n#if __has_include(<span>) && defined(__cpp_lib_span)\n#if 0\n#elif 1\n8\n#endif\n#else\n0\n#endif", 8),
        ("int if_inside() {\n#ifdef NEVER\nisn't C++ {\n#endif\nreturn 3;\n}\nif_inside()", 3),
        ("namespace if_scope {\n#if 2 > 1\nint n = 4;\n#else\nint n = 5;\n#endif\n}\nif_scope::n", 4),
    ],
)
def test_what_a_condition_leaves_out_is_neither_run_nor_the_value(cpp: Engine, text: str, value: object) -> None:
    assert cpp(text) == value


def test_a_name_that_a_condition_has_left_out_can_be_defined(cpp: Engine) -> None:
    cpp("#ifdef IF_LATE\nint if_late = 1;\n#endif")
    with pytest.raises(CppCompileError, match="if_late"):
        cpp("if_late")
    assert cpp("#define IF_LATE\n#ifdef IF_LATE\nint if_late = 2;\n#endif\nif_late") == 2


def test_a_function_follows_the_macros_in_the_conditions_inside_it(cpp: Engine) -> None:
    cpp("#define IF_MODE 1")
    cpp("int if_mode() {\n#if IF_MODE == 1\nreturn 1;\n#else\nreturn 2;\n#endif\n}")
    assert cpp("if_mode()") == 1
    cpp("#define IF_MODE 2")
    assert cpp("if_mode()") == 2
    cpp("int if_defined() {\n#ifdef IF_DEFINED\nreturn 1;\n#else\nreturn 0;\n#endif\n}\nint if_calls() { return if_defined(); }")
    assert cpp("if_calls()") == 0
    cpp("#define IF_DEFINED")
    assert (cpp("if_defined()"), cpp("if_calls()")) == (1, 1)
    cpp("#undef IF_DEFINED")
    assert (cpp("if_defined()"), cpp("if_calls()")) == (0, 0)


def test_what_stands_under_a_condition_with_a_changed_macro_is_named(cpp: Engine) -> None:
    cpp("#define UNDER_MODE 1")
    cpp("#if UNDER_MODE == 1\nint under_mode() { return 1; }\n#else\nint under_mode() { return 2; }\n#endif")
    (warning,) = cpp.interpreter.run("#define UNDER_MODE 2", 100_000).warnings
    assert warning.message == (
        f"'under_mode' stands under a condition with 'UNDER_MODE', which this cell changes: run cell {cpp.cell} again to have it decided anew"
    )
    assert cpp.interpreter.run("#define UNDER_MODE 2", 100_000).warnings == ()


def test_an_include_guard_lets_its_own_cell_be_run_again(cpp: Engine) -> None:
    text = "#ifndef GUARDED_H\n#define GUARDED_H\nint guarded() {{ return {0}; }}\n#endif"
    for number in (1, 2):
        cpp.interpreter.run(text.format(number), 100_000, origin="guarded")
        assert cpp("guarded()") == number
    cpp.interpreter.run(text.format(3), 100_001, origin="another")
    assert cpp("guarded()") == 2


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("#if 1 +\nint a;\n#endif", 1, "expected value in expression"),
        ("int a;\n#if 0\n#else\n#else\n#endif", 4, "#else after #else"),
        ("#else", 1, "#else without #if"),
        ("#if 1\n#error not like this\n#endif", 2, "not like this"),
    ],
)
def test_a_wrong_condition_is_an_error_in_its_line(cpp: Engine, text: str, line: int, message: str) -> None:
    with pytest.raises(CppCompileError) as caught:
        cpp(text)
    (found, *_) = caught.value.diagnostics
    assert found.line == line
    assert message in found.message


def test_a_value_may_stand_before_a_directive_or_before_members_that_come_later(cpp: Engine) -> None:
    assert list(cpp("std::vector<int>{1, 2}\n#undef NEVER")) == [1, 2]
    cpp("struct Made { static Made* make(); }; struct Better : Made {}; Made* Made::make() { return new Better; }")
    assert list(cpp("Made* Made::make() { auto* made = new Better; return made; }\nstd::vector<int>{3, 4}")) == [3, 4]


def test_a_long_double_beyond_a_double_is_a_value_that_holds_it(cpp: Engine) -> None:
    assert str(cpp("1e400L")) == "1e+400"
    assert cpp("std::numeric_limits<long double>::infinity()") == float("inf")
    assert type(cpp("1.5L")) is float


@pytest.mark.parametrize("text", ["int ,();", "int ,() { return 1; }", "namespace nameless { int ,() { return 1; } }", "enum , { a };", "auto [,] = 1;", "namespace nameless_alias = ;"])
def test_what_is_defined_without_a_name_is_the_compilers_error(cpp: Engine, text: str) -> None:
    with pytest.raises(CppCompileError, match="expected"):
        cpp(text)


def test_a_macro_that_joins_names_makes_several_items_with_qualified_types(cpp: Engine) -> None:
    cpp(
        "#include <functional>\n"
        "#define CALLED(NAME, TYPE, VALUE) std::string NAME ## _p(std::string (*f)(TYPE)) { return f(VALUE); } \\\n"
        "    struct NAME##_base { virtual ~NAME##_base() {} virtual std::string get(TYPE) = 0; std::string drive() { return get(VALUE); } };\n"
        'CALLED(joined, const std::string&, "a")\nCALLED(joined_int, int, 3)'
    )
    assert cpp('joined_p([](const std::string& s) { return s + "b"; }) + joined_int_p([](int i) { return std::to_string(i); })') == "ab3"
    assert cpp("struct Joined : joined_int_base { std::string get(int i) override { return std::to_string(2 * i); } }; Joined{}.drive()") == "6"
