"""The language's primitives by theme, each a small function of immutable values. Imports `dsl.values`."""
