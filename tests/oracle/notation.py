"""The notation of the worked examples: JSON to values of the language and back."""

from __future__ import annotations

import ast
import gzip
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.oracle.core import is_cell, is_location, ordered

EXAMPLES = Path(__file__).parent.parent / "data" / "primitives.jsonl.gz"

#: number of worked examples
COUNT = 6169


@lru_cache(maxsize=1)
def examples() -> list[dict[str, Any]]:
    """All worked examples, each as it stands in the file."""
    with gzip.open(EXAMPLES, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def expression(text: str, namespace: Mapping[str, Any]) -> Any:
    """The value of an expression of names, numbers, tuples and calls, with the names of the namespace."""

    def value(node: ast.AST) -> Any:
        match node:
            case ast.Name(id=name):
                return namespace[name]
            case ast.Call(func=func, args=args, keywords=[]):
                return value(func)(*[value(arg) for arg in args])
            case ast.Tuple(elts=parts):
                return tuple(value(part) for part in parts)
            case ast.Constant(value=int() as number):
                return number
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -value(operand)
        raise ValueError(f"not in the notation: {text}")

    return value(ast.parse(text, mode="eval").body)


def decode(notation: Any, namespace: Mapping[str, Any]) -> Any:
    """The value that the notation stands for; functions are made of what the namespace holds."""
    if not isinstance(notation, list):
        return notation
    kind, *parts = notation
    match kind:
        case "g":
            return tuple(tuple(int(digit) for digit in row) for row in parts[0].split("/"))
        case "o":
            return frozenset((color, (i, j)) for color, i, j in parts)
        case "i":
            return frozenset((i, j) for i, j in parts)
        case "t":
            return tuple(decode(part, namespace) for part in parts)
        case "s":
            return frozenset(decode(part, namespace) for part in parts)
        case "f":
            return expression(parts[0], namespace)
    raise ValueError(f"not in the notation: {notation!r}")


def encode(value: Any) -> Any:
    """The notation of a plain value."""
    if isinstance(value, frozenset):
        return _encode_set(ordered(value))
    if not isinstance(value, tuple):
        return value
    if _is_grid(value):
        return ["g", "/".join("".join(str(int(color)) for color in row) for row in value)]
    return ["t", *map(encode, value)]


def _is_grid(value: tuple[Any, ...]) -> bool:
    return (
        all(isinstance(row, tuple) for row in value)
        and {len(row) for row in value} not in (set(), {0})
        and len({len(row) for row in value}) == 1
        and all(isinstance(color, int) and 0 <= color <= 9 for row in value for color in row)
    )


def _encode_set(elements: tuple[Any, ...]) -> list[Any]:
    if elements and all(map(is_location, elements)):
        return ["i", *[[i, j] for i, j in elements]]
    if elements and all(map(is_cell, elements)):
        return ["o", *[[color, i, j] for color, (i, j) in elements]]
    return ["s", *map(encode, elements)]
