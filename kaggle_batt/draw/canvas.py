"""Matplotlib figures that leak nothing, show themselves in a notebook and save to the same bytes each time.

Figures are made as objects, not through pyplot, which would keep them alive and depend on a backend.
Matplotlib is imported on first use.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 100
_P = ParamSpec("_P")
_R = TypeVar("_R")


def default_style(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Make `function` draw in matplotlib's default style, whatever style the notebook has set."""

    @functools.wraps(function)
    def styled(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        from matplotlib import style

        with style.context("default"):
            return function(*args, **kwargs)

    return styled


def new_figure(width: float, height: float, *, constrained: bool = False) -> Figure:
    """An empty white figure, `width` by `height` inches; a bare name in a notebook cell shows it as PNG."""
    figure = _figure_class()(figsize=(width, height), dpi=DPI, facecolor="white")
    if constrained:
        figure.set_layout_engine("constrained")
    return figure


def sheet(width: float, height: float) -> tuple[Figure, Axes]:
    """A figure with one invisible axes over all of it, whose unit is an inch from the upper left corner."""
    figure = new_figure(width, height)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.set_autoscale_on(False)
    return figure, axes


def write(axes: Axes, x: float, y: float, text: str, size: float, **look: Any) -> None:
    """A text at a place, as it is: a dollar sign starts no formula, as it would with `axes.text`."""
    axes.text(x, y, text, fontsize=size, parse_math=False, **look)


def to_png(figure: Figure, dpi: int = DPI) -> bytes:
    """The figure as PNG at `dpi` pixels per inch."""
    return _saved(figure, "png", dpi)


def to_svg(figure: Figure) -> str:
    """The figure as SVG text: no date, and ids from a fixed salt."""
    return _saved(figure, "svg", DPI).decode()


def _saved(figure: Figure, format: str, dpi: int) -> bytes:
    import matplotlib

    buffer = io.BytesIO()
    metadata = {"Date": None} if format == "svg" else {"Software": None}
    with matplotlib.rc_context({"svg.hashsalt": "kaggle_batt", "savefig.bbox": None}):
        figure.savefig(buffer, format=format, dpi=dpi, metadata=metadata)
    return buffer.getvalue()


@functools.cache
def _figure_class() -> type[Figure]:
    from matplotlib.figure import Figure

    class ShownFigure(Figure):
        """A Figure that Jupyter shows without pyplot."""

        def _repr_png_(self) -> bytes:
            return to_png(self)

    return ShownFigure
