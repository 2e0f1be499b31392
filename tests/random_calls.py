"""Random calls of every primitive: its arguments by type and, where it gives a function, that one's."""

from __future__ import annotations

from tests.random_values import FUNCTIONS, PAIR_FUNCTIONS, Maker, Text

#: the types of the arguments of the primitives that take no function; a type is a method of `Maker`
SIGNATURES = {
    name: types.split()
    for names, types in (
        ("add subtract multiply divide", "numerical numerical"),
        ("invert double halve increment decrement crement sign", "numerical"),
        ("even positive toivec tojvec", "integer"),
        ("greater", "integer integer"),
        ("flip", "boolean"),
        ("both either", "boolean boolean"),
        ("equality astuple", "any any"),
        ("interval", "integer integer integer"),
        ("branch", "boolean any any"),
        ("identity initset", "any"),
        ("dedupe mostcommon leastcommon size totuple first last", "container"),
        ("repeat", "any count"),
        ("mostcolor leastcolor palette numcolors", "element"),
        ("colorcount", "element color"),
        ("colorfilter", "objects color"),
        ("color hperiod vperiod", "object"),
        ("height width shape portrait square hmirror vmirror dmirror cmirror", "piece"),
        ("vline hline ulcorner urcorner llcorner lrcorner uppermost lowermost leftmost", "patch"),
        ("rightmost center centerofmass toindices normalize corners backdrop delta", "patch"),
        ("box inbox outbox", "patch"),
        ("recolor", "color patch"),
        ("shift", "patch direction"),
        ("dneighbors ineighbors neighbors vfrontier hfrontier", "location"),
        ("hmatching vmatching manhattan adjacent position gravitate", "patch patch"),
        ("bordering", "patch grid"),
        ("connect", "location location"),
        ("shoot", "location direction"),
        ("rot90 rot180 rot270 asindices asobject partition fgpartition frontiers compress trim", "grid"),
        ("tophalf bottomhalf lefthalf righthalf", "grid"),
        ("ofcolor", "grid color"),
        ("index", "grid location"),
        ("toobject subgrid", "patch grid"),
        ("objects", "grid boolean boolean boolean"),
        ("fill underfill", "grid color patch"),
        ("paint underpaint", "grid object"),
        ("cover", "grid patch"),
        ("move", "grid object direction"),
        ("replace switch", "grid color color"),
        ("crop", "grid location location"),
        ("hsplit vsplit downscale hupscale vupscale", "grid count"),
        ("upscale", "element count"),
        ("canvas", "color location"),
    )
    for name in names.split()
}  # fmt: skip

KINDS = tuple(FUNCTIONS)


def arguments(maker: Maker, name: str):
    """(arguments, arguments of the function that the call gives or None)."""
    if name in SIGNATURES:
        types = SIGNATURES[name]
        if name in ("first", "last", "size", "totuple") and maker.random.random() < 0.3:
            types = ["grid"] if maker.boolean() else ["patch"]
        if types[0] == "grid" and maker.random.random() < 0.15:
            types = ["large_grid", *types[1:]]
        return [maker.of_kind(kind) for kind in types], None
    if name in MAKERS:
        return MAKERS[name](maker)
    kind = maker.random.choice(KINDS)
    return list(OF_KIND[name](maker, kind)), None


def _contained(maker):
    container = maker.container()
    inside = list(container) and maker.boolean()
    return [maker.random.choice(sorted(container, key=repr)) if inside else maker.any(), container], None


def _swapped(maker):
    (value, container), _ = _contained(maker)
    return [container, value], None


def _insert(maker):
    (value, container), _ = _contained(maker)
    return [value, frozenset(container)], None


def _maximum(maker):
    return [maker.location() if maker.random.random() < 0.2 else maker.container("integer")], None


def _sets(maker):
    kind = maker.random.choice(KINDS)
    a, b = frozenset(maker.container(kind)), frozenset(maker.container(kind))
    return [a | b if maker.boolean() else a, b | frozenset(sorted(a, key=repr)[:1])], None


def _combine(maker):
    kind = maker.random.choice(KINDS)
    if maker.random.random() < 0.3:
        return [maker.object(), maker.object()], None
    return [maker.container(kind), maker.container(kind)], None


def _merge(maker):
    pick = maker.random.random()
    if pick < 0.5:
        return [maker.container(maker.random.choice(("object", "indices", "row", "grid")))], None
    return [tuple(maker.container(maker.random.choice(KINDS)) for _ in range(maker.count()))], None


def _sizefilter(maker):
    return [maker.container(maker.random.choice(("object", "indices", "row", "grid"))), maker.count()], None


def _occurrences(maker):
    grid = maker.full_grid()
    if maker.boolean():
        return [grid, maker.object()], None
    rows = range(maker.random.randrange(len(grid)), len(grid))
    columns = range(maker.random.randrange(len(grid[0])), len(grid[0]))
    return [grid, frozenset((grid[i][j], (i, j)) for i in rows[:2] for j in columns[:2])], None


