"""Exceptions that cross between Python and C++."""

from __future__ import annotations

import gc
import pickle
import threading
import weakref
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doublet.errors import CppException

if TYPE_CHECKING:
    from conftest import Kernel
    from IPython.core.interactiveshell import InteractiveShell

THROWING = """
struct Mine : std::runtime_error {
    int code = 7;
    Mine(const std::string& text) : std::runtime_error(text) {}
};
struct Plain { int k = 3; };
namespace hep { struct Bad : std::invalid_argument { using std::invalid_argument::invalid_argument; }; }
struct Once : std::range_error {
    Once() : std::range_error("once") {}
    Once(Once&&) = default;
};
template <class T> struct Of : std::logic_error { Of() : std::logic_error("of") {} };
void fail(const std::string& how) {
    if (how == "runtime") throw std::runtime_error("negative: -1");
    if (how == "mine") throw Mine("mine");
    if (how == "hep") throw hep::Bad("hep");
    if (how == "template") throw Of<std::pair<int, Plain>>();
    if (how == "once") throw Once();
    if (how == "int") throw 42;
    if (how == "text") throw "text";
    if (how == "null") throw nullptr;
    if (how == "no text") throw static_cast<const char*>(nullptr);
    if (how == "string") throw std::string("string");
    if (how == "plain") throw Plain();
    if (how == "bad_alloc") throw std::bad_alloc();
    if (how == "local") {
        struct Local : std::out_of_range { Local() : std::out_of_range("local") {} };
        throw Local();
    }
    if (how == "nested") {
        try {
            try { throw 1.5; } catch (...) { std::throw_with_nested(std::logic_error("middle")); }
        } catch (...) {
            std::throw_with_nested(std::runtime_error("outer"));
        }
    }
}
double negative(double x) { if (x < 0) throw std::domain_error(std::to_string(x)); return x; }
struct Thing {
    Thing() {}
    explicit Thing(int code) { if (code) throw std::length_error("constructor"); }
    double method(double x) const { return negative(x); }
    Thing& operator+=(int) { throw std::range_error("operator"); }
    double operator()(double x) const { return negative(x); }
    double operator[](int at) const { throw std::out_of_range("index"); }
    static int standing() { throw std::logic_error("static"); }
};
template <class T> T generic(T x) { return negative(x); }
Thing by_value(int code) { return Thing(code); }
std::string by_string(int code) { if (code) throw std::logic_error("no text"); return "text"; }
int tried = 0;
int overloaded(int x) { ++tried; if (x < 0) throw std::logic_error("overloaded"); return 1; }
int overloaded(double x) { ++tried; return 2; }
int overloaded(const std::string&) { ++tried; return 3; }
"""

CALLING = """
double call_back(std::function<double(double)> g) { return g(2) + 1; }
int survive(std::function<double(double)> g) {
    int caught = 0;
    for (int i = 0; i < 3; ++i) try { g(i); } catch (const std::exception&) { ++caught; }
    return caught;
}
std::string text_of(std::function<double(double)> g) {
    try { g(1); } catch (const std::exception& error) { return error.what(); }
    return "";
}
double instead(std::function<double(double)> g) {
    try { return g(1); } catch (...) { throw std::logic_error("instead"); }
}
double around(std::function<double(double)> g) {
    try { return g(1); } catch (...) { std::throw_with_nested(std::logic_error("around")); }
}
std::string native(std::function<double(double)> g) {
    try { g(1); } catch (const std::domain_error& error) { return std::string("domain ") + error.what(); }
    return "";
}
double threaded(std::function<double(double)> g) {
    std::exception_ptr thrown;
    std::thread([&] { try { g(1); } catch (...) { thrown = std::current_exception(); } }).join();
    if (thrown) std::rethrow_exception(thrown);
    return 0;
}
"""

