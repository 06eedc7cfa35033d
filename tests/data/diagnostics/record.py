"""Record what Cling really prints for wrong cells: ``python record.py`` rewrites the ``*.txt`` beside it.

Each recording holds the cells as typed and, after them, the text Cling wrote to file descriptor 2.
A case is a list of items; an item that starts with ``@`` is a statement, and is wrapped as the engine
wraps one: its hidden variable is located in the label ``doublet``, its text in the label of the cell. One that
starts with ``!`` is evaluated by itself.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HEADER = "#pragma once\n\ninline int broken(int x) {\n  return x + missing;\n}\n"
PRELUDE = """\
#include <algorithm>
#include <cmath>
#include <concepts>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <vector>
namespace doublet::detail {
struct status { int code; };
template <class F> status run(F f) { f(); return {0}; }
template <class T> void show(const T &value) { value.print(); }
}
"""

CASES: dict[str, list[str]] = {
    "undeclared": ["int a = 1;\n", "@std::cout << a;\n", "@std::cout << nope << std::endl;\n"],
    "undeclared_in_function": ["double twice(double x) {\n  return 2 * y;\n}\n"],
    "undeclared_std": ["vectr<int> v;\n"],
    "two_errors": ["int f() {\n  int a = b;\n  return c;\n}\n"],
    "typo": ["int muon_count = 3;\n", "@muon_cuont += 1;\n"],
    "syntax": ["int f( { return 1; }\n"],
    "missing_semicolon": ["struct P { int x; }\n", "int z = 1;\n"],
    "missing_semicolon_in_function": ["int f() {\n  int a = 1\n  return a;\n}\n"],
    "open_brace": ["int ub() {\n  return 1;\n"],
    "extra_brace": ["int ub() { return 1; }\n", "}\n"],
    "stl_wrong_type": ['void f() {\n  std::vector<int> v;\n  v.push_back(std::string("x"));\n}\n'],
    "stl_sort": [
        (
            "struct Jet { double pt; };\nvoid order(std::vector<Jet> &jets) {\n"
            "  std::sort(jets.begin(), jets.end());\n}\n"
        )
    ],
    "stl_map_key": ["struct Key { int a; };\nint look(std::map<Key, int> &m) { return m[Key{1}]; }\n"],
    "many_candidates": ["struct P { int x; };\nvoid f() { std::cout << P{1}; }\n"],
    "no_matching_function": [
        (
            "int add(int a, int b) { return a; }\nint add(double a, double b, double c) { return 1; }\n"
            'int r() { return add("x"); }\n'
        )
    ],
    "ambiguous": ["int g(long a) { return 1; }\nint g(unsigned a) { return 2; }\nint r() { return g(1); }\n"],
    "private_member": ["class Track {\n  double pt;\n};\ndouble read(Track &t) { return t.pt; }\n"],
    "no_member": ["struct Track { double pt; };\ndouble read(Track &t) { return t.eta; }\n"],
    "missing_include": ['#include "nonexistent/foo.h"\n'],
    "no_template_std": ["std::basic_regexx<char> r;\n"],
    "no_member_std": ["int f() { return std::accumulat(1, 2); }\n"],
    "deleted_function": [
        "struct N { N() = default; N(const N &) = delete; };\nvoid f(N &n) {\n  N copy = n;\n}\n"
    ],
    "static_assert": ['static_assert(sizeof(int) == 8, "int is not 64 bits");\n'],
    "constexpr_failure": [
        "constexpr int at(int i) {\n  int a[2] = {1, 2};\n  return a[i];\n}\nconstexpr int bad = at(5);\n"
    ],
    "concept": [
        (
            "template <class T> concept Number = std::integral<T> || std::floating_point<T>;\n"
            "template <Number T> T twice(T x) { return x + x; }\n"
            'auto r = twice(std::string("a"));\n'
        )
    ],
    "redefinition": ["int f() { return 1; }\n", "int f() { return 2; }\n"],
    "return_type": ["int f(int x) {\n  if (x) return 1;\n}\n", "int y = undefined;\n"],
    "unused_result": ["[[nodiscard]] int status() { return 1; }\nvoid f() {\n  status();\n  bad;\n}\n"],
    "warning_only": ["int f(int x) {\n  if (x = 1) return 1;\n  return 0;\n}\n"],
    "narrowing": ["int n{3.7};\n"],
    "format": [
        '#include <cstdio>\nvoid f() {\n  printf("%d\\n", 1.5);\n  printf("%s\\n", 3);\n  oops();\n}\n'
    ],
    "open_string": ['const char *s = "open;\n'],
    "open_comment": ["int a = 1; /* open\nint b;\n"],
    "open_raw_string": ['const char *s = R"(open;\n'],
    "macro": [
        (
            "#define TWICE(x) ((x) + (x))\n#define FOUR(x) TWICE(TWICE(x))\n"
            'int f() {\n  return FOUR("a" * 2);\n}\n'
        )
    ],
    "user_header": ['#include "helpers.hpp"\n'],
    "unresolved_symbol": ['extern "C++" int outside(int);\n', "@outside(3);\n"],
    "unresolved_method": ["struct Det { void read(double) const; };\n", "!Det().read(1.0)\n"],
    "utf8": ['int f() {\n  const char *π = "質量 µ → é"; int z = π + nope;\n  return z;\n}\n'],
    "tab": ["int f() {\n\tint a = 1;\n\treturn a\t+ nope;\n}\n"],
    "crlf": ["int f() {\r\n  int a = 1;\r\n  return a + nope;\r\n}\r\n"],
    "old_class": ["OldP(int x);\n"],
    "statement_type": ['@int k = std::string("a");\n'],
    "our_template": ["struct Hidden {};\n", "@doublet::detail::show(Hidden{});\n"],
    "goto_out": ['@return std::string("x") + 1.5;\n'],
    "uninitialised_const": ["const int c;\n"],
    "invalid_conversion": ["int *p = 3.5;\nstd::unique_ptr<int> q = new int(3);\n"],
    "lambda_default": ["int k = 1;\nauto f = [&](int x) { return x * k + m; };\n"],
    "line_marker_header": ["int f() {\n  std::unique_ptr<int> a;\n  auto b = a;\n  return *b;\n}\n"],
    "long_line": ["int f() { return " + " + ".join(f"some_number_{i}()" for i in range(12)) + "; }\n"],
    "lambda_types": ["auto same = [](int x) { return x; };\nstd::string s = same;\n"],
    "own_type": ["struct Hit { int x; };\nint n = Hit{1};\n"],
    "undefined_macro": ["double phi = M_PIX;\n"],
    "unused_value": ["int f() {\n  1 + 2;\n  return nope;\n}\n"],
}


def wrapped(items: list[str], cell: int) -> str:
    """The text that is compiled for a cell of these items."""
    text, line = "namespace x {}\n", 1
    for i, item in enumerate(items):
        body = item.removeprefix("@")
        label = f'#line {line} "cell[{cell}]"\n'
        if item.startswith("@"):
            text += (
                f'#line 1 "doublet"\nstatic auto doublet_v{cell}_{i} = ::doublet::detail::run([] {{\n'
                f'{label}{body}#line 1 "doublet"\n;}});\n'
            )
        else:
            text += label + body
        line += body.count("\n")
    return text


def record(items: list[str], cell: int, interpreter: Any) -> str:
    """What Cling writes to file descriptor 2 for a cell of these items."""
    text = wrapped([item for item in items if not item.startswith("!")], cell)
    sys.stderr.flush()
    with tempfile.TemporaryFile() as file:
        saved = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            interpreter.ProcessLine(text)
            for item in items:
                if item.startswith("!"):
                    interpreter.ProcessLine(item[1:])
            if file.tell() == 0:
                # Unbalanced brackets: Cling waits for more instead of saying so. Declare does not wait.
                interpreter.ProcessLine(".@")
                interpreter.Declare(text)
        finally:
            os.dup2(saved, 2)
            os.close(saved)
        file.seek(0)
        return file.read().decode("utf-8", "replace")


def main(names: list[str]) -> None:
    """Record the named cases, or without names every case, each in a process of its own."""
    if len(names) != 1:
        for name in names or CASES:
            subprocess.run([sys.executable, __file__, name], check=True)
        return
    import cppyy

    (name,) = names
    number = 3 + list(CASES).index(name)
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        Path("helpers.hpp").write_text(HEADER)
        cppyy.add_include_path(work)
        interpreter = cppyy.gbl.gInterpreter
        interpreter.ProcessLine("gClingOpts->AllowRedefinition = 1;")
        interpreter.ProcessLine("namespace x {}\n" + PRELUDE)
        interpreter.ProcessLine("namespace x {}\nstruct P { int old; };\nstruct OldP { OldP(P); };\n")
        text = record(CASES[name], number, interpreter)
    text = text.replace(work, "/home/user/analysis").replace(sys.prefix, "/opt/venv")
    # The wheels of cppyy remember the directory they were built in.
    text = re.sub(r"/tmp/pip-[^ ]*/site-packages", "/opt/venv/lib/python3.11/site-packages", text)
    cell = "".join(item.lstrip("@!") for item in CASES[name])
    (HERE / f"{name}.txt").write_text(f"=== cell[{number}]\n{cell}=== cling\n{text}", newline="")


if __name__ == "__main__":
    main(sys.argv[1:])
