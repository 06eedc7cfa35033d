"""Notebooks as tests: ``pytest --doublet`` executes each again, and fails where its results do not agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from doublet.errors import DoubletError
from doublet.notebook.execution.options import positive

if TYPE_CHECKING:
    from doublet.notebook.comparison.verdict import Verdict

__all__: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("doublet", "notebooks by Doublet")
    group.addoption("--doublet", action="store_true", help="execute notebooks (.ipynb) again, and compare their results")
    group.addoption("--doublet-moved", metavar="N", type=int, default=0, help="accept up to N events that moved across edges of bins, in each histogram")
    group.addoption("--doublet-sandbox", action="store_true", help="shut their kernels in by bubblewrap")
    group.addoption("--doublet-timeout", metavar="S", type=positive, help="the seconds that each cell may take")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix != ".ipynb" or not parent.config.getoption("--doublet") or ".ipynb_checkpoints" in file_path.parts:
        return None
    return _File.from_parent(parent, path=file_path)


class _File(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        yield _Rerun.from_parent(self, name="rerun")


class _DisagreementError(Exception):
    """A verdict that is not "agrees"."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__(verdict.line)


class _Rerun(pytest.Item):
    def runtest(self) -> None:
        from doublet.notebook.reading import read
        from doublet.notebook.rerun.rerunning import Options, rerun
        from doublet.notebook.rerun.sandbox import check_sandbox

        option = self.config.getoption
        if option("--doublet-sandbox"):
            check_sandbox()
        options = Options(timeout=option("--doublet-timeout"), sandbox=option("--doublet-sandbox"), accepted=option("--doublet-moved"))
        _, verdict = rerun(read(self.path), self.path, self.path.parent, options)
        if not verdict.agrees:
            raise _DisagreementError(verdict)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, _DisagreementError):
            from doublet.notebook.comparison.telling import lines

            return "\n".join([*lines(excinfo.value.verdict), excinfo.value.verdict.line])
        if isinstance(excinfo.value, DoubletError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.path.name}: the same results again"
