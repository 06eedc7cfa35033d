"""Which tests run in one process, where two processes share the work (``pytest -n 2 --dist loadfile``).

Cling cannot be started anew, so the files whose tests run cells in pytest's own process share what these define: they
run in two groups, one in each process, always in the same order. Each other file is free to go wherever there is time.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xdist.scheduler import LoadFileScheduling

if TYPE_CHECKING:
    import pytest

_RUNS_CELLS = re.compile(r"\b(?:cpp: Engine|shell: InteractiveShell)\b")
"""The fixtures that are pytest's own process's engine."""


_SECOND = "test_histogram_kernels.py"
"""The first file of the second group; the groups are the largest there are, so that each process begins with one."""

_LONGEST = (
    "tests/browser/test_pictures.py",
    "tests/test_toolchain.py",
    "tests/test_packing.py",
    "tests/test_rerun.py",
    "tests/test_recovery.py",
    "tests/browser/test_publish_dialog.py",
    "tests/test_run.py",
    "tests/test_fuzz.py",
    "tests/browser/test_reader.py",
    "tests/test_examples.py",
    "tests/test_pytest_plugin.py",
    "tests/browser/test_live.py",
    "tests/test_provenance_saved.py",
)
"""The files that take longest, ten seconds and more: a process that began one of them last would end alone.

They come before those that have more tests, by whose number all others are ordered.
"""


class _Engines(LoadFileScheduling):  # type: ignore[misc] # it is not typed
    def _split_scope(self, nodeid: str) -> str:
        path: str = super()._split_scope(nodeid)
        if not _runs_cells(self.config.rootpath / path):
            return path
        return "first engine" if Path(path).name < _SECOND else "second engine"

    def _assign_work_unit(self, node: Any) -> None:
        for scope in (*reversed(_LONGEST), "second engine", "first engine"):
            if scope in self.workqueue:
                self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


@cache
def _runs_cells(path: Path) -> bool:
    return _RUNS_CELLS.search(path.read_text(encoding="utf-8")) is not None


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    return _Engines(config, log) if config.getvalue("dist") == "loadfile" else None
