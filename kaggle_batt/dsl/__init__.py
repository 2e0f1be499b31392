"""The language: every primitive and constant by name, and the registry of primitives.

`kaggle_batt.dsl.rot90(grid)` takes and returns values that equal plain tuples and frozensets. `PRIMITIVES`
maps each name to its `Primitive` (types, arity, bare function), `CONSTANTS` each constant's name to its
value. The package's own extensions are looked up on first use. Imports `errors`.
"""

import copyreg
import operator
from functools import cache
from typing import Any

from kaggle_batt.dsl.plain import BODIES
from kaggle_batt.dsl.primitives import (
    containers,
    distances,
    geometry,
    grids,
    higher_order,
    numbers,
    patches,
    pieces,
    segments,
    selection,
)
from kaggle_batt.dsl.values.build import grid_of
from kaggle_batt.dsl.values.callables import Function, Primitive, weighed
from kaggle_batt.dsl.values.constants import CONSTANTS
from kaggle_batt.dsl.values.sets import FSet
from kaggle_batt.dsl.values.shapes import Grid, Indices, Object
from kaggle_batt.errors import DslError, LimitError

_MODULES = (
    numbers, containers, selection, higher_order, pieces, patches, distances, geometry, grids, segments,
)  # fmt: skip

#: the primitives, each a function of one of the modules; random programs and mutants depend on the order
_ORDER = """
add subtract multiply divide invert double halve increment decrement crement sign even positive greater flip
both either equality toivec tojvec interval astuple branch identity contained combine intersection difference
dedupe order repeat size merge maximum minimum valmax valmin argmax argmin mostcommon leastcommon initset
sfilter mfilter extract totuple first last insert remove other product pair sizefilter compose chain matcher
rbind lbind power fork apply rapply mapply papply mpapply prapply mostcolor leastcolor palette numcolors
colorcount colorfilter color height width shape portrait square vline hline hmirror vmirror dmirror cmirror
hupscale vupscale upscale ulcorner urcorner llcorner lrcorner uppermost lowermost leftmost rightmost center
centerofmass toindices recolor shift normalize dneighbors ineighbors neighbors hmatching vmatching manhattan
adjacent bordering position gravitate corners backdrop delta box inbox outbox connect shoot vfrontier
hfrontier hperiod vperiod rot90 rot180 rot270 asindices asobject ofcolor index toobject compress fill paint
underfill underpaint cover move replace switch crop subgrid trim tophalf bottomhalf lefthalf righthalf hsplit
vsplit hconcat vconcat cellwise canvas downscale objects partition fgpartition frontiers occurrences
"""

#: primitives whose values can exceed the limits of depth and total size though their arguments do not
_OUTGROWING = frozenset(["initset", "insert", "product", "pair", "apply", "papply", "prapply", "rapply"])


def _primitive(name: str) -> Primitive:
    """The primitive of that name; other functions call `NAME_within` in its place where that exists."""
    module = next(m for m in _MODULES if getattr(vars(m).get(name), "__module__", None) == m.__name__)
    call = getattr(module, name)
    kinds: dict[str, str] = dict(call.__annotations__)
    result = kinds.pop("return")
    summary = (call.__doc__ or "").split("\n\n")[0].strip()
    primitive = Primitive(name, call, tuple(kinds.values()), result, summary)
    primitive.within = getattr(module, f"{name}_within", weighed(call) if name in _OUTGROWING else call)
    primitive.plain = BODIES.get(name)
    primitive.counts = name == "astuple"
    return primitive


PRIMITIVES: dict[str, Primitive] = {name: _primitive(name) for name in _ORDER.split()}
PRIMITIVES["equality"].call = operator.eq  # the same without a call in Python
globals().update(PRIMITIVES)
globals().update(CONSTANTS)


@cache
def own_primitives() -> dict[str, Primitive]:
    """The package's own primitives, by name; the first call imports their modules, and numpy."""
    from kaggle_batt.dsl.extensions import extensions

    return {name: entry.primitive for name, entry in extensions().items()}


def lookup(name: str) -> Primitive | None:
    """The primitive or extension of that name, or None."""
    return PRIMITIVES.get(name) or own_primitives().get(name)


copyreg.pickle(Primitive, lambda primitive: (lookup, (primitive.name,)))  # type: ignore[arg-type, return-value]


def __getattr__(name: str) -> Any:
    found = None if name.startswith("_") else own_primitives().get(name)
    if found is None:
        raise AttributeError(f"the language has no {name!r}")
    return found


__all__ = ["CONSTANTS", "PRIMITIVES", "lookup", "own_primitives", *PRIMITIVES, *CONSTANTS]
__all__ += ["DslError", "FSet", "Function", "Grid", "Indices", "LimitError", "Object", "Primitive", "grid_of"]