NAMES = [
    ("runtime", "std::runtime_error", "negative: -1"),
    ("mine", "Mine", "mine"),
    ("hep", "hep::Bad", "hep"),
    ("template", "Of<std::pair<int, Plain> >", "of"),
    ("once", "Once", "once"),
    ("int", "int", "42"),
    ("text", "const char*", "text"),
    ("null", "std::nullptr_t", "nullptr"),
    ("no text", "const char*", "nullptr"),
    ("string", "std::string", "string"),
    ("plain", "Plain", ""),
    ("bad_alloc", "std::bad_alloc", "std::bad_alloc"),
    ("nested", "std::runtime_error", "outer"),
]


@pytest.fixture(scope="module")
def run(shell: InteractiveShell) -> Any:
    def run(code: str) -> Any:
        result = shell.run_cell(code)
        return result.error_before_exec or result.error_in_exec

    assert run(f"%%cpp\n{THROWING}") is None
    assert run(f"%%cpp\n{CALLING}") is None
    return run


@pytest.fixture(scope="module")
def seen(run: Any, shell: InteractiveShell) -> Any:
    """Runs Python code that keeps what it sees under the name 'seen'."""

    def seen(code: str) -> Any:
        assert run(code) is None
        return shell.user_ns["seen"]

    return seen


@pytest.mark.parametrize(("how", "name", "what"), NAMES)
@pytest.mark.parametrize("code", ["cpp.fail('{}')", '%%cpp\nfail("{}");'])
def test_an_exception_has_its_cpp_type_and_what(run: Any, how: str, name: str, what: str, code: str) -> None:
    error = run(code.format(how))
    assert (type(error).__name__, str(error)) == (name, what)
    assert isinstance(error, CppException)
    assert error.cpp_type == name


@pytest.mark.parametrize("code", ["cpp.fail('nested')", '%%cpp\nfail("nested");'])
def test_nested_exceptions_are_a_chain(run: Any, code: str) -> None:
    error = run(code)
    assert error.chain == (("std::runtime_error", "outer"), ("std::logic_error", "middle"), ("double", "1.500000"))


@pytest.mark.parametrize(
    ("code", "name", "what"),
    [
        ("cpp.Thing().method(-2)", "std::domain_error", "-2.000000"),
        ("cpp.Thing()(-2)", "std::domain_error", "-2.000000"),
        ("cpp.Thing(3)", "std::length_error", "constructor"),
        ("cpp.by_value(3)", "std::length_error", "constructor"),
        ("cpp.by_string(3)", "std::logic_error", "no text"),
        ("cpp.Thing.standing()", "std::logic_error", "static"),
        ("x = cpp.Thing()\nx += 1", "std::range_error", "operator"),
        ("cpp.Thing()[2]", "std::out_of_range", "index"),
        ("cpp.generic(-3.0)", "std::domain_error", "-3.000000"),
        ("cpp.generic['double'](-3.0)", "std::domain_error", "-3.000000"),
        ("cpp.overloaded(-1)", "std::logic_error", "overloaded"),
        ("cpp.std.stoi('x')", "std::invalid_argument", "stoi"),
    ],
)
def test_whatever_python_calls_gives_the_same_error(run: Any, code: str, name: str, what: str) -> None:
    for _ in range(2):  # cppyy goes other ways for what it has called before
        error = run(code)
        assert (type(error).__name__, str(error)) == (name, what)


def test_the_standard_library_says_what_is_wrong(run: Any) -> None:
    error = run("cpp.std.vector[int]([1, 2]).at(5)")
    assert type(error).__name__ == "std::out_of_range"
    assert str(error) == "vector::_M_range_check: __n (which is 5) >= this->size() (which is 2)"


def test_an_overload_that_throws_is_called_once_and_no_other_in_its_place(run: Any, seen: Any) -> None:
    assert seen("seen = [cpp.overloaded(1), cpp.overloaded(1.5), cpp.overloaded('a')]") == [1, 2, 3]
    for _ in range(2):
        before = seen("seen = cpp.tried")
        assert str(run("cpp.overloaded(-1)")) == "overloaded"
        assert seen("seen = cpp.tried") == before + 1


