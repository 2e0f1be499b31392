"""Programs while a search builds them: nested calls, their text, their cost.

An expression is `("name", argument, …)` or a bare input name; arguments are expressions, integers, or
tables (tuples of tuples of integers in a `Lit`). Equal subexpressions are one call in the text.
"""

from collections.abc import Iterable
from typing import Any

from kaggle_batt.dsl.extensions import extensions
from kaggle_batt.programs.graph import Call, Lit, Ref, literal
from kaggle_batt.programs.program import Program, canonical

Expression = Any

PRIMITIVE_COST = 6  #: tenths: a primitive of the vocabulary
ENTRY_COST = 3  #: tenths: one entry of a table
ENTRY_COSTS = {"stencil": 2, "act_by": 8, "assemble_by": 5, "grow": 4}
INPUT: Expression = ("I",)


def program_of(expression: Expression) -> Program:
    """The expression's program in canonical form."""
    return canonical(*calls_of(expression))


def calls_of(expression: Expression) -> tuple[list[Call], Ref]:
    """The distinct calls of the expression, and what refers to its value."""
    places: dict[Call, Ref] = {}
    result = _place(expression, places)
    return list(places), result


def _place(node: Expression, places: dict[Call, Ref]) -> Ref:
    """What refers to the node; its calls are added to `places`, each once."""
    if isinstance(node, int):
        return literal(node)
    if isinstance(node, Lit):
        return node
    if len(node) == 1:
        return str(node[0])
    call = Call(node[0], tuple([_place(argument, places) for argument in node[1:]]))
    return places.setdefault(call, len(places))


def cost_of(calls: Iterable[Call]) -> int:
    """Description length of a program in tenths: the sum over its calls and the entries of its tables."""
    total = 0
    for call in calls:
        name = str(call.function)
        total += extensions()[name].cost if name in extensions() else PRIMITIVE_COST
        tables = [arg.value for arg in call.args if isinstance(arg, Lit) and isinstance(arg.value, tuple)]
        total += ENTRY_COSTS.get(name, ENTRY_COST) * sum(map(len, tables))
    return total
