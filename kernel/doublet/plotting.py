"""Figures for papers and talks: ``doublet.plot``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from doublet.display.histograms.bundle import fit
from doublet.display.histograms.drawings import Histograms, compose
from doublet.display.histograms.labels import title as title_of
from doublet.display.histograms.mathtext import drawable
from doublet.errors import HistogramError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from doublet.display.histograms.drawing import Drawing

__all__ = ["plot"]


def plot(
    histograms: Any = (),
    *,
    data: Any = None,
    stack: Histograms = (),
    ratio: bool | None = None,
    pull: bool = False,
    label: str = "",
    status: str = "",
    lumi: float | str | None = None,
    energy: float | str | None = None,
    title: str = "",
    log: bool = False,
    style: str | Mapping[str, Any] = "CMS",
) -> Figure:
    """Draw histograms in publication quality with mplhep, and return matplotlib's figure.

    `histograms` is one, several (a list, or with their names) or a drawing, such as `doublet.efficiency` gives. `stack` and
    `data` are as for `doublet.stack`. Below, `ratio` (the default with data and a stack) or `pull` compares the data with the
    stack, or the others with the first one. `label` is the experiment's name, `status` what stands behind it, such as
    "Preliminary", `lumi` the luminosity in 1/fb, `energy` the centre-of-mass energy in TeV. `style` is the name of one of
    mplhep's styles ("ALICE", "ATLAS", "CMS", "DUNE", "LHCb", "ROOT"), or a dict of matplotlib's settings.
    ``doublet.plot(h).savefig("h.pdf")`` writes a file. Raises `HistogramError` for what cannot be drawn together.
    """
    from doublet.display.histograms.figures import draw
    from doublet.display.histograms.styled import StyledFigure

    whole = _drawing(histograms, data, stack, title, log=log)
    comparison = _comparison(whole, ratio, pull)
    drawing = replace(fit(whole).drawn, ratio=bool(comparison), title=" " if label or lumi is not None or energy is not None else whole.title)
    figure = StyledFigure.of(_settings(style))
    with figure.style():
        axes = draw(drawing, figure, comparison)
        if label or lumi is not None or energy is not None:
            _experiment(axes, label, status, lumi, energy)
    return figure


def _drawing(histograms: Any, data: Any, stack: Histograms, title: str, *, log: bool) -> Drawing:
    from doublet.display.histograms.drawing import Drawing

    if isinstance(histograms, Drawing) and data is None and not stack:
        return replace(histograms, title=title or histograms.title, log=log or histograms.log)
    made = compose(below=stack, over=histograms, data=data, title=title, log=log)
    return replace(made, title=title_of(made))


def _comparison(drawing: Drawing, ratio: bool | None, pull: bool) -> str:
    possible = drawing.parts() is not None
    if (ratio or pull) and not possible:
        raise HistogramError("there is nothing to compare", "give data and a stack, or two histograms with the same bins")
    if ratio and pull:
        raise HistogramError("there is room for one panel below the picture", "ask for a ratio or for pulls")
    automatic = drawing.ratio or (possible and any(layer.role == "data" for layer in drawing.layers))
    return "pull" if pull else "ratio" if ratio or (ratio is None and automatic) else ""


def _settings(style: str | Mapping[str, Any]) -> dict[str, Any]:
    import matplotlib as mpl
    import mplhep

    if not isinstance(style, str):
        return {**dict(mpl.rcParamsDefault.items()), **style}
    found = getattr(mplhep.style, style, None)
    if not isinstance(found, dict):
        names = sorted(name for name in dir(mplhep.style) if isinstance(getattr(mplhep.style, name), dict) and not name.startswith("_"))
        raise HistogramError(f"mplhep has no style {style!r}", f"it has {', '.join(names)}")
    fonts = [*found.get("font.sans-serif", []), "DejaVu Sans"]
    return {**dict(mpl.rcParamsDefault.items()), **found, "font.sans-serif": fonts}


def _experiment(axes: Any, label: str, status: str, lumi: float | str | None, energy: float | str | None) -> None:
    import mplhep

    # Without data=True mplhep adds "Simulation", which is the user's to say; to make way for powers of ten it asks pyplot.
    mplhep.label.exp_label(exp=drawable(label), text=drawable(status), data=True, lumi=lumi, com=energy, loc=0, ax=axes, scilocator_adjust=False)