def test_a_loop_that_catches_calls_each_time(seen: Any) -> None:
    code = """
before, seen = cpp.tried, 0
for _ in range(50):
    try:
        cpp.overloaded(-1)
    except cpp.std.logic_error:
        seen += 1
seen = seen, cpp.tried - before
"""
    assert seen(code) == (50, 50)


def test_a_wrong_argument_is_still_a_type_error(run: Any) -> None:
    assert type(run("cpp.fail('runtime')")).__name__ == "std::runtime_error"
    assert isinstance(run("cpp.negative('text')"), TypeError)
    assert isinstance(run("try:\n    cpp.fail('int')\nexcept Exception:\n    cpp.overloaded(object())"), TypeError)


@pytest.mark.parametrize("raising", ["cpp.fail('mine')", "get_ipython().run_cell_magic('cpp', '', 'fail(\"mine\");')"])
@pytest.mark.parametrize("name", ["cpp.Mine", "cpp.std.runtime_error", "cpp.std.exception", "CppException", "Exception"])
def test_an_exception_is_caught_by_the_name_of_its_class(seen: Any, raising: str, name: str) -> None:
    code = f"""
from doublet.errors import CppException
try:
    {raising}
except {name} as e:
    seen = str(e), e.what(), e.code
"""
    assert seen(code) == ("mine", "mine", 7)


def test_another_class_does_not_catch_it(run: Any) -> None:
    error = run("try:\n    cpp.fail('mine')\nexcept (cpp.std.logic_error, cpp.hep.Bad):\n    pass")
    assert type(error).__name__ == "Mine"


def test_a_class_inside_a_function_is_caught_by_its_base(seen: Any) -> None:
    code = "try:\n    cpp.fail('local')\nexcept cpp.std.out_of_range as e:\n    seen = e"
    error = seen(code)
    assert type(error).__name__.endswith("::Local")
    assert str(error) == error.what() == "local"


def test_a_class_that_cannot_be_copied_is_caught_by_its_base(seen: Any) -> None:
    assert str(seen("try:\n    cpp.fail('once')\nexcept cpp.std.range_error as e:\n    seen = e")) == "once"


def test_old_and_new_class_of_one_name_are_caught_as_what_they_are(run: Any, seen: Any) -> None:
    assert run("%%cpp\nstruct RenewedError : std::exception { int code = 1; };\nint between = 0;") is None
    seen("seen = Old = cpp.RenewedError")
    assert run("%%cpp\nvoid throws() { throw RenewedError(); }") is None
    assert run("%%cpp\nstruct RenewedError : std::exception { int other = 2; };") is None
    code = """
seen = []
for thrown in (cpp.throws, lambda: (_ for _ in ()).throw(Old())):
    try:
        thrown()
    except cpp.RenewedError as e:
        seen.append(("new", type(e).__name__, e.other))
    except Old as e:
        seen.append(("old", type(e).__name__, e.code))
"""
    assert seen(code) == [("new", "RenewedError", 2), ("old", "RenewedError", 1)]


def test_python_can_raise_what_cpp_throws(run: Any) -> None:
    error = run("raise cpp.std.runtime_error('from here')")
    assert (type(error).__name__, str(error), repr(error)) == (
        "std::runtime_error",
        "from here",
        "std::runtime_error('from here')",
    )
    assert error.chain == (("std::runtime_error", "from here"),)


def test_one_that_python_makes_of_wrong_arguments_is_a_type_error(run: Any) -> None:
    error = run("raise cpp.Mine('a', 2, 3)")
    assert isinstance(error, TypeError)
    assert str(error) == "no constructor of Mine takes ('a', 2, 3)"


def test_an_error_of_a_call_remembers_what_was_being_handled(run: Any) -> None:
    error = run("try:\n    1 / 0\nexcept ZeroDivisionError:\n    cpp.fail('mine')")
    assert isinstance(error.__context__, ZeroDivisionError)


