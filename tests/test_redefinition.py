"""Running cells again, changed: what is redefined, what follows, and what Python sees of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from doublet.errors import CppCompileError, CppException, CppUsageError

if TYPE_CHECKING:
    from conftest import Engine

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


def signatures(function: Any) -> str:
    """What help() says of a function before it tells of its cells."""
    text: str = function.__doc__.partition("\n\n")[0]
    return text


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


def test_a_caller_that_no_longer_compiles_is_named_with_its_cell_and_cannot_be_used(cpp: Engine) -> None:
    cpp("int source() { return 1; }")
    cpp("int user_of_source() { return source() + 1; } struct Caller { int call() { return user_of_source(); } };")
    cell_of_user = cpp.cell
    result = cpp.interpreter.run('std::string source() { return "new"; }', 30_000)
    assert sorted(w.message.partition(" does not")[0] for w in result.warnings) == [
        f"'Caller' of cell {cell_of_user}",
        f"'user_of_source' of cell {cell_of_user}",
    ]
    assert {note.cell for w in result.warnings for note in w.notes} == {cell_of_user}
    assert str(cpp("source()")) == "new"
    for text in ("user_of_source()", "Caller().call()"):
        with pytest.raises(CppCompileError) as caught:
            cpp(text)
        assert any("run its cell again" in d.message for d in caught.value.diagnostics)
    with pytest.raises(AttributeError):
        cpp.interpreter.lookup("user_of_source")
    cpp("int user_of_source() { return source().size(); } struct Caller { int call() { return user_of_source(); } };")
    assert cpp("user_of_source() + Caller().call()") == 6


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


def test_python_sees_the_newest_definition(cpp: Engine) -> None:
    cpp("int seen(int first) { return 1; } struct Seen { int old_member = 1; };")
    assert cpp.interpreter.lookup("seen")(1) == 1
    cpp("int seen(double other) { return 2; } struct Seen { int new_member = 2; };")
    cpp("double seen_value = 1.5;")
    assert cpp.interpreter.lookup("Seen")().new_member == 2
    assert not hasattr(cpp.interpreter.lookup("Seen")(), "old_member")
    assert cpp.interpreter.lookup("seen_value") == 1.5


def test_python_sees_the_layout_of_a_class_that_has_been_defined_again(cpp: Engine) -> None:
    look = cpp.interpreter.lookup
    cpp("struct Laid { int a = 1; }; Laid laid, *to_laid = &laid; std::vector<Laid> laids(2); Laid make_laid() { return {}; }")
    old = look("laid")
    assert (look("make_laid")().a, old.a, look("to_laid").a, look("laids")[1].a) == (1, 1, 1, 1)
    cpp(
        "struct Laid { double b = 5; int a = 2; }; Laid laid, *to_laid = &laid; std::vector<Laid> laids(3);"
        " Laid make_laid() { return {}; } struct Holder { Laid inner; };"
    )
    assert (look("make_laid")().a, look("laid").a, look("to_laid").a, look("laids")[1].a) == (2, 2, 2, 2)
    assert (look("laid").b, look("Holder")().inner.a) == (5, 2)
    assert (len(look("laids")), look("Laid")().b, isinstance(look("laid"), look("Laid"))) == (3, 5, True)
    assert (old.a, isinstance(old, look("Laid"))) == (1, False)


def test_python_sees_templates_enums_and_aliases_that_have_been_defined_again(cpp: Engine) -> None:
    look = cpp.interpreter.lookup
    text = """template <class T> struct Box {{ {0} T a; Box(T x) : a(x + {1}) {{}} T get() const; }};
