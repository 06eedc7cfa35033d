"""`doublet.register`, and the libraries that Doublet knows."""

from __future__ import annotations

import pickle
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from running import run

import doublet
from doublet.engine.interpreter import interpreter
from doublet.errors import BridgeError, CppCompileError, CppException, CppUsageError

if TYPE_CHECKING:
    from conftest import Engine
    from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture
def eigen(shell: InteractiveShell, cpp: Engine) -> Engine:
    doublet.load("eigen3")
    cpp("#include <Eigen/Dense>\n#include <doublet/libraries/eigen.hpp>")
    return cpp


@pytest.fixture
def fastjet(shell: InteractiveShell, cpp: Engine) -> Engine:
    doublet.load("fastjet")
    cpp("#include <fastjet/ClusterSequence.hh>")
    return cpp


def test_members_are_given_to_classes_seen_before_and_later_and_taken_back(shell: InteractiveShell, cpp: Engine) -> None:
    hit = cpp("namespace taught { struct Hit { double x = 2; }; }\ntaught::Hit()")

    class First:
        double = property(lambda self: 2 * self.x)

        def __repr__(self: Any) -> str:
            return f"Hit at {self.x}"

    doublet.register("taught::Hit")(First)
    assert (hit.double, repr(hit), str(hit)) == (4, "Hit at 2.0", "Hit at 2.0")
    assert repr(cpp("std::vector<taught::Hit>{2}")) == "{Hit at 2.0, Hit at 2.0}"
    new = cpp("namespace taught { struct Hit { double x = 3; int y; }; }\ntaught::Hit()")
    assert new.double == 6
    doublet.register("taught::Hit")(type("Second", (), {"three": 3}))
    assert (new.three, hit.three, hasattr(new, "double")) == (3, 3, False)


def test_a_pattern_stands_for_the_arguments_of_a_template_and_a_name_counts_more(shell: InteractiveShell, cpp: Engine) -> None:
    doublet.register("TaughtBox<int>")(type("Exact", (), {"kind": "int"}))
    doublet.register("TaughtBox<*>")(type("Any", (), {"kind": "any"}))
    made = cpp("template <class T> struct TaughtBox { T x; struct Part {}; };\nstd::tuple{TaughtBox<int>{}, TaughtBox<std::vector<int>>{}, TaughtBox<int>::Part{}}")
    assert [getattr(part, "kind", None) for part in made] == ["int", "any", None]


class Length:
    @classmethod
    def from_python(cls, value: Any) -> Any:
        return (float(value.removesuffix("cm")),) if isinstance(value, str) else NotImplemented


def test_python_makes_arguments_of_what_a_class_takes(shell: InteractiveShell, cpp: Engine) -> None:
    doublet.register("TaughtLength")(Length)
    cpp("struct TaughtLength { TaughtLength(double x) : x(x) {} double x; };\ndouble taught_length(const TaughtLength& of) { return of.x; }")
    assert interpreter().lookup("taught_length")("3cm") == 3


def test_python_makes_arguments_of_what_a_class_of_one_field_takes_and_still_of_no_number(shell: InteractiveShell, cpp: Engine) -> None:
    cpp("struct TaughtWidth { double x; };\ndouble taught_width(const TaughtWidth& of) { return of.x; }")
    doublet.register("TaughtWidth")(Length)
    width = interpreter().lookup("taught_width")
    assert width("3cm") == 3
    with pytest.raises(TypeError, match=r"TaughtWidth is made of fields: give TaughtWidth\(x=\.\.\.\)"):
        width(3.0)


class Momentum:
    def __init__(self, px: object) -> None:
        self.px = px


def test_a_python_object_is_in_cells_what_has_been_registered(shell: InteractiveShell) -> None:
    doublet.register(python=Momentum)(lambda value: doublet.CppValue("std::hypot(px, 4)", px=value.px))
    shell.user_ns["taught_momentum"] = Momentum(3)
    assert shell.run_cell_magic("cpp", "", "taught_momentum") == 5
    shell.user_ns["taught_momentum"].px = 0
    assert shell.run_cell_magic("cpp", "", "taught_momentum") == 4


def test_a_converter_that_fails_is_named(shell: InteractiveShell) -> None:
    from doublet.bridge import bind

    def broken_converter(value: Momentum) -> object:
        raise ValueError("no mass")

    doublet.register(python=Momentum)(broken_converter)
    with pytest.raises(BridgeError, match=r"broken_converter, fails: ValueError: no mass"):
        bind("p", Momentum(1))


