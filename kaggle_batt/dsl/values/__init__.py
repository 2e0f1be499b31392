"""The values of the language in the representation that measures fastest.

A `Grid` is its bytes, a set of locations (`Indices`) is one integer with a bounding box, an `Object`
is such an integer per color, every other set is an `FSet` that dedupes by cheap keys and sorts only
when its order shows. Each equals, and hashes like, the plain tuple or frozenset it stands for.

Each set has exactly one representation, which `build.make_set` chooses: pairs of integers are `Indices`,
cells are an `Object`, the empty set is `shapes.EMPTY`, anything else is an `FSet`.

Imports `errors`.
"""
