"""The values of the language in the fastest representation measured.

A `Grid` is its bytes. A set of locations (`Indices`) is one integer with a bounding box, an `Object` one such
integer per color. Every other set is an `FSet`, which removes duplicates by cheap keys and sorts only when
its order shows. Each equals, and hashes like, the plain tuple or frozenset it stands for.

Each set has exactly one representation, which `build.make_set` chooses: pairs of integers are `Indices`,
cells are an `Object`, the empty set is `shapes.EMPTY`, anything else is an `FSet`. Imports `errors`.
"""
