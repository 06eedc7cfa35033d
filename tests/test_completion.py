"""Completion and help in cells of both languages, asked of real kernels by Jupyter's own messages."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Kernel

_CPP = """
#include <vector>
// The invariant mass of what has this momentum.
double cm_mass(double pt, double eta = 1.5) { return pt * eta; }
struct CmMuon { double pt, eta; double energy(int scale = 2) const { return pt * scale; } };
std::vector<CmMuon> cm_muons(3);
CmMuon* cm_pointer = &cm_muons[0];
int cm_count = 3;
namespace cm_space { int inside(int a) { return a; } namespace deep { struct Down { int x; }; } }
auto cm_lambda = [](int first, double second) { return first * second; };
enum class CmColour { red, green };
#define CM_MACRO 3
"""
_PYTHON = """
import numpy as np
cm_array = np.array([1.0, 2.0])
cm_number, cm_text, cm_object = 5, "abc", object()
cm_muon = cpp.cm_muons[0]
class CmTouchy:
    touched = []
    @property
    def danger(self): self.touched.append("danger")
    def __len__(self): self.touched.append("len"); return 3
    def __getattr__(self, name): self.touched.append(name); raise AttributeError(name)
cm_touchy = CmTouchy(); CmTouchy.touched.clear()
def cm_function(x: float, y: float = 2.0) -> float:
    "Adds two."
    return x + y