@pytest.mark.parametrize("name", ["", "A<", "a b", "A::*::B", "A>B<"])
def test_what_is_no_class_name_is_refused(shell: InteractiveShell, name: str) -> None:
    with pytest.raises(CppUsageError, match="is not the name of a C\\+\\+ class"):
        doublet.register(name)(type("Any", (), {}))


@pytest.mark.needs("eigen")
@pytest.mark.parametrize(
    ("kind", "strides", "shape"),
    [("MatrixXd", (8, 16), (2, 3)), ("Matrix<double, 2, 3, Eigen::RowMajor>", (24, 8), (2, 3)), ("Matrix<float, 2, 3>", (4, 8), (2, 3)), ("ArrayXXi", (4, 8), (2, 3))],
)
def test_a_matrix_is_an_array_of_the_same_elements(eigen: Engine, kind: str, strides: tuple[int, int], shape: tuple[int, int]) -> None:
    matrix = eigen(f"Eigen::{kind} taught_m{eigen.cell}(2, 3); taught_m{eigen.cell} << 1, 2, 3, 4, 5, 6;\ntaught_m{eigen.cell}")
    array = np.asarray(matrix)
    assert (array.strides, array.shape, array.tolist()) == (strides, shape, [[1, 2, 3], [4, 5, 6]])
    array[1, 0] = 9
    assert matrix[1, 0] == 9
    assert np.array_equal(np.asarray(pickle.loads(pickle.dumps(matrix))), array)


@pytest.mark.needs("eigen")
def test_constant_vectors_are_read_only_and_an_expression_is_what_it_comes_to(eigen: Engine) -> None:
    eigen("const Eigen::Vector3d taught_constant(1, 2, 3);")
    assert not np.asarray(interpreter().lookup("taught_constant")).flags.writeable
    value = eigen("Eigen::MatrixXd taught_ones() { return Eigen::MatrixXd::Ones(50, 50); }\ntaught_ones() + taught_ones()")
    assert (np.asarray(value) == 2).all()


@pytest.mark.needs("eigen")
def test_an_array_of_a_matrix_that_is_resized_shows_what_was_there(eigen: Engine) -> None:
    array = np.asarray(eigen("Eigen::VectorXd taught_long = Eigen::VectorXd::Constant(1000, 7);\ntaught_long"))
    eigen("taught_long.resize(5000); taught_long.setZero(); Eigen::VectorXd taught_other = Eigen::VectorXd::Constant(1000, 8);")
    assert (array == 7).all()


@pytest.mark.needs("eigen")
def test_arrays_of_any_order_are_maps_in_cells_and_matrices_as_arguments(eigen: Engine, shell: InteractiveShell) -> None:
    shell.user_ns["taught_array"] = np.arange(12.0).reshape(3, 4)[:, ::-2]
    copy = shell.run_cell_magic("cpp", "", "doublet::eigen(taught_array) *= 2;\nEigen::MatrixXd taught_copy = doublet::eigen(taught_array);\ntaught_copy")
    assert np.asarray(copy).tolist() == [[6, 2], [14, 10], [22, 18]]
    eigen("double taught_corner(const Eigen::MatrixXd& of) { return of(0, 1); }")
    corner = interpreter().lookup("taught_corner")
    assert (corner(shell.user_ns["taught_array"]), corner(shell.user_ns["taught_array"].T)) == (2, 14)
    with pytest.raises(TypeError):
        corner(np.zeros(3))


@pytest.mark.needs("fastjet")
def test_jets_of_real_events_are_clustered_from_arrays(fastjet: Engine) -> None:
    import awkward as ak
    import uproot

    fastjet(
        "std::vector<fastjet::PseudoJet> taught_cluster(const std::vector<fastjet::PseudoJet>& of) {"
        " return sorted_by_pt(fastjet::ClusterSequence(of, fastjet::JetDefinition(fastjet::antikt_algorithm, 0.4)).inclusive_jets()); }"
    )
    with uproot.open("examples/data/HZZ.root") as file:
        columns = file["events"].arrays([f"Jet_{part}" for part in ("Px", "Py", "Pz", "E")])
    names = {"px": "Jet_Px", "py": "Jet_Py", "pz": "Jet_Pz", "E": "Jet_E"}
    event = next(event for event in ak.zip({new: columns[old] for new, old in names.items()}) if len(event) > 2)
    jets = interpreter().lookup("taught_cluster")(event)
    assert np.asarray(jets)["E"].sum() == pytest.approx(float(ak.sum(event.E)), rel=1e-6)
    assert jets.to_awkward().px.to_list() == [jet.px() for jet in jets]
    assert repr(jets[0]).startswith("PseudoJet(pt=")
    assert pickle.loads(pickle.dumps(jets[0])).E() == jets[0].E()