template <class T> T Box<T>::get() const {{ return a; }}
Box box(5); enum class Side2 {{ {2} left, right }}; Side2 side = Side2::right; using Real2 = {3}; Real2 number = 3.5;"""
    cpp(text.format("", 0, "", "int"))
    assert (look("box").a, look("side"), look("number"), look("Side2").left) == (5, 1, 3, 0)
    cpp(text.format("double first = 1;", 1, "none,", "double"))
    assert (look("box").a, look("box").get(), look("side"), look("number"), look("Side2").left) == (6, 6, 2, 3.5, 1)
    assert look("Box")[int](8).a == 9


def test_an_object_of_an_old_class_is_told_apart_from_the_new_class(cpp: Engine) -> None:
    cpp("struct Aged { int a = 1; int get() const { return a; } }; Aged aged;")
    cpp("struct Aged { double x = 0; int a = 2; int get() const { return a; } }; Aged young;")
    assert cpp("aged.get() + 10 * young.get()") == 21
    with pytest.raises(CppCompileError) as caught:
        cpp("aged = young;")
    assert any("'Aged' has been defined again" in d.message for d in caught.value.diagnostics)


def test_a_class_named_as_one_of_the_library_leaves_that_one_alone(cpp: Engine) -> None:
    for value in (1, 2):
        cpp(f"struct forward_list {{ int a = {value}; }};")
    assert cpp("#include <forward_list>\nstd::forward_list<int> list{5};\nlist.front() + forward_list().a") == 7


def test_the_same_cell_replaces_an_overload_and_another_cell_adds_one(cpp: Engine) -> None:
    def run(text: str, origin: str) -> object:
        cpp.cell += 1
        return cpp.interpreter.run(text, 10_000 + cpp.cell, origin=origin).value

    run("int chosen(int) { return 1; } int calls() { return chosen(1); }", "first")
    run("int chosen(const int&) { return 2; } int calls() { return chosen(1); }", "first")
    assert run("chosen(1) + calls()", "second") == 4
    run("int chosen(const char*) { return 3; }", "third")
    assert run('chosen(1) + chosen("x")', "second") == 5


def test_in_a_namespace_objects_keep_their_class_and_variables_their_state(cpp: Engine) -> None:
    cpp("namespace keep { struct P { int x = 1; }; int reads(P p) { return p.x; } int count = 0; P operator+(P a, P b) { return {a.x + b.x}; } }")
    cpp("keep::P p; keep::count = 7;")
    cpp("namespace keep { int reads(P p) { return 10 * p.x; } P operator+(P a, P b) { return {100}; } template <class T> int g(T) { return 3; } }")
    assert cpp("keep::reads(p) + keep::count") == 17
    assert cpp("reads(p) + (p + p).x + g(p)") == 113, "a call that finds the function through its argument"
    assert cpp.interpreter.lookup("keep").reads(cpp.interpreter.lookup("p")) == 10


def test_in_a_namespace_a_changed_signature_makes_the_classes_new(cpp: Engine) -> None:
    def run(text: str) -> object:
        cpp.cell += 1
        return cpp.interpreter.run(text, 20_000 + cpp.cell, origin="one").value

    run("namespace sign { struct P { int x = 1; }; int takes(P p) { return p.x; } }")
    assert run("namespace sign { struct P { int x = 1; }; int takes(const P& p) { return 2 * p.x; } }\ntakes(sign::P())") == 2


def test_using_declarations_in_a_namespace_hold_in_its_next_version(cpp: Engine) -> None:
    cpp("namespace uses { using std::vector; int f() { return 1; } }")
    cpp("namespace uses { int f() { return 2; } vector<int> v{f()}; }")
    assert cpp("uses::v[0]") == 2


def test_help_and_signatures_are_those_of_the_newest_definition(cpp: Engine) -> None:
    look = cpp.interpreter.lookup
    cpp("struct Helped { int a = 1; int get(int k) const { return a * k; } }; double helped(double x) { return x; }")
    assert (signatures(look("helped")), look("Helped").get.__doc__) == ("double helped(double x)", "int Helped::get(int k)")
    cpp("struct Helped { int b = 1; int get() const { return b; } }; double helped(int n, double x = 2) { return x * n; }")
    assert signatures(look("helped")) == "double helped(double x)\ndouble helped(int n, double x = 2)"
    cpp("template <class T> T helped(T x) { return x + x; }\nhelped(2)")
    assert signatures(look("helped")).splitlines()[-1] == "template <class T> T helped(T x)"
    cpp("template <class T> T grown(T x) { return x + x; }\ngrown(2)")
    assert signatures(look("grown")) == "template <class T> T grown(T x)"
    assert (look("Helped").__name__, look("Helped").get.__doc__) == ("Helped", "int Helped::get()")
    assert hasattr(look("Helped")(), "b")
    assert not hasattr(look("Helped")(), "a")


def test_a_struct_made_in_python_keeps_the_defaults_of_the_fields_that_are_not_given(cpp: Engine) -> None:
    cpp('struct Fields { int a = 1; double b = 2; std::string c = "x"; }; namespace fielded { struct P { int x = 1, y = 7; }; }')
    fields: Any = cpp.interpreter.lookup("Fields")
    assert (fields(5).a, fields(5).b, str(fields(c="y").c), fields(fields(8)).a) == (5, 2, "y", 8)
    assert cpp.interpreter.lookup("fielded").P(3).y == 7
    with pytest.raises(TypeError, match="'nope' is not a field of Fields"):
        fields(nope=1)
    with pytest.raises(TypeError, match="'a' is given twice"):
        fields(1, a=2)
    with pytest.raises(TypeError, match="3 fields, and 4 values"):
        fields(1, 2, "z", 4)


def test_an_operator_that_is_defined_again_comes_with_a_warning_that_the_library_may_keep_the_old_one(cpp: Engine) -> None:
    text = "struct Sorted {{ int a; }}; bool operator<(Sorted x, Sorted y) {{ return x.a {0} y.a; }}"
    assert cpp.interpreter.run(text.format("<"), 40_000).warnings == ()
    assert cpp.interpreter.run(text.format("<"), 40_001).warnings == ()
    (warning,) = cpp.interpreter.run(text.format(">"), 40_002).warnings
    assert "std::sort" in warning.message


def test_python_sees_the_overloads_of_all_cells_and_picks_as_in_one_cell(cpp: Engine) -> None:
    look = cpp.interpreter.lookup
    cpp("double spread(double x) { return 2 * x; }")
    assert look("spread")(3) == 6.0
    cpp("int spread(int x, int by = 1) { return x + by; }")
    assert (look("spread")(3), look("spread")(3.5), look("spread")(x=3, by=2)) == (4, 7.0, 5)
    cpp("std::string spread(const std::string& s) { return s + s; }\ntemplate <class T> int spread(const std::vector<T>& v) { return v.size(); }")
    vector = cpp.interpreter.gbl.std.vector["float"]([1, 2, 3])
    assert (look("spread")(3), look("spread")(3.5), look("spread")("ab"), look("spread")(vector)) == (4, 7.0, "abab", 3)
    assert signatures(look("spread")).splitlines() == [
        "double spread(double x)",
        "int spread(int x, int by = 1)",
        "std::string spread(const std::string& s)",
        "template <class T> int spread(const std::vector<T>& v)",
    ]
    cpp("double spread(double x) { return 3 * x; }")
    assert (look("spread")(3), look("spread")(3.5)) == (4, 10.5)


def test_a_namespace_that_is_used_brings_what_it_has_from_others(cpp: Engine) -> None:
    """By an inline namespace and by using-declarations; and when the others change, it follows."""
    cpp("namespace lender { struct Lent { int x = 2; }; int lent() { return 5; } struct Also {}; }")
    cpp("namespace user { inline namespace v1 { int own() { return 1; } } using lender::Lent; using lender::lent; using namespace lender; }")
    cpp("using namespace user;")
    assert cpp("Also also; own() + lent() + Lent{}.x") == 8
    cpp("namespace user { inline namespace v1 { int own() { return 10; } } }")
    cpp("namespace lender { struct Lent { int x = 3, y = 80; }; int lent() { return 500; } }")
    assert cpp("own() + lent() + Lent{}.y + user::Lent{}.x") == 593


def test_a_function_that_is_passed_by_its_name_is_the_new_one_only(cpp: Engine) -> None:
    cpp("struct By_name { double pt; };\nbool by_name(const By_name& m) { return m.pt > 20; }")
    cpp("int count_by_name(const std::vector<By_name>& v) { return std::count_if(v.begin(), v.end(), by_name); }")
    cpp("struct By_name { double pt; int charge = 1; };")
    assert cpp("count_by_name({{10}, {30}, {50}})") == 2
    cpp("bool by_name(const By_name& m) { return [&] { return m.pt > 45; }(); }")
    assert cpp("count_by_name({{10}, {30}, {50}})") == 1
    cpp("struct By_name { double pt; int charge = 2, isolation = 3; };")
    assert cpp("std::function<bool(const By_name&)> passed = by_name;\ncount_by_name({{10}, {50}}) + passed({60})") == 2


def test_a_macro_may_be_for_one_cell_only(cpp: Engine) -> None:
    for value in (3, 3, 4):
        cpp(f"#define FOR_ONE_CELL {value}\nint with_macro() {{ return FOR_ONE_CELL; }}\nstruct With_macro {{ int v = FOR_ONE_CELL; }};\n#undef FOR_ONE_CELL")
        assert cpp("with_macro() + With_macro{}.v") == 2 * value


def test_what_a_macro_has_made_follows_the_macro_and_those_in_it(cpp: Engine) -> None:
    cpp("#define MADE_BASE 100\n#define MADE(n) int made##n() { return MADE_BASE + n; }\n#define MADE_TYPE(name) struct name { double x = 1; };")
    cpp("MADE(7)\nMADE_TYPE(Made)\nnamespace made_ns { MADE(8) }\nint uses_made() { return made7() * 2; }")
    assert cpp("made7() + uses_made() + made_ns::made8() + Made{}.x") == 107 + 214 + 108 + 1
    cpp("#define MADE_BASE 200")
    assert cpp("made7() + uses_made() + made_ns::made8()") == 207 + 414 + 208
    cpp("#define MADE(n) int made##n(int k = 3) { return MADE_BASE + k + n; }\n#define MADE_TYPE(name) struct name { double x = 5, y; };")
    assert cpp("made7() + uses_made() + made_ns::made8() + Made{}.x") == 210 + 420 + 211 + 5
    cpp("#undef MADE")
    cpp("#define MADE_BASE 0")
    assert cpp("made7()") == 210


def test_python_sees_what_is_added_to_a_namespace(cpp: Engine) -> None:
    look = cpp.interpreter.lookup
    cpp("namespace grows { double f(double) { return 1; } namespace in { double g(double) { return 1; } } }")
    assert (look("grows").f(3), getattr(look("grows"), "in").g(3)) == (1.0, 1.0)
    cpp("namespace grows { int f(int) { return 2; } namespace in { int g(int) { return 2; } } }")
    assert (look("grows").f(3), look("grows").f(3.5)) == (2, 1.0)
    assert (getattr(look("grows"), "in").g(3), getattr(look("grows"), "in").g(3.5)) == (2, 1.0)


def test_a_class_follows_the_operators_of_what_it_uses_and_no_others(cpp: Engine) -> None:
    cpp("struct Sum { int n; }; Sum operator+(Sum a, Sum b) { return {a.n + b.n}; }")
    cpp("struct Counted { int n = 4; int get() const { return n + 1; } }; Counted counted; struct Holds { Sum s{3}; }; Holds holds;")
    cpp("struct Uses { int f() { return (holds.s + holds.s).n; } }; template <class T> struct Adds { T t; T twice() { return t + t; } };")
    assert cpp("Uses().f() + Adds<Sum>{Sum{1}}.twice().n") == 8
    cpp("Sum operator+(Sum a, Sum b) { return {a.n + b.n + 7}; }")
    assert cpp("Uses().f() + Adds<Sum>{Sum{1}}.twice().n") == 22
    assert cpp("int takes_counted(Counted& c) { return c.get(); }\ntakes_counted(counted)") == 5


def test_python_uses_the_newest_operators(cpp: Engine) -> None:
    cpp(
        "#include <ostream>\n#include <vector>\nstruct Term { int n; Term operator%(int k) { return {n % k}; } };"
        "Term operator+(const Term& a, const Term& b) { return {a.n + b.n}; } Term operator-(Term a) { return {-a.n}; }"
        "Term operator*(double x, Term b) { return {int(x * b.n)}; } bool operator<(Term a, Term b) { return a.n < b.n; }"
        "bool operator==(Term a, Term b) { return a.n == b.n; } Term& operator+=(Term& a, Term b) { a.n += b.n; return a; }"
        "std::vector<Term> terms{{1}, {2}};"
    )

    def seen() -> tuple[object, ...]:
        make = cpp.interpreter.lookup("Term")
        a, b = make(5), make(7)
        added = make(1)
        added += a
        ordered = [term.n for term in sorted(cpp.interpreter.lookup("terms"))]
        return (a + b).n, (-a).n, (2.0 * a).n, a < b, a == make(5), added.n, (b % 4).n, ordered

    assert seen() == (12, -5, 10, True, True, 6, 3, [1, 2])
    cpp(
        "Term operator+(const Term& a, const Term& b) { return {1000}; } Term operator-(Term a) { return {-1000}; }"
        "Term operator*(double x, Term b) { return {77}; } bool operator<(Term a, Term b) { return a.n > b.n; }"
        "bool operator==(Term a, Term b) { return false; } Term& operator+=(Term& a, Term b) { a.n = 9; return a; }"
    )
    assert seen() == (1000, -1000, 77, False, False, 9, 3, [2, 1])
    with pytest.raises(TypeError):
        _ = cpp.interpreter.lookup("Term")(1) + "text"


def test_lambdas_and_local_classes_are_those_of_the_newest_function(cpp: Engine) -> None:
    cpp("#include <algorithm>\n#include <vector>\nstd::vector<double> own_v{1, 2, 3}; constexpr double own_cut = 1;")
    functions = (
        "int own_n() {{ return std::count_if(own_v.begin(), own_v.end(), [](double x) {{ return x > {0}; }}); }}"
        "int own_m() {{ struct Over {{ bool operator()(double x) {{ return x > {0}; }} }}; return std::count_if(own_v.begin(), own_v.end(), Over()); }}"
        "int own_k() {{ return std::count_if(own_v.begin(), own_v.end(), [](double x) {{ return x > own_cut; }}); }}"
        "bool own_g() {{ auto over = [](auto x) {{ return x > {0}; }}; return over(2.); }}"
    )
    cpp(functions.format(1))
    assert cpp("own_n() * 1000 + own_m() * 100 + own_k() * 10 + own_g()") == 2221
    cpp("constexpr double own_cut = 2;" + functions.format(2))
    assert cpp("own_n() * 1000 + own_m() * 100 + own_k() * 10 + own_g()") == 1110
    assert cpp.interpreter.lookup("own_n")() == 1


def test_python_sees_what_a_new_version_of_a_namespace_keeps(cpp: Engine) -> None:
    look = cpp.interpreter.lookup
    inside = "namespace in { double g(S s) { return 1; } enum class E { e1, e2 }; struct T { int t = 4; }; int w = 6; template <class T> T twice(T t) { return 2 * t; } }"
    cpp(f"namespace keeps {{ struct S {{}}; int kept(int a) {{ return 5; }} int f(int a) {{ return a; }} enum F {{ f1, f2 }}; {inside} }}")
    for number in (2, 3):
        cpp(f"namespace keeps {{ int f(int a) {{ return {number} * a; }} }}")
        keeps = look("keeps")
        within = getattr(keeps, "in")
        assert (keeps.f(1), keeps.kept(1), keeps.f2, keeps.F.f2) == (number, 5, 1, 1)
        assert (within.g(keeps.S()), within.E.e2, within.T().t, within.w, within.twice(4)) == (1.0, 1, 4, 6, 8)
    cpp("namespace keeps { int kept(double) { return 7; } namespace in { template <class T> T twice(T t, T u) { return t * u; } } }")
    assert (look("keeps").kept(1), look("keeps").kept(1.0)) == (5, 7)
    assert (getattr(look("keeps"), "in").twice(4), getattr(look("keeps"), "in").twice(4, 5)) == (8, 20)


def test_python_is_told_the_signatures_of_a_namespace_as_they_were_typed(cpp: Engine) -> None:
    look = cpp.interpreter.lookup
    cpp("namespace told { struct S {}; int f(int a) { return a; } namespace in { double g(S s) { return 1; } } }")
    assert (signatures(look("told").f), signatures(getattr(look("told"), "in").g)) == ("int told::f(int a)", "double told::in::g(told::S s)")
    cpp("namespace told { int f(int a) { return -a; } int f(double) { return 1; } }")
    assert signatures(look("told").f).splitlines() == ["int told::f(int a)", "int told::f(double)"]
    assert signatures(getattr(look("told"), "in").g) == "double told::in::g(told::S s)"


def test_a_number_that_is_defined_again_keeps_its_place(cpp: Engine) -> None:
    cpp(
        "#include <vector>\ndouble least_pt = 20; double* to_least_pt = &least_pt;"
        "struct CutJet { double pt; bool passes() const { return pt > least_pt; } }; std::vector<CutJet> cut_jets{{10}, {25}, {35}};"
        "int passing(const std::vector<CutJet>& jets) { int n = 0; for (auto& jet : jets) n += jet.passes(); return n; }"
    )
    cpp("double least_pt = 30;")
    assert (cpp("passing(cut_jets)"), cpp("*to_least_pt"), cpp.interpreter.lookup("least_pt")) == (1, 30, 30)
    cpp("double least_pt{5};")
    assert cpp("passing(cut_jets)") == 3
    cpp("double least_pt(15), beside{least_pt};")
    assert (cpp("least_pt"), cpp("beside")) == (15, 15)
    cpp("double least_pt, beside = 1;")
    assert (cpp("least_pt"), cpp("beside")) == (0, 1)
    cpp("int least_pt = 7.5;")
    assert cpp("least_pt") == 7


ABOVE = [
    ("struct {0} {{ int x = 1; }};", "{0} {0}_old; int {0}_x = {0}_old.x; struct {0} {{ int x = 2; }}; {0}_x + 10 * {0}{{}}.x", 21),
    (
        "struct {0} {{ int x = 1; }}; struct {0}_user {{ {0} held; }};",
        "int {0}_x = {0}_user{{}}.held.x; struct {0} {{ double y; int x = 2; }}; {0}_x + 10 * {0}_user{{}}.held.x",
        21,
    ),
    (
        "struct {0} {{ int x = 1; }}; struct {0}_user {{ {0} held; }};",
        "{0}_user {0}_old; int {0}_f({0}_user u) {{ return u.held.x; }} struct {0} {{ int x = 2; }}; {0}_old.held.x + 10 * {0}_f({{}})",
        21,
    ),
    ("struct {0} {{ int x = 1; }}; using {0}_t = {0};", "int {0}_x = {0}_t{{}}.x; struct {0} {{ int x = 2; }}; {0}_x + 10 * {0}_t{{}}.x", 21),
    ("enum {0} {{ {0}_a = 1 }};", "int {0}_x = static_cast<{0}>(3); enum {0} : long {{ {0}_b = 1 }}; {0}_x + 10 * sizeof({0})", 83),
    ("template <class T> struct {0} {{ T x = 1; }};", "int {0}_x = {0}<int>{{}}.x; template <class T> struct {0} {{ T x = 2; }}; {0}_x + 10 * {0}<int>{{}}.x", 21),
]


@pytest.mark.parametrize(("first", "second", "value"), ABOVE)
def test_what_stands_above_a_new_class_in_its_cell_uses_the_old_one(cpp: Engine, first: str, second: str, value: int) -> None:
    name = f"Above_{ABOVE.index((first, second, value))}"
    cpp(first.format(name))
    assert cpp(second.format(name)) == value


def test_an_object_made_above_the_new_class_in_its_cell_is_named_as_one_of_the_old(cpp: Engine) -> None:
    cpp("struct Overtaken { int x = 1; };")
    (warning,) = cpp.interpreter.run("Overtaken overtaken;\nint plain = Overtaken{}.x;\nstruct Overtaken { int x = 2; };", 40_011).warnings
    assert warning.message == "'overtaken' holds an object of the old 'Overtaken', for it stands above the new one"


def test_templates_take_the_newest_class_of_a_name_in_a_text(cpp: Engine) -> None:
    cpp("struct Named { int x; }; template <class T> int size_of() { return sizeof(T); } template <class T> struct Sized { int size() { return sizeof(T); } };")
    function, kind = cpp.interpreter.lookup("size_of"), cpp.interpreter.lookup("Sized")
    assert (function["Named"](), kind["Named"]().size()) == (4, 4)
    cpp("struct Named { double x[3]; };")
    assert (function["Named"](), kind["Named"]().size()) == (24, 24)
    assert function["int"]() == 4
    assert function[cpp.interpreter.lookup("Named")]() == 24
    with pytest.raises(TypeError):
        function["Nowhere"]()


def test_a_function_no_longer_takes_the_objects_of_a_class_that_has_been_replaced(cpp: Engine) -> None:
    cpp(
        "#include <vector>\nstruct Muonlike { double pt; bool passes() const { return pt > 20; } }; std::vector<Muonlike> muonlikes{{25}};"
        "int passing_muons(const std::vector<Muonlike>& muons) { int n = 0; for (auto& muon : muons) n += muon.passes(); return n; }"
    )
    cell = cpp.cell
    (warning,) = cpp.interpreter.run("struct Muonlike { double pt; bool passes() const { return pt > 30; } };", 40_010).warnings
    assert warning.message == f"'muonlikes' still holds an object of the old 'Muonlike': run cell {cell} again to make it anew"
    with pytest.raises(CppCompileError) as error:
        cpp("passing_muons(muonlikes)")
    assert "'Muonlike' has been defined again since: make the objects of the old class anew" in str(error.value.diagnostics[-1])
    cpp("std::vector<Muonlike> muonlikes{{25}, {35}};")
    assert cpp("passing_muons(muonlikes)") == 1


def test_overloads_stay_apart_after_a_class_in_their_signature_has_been_redefined(cpp: Engine) -> None:
    cpp("struct Wrapped { Wrapped(int) {} }; int unwrapped(const Wrapped&) { return 1; }")
    cpp("struct Wrapped { int more = 0; Wrapped(int) {} }; ")
    assert (cpp("unwrapped(3)"), cpp.interpreter.lookup("unwrapped")(3)) == (1, 1)


def test_a_function_may_be_announced_called_and_defined_in_three_cells(cpp: Engine) -> None:
    cpp("int announced(int a, int b = 10);")
    cpp("int calls_announced(int x) { return announced(x); }")
    cpp("int announced(int a, int b) { return a + b; }")
    assert (cpp("calls_announced(1)"), cpp("announced(2)")) == (11, 12)
    cpp("int announced(int a, int b) { return a * b; }")
    assert (cpp("calls_announced(1)"), cpp.interpreter.lookup("announced")(2)) == (10, 20)
    cpp("int announced(int a, int b = 3);")
    assert (cpp("calls_announced(1)"), cpp.interpreter.lookup("announced")(2)) == (3, 6)
    cpp("int announced(double a) { return 7; }")
    look = cpp.interpreter.lookup("announced")
    assert (cpp("announced(1.5)"), cpp("announced(1)"), look(1.5), look(1)) == (7, 3, 7, 3)


def test_functions_that_call_each_other_may_stand_in_two_cells(cpp: Engine) -> None:
    cpp("bool is_odd(int); bool is_even(int n) { return n == 0 || is_odd(n - 1); }")
    cpp("bool is_odd(int n) { return n != 0 && is_even(n - 1); }")
    assert (cpp("is_even(10)"), cpp("is_even(7)"), cpp("is_odd(7)")) == (True, False, True)
    cpp("bool is_odd(int n) { return n == 3; }")
    assert (cpp("is_even(10)"), cpp("is_even(4)")) == (False, True)


def test_what_stands_beside_a_call_of_an_announced_function_can_be_used_before_and_after_its_definition(cpp: Engine) -> None:
    cpp(
        "struct BesideTrack { double pt = 2; double weight() const; };\n"
        "int beside_later(int n);\n"
        "int beside_calls(int n) { return n > 5 ? n : beside_later(n + 1); }\n"
        "double beside_alone(double x) { return 2 * x; }\n"
        "double BesideTrack::weight() const { return pt; }"
    )
    assert (cpp("beside_alone(1.5)"), cpp("BesideTrack().weight()"), cpp.interpreter.lookup("beside_alone")(2)) == (3, 2, 4)
    cpp("int beside_later(int n) { return beside_calls(n + 1) + 1; }\nint beside_started = beside_calls(0);")
    assert (cpp("beside_started"), cpp("beside_alone(1)"), cpp("BesideTrack().weight()")) == (9, 2, 2)


@pytest.mark.parametrize(
    ("user", "call"),
    [
        ("int late_user() { return late_limit + late_values[0] + late_helper() + LateCut().value; }", "late_user()"),
        ("struct LateUser { int f() { return late_limit + late_values[0] + late_helper() + LateCut().value; } };", "LateUser().f()"),
        (
            "int late_inner() { return late_limit + late_values[0] + late_helper() + LateCut().value; } int late_user() { return late_inner(); }",
            "late_user()",
        ),
    ],
)
def test_what_stands_above_a_new_definition_in_its_cell_uses_it(cpp: Engine, user: str, call: str) -> None:
    def defined(n: int) -> str:
        return (
            f"constexpr int late_limit = {n}; std::vector<int> late_values{{{10 * n}}};"
            f"int late_helper() {{ return {100 * n}; }} struct LateCut {{ int value = {1000 * n}; }};"
        )

    cpp(defined(1))
    cpp(user)
    assert cpp(call) == 1111
    cpp(f"{user}\n{defined(2)}")
    assert cpp(call) == 2222


def test_what_a_variable_above_a_new_definition_needs_stays_above(cpp: Engine) -> None:
    cpp("constexpr int early_limit = 1;")
    cpp("int early_user() { return early_limit; }\nint early_value = early_user();\nconstexpr int early_limit = 2;")
    assert cpp("early_value") == 1


def test_a_default_argument_of_a_prototype_holds_after_the_definition(cpp: Engine) -> None:
    assert cpp("int has_default(int a, int = 10); int uses_default() { return has_default(1); } int has_default(int a, int b) { return a + b; }\nuses_default() + has_default(2)") == 23
    assert (cpp("has_default(3)"), cpp.interpreter.lookup("has_default")(3)) == (13, 13)


def test_a_class_may_be_announced_used_and_defined_in_three_cells(cpp: Engine) -> None:
    cpp("struct Knot; struct Rope { Knot* head = nullptr; int knots() const; };")
    cpp("Rope* rope = nullptr; Knot* knot = nullptr;")
    cpp("struct Knot { Knot* next; }; int Rope::knots() const { int n = 0; for (auto* k = head; k; k = k->next) ++n; return n; }")
    assert cpp("Knot one{nullptr}, two{&one}; knot = &two; Rope whole_rope{&two}; rope = &whole_rope;\nrope->knots()") == 2


def test_a_class_of_a_class_may_be_defined_in_a_later_cell(cpp: Engine) -> None:
    cpp(
        "#include <memory>\nclass Hiding { public: Hiding(); ~Hiding(); int get() const;"
        " private: struct Impl; std::unique_ptr<Impl> impl; };"
    )
    rest = "Hiding::Hiding() : impl(std::make_unique<Impl>()) {} Hiding::~Hiding() = default; int Hiding::get() const { return impl->x; }"
    cpp(f"struct Hiding::Impl {{ int x = 5; }}; {rest}")
    assert cpp("Hiding().get()") == 5
    cpp("struct Hiding::Impl { double y = 0; int x = 6; };")
    assert cpp("Hiding().get()") == 6


def test_a_constant_and_a_deduced_number_keep_their_place_too(cpp: Engine) -> None:
    cpp(
        "const double lowest = 20, unused = 1; auto highest = 50.; namespace window { const float edge = 1; double slack{2}; auto mode = 3; }"
        "struct Cut { double pt; bool passes() const { return pt > lowest && pt < highest; } float edge() const { return window::edge * window::slack * window::mode; } };"
        "Cut one_cut{25};"
    )
    assert (cpp("one_cut.passes()"), cpp("one_cut.edge()")) == (True, 6)
    result = cpp.interpreter.run("const double lowest = 30, unused = 2;", 40_011)
    assert result.warnings == ()
    assert cpp("one_cut.passes()") is False
    cpp("const double lowest{10}, unused(3); auto highest = 24.;")
    assert cpp("one_cut.passes()") is False
    cpp("auto highest = 26e0; namespace window { const float edge = 10; double slack(4); auto mode = 5; }")
    assert (cpp("one_cut.passes()"), cpp("one_cut.edge()"), cpp("unused")) == (True, 200, 3)
    look = cpp.interpreter.lookup
    assert (look("lowest"), look("highest"), look("window").edge, look("window").slack) == (10, 26, 10, 4)
    with pytest.raises(CppCompileError, match="const-qualified"):
        cpp("lowest = 3;")


def test_python_reads_the_constants_and_references_of_a_namespace(cpp: Engine) -> None:
    cpp("namespace constant { double f() { return 2.5; } const double a = 1, b = f(); double v = 3; double& r = v; namespace in { const double c = 4; } }")
    look = cpp.interpreter.lookup
    scope = look("constant")
    assert (scope.a, scope.b, scope.r, getattr(scope, "in").c) == (1, 2.5, 3, 4)
    cpp("namespace constant { double f() { return 3.5; } const double a = 7; }")
    scope = look("constant")
    assert (scope.a, scope.b, scope.r, getattr(scope, "in").c) == (7, 2.5, 3, 4)


CHOSEN = {
    "required of the head": ("template <class T> requires std::{1}<T> int {0}(T) {{ return {2}; }}", "int({0}(1) * 10 + {0}(1.))"),
    "required at the end": ("template <class T> int {0}(T) requires std::{1}<T> {{ return {2}; }}", "int({0}(1) * 10 + {0}(1.))"),
    "a concept": ("template <std::{1} T> int {0}(T) {{ return {2}; }}", "int({0}(1) * 10 + {0}(1.))"),
    "a parameter's concept": ("int {0}(std::{1} auto x) {{ return {2}; }}", "int({0}(1) * 10 + {0}(1.))"),
    "the type it returns": (
        "template <class T> std::enable_if_t<std::{1}<T>, int> {0}(T) {{ return {2}; }}",
        "int({0}(1) * 10 + {0}(1.))",
    ),
    "the type it returns, behind": (
        "template <class T> auto {0}(T x) -> decltype(std::enable_if_t<std::{1}<T>>(), int()) {{ return {2}; }}",
        "int({0}(1) * 10 + {0}(1.))",
    ),
    "a partial specialisation": (
        "template <class T> requires std::{1}<T> struct {0}<T> {{ static constexpr int v = {2}; }};",
        "int({0}<int>::v * 10 + {0}<double>::v)",
    ),
}


@pytest.mark.parametrize("case", CHOSEN)
@pytest.mark.parametrize("is_one_cell", [True, False])
def test_templates_that_differ_in_what_they_require_stand_side_by_side(cpp: Engine, case: str, is_one_cell: bool) -> None:
    text, check = CHOSEN[case]
    name = f"chosen_{[*CHOSEN].index(case)}_{int(is_one_cell)}"
    if "partial" in case:
        cpp(f"template <class T> struct {name} {{}};")
    first, second = (text.format(name, of, value) for of, value in (("integral", 1), ("floating_point", 2)))
    for cell in [f"{first}\n{second}"] if is_one_cell else [first, second]:
        cpp(cell)
    assert cpp(check.format(name)) == 12
    cpp(text.format(name, "integral", 3))
    assert cpp(check.format(name)) == 32
    cpp(text.format(name, "floating_point", 4))
    assert cpp(check.format(name)) == 34


def test_a_function_is_the_same_however_its_parameters_are_typed(cpp: Engine) -> None:
    texts = [
        "int typed(const std::vector<int>& v, const int n, double x[]) {{ return {0}; }}",
        "int typed(std::vector<int> const &, int, double *x) {{ return {0}; }}",
        "int typed( const std::vector< int > & /* v */, int m = 3, double* const x = nullptr ) {{ return {0}; }}",
    ]
    for value, text in enumerate(texts * 2):
        cpp(text.format(value))
        assert cpp("typed({}, 1, nullptr)") == value
    for value, text in enumerate(("template <class T> int typed_for(T) {{ return {0}; }}", "template <typename U>\nint typed_for(U x) {{ return {0}; }}") * 2):
        cpp(text.format(value))
        assert cpp("typed_for(1)") == value


def test_a_specialisation_of_a_function_is_defined_again(cpp: Engine) -> None:
    cpp("template <class T> int special_nm(T) { return 0; }")
    cpp("int calls_special_nm() { return special_nm(1); }")
    for value in (1, 2, 2, 3):
        cpp(f"template <> int special_nm<int>(int) {{ return {value}; }}")
        assert cpp("calls_special_nm() + 10 * special_nm(1) + 100 * special_nm(1.)") == 11 * value
    cpp("template <class T> int special_nm(T) { return 5; }")
    assert cpp("calls_special_nm() + 10 * special_nm(1) + 100 * special_nm(1.)") == 533
    cpp("int special_nm(double) { return 7; }")
    assert cpp("special_nm(1) + 10 * special_nm(1.) + 100 * special_nm('c')") == 573


def test_what_has_been_used_is_specialised_later(cpp: Engine) -> None:
    cpp("template <class T> int late() { return 0; } template <class T> struct Late { static constexpr int v = 0; };")
    cpp("template <class T> constexpr int late_v = 0;")
    cpp("int uses_late() { return late<int>() + Late<int>::v + Late<int*>::v + late_v<int>; }")
    assert cpp("uses_late()") == 0
    cpp("template <> int late<int>() { return 1; }")
    cpp("template <> struct Late<int> { static constexpr int v = 10; };")
    cpp("template <class T> struct Late<T*> { static constexpr int v = 100; };")
    cpp("template <> constexpr int late_v<int> = 1000;")
    assert cpp("uses_late()") == 1111
    assert cpp("late<int>() + Late<int>::v + Late<int*>::v + late_v<int>") == 1111


def test_specialisations_of_what_has_not_been_used_leave_objects_as_they_are(cpp: Engine) -> None:
    cpp("template <class T> struct Early { T v = 1; };")
    cpp("template <> struct Early<bool> { bool v = true; };")
    cpp("Early<double> early;")
    cpp("Early(const char*) -> Early<int>;")
    assert cpp("early = Early<double>{2}; early.v") == 2


@pytest.mark.parametrize("form", ["template <> struct std::{0} {{ {1} }};", "namespace std {{ template <> struct {0} {{ {1} }}; }}"])
def test_a_specialisation_for_a_class_of_cells_follows_it_and_is_defined_again(cpp: Engine, form: str) -> None:
    name = f"Hashed_{'namespace' in form}"

    def hash_by(expression: str) -> None:
        cpp(form.format(f"hash<{name}>", f"std::size_t operator()(const {name}& q) const {{ return {expression}; }}"))

    cpp(f"struct {name} {{ int a; bool operator==(const {name}&) const = default; }};")
    hash_by("q.a")
    cpp(f"int size_of_set_{name}() {{ return std::unordered_set<{name}>{{ {{1}}, {{2}} }}.size() + std::hash<{name}>()({{5}}); }}")
    hash_by("q.a")
    assert cpp(f"std::unordered_map<{name}, int> m_{name}; m_{name}[{{3}}] = 4; size_of_set_{name}()") == 7
    cpp(f"struct {name} {{ int a, b = 7; bool operator==(const {name}&) const = default; }};")
    assert cpp(f"std::hash<{name}>()({{5}}) + size_of_set_{name}()") == 12
    hash_by("10 * q.a + q.b")
    assert cpp(f"std::hash<{name}>()({{5}}) + size_of_set_{name}()") == 116
    assert cpp(f"std::unordered_map<{name}, int> m_{name}; m_{name}[{{3}}] = 4; m_{name}.size()") == 1


def test_each_specialisation_in_std_stands_for_itself(cpp: Engine) -> None:
    cpp("struct Both_a { int v; }; struct Both_b { int v; };")
    cpp("template <> struct std::less<Both_a> { bool operator()(Both_a a, Both_a b) const { return a.v > b.v; } };")
    cpp("namespace std { template <> struct less<Both_b> { bool operator()(Both_b a, Both_b b) const { return a.v > b.v; } }; }")
    cpp("template <> struct std::tuple_size<Both_a> : std::integral_constant<std::size_t, 1> {};")
    cpp("template <std::size_t I> struct std::tuple_element<I, Both_a> { using type = int; };")
    cpp("template <> inline constexpr bool std::ranges::enable_view<Both_a> = true;")
    cpp("struct Both_a { int v, w; };")
    cpp("std::set<Both_a> both_a{{1}, {2}}; std::set<Both_b> both_b{{1}, {2}};")
    assert cpp("both_a.begin()->v + both_b.begin()->v") == 4
    assert cpp("std::tuple_size<Both_a>::value + sizeof(std::tuple_element<0, Both_a>::type) + std::ranges::enable_view<Both_a>") == 6
    assert cpp("std::vector<int>{1, 2}.size()") == 2


def test_a_changed_specialisation_for_no_class_of_cells_is_refused_in_one_sentence(cpp: Engine) -> None:
    text = "template <> struct std::hash<std::pair<char, short>> {{ std::size_t operator()(std::pair<char, short> p) const {{ return {0}; }} }};"
    for _ in range(2):
        cpp(text.format(1))
    with pytest.raises(CppUsageError, match="specialised already"):
        cpp(text.format(2))
    assert cpp("std::hash<std::pair<char, short>>()({})") == 1


def test_what_is_defined_out_of_line_belongs_to_its_namespace(cpp: Engine) -> None:
    cpp("namespace out_ns { template <class T> struct traits { static int v() { return 0; } }; template <class T> int nm(T) { return 0; } }")
    cpp("namespace out_ns { struct S { int f() const; }; int g(S s); }")
    cpp("int out_ns::S::f() const { return 1; }\nint out_ns::g(S s) { return s.f(); }")
    for value in (1, 2, 2, 3):
        cpp(f"template <> struct out_ns::traits<int> {{ static int v() {{ return {value}; }} }};")
        cpp(f"template <> int out_ns::nm<int>(int) {{ return {value}; }}")
        cpp(f"int out_ns::S::f() const {{ return {value}; }}")
        assert cpp("out_ns::traits<int>::v() + 10 * out_ns::nm(1) + 100 * out_ns::g({})") == 111 * value
    cpp("namespace out_ns { template <> struct traits<double> { static int v() { return 5; } }; }")
    assert cpp("out_ns::traits<int>::v() + 10 * out_ns::traits<double>::v()") == 53


def test_explicit_instantiations_and_functions_in_c_linkage_are_run_again(cpp: Engine) -> None:
    for value in (1, 1, 2):
        cpp(f"template <class T> struct Whole {{ T v = {value}; }};")
        cpp('template struct Whole<int>;\nextern "C" { int c_of_whole(int x); }')
        cpp(f'extern "C" int c_whole(int x) {{ return x + {value}; }}')
        cpp(f'namespace whole_ns {{ extern "C" {{ int c_in_whole(int x) {{ return x + {value}; }} double cos(double); }} }}')
        assert cpp("Whole<int>().v + 10 * c_whole(0) + 100 * whole_ns::c_in_whole(0)") == 111 * value
    assert cpp("whole_ns::cos(0)") == 1


def test_a_class_is_not_there_when_the_value_of_a_static_member_throws(cpp: Engine) -> None:
    with pytest.raises(CppException, match="stoi"):
        cpp('struct Thrown { inline static int n = std::stoi("x"); int y = 1; };')
    with pytest.raises(CppCompileError) as caught:
        cpp("Thrown().y")
    assert any("exception stopped its cell" in d.message for d in caught.value.diagnostics)
    cpp('struct Thrown { inline static int n = std::stoi("4"); int y = 1; };')
    assert cpp("Thrown::n + Thrown().y") == 5


def test_an_operator_that_a_stream_iterator_may_keep_is_warned_of(cpp: Engine) -> None:
    text = "std::ostream& operator<<(std::ostream& o, Iterated i) {{ return o << {0}; }}"
    cpp("struct Iterated { int x; };")
    cpp(text.format(1))
    cpp("std::ostringstream iterated; *std::ostream_iterator<Iterated>(iterated) = Iterated{};")
    warnings = cpp.interpreter.run(text.format(2), 30_001).warnings
    assert any("std::ostream_iterator" in w.message for w in warnings)


def test_a_cell_may_not_add_to_the_namespace_of_doublet(cpp: Engine) -> None:
    with pytest.raises(CppUsageError, match="another name"):
        cpp("namespace doublet { int mine = 1; }")


def test_what_a_namespace_names_of_a_namespace_in_it_is_defined_again(cpp: Engine) -> None:
    text = "namespace outer_u {{ namespace sub {{ int z() {{ return {0}; }} int y() {{ return 1; }} }} using sub::z; int t() {{ return z(); }} }}"
    for value in (1, 1, 2):
        cpp(text.format(value))
        assert cpp("outer_u::t() + 10 * outer_u::z()") == 11 * value
    cpp("namespace outer_u { namespace sub { int z() { return 7; } } }")
    assert cpp("outer_u::z() + 10 * outer_u::sub::y()") == 17


def test_a_template_of_a_header_that_has_been_used_is_specialised_for_a_new_class(cpp: Engine) -> None:
    special = "template <> struct std::numeric_limits<Limited> { static int max() { return 9; } };"
    cpp("struct Limited { int v; };\nstd::numeric_limits<Limited>::max();")
    with pytest.raises(CppCompileError) as caught:
        cpp(special)
    assert any("run its cell again, then specialise it" in d.message for d in caught.value.diagnostics)
    cpp("struct Limited { int v, w; };")
    cpp(special)
    assert cpp("std::numeric_limits<Limited>::max()") == 9


def test_a_member_whose_signature_has_changed_is_defined_anew_from_its_own_cell(cpp: Engine) -> None:
    cpp("struct Reshaped { int f(int x); int g(); };")
    cpp("int Reshaped::f(int x) { return x; }\nint Reshaped::g() { return 5; }")
    warnings = cpp.interpreter.run("struct Reshaped { int f(double x); int g(); };", 100_000).warnings
    assert [warning.message.partition(";")[0] for warning in warnings] == [
        f"'Reshaped::f' of cell {cpp.cell} does not compile with what this cell redefines"
    ]
    assert cpp("Reshaped().g()") == 5
    with pytest.raises(CppCompileError, match="declared but not defined"):
        cpp("Reshaped().f(1)")
    cpp("int Reshaped::f(double x) { return 10 * x; }")
    assert cpp("Reshaped().f(2.5)") == 25


def test_a_friend_can_be_defined_anew_alone(cpp: Engine) -> None:
    cpp("class Befriending { int secret = 3; friend int befriended(const Befriending&); };")
    cpp("int befriended(const Befriending& b) { return b.secret; }")
    assert cpp("befriended(Befriending())") == 3
    cpp("int befriended(const Befriending& b) { return 2 * b.secret; }")
    assert cpp("befriended(Befriending())") == 6
    with pytest.raises(CppCompileError, match="private member"):
        cpp("int stranger(const Befriending& b) { return b.secret; }")


def test_an_array_of_numbers_or_a_pointer_that_is_defined_again_is_new(cpp: Engine) -> None:
    cpp("int anew[2];")
    cpp("anew[0] += 1;")
    cpp("int anew[2];")
    assert cpp("anew[0]") == 0
    cpp("double anew[20];")
    assert cpp("sizeof(anew)") == 160
    cpp("double anew[30], anew_other;")
    assert cpp("sizeof(anew)") == 240
    cpp("int* anew_other;")
    cpp("int anew_other = 3;")
    assert cpp("anew_other") == 3


def test_a_class_template_that_python_names_the_argument_of_has_the_newest_class(cpp: Engine) -> None:
    look = cpp.interpreter.lookup
    cpp("template <class T> struct ByText { T t; int get() { return t.a; } };")
    for value in (1, 100, 200):
        cpp(f"struct ByTextArgument {{ int a = {value}; }};")
        vector = look("std").vector
        assert (look("ByText")["ByTextArgument"]().get(), vector["ByTextArgument"](1)[0].a) == (value, value)
        assert vector["std::pair<int, ByTextArgument>"](1)[0].second.a == value


@pytest.mark.parametrize("first", ["struct {0} {{}};", "template <class T> struct {0} {{}};", "using {0} = int;", "enum {0} {{ {0}_a }};"])
def test_a_type_cannot_become_a_namespace(cpp: Engine, first: str) -> None:
    name = f"Turned_{len(first)}"
    cpp(first.format(name))
    with pytest.raises(CppCompileError, match=f"'{name}' is a type of cell {cpp.cell} and cannot become a namespace; take another name"):
        cpp(f"namespace {name} {{ int q = 6; }}")
    cpp("1")


@pytest.mark.parametrize("text", ["struct Turning {};", "using Turning = int;"])
def test_a_namespace_cannot_become_a_type(cpp: Engine, text: str) -> None:
    cpp("namespace Turning { int q = 6; }")
    with pytest.raises(CppCompileError, match="'Turning' is a namespace of another cell and cannot become a type"):
        cpp(text)
    assert cpp("Turning::q") == 6


@pytest.mark.parametrize(("first", "value"), [("int {0} = 1;", "{0}"), ("int {0}() {{ return 1; }}", "{0}()"), ("auto {0} = [] {{ return 1; }};", "{0}()")])
def test_a_variable_or_function_may_become_a_namespace_and_the_other_way_round(cpp: Engine, first: str, value: str) -> None:
    name = f"changing_{len(first)}"
    cpp(first.format(name))
    assert cpp(f"namespace {name} {{ int q = 6; }}\n{name}::q") == 6
    cpp(f"namespace {name}_back {{ int q = 6; }}")
    assert cpp(f"{first.format(name + '_back')}\n{value.format(name + '_back')}") == 1


def test_a_class_becomes_a_macro_and_a_class_again(cpp: Engine) -> None:
    cpp("struct Turned { int x = 1; };")
    assert cpp("#define Turned 8\nTurned") == 8
    assert cpp("Turned + 1") == 9
    assert cpp("#undef Turned\nstruct Turned { int x = 2; };\nTurned{}.x") == 2


def test_a_static_member_may_move_into_its_class(cpp: Engine) -> None:
    cpp("struct Counting { static int count; Counting() { ++count; } };\nint Counting::count = 5;")
    (warning,) = cpp.interpreter.run("struct Counting { static inline int count = 1; Counting() { ++count; } };", 40_012).warnings
    assert warning.message.startswith("'Counting::count' of cell")
    assert cpp("Counting(), Counting::count") == 2


def test_python_passes_a_null_pointer(cpp: Engine) -> None:
    cpp("struct Pointed {}; bool is_null(Pointed* p) { return !p; }")
    assert cpp.interpreter.lookup("is_null")(cpp.interpreter.lookup("nullptr"))


NEARER = [
    ("namespace nearer { struct Near { int v = 4; }; int f(const Near& n) { return n.v; } namespace deep { int g() { return Near{}.v; } } }", "nearer::f(nearer::Near{}) + nearer::deep::g()", 8),
    ("namespace nearer { int h() { Near n; return n.v * 2; } }", "nearer::h() + ::Near{}.q", 11),
    ("", "near_member.Near + With_near::Inner_near{}.v + Inner_near{}.z + Near{}.q", 13),
    (
        "struct Q_near { struct Near { int a = 7; }; Near n; int get() const; Near* self() { return &n; } }; int Q_near::get() const { Near other; return other.a + n.a; }",
        "Q_near::Near{}.a + Q_near{}.get() + Q_near{}.self()->a",
        28,
    ),
    ("struct R_near : Near { double sum() const { return pt + q + Near::pt; } }; R_near r_near; r_near.Near::pt = 10;", "r_near.sum()", 23),
    ("struct Named_near { int Near = 6; int Inner_near() { return 8; } }; Named_near n_near{.Near = 9}; auto* p_near = &n_near;", "n_near.Near + p_near->Near + n_near.Inner_near() + p_near->Inner_near()", 34),
    ("template <class T> struct Box_near { T t; }; Box_near<Near> b_near; Box_near<nearer::Near> c_near;", "b_near.t.q + c_near.t.v", 7),
]


@pytest.mark.parametrize(("text", "value", "expected"), NEARER)
def test_a_class_that_is_called_as_one_of_the_top_level_which_was_defined_again_is_itself(cpp: Engine, text: str, value: str, expected: int) -> None:
    if not cpp.interpreter.names.is_defined("Near"):
        cpp("struct Near { double pt = 1; }; struct With_near { int Near = 3; struct Inner_near { int v = 2; }; }; struct Inner_near { int w = 1; }; With_near near_member;")
        cpp("struct Near { double pt = 1, q = 3; }; struct Inner_near { int w = 1, z = 5; };")
    cpp(text)
    assert cpp(value) == expected


def test_a_variable_that_was_a_namespace_for_a_while_is_followed_again(cpp: Engine) -> None:
    cpp("int turned_number = 1; int turned_user() { return turned_number; }")
    cpp("namespace turned_number { int x = 3; }")
    assert cpp("turned_user() + turned_number::x") == 4
    for number, (text, value) in enumerate([("int turned_number = 7;", 7), ("int turned_number = 8;", 8), ("long turned_number = 9;", 9)]):
        assert cpp.interpreter.run(text, 40_030 + number).warnings == ()
        assert cpp("turned_user()") == value


def test_what_uses_a_namespace_goes_on_where_a_variable_takes_its_name(cpp: Engine) -> None:
    cpp("namespace turned_space { int x = 3; int f() { return x; } }\nint turned_caller() { return turned_space::f(); }")
    for number, text in enumerate(("int turned_space = 5;", 'std::string turned_space = "a";', "double turned_space = 2.5;")):
        assert cpp.interpreter.run(text, 40_040 + number).warnings == ()
        assert cpp("turned_caller()") == 3
    assert cpp.interpreter.lookup("turned_space") == 2.5
    cpp("namespace turned_space { int f() { return 30; } }")
    assert cpp("turned_caller()") == 30
    assert cpp.interpreter.lookup("turned_space").f() == 30
