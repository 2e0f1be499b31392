"""`typing.get_type_hints` with a cache: generated modules need hints for each failed call, which is slow.

The results are kept as long as the annotations and what they name stay the same.
"""

import typing
from types import FunctionType
from typing import Any

_plain = typing.get_type_hints
#: by function: its annotations, the values of the names that they are, its hints
_known: dict[FunctionType, tuple[dict[str, Any], list[tuple[str, Any]], dict[str, Any]]] = {}


def get_type_hints(obj: Any, *args: Any, **options: Any) -> dict[str, Any]:
    if args or options or type(obj) is not FunctionType or vars(obj):
        return _plain(obj, *args, **options)
    names = obj.__globals__
    if known := _known.get(obj):
        annotations, values, hints = known
        if annotations == obj.__annotations__ and all([names.get(name) is value for name, value in values]):
            return hints.copy()
    hints, annotations = _plain(obj), obj.__annotations__.copy()
    # kept if there are annotations (closures have none), each a global's name and its hint that value itself
    named = [type(annotations[key]) is str and names.get(annotations[key]) is hints[key] for key in hints]
    if named and all(named):
        values = [(name, names[name]) for name in annotations.values()]
        _known[obj] = annotations, values, hints.copy()
    return hints