def test_an_error_can_be_pickled(run: Any) -> None:
    error = run("cpp.fail('nested')")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again).__name__, str(again), again.chain) == ("std::runtime_error", "outer", error.chain)


def test_an_error_that_was_caught_is_not_kept_alive(seen: Any, shell: InteractiveShell) -> None:
    code = """
import weakref
class Large: pass
def handle():
    large = Large()
    try:
        cpp.fail('runtime')
    except cpp.std.runtime_error:
        return weakref.ref(large)
seen = handle()
"""
    kept: weakref.ref[Any] = seen(code)
    gc.collect()
    assert kept() is None


def test_a_call_without_the_gil_gives_the_same_error(run: Any) -> None:
    error = run("f = cpp.negative\nf.__release_gil__ = True\ncpp.negative(-1)")
    assert (type(error).__name__, str(error)) == ("std::domain_error", "-1.000000")


@pytest.mark.parametrize("release", [False, True])
def test_threads_have_their_own_errors(shell: InteractiveShell, run: Any, release: bool) -> None:
    cpp = shell.user_ns["cpp"]
    cpp.negative.__release_gil__ = release
    wrong: list[str] = []

    def work(number: int) -> None:
        for step in range(200):
            x = -float(number * 1000 + step) - 1
            try:
                cpp.negative(x)
            except CppException as error:
                if str(error) != f"{x:.6f}":
                    wrong.append(str(error))
            else:
                wrong.append("nothing")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@settings(max_examples=30)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60))
def test_every_text_comes_through(shell: InteractiveShell, run: Any, text: str) -> None:
    cpp = shell.user_ns["cpp"]
    error = cpp.Mine(text)

    def callback(x: float) -> float:
        raise ValueError(text)

    assert str(error) == text
    assert cpp.text_of(callback) == ("ValueError: " + text if text else "ValueError")
    with pytest.raises(ValueError) as caught:
        cpp.call_back(callback)
    assert caught.value.args == (text,)


RAISING = """
class Own(Exception):
    def __init__(self, a, b):
        super().__init__(a, b)
kept = Own(1, "two")
def cb(x: float) -> float:
    raise kept
def stop(x):
    raise KeyboardInterrupt
def leave(x):
    raise SystemExit(3)
def through(x):
    return cpp.negative(-x)
def wrong(x: float) -> float:
    return "not a number"
"""


@pytest.mark.parametrize("code", ["cpp.call_back(cb)", "%%cpp\ncb(1.0)", "%%cpp\ncall_back(cb)", "%%cpp\ndouble from_callback = cb(1);"])
def test_an_exception_of_a_callback_comes_out_as_the_same_object(run: Any, shell: InteractiveShell, code: str) -> None:
    run(RAISING)
    error = run(code)
    assert error is shell.user_ns["kept"]
    assert error.args == (1, "two")


def test_cpp_that_catches_an_exception_of_a_callback_leaves_nothing_behind(run: Any, seen: Any) -> None:
    run(RAISING)
    assert run("%%cpp\nint times = survive(cb) + survive(cb);\ntry { cb(1); } catch (...) {}") is None
    assert seen("seen = cpp.times, cpp.survive(cb), cpp.text_of(cb)") == (6, 3, "Own: (1, 'two')")


def test_what_cpp_throws_instead_is_the_error(run: Any, shell: InteractiveShell) -> None:
    run(RAISING)
    for code in ("cpp.instead(cb)", "%%cpp\ninstead(cb)"):
        assert (type(run(code)).__name__, str(run(code))) == ("std::logic_error", "instead")
    for code in ("cpp.around(cb)", "%%cpp\naround(cb)"):
        error = run(code)
        assert error.chain == (("std::logic_error", "around"), ("Own", "(1, 'two')"))
        assert error.__cause__ is shell.user_ns["kept"]


