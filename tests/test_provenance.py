"""What is recorded of cells, and what is not."""

from __future__ import annotations

import ast
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublet.notebook.provenance.checksums import root_uuid
from doublet.notebook.provenance.deltas import Deltas, joined
from doublet.notebook.provenance.environment import variables_read, variables_required, variables_set
from doublet.notebook.provenance.inputs import own_name
from doublet.notebook.provenance.machine import without_folders
from doublet.notebook.provenance.randomness import Generators
from doublet.notebook.provenance.record import (
    KEPT,
    Execution,
    InputFile,
    Part,
    Provenance,
    Randomness,
    Scalar,
    Session,
    Setting,
    digest,
    schema,
)
from doublet.notebook.provenance.recorder import Effort, Recorder
from doublet.notebook.provenance.settings import MOST

if TYPE_CHECKING:
    from conftest import Kernel

    from doublet.engine.plain_values import Held

DATA = Path(__file__).parents[1] / "examples/data/HZZ.root"
text = st.text(max_size=20)
texts = st.dictionaries(text, text, max_size=3)
hexadecimal = st.text("0123456789abcdef", min_size=64, max_size=64)
executions = st.builds(Execution, hexadecimal.map(lambda digits: digits[:16]), st.integers(0, 9999), text, text)
parts = st.lists(st.builds(Part, text, hexadecimal), max_size=2)
files = st.builds(InputFile, text, st.integers(0, 2**60), hexadecimal, text, st.dictionaries(text, st.integers(0, 2**40), max_size=2), st.booleans(), st.booleans())
randomness = st.builds(Randomness, text, st.integers(0, 9999), st.none() | st.integers() | text, text, st.booleans())
scalar = st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text
held = st.builds(Setting, text, scalar | st.lists(scalar, max_size=3), st.integers(0, 9999))
sessions = st.builds(
    Session, hexadecimal.map(lambda digits: digits[:8]), text, texts, texts, texts, texts, st.dictionaries(text, st.integers() | text, max_size=2), text, texts, texts,
    parts, parts, parts, st.lists(files, max_size=2), st.lists(text, max_size=2), st.lists(held, max_size=2), st.integers(0, 9),
    st.lists(randomness, max_size=2), st.integers(0, 9), st.lists(executions, max_size=3),
)  # fmt: skip


@given(st.lists(sessions, max_size=2))
def test_records_come_back_from_json_as_they_were_and_are_as_the_schema_says(given: list[Session]) -> None:
    whole = Provenance(given)
    told = json.loads(json.dumps(whole.to_dict()))
    jsonschema.Draft202012Validator(schema()).validate(told)
    assert Provenance.from_dict(told) == whole


def test_the_schema_is_one_and_refuses_what_is_no_record() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    validator = jsonschema.Draft202012Validator(schema())
    for wrong in ({}, {"version": 2, "sessions": []}, {"version": 1, "sessions": [{}]}, {"version": 1, "sessions": [{"id": "a1b2c3d4", "executions": [{"source": "x", "count": 1}]}]}):
        assert not validator.is_valid(wrong)


def test_a_source_is_named_the_same_whatever_blank_space_ends_it() -> None:
    assert digest("a = 1") == digest("a = 1\n") != digest("a = 2")


def record_of(kernel: Kernel) -> Any:
    told = kernel("import json, doublet\nprint(json.dumps(doublet.provenance()))")
    record = json.loads(told.stdout)
    jsonschema.Draft202012Validator(schema()).validate({"version": 1, "sessions": [record]})
    return record


@pytest.fixture
def told(kernel: Kernel, tmp_path: Path) -> Callable[..., Any]:
    """The record after cells, in a kernel that has executed others before."""

    def run(*cells: str) -> Any:
        for cell in cells:
            reply = kernel(cell)
            assert reply.status == "ok", reply.evalue
        return record_of(kernel)

    return run


def files_of(record: Any) -> dict[str, Any]:
    return {file["name"]: file for file in record["files"]}


