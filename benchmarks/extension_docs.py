"""Write docs/extensions.md from the registry: python benchmarks/extension_docs.py."""

from __future__ import annotations

import inspect
from pathlib import Path

from kaggle_batt.dsl.extensions import DECLARED, resolve
from kaggle_batt.dsl.extensions.arrays import Family

HEAD = """# The extension primitives

Own primitives beyond the shared vocabulary (`kaggle_batt/dsl/extensions/`), made by
`benchmarks/extension_docs.py` from the registry. A *family* gives a tuple of grids; `nth` picks one by the
number below. A result that a grid does not have is None, which `nth` refuses. Modes of segmentation are
listed in `components.py`, those of `inside` in `within.py`.
"""


def described() -> str:
    """The whole document."""
    parts = [HEAD]
    for entry in DECLARED:
        parts.append(f"\n## `{entry.name}({', '.join(entry.arguments)}) -> {entry.result}`\n")
        function = resolve(entry.target)
        parts.append(f"{inspect.cleandoc(function.__doc__)} Cost {entry.cost}.\n")
        if isinstance(function, Family):
            parts.append(", ".join([f"{number} {name}" for number, name in enumerate(function.names)]) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    Path("docs/extensions.md").write_text(described(), encoding="utf-8")
