"""What variables hold of configuration is recorded, and named where results differ."""

from __future__ import annotations

import enum
import json
import time
from collections import namedtuple
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
from nbformat.v4 import new_code_cell, new_notebook, new_output
from test_provenance import Nothing, record_of

from doublet.engine.plain_values import Held
from doublet.notebook.comparison.comparing import compare
from doublet.notebook.needs.finding import examine
from doublet.notebook.provenance.deltas import Deltas, joined
from doublet.notebook.provenance.record import Execution, Provenance, Scalar, Session, Setting, digest, schema
from doublet.notebook.provenance.recorder import Effort, Recorder
from doublet.notebook.provenance.settings import MOST, Settings

if TYPE_CHECKING:
    from conftest import Engine, Kernel

    from doublet.engine.interpreter import Interpreter


def settings_of(kernel: Kernel, *cells: str) -> dict[str, Any]:
    for cell in cells:
        reply = kernel(cell)
        assert reply.status == "ok", reply.evalue
    return {each["name"]: each["value"] for each in record_of(kernel)["settings"]}


SELECTION = """%%cpp
struct SettingsCuts {
    enum Point { Loose, Tight };
    double pt_min = 20; int n_muons = 2; bool is_tight = false; Point point = Tight; unsigned jets : 4 = 3;
    std::string password = "hunter2"; double scales[3] = {1, 2, 3}; double* where = nullptr; char sign = '+';
    struct { int unnamed = 1; } inner; static constexpr int version = 3;
private:
    double hidden = 9;
};
struct SettingsMuonCuts : SettingsCuts { double eta_max = 2.4; };
SettingsMuonCuts settings_cuts;"""


def test_fields_of_a_cells_class_have_the_values_that_they_have_in_the_end(kernel: Kernel) -> None:
    found = settings_of(kernel, SELECTION, "for settings_step in range(3):\n    cpp.settings_cuts.pt_min += 5", "settings_loose = cpp.SettingsCuts()\nsettings_loose.point = 0")
    assert {name: value for name, value in found.items() if name.startswith("settings_cuts.")} == {
        "settings_cuts.pt_min": 35,
        "settings_cuts.n_muons": 2,
        "settings_cuts.is_tight": False,
        "settings_cuts.point": "Tight",
        "settings_cuts.jets": 3,
        "settings_cuts.inner.unnamed": 1,
        "settings_cuts.eta_max": 2.4,
    }
    assert found["settings_loose.point"] == "Loose"
    assert found["settings_step"] == 2
    assert "hunter2" not in json.dumps(found)


def read(engine: Interpreter, prefix: str) -> tuple[dict[str, Any], int]:
    held, left = engine.plain_values.read(60)
    return {each.name: each.value for each in held if each.name.startswith(prefix)}, left


def test_numbers_constants_and_enumerators_are_read_and_no_reference_is_followed(cpp: Engine) -> None:
    cpp("""
        enum class PlainMode { Off, On = 5 };
        constexpr double plain_eta = 2.4; const int plain_n = 3; auto plain_count = 7u; bool plain_fast = true;
        const PlainMode plain_mode = PlainMode::On; int* plain_pointer = new int(5); int& plain_reference = *plain_pointer;
        double plain_row[2] = {1, 2}; char plain_sign = 'x'; const char* plain_text = "hunter2"; auto plain_square = [](int x) { return x * x; };
        union PlainUnion { int whole; float part; } plain_union; std::vector<double> plain_vector{1, 2}; const double plain_sum = plain_eta + plain_n;
        namespace plain_cuts { constexpr double pt = 25; struct Inner { int n = 4; }; Inner inner; }
        template <class T> struct PlainBox { T value = 3; };
        PlainBox<float> plain_box; const PlainBox<double> plain_constant;
    """)
    expected = {
        "plain_eta": 2.4, "plain_n": 3, "plain_count": 7, "plain_fast": True, "plain_mode": "On", "plain_sum": 5.4,
        "plain_cuts::pt": 25, "plain_cuts::inner.n": 4, "plain_box.value": 3, "plain_constant.value": 3,
    }  # fmt: skip
    assert read(cpp.interpreter, "plain_") == (expected, 0)
    cpp("plain_count = 8; plain_cuts::inner.n = 5;")
    cpp("double plain_eta = 3;")
    again, _ = read(cpp.interpreter, "plain_")
    assert (again["plain_count"], again["plain_cuts::inner.n"], again["plain_eta"]) == (8, 5, 3)