def test_files_that_cells_open_are_recorded_from_either_language(told: Callable[..., Any], tmp_path: Path) -> None:
    import polars as pl
    import pyarrow.csv
    import pyarrow.parquet

    pyarrow.parquet.write_table(pyarrow.table({"a": [1, 2]}), tmp_path / "arrow.parquet")
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "polars.parquet")
    for name in ("python.csv", "stream.csv", "stdio.csv", "descriptor.csv", "pandas.csv", "numpy.txt"):
        (tmp_path / name).write_text("a,b\n1,2\n3,4\n")
    found = files_of(told(
        f"import os; folder = '{tmp_path}'; open(folder + '/python.csv').read()",
        f'%%cpp\n#include <fstream>\nstd::ifstream recorded_stream("{tmp_path}/stream.csv"); recorded_stream.good()',
        f'%%cpp\n#include <cstdio>\nFILE* recorded_file = std::fopen("{tmp_path}/stdio.csv", "r"); std::fclose(recorded_file);',
        f'%%cpp\n#include <fcntl.h>\n#include <unistd.h>\nclose(open("{tmp_path}/descriptor.csv", O_RDONLY));',
        "import pandas, numpy; pandas.read_csv(folder + '/pandas.csv'); numpy.loadtxt(folder + '/numpy.txt', delimiter=',', skiprows=1)",
        "import pyarrow.parquet; pyarrow.parquet.read_table(folder + '/arrow.parquet')",
        "import polars; polars.read_parquet(folder + '/polars.parquet')",
        f"import uproot; events = uproot.open('{DATA}')['events']; events.num_entries",
    ))  # fmt: skip
    assert {"python.csv", "stream.csv", "stdio.csv", "descriptor.csv", "pandas.csv", "numpy.txt", "arrow.parquet", "polars.parquet"} <= found.keys()
    assert {found[name]["size"] for name in ("python.csv", "stream.csv")} == {12}
    assert found["python.csv"]["sha256"] == found["stdio.csv"]["sha256"]
    (root,) = (file for name, file in found.items() if name.endswith("HZZ.root"))
    assert root["uuid"] == root_uuid(DATA) == "76a647e8-03ee-11e2-9717-668ba983beef"
    assert root["entries"] == {"events": 2421}
    assert found["arrow.parquet"]["entries"] == {"rows": 2}


READINGS = """\
import sys
from doublet.notebook.provenance.entries import entries_read
entries = entries_read()
import uproot  # in the same cell, as in notebooks
path = sys.argv[1]
made = sys.argv[2]
uuid = str(uproot.open(path).file.uuid)
def told(uuid=uuid):
    found, entries._read = entries.of(uuid), {}
    return found
print(told())
uproot.open(f"{path}:events").arrays("MET_px", entry_stop=100); print(told())
uproot.open(path)["events/MET_px"].array(None, 20, -2400); uproot.open(path)["events"].arrays("MET_px", entry_start=19, entry_stop=20); print(told())
for batch in uproot.iterate(f"{path}:events", "MET_px", step_size=1000, cut="MET_px > 1000"): pass
print(told())
for batch in uproot.iterate(f"{path}:events", "MET_px", step_size=1000): break
print(told())
uproot.concatenate(f"{path}:events", "MET_px"); print(told())
with uproot.recreate(made) as file: file.mkrntuple("nt", {"x": [1, 2, 3, 4]})
nt = uproot.open(made)["nt"]; nt.arrays(entry_stop=2); print(told(str(nt.file.uuid)))
nt["x"].array(entry_start=3); print(told(str(nt.file.uuid)))
"""


def test_entries_are_those_that_uproot_was_asked_for_in_whatever_way(tmp_path: Path) -> None:
    done = subprocess.run((sys.executable, "-c", READINGS, DATA, tmp_path / "made.root"), capture_output=True, text=True, check=True)
    read = [ast.literal_eval(line) for line in done.stdout.splitlines()]
    assert read == [{}, {"events": 100}, {"events": 2}, {"events": 2421}, {}, {"events": 2421}, {"nt": 2}, {"nt": 1}]


def test_files_that_are_written_or_change_are_told_apart_and_those_of_libraries_are_left_out(told: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "input.txt").write_text("one")
    found = files_of(told(
        f"open('{tmp_path}/made.txt', 'w').write('x'); open('{tmp_path}/input.txt').read()",
        f'%%cpp\n#include <fstream>\nstd::ofstream("{tmp_path}/made_by_cpp.txt") << 1;',
        f"open('{tmp_path}/other.txt', 'w').close(); os.replace('{tmp_path}/other.txt', '{tmp_path}/input.txt')",
        f"import tempfile\nwith tempfile.NamedTemporaryFile(dir='{tmp_path}', suffix='.gone') as gone: gone.write(b'x')",
    ))  # fmt: skip
    assert found["made.txt"]["is_written"]
    assert found["made_by_cpp.txt"]["is_written"]
    assert found["input.txt"]["has_changed"]
    assert not [name for name in found if name.endswith((".py", ".pyc", ".so", ".gone", ".mplstyle")) or "fontlist" in name]