@pytest.mark.needs("fastjet")
def test_an_error_of_fastjet_has_its_message(fastjet: Engine) -> None:
    with pytest.raises(CppException, match="no associated structure") as caught:
        fastjet("fastjet::PseudoJet(1, 0, 0, 2).constituents();")
    assert caught.value.cpp_type == "fastjet::Error"


@pytest.mark.needs("hepmc3")
def test_an_event_is_its_particles(shell: InteractiveShell, cpp: Engine) -> None:
    doublet.load("HepMC3")
    event = cpp(
        "#include <HepMC3/GenEvent.h>\n#include <HepMC3/GenParticle.h>\n#include <HepMC3/GenVertex.h>\n"
        "HepMC3::GenEvent taught_event(HepMC3::Units::GEV, HepMC3::Units::MM);\n"
        "auto taught_in = std::make_shared<HepMC3::GenParticle>(HepMC3::FourVector(0, 0, 10, 10), 11, 4);\n"
        "auto taught_vertex = std::make_shared<HepMC3::GenVertex>();\ntaught_vertex->add_particle_in(taught_in);\n"
        "taught_vertex->add_particle_out(std::make_shared<HepMC3::GenParticle>(HepMC3::FourVector(1, 0, 2, 10), 22, 1));\n"
        "taught_event.add_vertex(taught_vertex);\ntaught_event"
    )
    assert repr(event) == "GenEvent(number=0, 2 particles, 1 vertices, GEV, MM)"
    assert np.asarray(event)[["pid", "status", "px", "E"]].tolist() == [(11, 4, 0, 10), (22, 1, 1, 10)]
    assert [particle.pid() for particle in event] == event.to_awkward().pid.to_list() == [11, 22]
    assert "<td>22</td>" in event._repr_html_()


class Measured:
    """A type of Python's that the tests register."""

    def __init__(self, x: float) -> None:
        self.x = x


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("TaughtNowhere(x)", r"what is registered for Measured, .*, line 1: use of undeclared identifier 'TaughtNowhere'"),
        ("x + y", "what is registered for Measured, .*, line 1: use of undeclared identifier 'y'"),
        ("void(x)", "what is registered for Measured, .*, line 1: the expression gives no value"),
    ],
)
def test_a_registered_expression_that_does_not_compile_is_named_and_nothing_else_is_shown(shell: InteractiveShell, expression: str, said: str) -> None:
    doublet.register(python=Measured)(lambda value: doublet.CppValue(expression, x=value.x))
    with pytest.raises(CppCompileError) as raised:
        run(shell, "taught_measured", taught_measured=Measured(1.5))
    errors = [one for one in raised.value.diagnostics if one.is_error]
    assert len(errors) == 1
    assert re.match(said, str(errors[0]))
    assert errors[0].source.strip() in ("", expression)


def test_a_registered_expression_that_uses_what_the_cell_defines_says_that_it_comes_before(shell: InteractiveShell) -> None:
    doublet.register(python=Measured)(lambda value: doublet.CppValue("TaughtLate{x}", x=value.x))
    with pytest.raises(CppCompileError) as raised:
        run(shell, "struct TaughtLate { double x; };\ntaught_late.x", taught_late=Measured(1.5))
    assert "define 'TaughtLate' in a cell above" in "".join(map(str, raised.value.diagnostics))
    run(shell, "struct TaughtLate { double x; };")
    assert run(shell, "taught_late.x") == 1.5


def test_a_registered_expression_with_an_open_bracket_is_refused(shell: InteractiveShell) -> None:
    doublet.register(python=Measured)(lambda value: doublet.CppValue("std::max(x, 2.0", x=value.x))
    with pytest.raises(CppCompileError) as raised:
        run(shell, "taught_open", taught_open=Measured(1.5))
    assert r"the brackets in 'std::max(x, 2.0' do not match" in "".join(map(str, raised.value.diagnostics))