def test_what_a_variable_of_its_name_hides_in_a_namespace_is_left_out(cpp: Engine) -> None:
    cpp("namespace plainly { int inside = 3; struct Cut { int n = 4; }; Cut cut; }")
    assert read(cpp.interpreter, "plainly") == ({"plainly::inside": 3, "plainly::cut.n": 4}, 0)
    cpp("int plainly = 5;")
    assert read(cpp.interpreter, "plainly")[0]["plainly"] == 5


def test_without_patience_new_variables_wait_and_known_ones_are_read(cpp: Engine) -> None:
    cpp("int patient = 1;")
    read(cpp.interpreter, "")
    cpp("struct Patient { int a = 1; } patient_object; patient = 2;")
    held, left = cpp.interpreter.plain_values.read(0)
    assert ([each.value for each in held if each.name.startswith("patient")], left) == ([2], 1)
    assert read(cpp.interpreter, "patient") == ({"patient": 2, "patient_object.a": 1}, 0)


class Mode(enum.Enum):
    FAST = 1


class Level(enum.IntEnum):
    HIGH = 3


@dataclass
class Config:
    pt: float = 20
    label: str = "hunter2"
    mode: Mode = Mode.FAST
    inner: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(n=2, flag=True))


@dataclass(slots=True)
class Slotted:
    pt: float = 20
    unset: int = field(init=False)


Window = namedtuple("Window", "low high")  # noqa: PYI024 - as notebooks have them


