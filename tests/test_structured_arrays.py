"""Structured arrays and C++ structs: the same memory, or a reason."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doublet.bridge import bind
from doublet.engine.interpreter import interpreter
from doublet.errors import BridgeError

if TYPE_CHECKING:
    from conftest import Engine, Kernel
    from IPython.core.interactiveshell import InteractiveShell

MUON = np.dtype([("pt", "f4"), ("charge", "i1"), ("eta", "f8")], align=True)
_numbers = count(1)


@pytest.fixture
def muons() -> np.ndarray[Any, Any]:
    made = np.zeros(3, MUON)
    made["pt"], made["charge"], made["eta"] = [10, 20, 30], [1, -1, 1], [0.5, 1.5, 2.5]
    return made


@pytest.fixture
def functions(cpp: Engine) -> Any:
    cpp(
        "#include <span>\nnamespace structured {\nstruct Muon { float pt; signed char charge; double eta; };\n"
        "double total(std::span<const Muon> muons) { double sum = 0; for (const auto& m : muons) sum += m.pt * m.charge + m.eta; return sum; }\n"
        "void scale(std::span<Muon> muons) { for (auto& m : muons) m.pt *= 2; }\n"
        "double of_vector(const std::vector<Muon>& muons) { return total(muons); }\n"
        "std::vector<Muon> made{{1.5f, 1, 0.25}, {2.5f, -1, 0.75}};\nconst std::vector<Muon> fixed{{1, 1, 1}};\n}"
    )
    return cpp.interpreter.lookup("structured")


def test_a_cell_reads_and_writes_the_fields_in_place(shell: InteractiveShell, muons: np.ndarray[Any, Any]) -> None:
    shell.push({"structured_muons": muons})
    text = "double structured_sum = 0;\nfor (auto& m : structured_muons) { structured_sum += m.pt * m.charge; auto& eta = m.eta; eta += 1; }\nstructured_sum"
    assert shell.run_cell_magic("cpp", "", text) == 20
    assert muons["eta"].tolist() == [1.5, 2.5, 3.5]


def test_fields_may_be_arrays_and_structs_and_lie_anywhere(shell: InteractiveShell) -> None:
    kind = np.dtype([("a", "u1"), ("x", "f8", (2, 3)), ("in", [("b", ">i2" if np.dtype(">i2").isnative else "<i2"), ("c", "f4")]), ("end", "i8")])
    kind.names = ("a", "x", "inner", "end")
    array = np.zeros((2, 2), kind)
    array["x"][1, 0, 1, 2], array["inner"]["b"][1, 0], array["end"][1, 1] = 4, -3, 2**40
    shell.push({"structured_odd": array})
    text = "structured_odd(1, 0).x[1][2] * 10 + structured_odd(1, 0).inner.b + structured_odd(1, 1).end / (1L << 40)"
    assert shell.run_cell_magic("cpp", "", text) == 38


def test_read_only_arrays_arrive_constant(shell: InteractiveShell, muons: np.ndarray[Any, Any]) -> None:
    muons.flags.writeable = False
    shell.push({"structured_fixed": muons})
    text = "std::is_const_v<std::remove_reference_t<decltype(structured_fixed[0])>>"
    assert shell.run_cell_magic("cpp", "", text) is True


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (np.dtype([("class", "f4")]), "'class' cannot be the name of a field in C\\+\\+; rename it"),
        (np.dtype([("p t", "f4")]), "'p t' cannot be the name of a field"),
        (np.dtype([("name", "U3")]), "no type for its field 'name', which is <U3"),
        (np.dtype([("n", ">f8")]), "byte order of its field 'n'"),
        (np.dtype({"names": ["a", "b"], "formats": ["i4", "i4"], "offsets": [0, 2]}), "'b' lies over another"),
        (np.dtype([("q", "i1"), ("z", "c16")]), "'z' is complex and not aligned; make its dtype with align=True"),
    ],
)
def test_what_no_struct_can_be_is_refused_with_the_reason(kind: np.dtype[Any], reason: str) -> None:
    with pytest.raises(BridgeError, match=reason):
        bind("structured_wrong", np.zeros(2, kind))


def test_elements_at_odd_addresses_are_refused(muons: np.ndarray[Any, Any]) -> None:
    memory = np.zeros(MUON.itemsize * 2 + 8, np.uint8)
    odd = memory[1 : 1 + 2 * MUON.itemsize].view(MUON)
    with pytest.raises(BridgeError, match="not aligned"):
        bind("structured_odd_address", odd)


_SCALARS = ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"]


@pytest.mark.slow
@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(_SCALARS), st.lists(st.integers(1, 3), max_size=2)), min_size=1, max_size=5), st.booleans())
def test_every_field_is_where_numpy_has_it(parts: list[tuple[str, list[int]]], align: bool) -> None:
    kind = np.dtype([(f"f{n}", scalar, tuple(shape)) for n, (scalar, shape) in enumerate(parts)], align=align)
    array = np.frombuffer(np.random.default_rng(len(parts)).bytes(3 * kind.itemsize).replace(b"\x02", b"\x01"), kind).copy()
    for name in kind.names or ():
        if kind[name].base.kind == "b":
            array[name] = True
    name = f"structured_any_{next(_numbers)}"
    engine = interpreter()
    sizes = "".join(f'text << " " << std::string(reinterpret_cast<const char*>(&{name}[1].{field}), sizeof {name}[1].{field}).size();' for field in kind.names or ())
    places = "".join(f'text << " " << reinterpret_cast<const char*>(&{name}[1].{field}) - reinterpret_cast<const char*>(&{name}[0]);' for field in kind.names or ())
    text = str(engine.run(f"[] {{ std::ostringstream text; {places}{sizes} return text.str(); }}()", 1, {name: bind(name, array)}).value)
    fields: Any = kind.fields
    offsets = [kind.itemsize + int(fields[field][1]) for field in kind.names or ()]
    assert [int(n) for n in text.split()] == [*offsets, *(kind[field].itemsize for field in kind.names or ())]


def test_a_vector_of_structs_is_a_structured_array_of_the_same_memory(functions: Any) -> None:
    array = np.asarray(functions.made)
    assert array["pt"].tolist() == [1.5, 2.5]
    assert array.dtype.itemsize == 16
    array["eta"][1] = 9
    assert functions.made[1].eta == 9
    assert not np.asarray(functions.fixed).flags.writeable


def test_a_struct_may_hold_structs_arrays_enums_and_bases(cpp: Engine) -> None:
    cpp(
        "#include <array>\n#include <complex>\nnamespace structured_more {\nenum class Kind : short { a = 3, b };\nstruct In { double u; int n; };\nstruct Base { short base = 7; };\n"
        "struct All : Base { char c = 'x'; double x[2]; In in; bool flag; Kind kind; float m[2][3]; std::array<In, 2> more; std::complex<float> z; };\n"
        "std::vector<All> all(2);\nint set = (all[1].x[1] = 5, all[1].in = {3, 4}, all[1].flag = true, all[1].kind = Kind::b, all[1].m[1][2] = 6, all[1].more[1].n = 8, all[1].z = {1, 2}, 0);\n}"
    )
    found = np.asarray(cpp.interpreter.lookup("structured_more").all)[1]
    assert (found["base"], found["c"], found["x"][1], found["in"]["n"], found["flag"], found["kind"]) == (7, b"x", 5, 4, True, 4)
    assert (found["m"][1, 2], found["more"][1]["n"], found["z"]) == (6, 8, 1 + 2j)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [("std::string name;", "more than the numbers in it"), ("double* at;", "'StructuredNot.*::at'"), ("int a : 3;", "'StructuredNot.*::a'"), ("virtual ~{0}() {{}}", "more than")],
)
def test_what_numpy_cannot_show_is_refused_with_the_field(cpp: Engine, fields: str, reason: str) -> None:
    name = f"StructuredNot{next(_numbers)}"
    vector = cpp(f"struct {name} {{ {fields.format(name)} }};\nstd::vector<{name}> made_{name}(2);\nmade_{name}")
    with pytest.raises(TypeError, match=reason):
        np.asarray(vector)


def test_an_array_of_an_old_class_is_read_as_that_class(cpp: Engine) -> None:
    old = cpp("struct StructuredOld { int a; double b; };\nstd::vector<StructuredOld> structured_old{{1, 2}};\nstructured_old")
    new = cpp("struct StructuredOld { float z; int q; double b; };\nstd::vector<StructuredOld> structured_new{{1, 2, 3}};\nstructured_new")
    assert np.asarray(old).tolist() == [(1, 2)]
    assert np.asarray(new).tolist() == [(1, 2, 3)]


def test_functions_take_spans_of_what_has_their_fields(functions: Any, muons: np.ndarray[Any, Any]) -> None:
    assert functions.total(muons) == 10 - 20 + 30 + 4.5
    functions.scale(muons)
    assert muons["pt"].tolist() == [20, 40, 60]
    assert functions.total(functions.made) == functions.total(np.asarray(functions.made))
    packed = muons.astype(np.dtype([("pt", "f4"), ("charge", "i1"), ("eta", "f8")]))
    turned = np.zeros(3, np.dtype([("eta", "f8"), ("pt", "f4"), ("charge", "i1")], align=True))
    muons.flags.writeable = False
    for function, wrong in ((functions.total, packed), (functions.total, turned), (functions.scale, muons), (functions.total, np.zeros(3))):
        with pytest.raises(TypeError):
            function(wrong)


def test_a_vector_is_made_of_an_array_by_the_names_of_its_fields(functions: Any, muons: np.ndarray[Any, Any]) -> None:
    turned = np.zeros(3, [("eta", "f8"), ("pt", "f4"), ("charge", "i1")])
    for name in MUON.names or ():
        turned[name] = muons[name]
    assert functions.of_vector(muons) == functions.of_vector(turned) == functions.total(muons)
    with pytest.raises(TypeError):
        functions.of_vector(np.zeros(3, [("eta", "f8"), ("pt", "f8")]))


def test_a_function_says_why_it_does_not_take_an_array(kernel: Kernel) -> None:
    kernel("%%cpp\nstruct Hit { int x; double e; };\nstd::vector<Hit> hits{{1, 2.5}};")
    assert kernel("import numpy as np\nnp.asarray(cpp.hits)['e'].sum()").value == "np.float64(2.5)"
