"""The language: every primitive and constant by name, and the registry of primitives.

`kaggle_batt.dsl.rot90(grid)` takes and returns values that equal plain tuples and frozensets.
`PRIMITIVES` maps each name to its `Primitive` (types, arity, bare function); `CONSTANTS` each
constant's name to its value. The package's own extensions are looked up on first use.
"""

from __future__ import annotations

import operator
from types import ModuleType
from typing import Any

from kaggle_batt.dsl.primitives import containers, geometry, grids, numbers, patches, pieces, segments
from kaggle_batt.dsl.primitives import higher_order as functions
from kaggle_batt.dsl.primitives import selection as choosing
from kaggle_batt.dsl.primitives.constants import CONSTANTS
from kaggle_batt.dsl.values import FSet, Grid, Indices, Object, grid_of
from kaggle_batt.dsl.values.callables import Function, Primitive, weighed
from kaggle_batt.errors import DslError, LimitError

#: which functions of each module are primitives, in the order of the language's description, which random
#: programs and mutants hang on; so two modules take turns
_NAMES: tuple[tuple[ModuleType, str], ...] = (
    (
        numbers,
        "add subtract multiply divide invert double halve increment decrement crement sign even "
        "positive greater flip both either equality toivec tojvec interval astuple branch identity",
    ),
    (containers, "contained combine intersection difference dedupe"),
    (choosing, "order"),
    (containers, "repeat size merge"),
    (choosing, "maximum minimum valmax valmin argmax argmin mostcommon leastcommon"),
    (containers, "initset"),
    (choosing, "sfilter mfilter extract"),
    (containers, "totuple first last insert remove other product pair"),
    (choosing, "sizefilter"),
    (
        functions,
        "compose chain matcher rbind lbind power fork apply rapply mapply papply mpapply prapply",
    ),
    (
        pieces,
        "mostcolor leastcolor palette numcolors colorcount colorfilter color height width shape "
        "portrait square vline hline hmirror vmirror dmirror cmirror hupscale vupscale upscale",
    ),
    (
        patches,
        "ulcorner urcorner llcorner lrcorner uppermost lowermost leftmost rightmost center "
        "centerofmass toindices recolor shift normalize dneighbors ineighbors neighbors hmatching vmatching "
        "manhattan adjacent bordering position gravitate corners backdrop delta box inbox outbox connect "
        "shoot vfrontier hfrontier hperiod vperiod",
    ),
    (geometry, "rot90 rot180 rot270"),
    (
        grids,
        "asindices asobject ofcolor index toobject compress fill paint underfill underpaint cover "
        "move replace switch crop subgrid trim tophalf bottomhalf lefthalf righthalf hsplit vsplit hconcat "
        "vconcat cellwise canvas downscale",
    ),
    (segments, "objects partition fgpartition frontiers occurrences"),
)


#: what can make values that are too deep, or too large at all levels together, of such as are not
_OUTGROWING = frozenset(["initset", "insert", "product", "pair", "apply", "papply", "prapply", "rapply"])


def _primitive(module: ModuleType, name: str) -> Primitive:
    """The primitive of that function.

    `NAME_within`, where there is one, is what other functions call: a program's own call may give a Grid for
    a tuple of rows.
    """
    call = getattr(module, name)
    kinds: dict[str, str] = dict(call.__annotations__)
    result = kinds.pop("return")
    summary = (call.__doc__ or "").split("\n\n")[0].strip()
    primitive = Primitive(name, call, tuple(kinds.values()), result, summary)
    primitive.within = getattr(module, f"{name}_within", weighed(call) if name in _OUTGROWING else call)
    primitive.counts = name == "astuple"
    return primitive


PRIMITIVES: dict[str, Primitive] = {
    name: _primitive(module, name) for module, names in _NAMES for name in names.split()
}
PRIMITIVES["equality"].call = operator.eq  # the same without a call in Python
globals().update(PRIMITIVES)
globals().update(CONSTANTS)


_EXTENSIONS: dict[str, Primitive] = {}


def own_primitives() -> dict[str, Primitive]:
    """The package's own primitives, by name; their modules are imported on the first call of each."""
    if not _EXTENSIONS:
        try:
            from kaggle_batt.dsl.extensions import EXTENSIONS
        except ImportError:
            return {}

        _EXTENSIONS.update({entry.name: entry for entry in EXTENSIONS})
    return _EXTENSIONS


def lookup(name: str) -> Primitive | None:
    """The primitive or extension of that name, or None."""
    return PRIMITIVES.get(name) or own_primitives().get(name)


def __getattr__(name: str) -> Any:
    found = None if name.startswith("_") else own_primitives().get(name)
    if found is None:
        raise AttributeError(f"the language has no {name!r}")
    return found


__all__ = [
    "CONSTANTS",
    "PRIMITIVES",
    "DslError",
    "FSet",
    "Function",
    "Grid",
    "Indices",
    "LimitError",
    "Object",
    "Primitive",
    "own_primitives",
    "grid_of",
    "lookup",
    *PRIMITIVES,
    *CONSTANTS,
]
