"""The values of the language in the representation that measures fastest.

A `Grid` is its bytes, a set of locations (`Indices`) is one integer with a bounding box, an `Object`
is such an integer per color, every other set is an `FSet` that dedupes by cheap keys and sorts only
when its order shows. Each equals, and hashes like, the plain tuple or frozenset it stands for.

Each set has exactly one representation, which `make_set` chooses: pairs of integers are `Indices`,
cells are an `Object`, anything else (also an empty set: `EMPTY`) as named above.

They are defined in `shapes`, `keys` (what tells them apart, and their order), `sets` and `making`, each
of which imports only from those before it; here are all of their names.
"""

from kaggle_batt.dsl.values.build import (
    adopt,
    from_lines,
    grid_of,
    indices_of,
    kind_of,
    make_grid,
    make_set,
    merge_planes,
    object_of,
    part_of,
    patch_of_pairs,
    placed,
    settled,
    shown,
    tight,
    tight_object,
)
from kaggle_batt.dsl.values.keys import is_plain, key_of, numeric, order_key, sort_keys
from kaggle_batt.dsl.values.sets import NESTED, SETS, FSet, bounded, exact_key, same, weigh
from kaggle_batt.dsl.values.shapes import (
    COLORS,
    EMPTY,
    Cell,
    Grid,
    Indices,
    Location,
    Object,
    Patch,
    Rows,
    SetValue,
    is_cell,
    is_location,
    locations_in,
    maybe_grid,
)

__all__ = [
    "COLORS",
    "EMPTY",
    "NESTED",
    "SETS",
    "Cell",
    "FSet",
    "Grid",
    "Indices",
    "Location",
    "Object",
    "Patch",
    "Rows",
    "SetValue",
    "adopt",
    "bounded",
    "exact_key",
    "from_lines",
    "grid_of",
    "indices_of",
    "is_cell",
    "is_location",
    "is_plain",
    "key_of",
    "kind_of",
    "locations_in",
    "make_grid",
    "make_set",
    "maybe_grid",
    "merge_planes",
    "numeric",
    "object_of",
    "order_key",
    "part_of",
    "patch_of_pairs",
    "placed",
    "same",
    "settled",
    "shown",
    "sort_keys",
    "tight",
    "tight_object",
    "weigh",
]