@pytest.mark.filterwarnings("ignore:To exit")  # IPython's answer to SystemExit
@pytest.mark.parametrize(("name", "kind"), [("stop", KeyboardInterrupt), ("leave", SystemExit)])
@pytest.mark.parametrize("code", ["cpp.call_back({})", "%%cpp\ncall_back({})"])
def test_interrupt_and_exit_pass_through_cpp(run: Any, name: str, kind: type, code: str) -> None:
    run(RAISING)
    assert isinstance(run(code.format(name)), kind)


def test_a_cpp_exception_passes_through_python_as_what_it_is(run: Any, seen: Any) -> None:
    run(RAISING)
    assert seen("seen = cpp.native(through)") == "domain -1.000000"
    for code in ("cpp.call_back(through)", "%%cpp\ncall_back(through)"):
        error = run(code)
        assert (type(error).__name__, str(error)) == ("std::domain_error", "-2.000000")


def test_a_callback_that_returns_a_wrong_type_is_a_type_error(run: Any) -> None:
    run(RAISING)
    for code in ("cpp.call_back(wrong)", "%%cpp\ncall_back(wrong)"):
        assert isinstance(run(code), TypeError)


def test_an_exception_class_written_in_c_has_its_own_name_in_cpp(seen: Any) -> None:
    assert seen("import zlib\ndef c(x):\n    raise zlib.error('bad')\nseen = str(cpp.text_of(c))") == "error: bad"


def test_an_exception_of_a_callback_leaves_its_thread_with_the_cpp_exception(run: Any, shell: InteractiveShell) -> None:
    run(RAISING)
    assert run("%%cpp\nthreaded(cb)") is shell.user_ns["kept"]


@pytest.fixture(scope="module")
def ready(kernel: Kernel) -> Kernel:
    assert kernel(f"%%cpp\n{THROWING}").status == "ok"
    assert kernel(f"%%cpp\n{CALLING}").status == "ok"
    return kernel


def _is_clean(traceback: str) -> bool:
    return not any(word in traceback for word in ("__cling_N", "doublet", "input_line", "run_cell_magic", "overload"))


def test_a_traceback_shows_the_python_that_called(ready: Kernel) -> None:
    ready("def analysis(x):\n    return cpp.Thing().method(x)")
    reply = ready("analysis(-1)")
    assert (reply.ename, reply.evalue) == ("std::domain_error", "-1.000000")
    assert "analysis(" in reply.traceback
    assert "in analysis" in reply.traceback.replace("\x1b[36m", "")
    assert _is_clean(reply.traceback)


def test_a_traceback_shows_what_is_nested(ready: Kernel) -> None:
    for code in ("cpp.fail('nested')", '%%cpp\nfail("nested");'):
        reply = ready(code)
        assert "std::logic_error" in reply.traceback
        assert "middle" in reply.traceback
        assert _is_clean(reply.traceback)


def test_a_traceback_shows_the_line_of_the_callback(ready: Kernel) -> None:
    ready("def cb(x: float) -> float:\n    raise ValueError('from python')")
    for code in ("cpp.call_back(cb)", "%%cpp\ncb(1.0)", "%%cpp\ncall_back(cb)"):
        reply = ready(code)
        assert (reply.ename, reply.evalue) == ("ValueError", "from python")
        assert "raise" in reply.traceback
        assert "In[" in reply.traceback
        assert _is_clean(reply.traceback)


def test_a_redefined_class_shows_its_own_name(ready: Kernel) -> None:
    for number in (1, 2):
        ready(f"%%cpp\nstruct Again : std::exception {{ int n = {number}; }};\nvoid again() {{ throw Again(); }}")
        reply = ready("cpp.again()")
        assert (reply.ename, reply.evalue) == ("Again", "std::exception")
        assert _is_clean(reply.traceback)


def test_the_kernel_goes_on_after_exceptions_from_everywhere(ready: Kernel) -> None:
    ready("def leave(x):\n    raise SystemExit(3)")
    for code in ("cpp.call_back(leave)", "%%cpp\ncall_back(leave)", "cpp.fail('int')", '%%cpp\nfail("int");'):
        assert ready(code).status == "error"
    assert ready("cpp.negative(2.0)").value == "2.0"
