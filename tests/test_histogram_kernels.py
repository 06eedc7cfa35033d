"""Histograms as values of cells, in real kernels of both kinds and in a shell that has loaded the extension."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from doublet.display.histograms.payload import MIME, read

if TYPE_CHECKING:
    from conftest import Kernel
    from IPython.core.interactiveshell import InteractiveShell

PARTS = {MIME, "text/html", "image/png", "text/plain"}
MAKE = """\
import hist
h = hist.Hist(hist.axis.Regular(4, 0, 4, label="x [cm]"), storage=hist.storage.Int64()).fill([0.5, 1.5, 1.5])
"""


def shown(kernel: Kernel, code: str) -> tuple[str, dict[str, Any]]:
    """The kind of the message that shows something, and what it shows."""
    found: list[tuple[str, dict[str, Any]]] = []

    def collect(message: dict[str, Any]) -> None:
        if "data" in message["content"]:
            found.append((message["msg_type"], message["content"]["data"]))
        assert message["msg_type"] != "error", message["content"]

    kernel.client.execute_interactive(code, output_hook=collect, timeout=120)
    (one,) = found
    return one


def contents(data: dict[str, Any]) -> list[float]:
    values = read(json.loads(json.dumps(data[MIME]))).layers[0].histogram.values()
    return [float(value) for value in values]


def test_value_of_a_python_cell_is_one_bundle(kernel: Kernel) -> None:
    kind, data = shown(kernel, f"{MAKE}h")
    assert (kind, set(data)) == ("execute_result", PARTS)
    assert contents(data) == [1, 2, 0, 0]


def test_display_shows_a_histogram_as_the_value_of_a_cell_does(kernel: Kernel) -> None:
    kind, data = shown(kernel, f"{MAKE}display(h)")
    assert (kind, set(data)) == ("display_data", PARTS)


def test_stacks_and_overlays_are_shown(kernel: Kernel) -> None:
    for code in ("hist.Stack(h, h)", "import doublet; doublet.overlay({'a': h, 'b': h})"):
        _, data = shown(kernel, f"{MAKE}{code}")
        assert set(data) == PARTS
        assert len(data[MIME]["layers"]) == 2


def test_figures_of_plot_are_shown(kernel: Kernel) -> None:
    _, data = shown(kernel, f"{MAKE}import doublet; doublet.plot(h)")
    assert "image/png" in data


def test_a_histogram_that_cannot_be_drawn_is_an_error_of_the_cell(kernel: Kernel) -> None:
    reply = kernel(f"{MAKE}import doublet; doublet.efficiency(h * 2, h)")
    assert (reply.status, reply.ename) == ("error", "HistogramError")
    assert "these histograms are weighted" in reply.evalue


def test_value_of_a_python_cell_among_cpp_cells_is_one_bundle(cpp_kernel: Kernel) -> None:
    _, data = shown(cpp_kernel, f"%%python\n{MAKE}h")
    assert set(data) == PARTS
    assert contents(data) == [1, 2, 0, 0]


def test_values_that_are_no_histograms_look_as_before(kernel: Kernel) -> None:
    assert kernel("1 + 1").value == "2"
    assert kernel("import hist; hist.axis.Regular(2, 0, 1)").value.startswith("Regular(2, 0, 1")
    assert kernel("import hist; hist.Hist").value == "hist.hist.Hist"


@pytest.mark.parametrize("include", [None, {"text/plain"}, {"text/html", "image/png"}])
def test_loading_the_extension_shows_histograms_as_asked(shell: InteractiveShell, include: set[str] | None) -> None:
    import hist

    assert shell.display_formatter is not None
    data, metadata = shell.display_formatter.format(hist.Hist(hist.axis.Regular(2, 0, 1)), include=include)
    assert set(data) == (include or PARTS)
    assert metadata == {}