def test_headers_libraries_and_modules_of_the_users_own_have_checksums(told: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "recorded_cuts.hpp").write_text("#pragma once\ninline double recorded_cut() { return 20; }\n")
    (tmp_path / "recorded_helpers.py").write_text("value = 3\n")
    (tmp_path / "recorded.cpp").write_text('extern "C" int recorded_answer() { return 42; }\n')
    subprocess.run(("g++", "-shared", "-fPIC", "-o", tmp_path / "librecorded.so", tmp_path / "recorded.cpp"), check=True)
    record = told(
        f"%cpp_include {tmp_path}",
        '%%cpp\n#include "recorded_cuts.hpp"\nrecorded_cut()',
        f"%cpp_load {tmp_path}/librecorded.so",
        f"import sys; sys.path.insert(0, '{tmp_path}'); import recorded_helpers",
    )
    for kind, name in (("headers", "recorded_cuts.hpp"), ("libraries", "librecorded.so"), ("own_modules", "recorded_helpers.py")):
        (part,) = (part for part in record[kind] if part["name"] == name)
        assert len(part["sha256"]) == 64


def test_packages_are_those_that_were_imported_and_environment_variables_are_only_named(told: Callable[..., Any]) -> None:
    record = told("import hist", "import os\nos.environ['RECORDED_SECRET'] = 'hunter2'\nx = os.environ['RECORDED_SECRET']; os.getenv('HOME')")
    assert record["packages"]["hist"]
    assert record["packages"]["boost_histogram"]
    assert "papermill" not in record["packages"]
    assert {"RECORDED_SECRET", "HOME"} <= set(record["environment"])
    assert "hunter2" not in json.dumps(record)


def test_what_the_kernel_itself_had_imported_is_recorded_as_soon_as_a_cell_imports_it(kernel: Kernel) -> None:
    kernel("from doublet.notebook.provenance.recorder import own_recorder; before = 'tornado' in own_recorder().read().packages")
    assert kernel("print(before)").stdout == "False\n"
    kernel("from tornado.ioloop import IOLoop")
    assert "tornado" in record_of(kernel)["packages"]


def test_nothing_tells_whose_machine_it_is(told: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "private.txt").write_text("x")
    record = json.dumps(told(f"open('{tmp_path}/private.txt').read()"))
    assert str(tmp_path) not in record
    assert str(Path.home()) + "/" not in record
    assert os.uname().nodename not in record
    assert sys.prefix not in record


def test_compiler_machine_and_threads_are_told(told: Callable[..., Any]) -> None:
    record = told("1")
    assert record["cpp"]["standard"] == "20"
    assert record["cpp"]["compiler"].startswith("g++ ")
    assert record["cpp"]["cling"].startswith("cppyy-cling ")
    assert record["python"]["version"] == sys.version.split()[0]
    assert record["threads"]["cpus"] == os.cpu_count()
    assert record["platform"]["system"] == "Linux"
    assert record["kernel"]["name"] == "doublet"


def test_seeds_are_read_also_where_they_have_a_name(told: Callable[..., Any]) -> None:
    record = told("import numpy as np\nseed = 40 + 2\nrng = np.random.default_rng(seed)")
    assert {"generator": "numpy.random.default_rng", "seed": 42} in [{key: each[key] for key in ("generator", "seed") if key in each} for each in record["randomness"]]