class Guarded:
    """Whoever asks it for anything is told so."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(name)

    @property
    def cut(self) -> int:
        raise AssertionError

    def __len__(self) -> int:
        raise AssertionError

    def __eq__(self, other: object) -> bool:
        raise AssertionError

    __hash__ = None  # type: ignore[assignment]


@dataclass
class GuardedConfig:
    pt: float = 20

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(name)


def python_settings(**names: Any) -> dict[str, Any]:
    found, _ = Settings(names, (), Nothing()).read(0)
    return {each.name: each.value for each in found}


def test_python_objects_tell_their_plain_values_and_none_of_their_code_runs() -> None:
    found = python_settings(
        cut=25, fast=True, scale=np.float32(1.5), mode=Mode.FAST, level=Level.HIGH, window=(80, 100), config=Config(), slotted=Slotted(), low=Window(1, 2),
        cuts={"pt": 3.5, "name": "hunter2", 4: 5, "not a name": 6}, guarded=Guarded(), guarded_config=GuardedConfig(), array=np.zeros(3), text="hunter2", _private=1,
    )  # fmt: skip
    assert found == {
        "cut": 25, "fast": True, "scale": 1.5, "mode": "FAST", "level": "HIGH", "window": [80, 100], "config.pt": 20, "config.mode": "FAST", "config.inner.n": 2,
        "config.inner.flag": True, "slotted.pt": 20, "low.low": 1, "low.high": 2, "cuts.pt": 3.5, "guarded_config.pt": 20,
    }  # fmt: skip


def test_no_code_of_a_python_class_that_is_one_of_cpp_runs(cpp: Engine) -> None:
    cpp("struct GuardedCuts { double pt = 20; virtual ~GuardedCuts() = default; };")

    class Guarded(cpp.interpreter.lookup("GuardedCuts")):  # type: ignore[misc] # made at run time
        def __getattribute__(self, name: str) -> Any:
            raise AssertionError(name)

        @property
        def cut(self) -> int:
            raise AssertionError

    assert cpp.interpreter.plain_values.fields(Guarded()) == []


def test_to_take_note_of_a_cell_takes_microseconds() -> None:
    names: dict[str, Any] = {f"name{place}": place for place in range(1000)}
    settings, taken = Settings(names, (), Nothing()), []
    for cell in range(200):
        names[f"_i{cell}"] = "text"
        begun = time.perf_counter()
        settings.note(cell)
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 1e-5


def test_what_is_data_or_private_is_left_out_and_what_json_lacks_is_text() -> None:
    found = python_settings(
        table={f"x{place}": place for place in range(100)}, row=[1] * 100, password=1234, pin=1, spinning=2, key=2**100, big=2**60, low=float("-inf"), none=float("nan"), e=2.0,
    )  # fmt: skip
    assert found == {"spinning": 2, "big": "1152921504606846976", "low": "-inf", "none": "nan", "e": 2.0}


def test_of_very_many_those_that_were_made_first_are_kept_and_the_others_counted() -> None:
    class Cpp(Nothing):
        def held(self, patience: float) -> tuple[list[Held], int]:
            return [Held("between.x", 1, 2)], 3

        def fields(self, value: object) -> list[tuple[str, Scalar]]:
            return []

    names: dict[str, Any] = {}
    settings = Settings(names, (), Cpp())
    for cell in range(1, 2 * MOST):
        names[f"cut{cell}"] = cell
        settings.note(cell)
    found, left_out = settings.read(0)
    assert [each.name for each in found[:4]] == ["cut1", "cut2", "between.x", "cut3"]
    assert [each.count for each in found[:4]] == [1, 2, 2, 3]
    assert (len(found), left_out) == (MOST, 2 * MOST - MOST + 3)


def test_pieces_tell_only_the_settings_that_have_changed() -> None:
    names: dict[str, Any] = {"same": 1, "other": 2, "gone": 3}
    recorder = Recorder({"name": "doublet", "version": "1", "language": "python"}, Nothing(), names)
    deltas = Deltas(recorder)
    pieces: list[dict[str, Any]] = []
    for change in ({}, {"other": 4, "new": 5}, {"other": 6}):
        recorder.begin("x", len(pieces) + 1)
        names |= change
        names.pop("gone" if change else "", None)
        recorder.end()
        pieces.append(deltas.next(Effort.RESTING) or {})
        jsonschema.Draft202012Validator({**schema()["$defs"]["piece"], "$defs": schema()["$defs"]}).validate(pieces[-1])
    told = [[(each["name"], each.get("value")) for each in piece["settings"]] for piece in pieces]
    assert told == [[("same", 1), ("other", 2), ("gone", 3)], [("other", 4), ("new", 5), ("gone", None)], [("other", 6)]]
    (whole,) = joined(pieces)
    assert [(each["name"], each["value"]) for each in whole["settings"]] == [("same", 1), ("other", 6), ("new", 5)]


def notebook_of(*results: str, settings: list[Setting]) -> Any:
    sources = [f"cell {place}" for place in range(1, len(results) + 1)]
    cells = [
        new_code_cell(source, id=f"c{count}", execution_count=count, outputs=[new_output("stream", text=text)])
        for count, (source, text) in enumerate(zip(sources, results, strict=True), 1)
    ]
    session = Session("00000000", settings=settings, executions=[Execution(digest(source), count) for count, source in enumerate(sources, 1)])
    return new_notebook(cells=cells, metadata={"doublet": Provenance([session]).to_dict()})


def test_where_results_differ_the_verdict_names_settings_that_were_there_before() -> None:
    one = notebook_of("a", "1", "2", settings=[Setting("selection.pt_min", 20.0, 1), Setting("selection.same", 2.0, 1), Setting("n", 1, 2), Setting("later", 1, 3)])
    two = notebook_of("a", "3", "4", settings=[Setting("selection.pt_min", 25, 1), Setting("selection.same", 2, 1), Setting("n", 3, 2), Setting("later", 2, 3)])
    verdict = compare(one, two)
    assert verdict.line.startswith("differs first in cell 2")
    assert verdict.causes == ("setting selection.pt_min: 20 -> 25", "setting n: 1 -> 3")


def test_another_number_of_entries_is_named() -> None:
    notebooks = [notebook_of(str(count), settings=[]) for count in (2421, 100)]
    for notebook, count in zip(notebooks, (2421, 100), strict=True):
        notebook.metadata.doublet.sessions[0]["files"] = [{"name": "data.root", "size": 9, "entries": {"events": count}}]
    assert compare(*notebooks).causes == ("number of entries read of events in data.root is 100, was 2421",)


def test_doctor_shows_the_settings_with_the_cells_that_made_them(tmp_path: Path) -> None:
    notebook = notebook_of("a", "b", settings=[Setting("selection.pt_min", 20.0, 2), Setting("selection.mode", "Fast", 2), Setting("cut", 3, 1)])
    notebook.metadata.doublet.sessions[0]["settings_left_out"] = 4
    rows = [need.row()[:4] for need in examine(notebook, tmp_path / "a.ipynb") if need.kind.startswith("setting")]
    assert rows == [
        ("note", "setting selection", "pt_min = 20, mode = Fast", "cell 2"),
        ("note", "setting cut", "3", "cell 1"),
        ("note", "settings", "4 more are not in the record", ""),
    ]
