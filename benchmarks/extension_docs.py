"""Write docs/extensions.md from the registry: python benchmarks/extension_docs.py."""

from __future__ import annotations

from pathlib import Path

from kaggle_batt.dsl.extensions import extensions
from kaggle_batt.dsl.extensions.registry import Family

HEAD = """# The extension primitives

Own primitives beyond the shared vocabulary (`kaggle_batt/dsl/extensions/`), made by
`benchmarks/extension_docs.py` from the registry. A *family* gives a tuple of grids; `nth` picks one by the
number below. A result that a grid does not have is None, which `nth` refuses. Segmentations are
numbered in `segments.py`, the families of `inside` in `nested.py`.
"""


def described() -> str:
    """The whole document."""
    parts = [HEAD]
    for entry in extensions().values():
        parts.append(f"\n## `{entry.name}({', '.join(entry.arguments)}) -> {entry.result}`\n")
        parts.append(f"{entry.doc} Cost {entry.cost}.\n")
        if isinstance(entry, Family):
            parts.append(", ".join([f"{number} {name}" for number, name in enumerate(entry.names)]) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    Path("docs/extensions.md").write_text(described(), encoding="utf-8")