def test_what_modules_draw_from_the_generator_that_all_share_is_noticed() -> None:
    setup = "from IPython.core.interactiveshell import InteractiveShell as S; s = S.instance(); s.run_line_magic('load_ext', 'doublet')\n"
    cells = ("import numpy, doublet; print(doublet.provenance().get('randomness'))", "exec('numpy.random' + '.normal()'); print(doublet.provenance()['randomness'])")
    script = setup + "\n".join(f"s.run_cell({cell!r}, store_history=True)" for cell in cells)
    told = subprocess.check_output((sys.executable, "-c", script), text=True, stderr=subprocess.DEVNULL)
    assert told.splitlines() == ["None", "[{'generator': 'numpy.random', 'count': 2, 'is_known': False}]"]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import numpy as np\nnp.random.seed(7)\nnp.random.normal()", [("numpy.random", 7, True)]),
        ("import numpy as np\nnp.random.normal(size=3); np.random.uniform()", [("numpy.random", None, True)]),
        ("import numpy as np\nr = np.random.default_rng()", [("numpy.random.default_rng", None, True)]),
        ("import numpy as np\nr = np.random.default_rng(seed=0)", [("numpy.random.default_rng", 0, True)]),
        ("import numpy as np\nr = np.random.default_rng(None)", [("numpy.random.default_rng", None, True)]),
        ("import numpy as np\nr = np.random.default_rng([1, 2])", [("numpy.random.default_rng", "1,2", True)]),
        ("import numpy as np, time\nr = np.random.default_rng(int(time.time()))", [("numpy.random.default_rng", None, False)]),
        ("from numpy.random import Generator, PCG64\nr = Generator(PCG64(5))", [("numpy.random.PCG64", 5, True)]),
        ("import random\nrandom.random()\nrandom.seed(1)\nrandom.random()", [("random", None, True), ("random", 1, True)]),
        ("import random as r\nx = r.Random(3)", [("random.Random", 3, True)]),
        ("import secrets\nsecrets.randbits(8)", [("secrets.randbits", None, True)]),
        ("def random(): return 4\nrandom()", []),
        ("x = 'np.random.seed(3)'", []),
        ("import numpy as np\nx = np.random", []),
        ("%%cpp\nstd::mt19937 g(42);", [("std::mt19937", 42, True)]),
        ("%%cpp\nstd::mt19937_64 g{0x10};", [("std::mt19937_64", 16, True)]),
        ("%%cpp\nstd::mt19937 g;", [("std::mt19937", "default", True)]),
        ("%%cpp\nstd::random_device rd; std::mt19937 g(rd());", [("std::random_device", None, True), ("std::mt19937", None, False)]),
        ("%%cpp\nauto g = std::mt19937(1'000);", [("std::mt19937", 1000, True)]),
        ("%%cpp\nusing engine = std::mt19937;\nvoid fill(std::mt19937& g);\nstd::mt19937 make();", []),
        ("%%cpp\nTRandom3 r(0);", [("TRandom3", None, True)]),
        ("%%cpp\nauto* r = new TRandom3(4711); gRandom->SetSeed(2);", [("TRandom3", 4711, True), ("gRandom->SetSeed", 2, True)]),
        ("%%cpp\nint n = 3; std::srand(n); std::rand();", [("srand", None, False)]),
    ],
)
def test_generators_are_found_in_sources(source: str, found: list[tuple[str, int | str | None, bool]]) -> None:
    generators = Generators()
    generators.note(source, 1)
    assert [(each.generator, each.seed, each.is_known) for each in generators.found] == found


@given(st.text() | st.sampled_from(["%%cpp\n", "import random\n"]).flatmap(lambda head: st.text().map(lambda rest: head + rest + " random seed environ getenv")))
def test_reading_a_source_never_fails(source: str) -> None:
    Generators().note(source, 1)
    variables_read(source)


@pytest.mark.parametrize(
    ("source", "read", "required", "assigned"),
    [
        ("import os\nos.environ['A']", ["A"], ["A"], []),
        ("import os\nos.environ['A'] = 'x'", [], [], ["A"]),
        ("import os\nos.environ.get('A'); os.getenv('B', 'c'); 'C' in os.environ", ["A", "B", "C"], [], []),
        ("from os import environ, getenv\nenviron['A'], getenv('B')", ["A", "B"], ["A"], []),
        ("import os\nos.path.expandvars('$A/${B}/c')", ["A", "B"], [], []),
        ("%env A", ["A"], [], []),
        ("%env A=1", [], [], ["A"]),
        ('%%cpp\nstd::getenv("A")', ["A"], [], []),
        ("environ = {}\nenviron['A']", [], [], []),
    ],
)
def test_environment_variables_are_found_in_sources(source: str, read: list[str], required: list[str], assigned: list[str]) -> None:
    assert sorted(variables_read(source)) == read
    assert variables_required(source) == required
    assert variables_set(source) == assigned


def test_of_paths_only_the_last_part_is_told() -> None:
    assert without_folders(["-O2", "-I/home/ada/include", "-DX=1", "~/lib/a.so"]) == "-O2 -Iinclude -DX=1 a.so"
    assert own_name("/work/analysis/data/x.root", Path("/work/analysis")) == "data/x.root"
    assert own_name("/eos/user/a/ada/x.root", Path("/work/analysis")) == "x.root"


