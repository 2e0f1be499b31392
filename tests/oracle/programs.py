"""Programs run by the oracle, line by line, as they stand in the text."""

from __future__ import annotations

import ast
from typing import Any

from tests.oracle import NAMESPACE
from tests.oracle.notation import expression


def programs(text: str) -> dict[str, ast.FunctionDef]:
    """The functions of a text by name."""
    return {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}


def run(function: ast.FunctionDef, **inputs: Any) -> Any:
    """What the function returns for these inputs. Raises `OracleError` where a call fails."""
    names = {**NAMESPACE, **inputs}
    for line in function.body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            names[line.targets[0].id] = expression(ast.unparse(line.value), names)
        if isinstance(line, ast.Return) and line.value is not None:
            return expression(ast.unparse(line.value), names)
    raise ValueError(f"{function.name} returns nothing")
