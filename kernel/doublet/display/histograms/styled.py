"""Figures with settings of their own: pyplot's figures and everybody's rcParams stay as they are."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

__all__ = ["StyledFigure"]


class StyledFigure(Figure):
    """A figure that is drawn, saved and shown with the settings that it was made with."""

    _settings: Mapping[str, Any]

    @classmethod
    def of(cls, settings: Mapping[str, Any], size: tuple[float, float] | None = None, margins: Mapping[str, float] | None = None) -> StyledFigure:
        """Make an empty one; the size is in inches, by default that of the settings.

        `margins` are where its axes end, as parts of the size; without them, matplotlib makes room for what is written.
        """
        # What belongs to the program rather than to a figure stays as it is.
        kept = {name: value for name, value in settings.items() if not name.startswith(("backend", "savefig.bbox", "interactive", "webagg", "tk."))}
        with _style(kept):
            figure = cls(figsize=size, layout=None if margins else "constrained")
            FigureCanvasAgg(figure)
        figure._settings = kept
        if margins:
            figure.subplots_adjust(**margins)
        else:
            figure.get_layout_engine().set(hspace=0.0, h_pad=0.03)  # type: ignore[union-attr, call-arg] # it is a constrained layout
        return figure

    @contextmanager
    def style(self) -> Iterator[None]:
        """Have its settings for as long as the block lasts."""
        with _style(self._settings):
            yield

    def draw(self, renderer: Any) -> None:
        with self.style():
            super().draw(renderer)

    def savefig(self, *args: Any, **options: Any) -> None:
        with self.style():
            super().savefig(*args, **options)

    def _repr_png_(self) -> bytes:
        """What a notebook shows."""
        import io

        stream = io.BytesIO()
        self.savefig(stream, format="png", dpi=72)
        return stream.getvalue()


@contextmanager
def _style(settings: Mapping[str, Any]) -> Iterator[None]:
    chosen: Any = dict(settings)
    with mpl.rc_context(chosen), warnings.catch_warnings(), np.errstate(all="ignore"):
        # A label in a script that no font here has shows boxes; that is seen without a warning.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        # Where names of categories leave no room for small panels, they overlap.
        warnings.filterwarnings("ignore", message="constrained_layout not applied")
        yield