class Nothing:
    """A kernel that opens and loads nothing."""

    def facts(self) -> dict[str, str]:
        return {}

    def libraries(self) -> list[Path]:
        return []

    headers = libraries

    def opened(self) -> list[Any]:
        return []

    def is_defined(self, name: str) -> bool:
        return False

    def held(self, patience: float) -> tuple[list[Held], int]:
        return [], 0

    def fields(self, value: object) -> list[tuple[str, Scalar]]:
        return []


def cells_of(recorder: Recorder, count: int) -> None:
    for number in range(1, count + 1):
        recorder.begin(f"x = {number}", number, f"cell-with-a-long-id-{number:04}")
        recorder.end()


HUNDRED = """\
import json, awkward, hist, matplotlib, pandas, scipy, uproot
from test_provenance import Nothing, Provenance, Recorder, cells_of
recorder = Recorder({"name": "doublet", "version": "1", "language": "python"}, Nothing(), {f"selection_{place}": place / 7 for place in range(100)})
recorder._imports._seen.clear()
cells_of(recorder, 100)
whole = Provenance([recorder.read()]).to_dict()
print(len(whole["sessions"][0]["packages"]), len(whole["sessions"][0]["settings"]), len(json.dumps(whole, indent=1)))
"""


def test_a_hundred_cells_take_less_than_20_kb_as_a_notebook_writes_them() -> None:
    """In a process of its own, for this one has imported what hundreds of tests need."""
    done = subprocess.run([sys.executable, "-c", HUNDRED], capture_output=True, text=True, check=True, cwd=Path(__file__).parent)
    packages, settings, size = map(int, done.stdout.split())
    assert packages > 20
    assert settings == MOST
    assert size < 20_000


@given(st.lists(st.booleans(), max_size=30), st.randoms(use_true_random=False))
def test_what_is_told_bit_by_bit_is_the_whole_whatever_order_it_is_read_in(is_told: list[bool], chance: random.Random) -> None:
    names: dict[str, Any] = {}
    recorder = Recorder({"name": "doublet", "version": "1", "language": "python"}, Nothing(), names)
    deltas, pieces = Deltas(recorder), []
    for number, tell in enumerate([*is_told, True], 1):
        recorder.begin(f"import random\nrandom.seed({number})", number, f"cell{number}")
        names |= {f"name{number}": number}
        recorder.end()
        if tell:
            names.pop("name1", None)
        if tell and (piece := deltas.next(Effort.RESTING)):
            pieces.append(piece)
    chance.shuffle(pieces)
    assert joined(pieces) == [recorder.session.to_dict()]
    assert deltas.next(Effort.RESTING) is None


def test_of_very_many_executions_the_last_are_kept() -> None:
    recorder = Recorder({"name": "doublet", "version": "1", "language": "python"}, Nothing(), {})
    cells_of(recorder, KEPT + 50)
    session = recorder.read()
    assert (session.dropped, len(session.executions), session.executions[-1].count) == (50, KEPT, KEPT + 50)


def test_recording_costs_a_cell_less_than_a_millisecond(kernel: Kernel) -> None:
    kernel("import time\nfrom doublet.notebook.provenance.recorder import own_recorder\nrecorder = own_recorder()")
    kernel("taken = []\nfor i in range(200):\n    a = time.perf_counter(); recorder.begin(f'x = {i}', i + 10); recorder.end(); taken.append(time.perf_counter() - a)")
    seconds = float(kernel("print(sorted(taken)[100])").stdout)
    assert seconds < 1e-3


def test_recording_does_not_slow_down_what_python_audits(kernel: Kernel) -> None:
    kernel("import timeit\nfastest = lambda what: min(timeit.repeat(what, globals={'x': 1.5}, number=20_000, repeat=20))")
    assert float(kernel("print(fastest('id(x)') / fastest('abs(x)'))").stdout) < 5


def test_a_plain_ipython_kernel_is_recorded_when_the_extension_is_loaded() -> None:
    script = "from IPython.core.interactiveshell import InteractiveShell as S; s = S.instance(); s.run_line_magic('load_ext', 'doublet'); s.run_cell('x = 1', store_history=True); s.run_cell('import doublet; print(doublet.provenance())', store_history=True)"
    told = subprocess.check_output((sys.executable, "-c", script), text=True, stderr=subprocess.DEVNULL)
    record = ast.literal_eval(told.strip().splitlines()[-1])
    assert next(each["source"] for each in record["executions"]) == digest("x = 1")
    assert time.strptime(record["begun"], "%Y-%m-%dT%H:%M:%SZ")
