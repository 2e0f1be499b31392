"""`t_call` of a legacy module read into slices: programs in the module's own names.

A slice is a `Program` that `parse_program` refuses: only the module defines its names. Nothing is executed.
"""

import ast
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeGuard

from kaggle_batt.errors import ProgramError
from kaggle_batt.programs.graph import Call, Kind, Ref
from kaggle_batt.programs.program import Program, canonical

MAX_TEXT = 10_000  #: longest text of one call, in characters
OUTPUT = "output_of_batt"  #: program of a module without `t_call`: what `batt` has for the variable
_VARIABLE = re.compile(r"t(\d{1,9})")
_TAKEN = re.compile(r"x\d+|O")  #: variables of a slice's text, so none of the module's names


def variable_of(name: str) -> int | None:
    """The number of a variable named `t<number>`, else None."""
    match = _VARIABLE.fullmatch(name)
    return int(match[1]) if match else None


class Calls:
    """The calls of a module: for each variable number the text `function, argument, …`.

    Also understood are `function(argument, …)`, nested calls, and `t12.t` for t12. Other text is kept.
    """

    def __init__(self, texts: Mapping[int, str]) -> None:
        self.texts = texts
        self._read: dict[int, tuple[ast.Call, list[int]]] = {}

    def program(self, variable: int, kind: Kind = "solver", grids: Collection[int] = ()) -> Program:
        """The backward slice of a variable, in which the variables `grids` are the input I.

        Raises `ProgramError` for a missing or unreadable call and for a variable that needs itself. Without
        any calls the program is the output of the module as a whole.
        """
        if not self.texts:
            return canonical([Call(OUTPUT, (str(variable),))], 0, kind)
        grids = set(grids) - {variable}
        writer = _Writer({f"t{grid}": "I" for grid in grids})
        for number in self.needs(variable, grids):
            try:
                writer.variables[f"t{number}"] = writer.ref(self._call(number)[0])
            except RecursionError:
                raise ProgramError(f"t{number}: the call is nested too deeply") from None
        return canonical(writer.calls, writer.variables[f"t{variable}"], kind)

    def needs(self, variable: int, grids: Collection[int] = ()) -> list[int]:
        """The variables of a slice, each after those that it needs, `variable` last."""
        order: list[int] = []
        done, under_way = set(grids), set()
        stack = [(variable, False)]
        while stack:
            number, expanded = stack.pop()
            if expanded:
                done.add(number)
                order.append(number)
            elif number not in done:
                if number in under_way:
                    raise ProgramError(f"t{number} needs itself")
                under_way.add(number)
                stack += [(number, True), *[(need, False) for need in self._call(number)[1]]]
        return order

    def _call(self, number: int) -> tuple[ast.Call, list[int]]:
        """A variable's call and the variables in it."""
        try:
            if number not in self._read:
                call = _parsed(self.texts[number])
                found = map(variable_of, sorted(_names(call)))
                self._read[number] = call, [variable for variable in found if variable is not None]
            return self._read[number]
        except KeyError:
            raise ProgramError(f"t{number} is missing in t_call") from None
        except ProgramError as error:
            raise ProgramError(f"t{number}: {error}") from None


def _parsed(text: str) -> ast.Call:
    """The call that a text of `t_call` describes."""
    if len(text) > MAX_TEXT:
        raise ProgramError(f"a call of {len(text)} characters; at most {MAX_TEXT} are read")
    try:
        tree = ast.parse(f"_({text}\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ProgramError(f"{text!r} is no call") from None
    if not _is_plain(tree) or not tree.args or not (isinstance(tree.func, ast.Name) and tree.func.id == "_"):
        raise ProgramError(f"{text!r} is no call: function, argument, …")
    function, *rest = tree.args
    if isinstance(function, ast.Call) and not rest:
        return function
    return ast.Call(function, rest, [])


def _is_plain(node: ast.AST) -> TypeGuard[ast.Call]:
    if not isinstance(node, ast.Call) or node.keywords:
        return False
    return not any([isinstance(arg, ast.Starred) for arg in node.args])


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


@dataclass
class _Writer:
    """Turns expressions into calls; `variables` are the names that refer to something earlier."""

    variables: dict[str, Ref]
    calls: list[Call] = field(default_factory=list)

    def ref(self, node: ast.expr) -> Ref:
        """An expression's value: an earlier call, an input, or the expression's own text."""
        name = node.value if isinstance(node, ast.Attribute) and node.attr == "t" else node
        if isinstance(name, ast.Name) and name.id in self.variables:
            return self.variables[name.id]
        if _is_plain(node):
            function = self.ref(node.func)
            if isinstance(function, str) and not isinstance(node.func, (ast.Name, ast.Attribute)):
                function = f"({function})"
            self.calls.append(Call(function, tuple([self.ref(arg) for arg in node.args])))
            return len(self.calls) - 1
        return self.opaque(node)

    def opaque(self, node: ast.expr) -> str:
        """The text of an expression without variables."""
        text = ast.unparse(node)
        for name in sorted(_names(node)):
            if name in self.variables:
                raise ProgramError(f"a variable was expected as an argument, not inside {text!r}")
            if _TAKEN.fullmatch(name):
                raise ProgramError(f"the name {name} stands for a variable of the slice")
        return text


def battery_module(name: str) -> Path | None:
    """The path of an older battery module, `NAME.py` with a function `batt`, that `name` means, else None."""
    path = Path(name)
    if path.is_file() and path.suffix != ".py":
        return None
    stem = path.with_suffix("") if path.suffix == ".py" else path
    module, calls = [stem.parent / f"{stem.name}{end}.py" for end in ("", "_call")]  # "." has no name
    found = module.is_file() and (calls.is_file() or b"def batt(" in module.read_bytes())
    return module if found else None