def _like(maker, times):
    """Grids, mostly of one shape."""
    height, width = maker.random.randint(1, 5), maker.random.randint(1, 5)
    grids = [maker.noise(height, width) for _ in range(times)]
    return grids if maker.random.random() < 0.8 else [maker.grid() for _ in range(times)]


def _cellwise(maker):
    return [*_like(maker, 2), maker.color()], None


def _compose(maker):
    inner, outer = maker.random.choice(
        (("ulcorner", "invert"), ("toindices", "backdrop"), ("height", "double"), ("normalize", "size"))
    )
    return [Text(outer), Text(inner)], [maker.patch()]


def _chain(maker):
    return [Text("size"), Text("asobject"), Text(maker.random.choice(("rot90", "trim", "compress")))], [
        maker.grid()
    ]


def _matcher(maker):
    kind = maker.random.choice(KINDS)
    return [maker.function(kind), maker.random.choice((0, 1, 2, True, maker.of_kind(kind)))], [
        maker.of_kind(kind)
    ]


def _rbind(maker):
    return maker.random.choice(
        (
            ([Text("subtract"), maker.integer()], [maker.numerical()]),
            ([Text("shift"), maker.direction()], [maker.patch()]),
            ([Text("replace"), maker.color()], [maker.grid(), maker.color()]),
            ([Text("rbind(replace,THREE)"), maker.color()], [maker.grid()]),
            ([Text("objects"), True], [maker.grid(), maker.boolean(), maker.boolean()]),
            ([Text("rbind(rbind(objects,T),F)"), maker.boolean()], [maker.grid()]),
            ([Text("lbind(fill,((0,1),(2,0)))"), maker.patch()], [maker.color()]),
            ([Text("increment"), 1], [1]),
        )
    )


def _lbind(maker):
    return maker.random.choice(
        (
            ([Text("subtract"), maker.integer()], [maker.numerical()]),
            ([Text("recolor"), maker.color()], [maker.patch()]),
            ([Text("fill"), maker.grid()], [maker.color(), maker.patch()]),
            ([Text("lbind(fill,((0,1),(2,0)))"), maker.color()], [maker.patch()]),
            ([Text("objects"), maker.grid()], [True, maker.boolean(), maker.boolean()]),
            ([Text("size"), (1, 2)], [()]),
        )
    )


def _power(maker):
    kind = maker.random.choice(("integer", "grid", "patch"))
    if kind == "patch":
        return [Text(maker.random.choice(("outbox", "inbox", "delta", "hmirror"))), maker.count()], [
            maker.patch()
        ]
    functions = {"integer": "double invert", "grid": "trim rot90 tophalf compress dmirror"}[kind].split()
    return [Text(maker.random.choice(functions)), maker.count()], [maker.of_kind(kind)]


def _fork(maker):
    kind = maker.random.choice(("object", "indices"))
    two = maker.random.choice(("add", "astuple", "combine", "equality", "multiply"))
    return [Text(two), maker.function(kind), maker.function(kind)], [maker.of_kind(kind)]


def _rapply(maker):
    kind = maker.random.choice(KINDS)
    functions = tuple(maker.function(kind) for _ in range(maker.random.randint(0, 3)))
    return [functions, maker.of_kind(kind)], None


def _two(maker):
    kind = maker.random.choice(list(PAIR_FUNCTIONS))
    function = Text(maker.random.choice(PAIR_FUNCTIONS[kind].split()))
    return [function, maker.container(kind), maker.container(kind)], None


def _pair(maker):
    return [maker.container(), maker.container()], None


#: how the arguments of the other primitives are made
MAKERS = {
    "contained": _contained, "remove": _contained, "other": _swapped, "insert": _insert,
    "maximum": _maximum, "minimum": _maximum, "intersection": _sets, "difference": _sets,
    "combine": _combine, "merge": _merge, "sizefilter": _sizefilter, "occurrences": _occurrences,
    "hconcat": lambda maker: (_like(maker, 2), None), "vconcat": lambda maker: (_like(maker, 2), None),
    "cellwise": _cellwise, "compose": _compose, "chain": _chain, "matcher": _matcher, "rbind": _rbind,
    "lbind": _lbind, "power": _power, "fork": _fork, "rapply": _rapply, "papply": _two, "mpapply": _two,
    "prapply": _two, "product": _pair, "pair": _pair,
}  # fmt: skip

#: the same for a kind of elements: those that take a container and a function of its elements
OF_KIND = {
    name: lambda maker, kind: (maker.container(kind), maker.function(kind))
    for name in ["order", "valmax", "valmin", "argmax", "argmin", "sfilter", "mfilter", "extract"]
} | {
    name: lambda maker, kind: (maker.function(kind), maker.container(kind)) for name in ("apply", "mapply")
}  # fmt: skip
