"""A physicist's notebook with code and data of her own, in its folder and elsewhere, as packs have to take it up."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat

__all__ = ["NAMED_ELSEWHERE", "project"]

DATA = Path(__file__).parents[1] / "examples" / "data" / "HZZ.root"
FILES = {
    "z/cuts.py": 'import json\nfrom pathlib import Path\n\nfrom levels import LOW\n\nWINDOW = json.loads(Path("data/window.json").read_text())\n',
    "z/tools/__init__.py": "from tools.numbers import HIGH\n",
    "z/tools/numbers.py": "HIGH = 100.0\n",
    "z/tools/.hidden": "not for others\n",
    "z/tools/__pycache__/numbers.cpython-311.pyc": "not for others\n",
    "z/data/window.json": '{"low": 80.0}\n',
    "z/include/selection.hpp": '#pragma once\n#include "detail/units.hpp"\ninline bool in_packed_window(double mass, double low, double high) { return low * packed_units::GeV < mass && mass < high * packed_units::GeV; }\n',
    "z/include/detail/units.hpp": "#pragma once\nnamespace packed_units { constexpr double GeV = 1.0; }\n",
    "z/notes.txt": "not named by the notebook\n",
    "lib/levels.py": "LOW = 80.0\n",
    "shared/include/twice.h": '#pragma once\n#include "inner/two.h"\ninline int packed_twice(int x) { return packed_inner::two * x; }\n',
    "shared/include/inner/two.h": "#pragma once\nnamespace packed_inner { constexpr int two = 2; }\n",
}
NAMED_ELSEWHERE = {"../shared/include": "code/include", "../shared": "data/shared", "../lib": "code/lib"}
"""What the notebook calls that lies outside of its folder, and where a pack has it."""
CELLS = (
    'import sys\nsys.path.append("../lib")\nimport numpy as np\nimport uproot\nfrom pathlib import Path\nfrom hist import Hist\nfrom cuts import LOW, WINDOW\nfrom tools import HIGH',
    'FOLDER = Path("../shared")\nmuons = uproot.open("data/HZZ.root:events").arrays(["Muon_Px", "NMuon"])\nenergy = np.asarray(uproot.open(FOLDER / "copy.root")["events"]["MET_px"].array())\nlow, high = WINDOW["low"], HIGH\nlen(muons)',
    '%%cpp\n#include <cmath>\n#include "include/selection.hpp"\n#include "../shared/include/twice.h"\nint packed_selected = 0;\nfor (double e : energy) if (in_packed_window(2 * std::abs(e), low, high)) packed_selected += packed_twice(1);\npacked_selected',
    'h = Hist.new.Reg(20, 0, 100, label="MET").Double()\nh.fill(energy)\nh',
    'Path("result.csv").write_text(f"{cpp.packed_selected}\\n")\nPath("result.csv").read_text()',
)


def project(folder: Path) -> Path:
    """Write it into a folder, and return the notebook, which has not been executed."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shutil.copy(DATA, folder / "z/data/HZZ.root")
    shutil.copy(DATA, folder / "shared/copy.root")
    cells = [nbformat.v4.new_markdown_cell("# The Z peak, packed", id="title")]
    cells += [nbformat.v4.new_code_cell(source, id=f"cell{place}") for place, source in enumerate(CELLS, 2)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "doublet", "display_name": "Doublet", "language": "python"}})
    nbformat.write(notebook, folder / "z/peak.ipynb")
    return folder / "z/peak.ipynb"
