"""Program text -> calls. The text is parsed with `ast` and checked; nothing of it is executed.

Accepted: functions of the inputs S, I, C whose lines assign one call (nested calls allowed) to a
variable, and which end with a `return` or an assignment to O; docstrings; `from … import *` lines as
published solver files have them (skipped). Arguments are variables, inputs, primitives, constants,
integers, truth values, and tuples of these two. Anything else is a `ProgramError` with its line.
"""

from __future__ import annotations

import ast
from typing import Any, NamedTuple

from kaggle_batt.dsl import PRIMITIVES, lookup
from kaggle_batt.dsl.primitives.constants import CONSTANTS
from kaggle_batt.errors import ProgramError
from kaggle_batt.programs.graph import INPUTS, Call, Kind, Ref, literal

#: longest text of one file, in characters
MAX_TEXT = 4_000_000
#: largest magnitude of an integer literal
MAX_LITERAL = 2**31


class Parsed(NamedTuple):
    """A function of the text: its name, its calls as they stand there, and what it returns."""

    name: str
    calls: list[Call]
    result: Ref
    kind: Kind


def functions_in(text: str) -> list[Parsed]:
    """Every function in the text, in its order. Raises `ProgramError` for text outside the language."""
    if not isinstance(text, str):
        raise ProgramError(f"text was expected, not {type(text).__name__}")
    if len(text) > MAX_TEXT:
        raise ProgramError(f"the text has {len(text)} characters; at most {MAX_TEXT} are read")
    return [_parsed(node) for node in _functions(_tree(text))]


def _tree(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise ProgramError(f"not the language's syntax: {error.msg}", error.lineno) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise ProgramError(f"the text cannot be read: {error or type(error).__name__}") from None


def _functions(tree: ast.Module) -> list[ast.FunctionDef]:
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found.append(node)
        elif not (_is_text(node) or _imports_all(node)):
            raise ProgramError(f"a function was expected, not {_named(node)}", node.lineno)
    return found


def _imports_all(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and [alias.name for alias in node.names] == ["*"]


def _is_text(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _named(node: ast.AST) -> str:
    return f"`{type(node).__name__}`"


def _parsed(node: ast.FunctionDef) -> Parsed:
    params = _params(node)
    kind: Kind = "differ" if "C" in params or node.name.startswith("differ") else "solver"
    reader = _Reader(params)
    result = reader.body(node)
    return Parsed(node.name, reader.calls, result, kind)


def _params(node: ast.FunctionDef) -> tuple[str, ...]:
    args = node.args
    if args.vararg or args.kwarg or args.kwonlyargs or args.defaults or node.decorator_list:
        raise ProgramError("plain parameters out of S, I, C were expected", node.lineno)
    names = tuple([arg.arg for arg in (*args.posonlyargs, *args.args)])
    for name in names:
        if name not in INPUTS or names.count(name) > 1:
            raise ProgramError(f"parameters are out of S, I, C, each once; not {name!r}", node.lineno)
    return names


class _Reader:
    """Reads the lines of one function into calls."""

    def __init__(self, params: tuple[str, ...]) -> None:
        self.calls: list[Call] = []
        self.variables: dict[str, Ref] = {name: name for name in params}

    def body(self, node: ast.FunctionDef) -> Ref:
        """Read the lines; what the function returns, by default O."""
        for line in node.body:
            if isinstance(line, ast.Return):
                if line.value is None:
                    raise ProgramError("a value was expected behind `return`", line.lineno)
                return self.ref(line.value)
            if not _is_text(line):
                self.assign(line)
        if "O" not in self.variables:
            raise ProgramError(f"{node.name} neither returns nor sets O", node.lineno)
        return self.variables["O"]

    def assign(self, line: ast.stmt) -> None:
        target = line.targets[0] if isinstance(line, ast.Assign) and len(line.targets) == 1 else None
        if not isinstance(line, ast.Assign) or not isinstance(target, ast.Name):
            raise ProgramError(f"`variable = call` was expected, not {_named(line)}", line.lineno)
        name = target.id
        if name in INPUTS or name in CONSTANTS or name in PRIMITIVES:
            raise ProgramError(f"{name!r} is a name of the language and cannot be set", line.lineno)
        self.variables[name] = self.ref(line.value)

    def ref(self, node: ast.expr) -> Ref:
        if isinstance(node, ast.Name):
            return self.name(node)
        if isinstance(node, ast.Call):
            return self.call(node)
        return literal(_value(node))

    def name(self, node: ast.Name) -> Ref:
        name = node.id
        if name in self.variables:
            return self.variables[name]
        if name in CONSTANTS or lookup(name) is not None:
            return name
        if name in INPUTS:
            raise ProgramError(f"{name} is read but is not among the parameters", node.lineno)
        raise ProgramError(f"{name!r} is neither set before nor in the language", node.lineno)

    def call(self, node: ast.Call) -> Ref:
        if node.keywords or any([isinstance(arg, ast.Starred) for arg in node.args]):
            raise ProgramError("plain arguments were expected", node.lineno)
        if not isinstance(node.func, (ast.Name, ast.Call)):
            raise ProgramError(f"a function's name was expected, not {_named(node.func)}", node.lineno)
        function = self.ref(node.func)
        self.check_call(function, len(node.args), node.lineno)
        self.calls.append(Call(function, tuple([self.ref(arg) for arg in node.args])))
        return len(self.calls) - 1

    def check_call(self, function: Ref, count: int, line: int) -> None:
        if isinstance(function, int):
            if not 1 <= count <= 4:
                raise ProgramError(f"a function takes 1 to 4 arguments, not {count}", line)
            return
        primitive = lookup(function) if isinstance(function, str) else None
        if primitive is None:
            raise ProgramError(f"{function!r} is not a function", line)
        if primitive.arity != count:
            raise ProgramError(f"{primitive.name} takes {primitive.arity} arguments, not {count}", line)


def _value(node: ast.expr) -> Any:
    """The value of a literal."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        if node.value > MAX_LITERAL:
            raise ProgramError(f"an integer beyond {MAX_LITERAL}", node.lineno)
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _value(node.operand)
        if type(inner) is int:
            return -inner
    if isinstance(node, ast.Tuple):
        return tuple([_value(part) for part in node.elts])
    raise ProgramError(f"a variable, a call or a literal was expected, not {_named(node)}", node.lineno)