"""


@pytest.fixture(scope="module")
def typing(kernel: Kernel) -> Kernel:
    assert kernel("%%cpp" + _CPP).status == kernel(_PYTHON).status == "ok"
    return kernel


@pytest.fixture(scope="module")
def cpp_typing(cpp_kernel: Kernel) -> Kernel:
    assert cpp_kernel(_CPP).status == cpp_kernel("%%python" + _PYTHON).status == "ok"
    return cpp_kernel


def complete(kernel: Kernel, code: str) -> dict[str, Any]:
    """The reply for a cell with the cursor where ``|`` is, at the end if that is nowhere."""
    position = code.index("|") if "|" in code else len(code)
    content: dict[str, Any] = kernel.client.complete(code.replace("|", "", 1), position, reply=True, timeout=60)["content"]
    return content


def matches(kernel: Kernel, code: str) -> list[str]:
    found: list[str] = complete(kernel, code)["matches"]
    return found


def types(kernel: Kernel, code: str) -> dict[str, str]:
    return {one["text"]: one["type"] for one in complete(kernel, code)["metadata"]["_jupyter_types_experimental"]}


def inspect(kernel: Kernel, code: str) -> str:
    content = kernel.client.inspect(code, len(code), reply=True, timeout=60)["content"]
    return str(content["data"]["text/plain"]) if content["found"] else ""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cm_muons.", {"push_back", "size", "begin", "emplace_back"}),
        ("cm_muons.pu", {"push_back"}),
        ("cm_muons[0].", {"pt", "eta", "energy"}),
        ("cm_muons.at(1 + 1).p", {"pt"}),
        ("cm_pointer->", {"pt", "eta", "energy"}),
        ("cm_muons.begin()->e", {"eta", "energy"}),
        ("for (auto& m : cm_muons) m.", {"pt", "eta", "energy"}),
        ("for (auto& m : cm_muons) { if (m.pt > 3 && m.", {"pt", "eta", "energy"}),
        ("double cm_g(const CmMuon& m) { return m.", {"pt", "eta", "energy"}),
        ("std::vector<std::string> names; names[0].sub", {"substr"}),
        ("int a = cm_mass(1, cm_muons[0].", {"pt", "eta", "energy"}),
        ("struct CmHere { int k; double h; }; CmHere here; here.", {"k", "h"}),
        ("cm_space::", {"inside", "deep"}),
        ("cm_space::deep::", {"Down"}),
        ("CmColour::", {"red", "green"}),
        ("std::vec", {"vector"}),
        ("std::numeric_limits<double>::eps", {"epsilon"}),
        ("cm_m", {"cm_mass", "cm_muons", "cm_muon"}),
        ("CM_", {"CM_MACRO"}),
        ("doub", {"double"}),
        ("int cm_here_only = 1; cm_he", {"cm_here_only"}),
    ],
)
def test_a_cpp_cell_completes_what_cpp_has_there(typing: Kernel, cpp_typing: Kernel, expression: str, expected: set[str]) -> None:
    assert {*matches(typing, f"%%cpp\n{expression}")} >= expected
    assert {*matches(cpp_typing, expression)} >= expected
    if "." in expression or "::" in expression:
        assert len(matches(cpp_typing, expression)) <= 60


def test_the_text_behind_the_cursor_does_not_matter(typing: Kernel) -> None:
    reply = complete(typing, "%%cpp\nint a = 3;\ncm_muons[0].e|\nint b = (;")
    assert (reply["matches"], reply["cursor_start"], reply["cursor_end"]) == (["energy", "eta"], 29, 30)


@pytest.mark.parametrize("code", ["// cm_", '"cm_', "/* cm_muons.", "3.", "'c", "#include <cm_", "cm_nothing.", "cm_count."])
def test_nothing_is_offered_where_no_name_of_cpp_can_stand(typing: Kernel, cpp_typing: Kernel, code: str) -> None:
    assert complete(typing, f"%%cpp\n{code}")["matches"] == complete(cpp_typing, code)["matches"] == []


def test_a_cpp_cell_offers_pythons_names_that_can_cross_with_their_types(typing: Kernel, cpp_typing: Kernel) -> None:
    for found in (types(typing, "%%cpp\ncm_"), types(cpp_typing, "cm_")):
        kinds = {name: found.get(name) for name in ("cm_array", "cm_number", "cm_text", "cm_function", "cm_object", "cm_touchy", "cm_count", "cm_mass")}
        assert kinds == {
            "cm_array": "Python ndarray",
            "cm_number": "Python int",
            "cm_text": "Python str",
            "cm_function": "Python function",
            "cm_object": None,
            "cm_touchy": None,
            "cm_count": "instance",
            "cm_mass": "function",
        }


def test_what_a_python_name_is_in_cpp_is_completed_before_it_is_used(typing: Kernel) -> None:
    assert {"size", "subspan"} <= {*matches(typing, "%%cpp\ncm_array.")}
    assert "argmax" not in matches(typing, "%%cpp\ncm_array.")
    assert matches(typing, "%%cpp\nauto cm_first = cm_text; cm_first.subs") == ["substr"]
    assert matches(typing, "%%cpp\ncm_muon.en") == ["energy"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cpp.cm_m", {"cm_mass", "cm_muons"}),
        ("cpp.cm_muons.", {"push_back", "size", "at"}),
        ("cpp.cm_muons[0].", {"pt", "eta", "energy"}),
        ("x = cpp.cm_space.", {"inside", "deep"}),
        ("cpp.std.vec", {"vector"}),
        ("cpp.cm_count.bit_l", {"bit_length"}),
        ("cm_muon.", {"pt", "eta", "energy"}),
        ("cpp.cm_mass(", {"pt=", "eta="}),
        ("cpp.cm_mass(pt=1, ", {"eta="}),
        ("cpp.cm_lambda(", {"first=", "second="}),
        ("cpp.cm_space.inside(", {"a="}),
        ("cm_muon.energy(", {"scale="}),
    ],
)
def test_a_python_cell_completes_what_cpp_has(typing: Kernel, cpp_typing: Kernel, expression: str, expected: set[str]) -> None:
    assert {*matches(typing, expression)} >= expected
    assert {*matches(cpp_typing, f"%%python\n{expression}")} >= expected


def test_arguments_that_are_given_are_not_offered_again_nor_in_the_middle_of_one(typing: Kernel) -> None:
    assert "pt=" not in matches(typing, "cpp.cm_mass(pt=1, ")
    assert not {"pt=", "eta="} & {*matches(typing, "cpp.cm_mass(cpp.cm_count + ")}


def test_a_class_that_is_defined_again_has_its_new_members(typing: Kernel) -> None:
    for members in ("alpha", "beta"):
        assert typing(f"%%cpp\nstruct CmAgain {{ int {members}; }};\nstd::vector<CmAgain> cm_again(1);").status == "ok"
        assert matches(typing, "%%cpp\ncm_again[0].") == matches(typing, "cpp.cm_again[0].") == [members]


def test_completion_changes_nothing_and_runs_nothing(typing: Kernel) -> None:
    before = typing("cpp.cm_count, sorted(n for n in dir(cpp) if n != 'cm_again')").value
    for code in ("cm_touchy.", "cm_touchy.danger.", "cm_", "std::cout << (cm_count = 77).", "cm_object."):
        complete(typing, f"%%cpp\n{code}")
    complete(typing, "%%cpp\nint cm_new = (cm_count = 78); struct CmNew {}; cm_number.")
    complete(typing, "cpp.cm_muons.push_back(cpp.cm_muons[0]).")
    assert typing("cpp.cm_count, sorted(n for n in dir(cpp) if n != 'cm_again')").value == before
    assert typing("CmTouchy.touched, len(cpp.cm_muons)").value == "([], 3)"


def test_code_that_is_no_cpp_yet_or_crashes_the_compiler_leaves_the_kernel_alone(typing: Kernel) -> None:
    for code in ("garbage ( ] } cm_muons.", "template <class T> void f(T t) { t.", "#if\ncm_muons.", "((((((((cm_muons.", "}}}cm_muons[", "\\", "cm_muons.\n\n\n."):
        assert complete(typing, f"%%cpp\n{code}")["status"] == "ok"
    assert typing("%%cpp\ncm_count").value == "3"


def test_an_answer_comes_while_one_types(typing: Kernel) -> None:
    taken: dict[str, list[float]] = {}
    for number in range(5):
        for code in (f"%%cpp\nint cm_t{number}; cm_muons[0].", "%%cpp\ncm_", f"cpp.cm_muons[{number}].", "cpp."):
            begun = time.perf_counter()
            assert complete(typing, code)["matches"]
            taken.setdefault(code[:9], []).append(time.perf_counter() - begun)
    assert max(map(statistics.median, taken.values())) < 0.4  # 100 ms on a machine that does nothing else


def test_help_in_a_cpp_cell_tells_of_names_of_both_languages(typing: Kernel, cpp_typing: Kernel) -> None:
    told = "double cm_mass(double pt, double eta = 1.5)\n\nThe invariant mass of what has this momentum.\n\nDefined in cell 1."
    for kernel, head in ((typing, "%%cpp\n"), (cpp_typing, "")):
        assert inspect(kernel, f"{head}cm_mass") == inspect(kernel, f"{head}cm_mass(1, cm_mass(") == told
        assert inspect(kernel, f"{head}CmMuon").startswith("struct CmMuon { double pt")
        assert inspect(kernel, f"{head}cm_muons[0].energy(") == "energy(int scale = 2)"
        assert inspect(kernel, f"{head}cm_muons[0].pt") == "double pt"
        assert inspect(kernel, f"{head}std::sort(") == "std::sort\n\nDeclared in <algorithm>."
        assert "Adds two." in inspect(kernel, f"{head}cm_function(")
        assert "ndarray" in inspect(kernel, f"{head}cm_array")


def test_help_in_a_python_cell_tells_of_cpp_names(typing: Kernel) -> None:
    told = inspect(typing, "cpp.cm_mass(")
    assert "The invariant mass of what has this momentum." in told
    assert "double cm_mass(double pt, double eta = 1.5)" in told


def test_a_question_mark_tells_of_a_cpp_name_where_cells_are_cpp(cpp_typing: Kernel) -> None:
    replies: list[str] = []
    for code in ("cm_mass?", "cm_space::inside?", "cm_number?"):
        answer = cpp_typing.client.execute_interactive(code, output_hook=lambda _: None, timeout=60)["content"]
        replies.append("".join(payload["data"]["text/plain"] for payload in answer["payload"]))
    assert "invariant mass" in replies[0]
    assert "inside(int a)" in replies[1]
    assert "int" in replies[2]
