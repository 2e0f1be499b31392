"""Matplotlib figures that leak nothing, show themselves in a notebook and save to the same bytes each time.

They are made as objects, not through pyplot, which would keep them alive and depend on a backend.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from kaggle_batt.tasks.drawing import Drawing, Shape

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Axes
    from matplotlib.figure import Figure as Figure
else:  # matplotlib takes long to import: only what draws does
    Axes = Figure = Any

DPI = 100
POINTS = 0.72  # points of a pixel


@contextmanager
def default_style() -> Iterator[None]:
    """Draw in matplotlib's default style, whatever style the notebook has set; also for a whole function."""
    from matplotlib import style

    with style.context("default"):
        yield


def new_figure(width: float, height: float, *, constrained: bool = False) -> Figure:
    """An empty white figure, `width` by `height` inches; a bare name in a notebook cell shows it as PNG."""
    from matplotlib.figure import Figure

    layout: Any = "constrained" if constrained else None
    figure = Figure(figsize=(width, height), dpi=DPI, facecolor="white", layout=layout)
    figure._repr_png_ = partial(to_png, figure)  # type: ignore[attr-defined]
    return figure


@default_style()
def figure_of(shown: Any) -> Figure:
    """The figure of a drawing, or of anything that has one; a pixel of the drawing is one of the figure."""
    drawing: Drawing = shown if isinstance(shown, Drawing) else shown.drawing()
    figure = new_figure(drawing.width / DPI, drawing.height / DPI)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(0, drawing.width), ylim=(drawing.height, 0), autoscale_on=False)
    for item in drawing.items:
        if isinstance(item, Shape):
            _add_shape(axes, item)
        else:
            look = {"color": item.color, "family": item.font, "weight": "bold" if item.bold else "normal"}
            side = "center" if item.centred else "left"
            write(axes, item.x, item.y, item.text, POINTS * item.size, va="baseline", ha=side, **look)
    return figure


def _add_shape(axes: Axes, shape: Shape) -> None:
    from matplotlib.collections import PathCollection
    from matplotlib.colors import to_rgba
    from matplotlib.path import Path

    pen = Path.CURVE4 if shape.curved else Path.LINETO
    paths = []
    for line in shape.lines:
        codes = [Path.MOVETO, *[pen] * (len(line) - 1), *[Path.CLOSEPOLY] * shape.closed]
        paths.append(Path([*line, *[(0, 0)] * shape.closed], codes))
    fill = "none" if shape.fill == "none" else to_rgba(shape.fill, shape.opacity)
    look = {"facecolors": fill, "edgecolors": shape.stroke, "linewidths": POINTS * shape.width}
    axes.add_collection(PathCollection(paths, **look), autolim=False)


def write(axes: Axes, x: float, y: float, text: str, size: float, **look: Any) -> None:
    """A text at a place, as it is: a dollar sign starts no formula, as it would with `axes.text`."""
    axes.text(x, y, text, fontsize=size, parse_math=False, **look)


def to_png(figure: Figure) -> bytes:
    import matplotlib

    buffer = io.BytesIO()
    with matplotlib.rc_context({"savefig.bbox": None}):
        figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    return buffer.getvalue()
