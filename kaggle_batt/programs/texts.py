"""Program text -> its functions, parsed one by one with `ast`, never executed; faults cost no others."""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kaggle_batt.errors import ProgramError

# such as of a backslash in a docstring; "<unknown>" is how `ast` names what it parses
warnings.filterwarnings("ignore", category=SyntaxWarning, module="<unknown>")

MAX_TEXT = 4_000_000  #: longest text of one file, in characters
MAX_FUNCTION = 300_000  #: longest text parsed at once: its nodes take some 600 times the bytes

#: where a text is cut if it is long or has a fault
_STARTS = re.compile(r"^(?=(?:async +)?def |class )", re.MULTILINE)
_DECORATORS = re.compile(r"^@[^\n]*\n(?:@[^\n]*\n)*\Z", re.MULTILINE)
_NAME = re.compile(r"(?:async +)?(?:def|class) +(\w+)")


@dataclass(frozen=True)
class Refused:
    """A part of a text that is no program, and why."""

    name: str
    error: ProgramError

    def __post_init__(self) -> None:
        self.error.__traceback__ = self.error.__context__ = None  # they hold much more than the part


class Found(NamedTuple):
    """A function of the text; without a `def`, the lines of a whole file (`node.args` is None then)."""

    node: ast.FunctionDef
    whole: bool = False


Part = Found | ast.Assign | ast.AnnAssign | Refused


def parts_of(text: str) -> Iterator[Part]:
    """A text's functions, assignments beside them, `Refused` parts, in order, without imports and texts."""
    try:
        yield from _body_or(_cut(text))
    except ProgramError as error:
        yield Refused("the text", error)


def _cut(text: str) -> Iterator[Part]:
    """The parts of the text, which is cut only if it is long or has a fault."""
    if not isinstance(text, str):
        raise ProgramError(f"text was expected, not {type(text).__name__}")
    if len(text) > MAX_TEXT:
        raise ProgramError(f"the text has {len(text)} characters; at most {MAX_TEXT} are read")
    text = text.removeprefix("\ufeff")
    if len(text) <= MAX_FUNCTION:
        try:
            return _statements(_tree(text))
        except ProgramError:
            if not _STARTS.search(text):
                raise
    return _parts(text)


def _tree(text: str, before: int = 0) -> ast.Module:
    """The parsed text, which begins after so many lines."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        line = before + error.lineno if error.lineno else None
        raise ProgramError(f"not the language's syntax: {error.msg}", line) from None
    except (RecursionError, MemoryError):
        raise ProgramError("the text is nested too deeply", before + 1) from None
    except ValueError as error:
        raise ProgramError(f"the text cannot be read: {error}", before + 1) from None
    return ast.increment_lineno(tree, before) if before else tree


def _parts(text: str) -> Iterator[Part]:
    """The parts of a text that is cut where a function begins."""
    before = 0
    for piece in _pieces(text):
        named = _NAME.search(piece)
        try:
            if len(piece) > MAX_FUNCTION:
                raise ProgramError(f"{len(piece)} characters; at most {MAX_FUNCTION} are read", before + 1)
            yield from _statements(_tree(piece, before))
        except ProgramError as error:
            yield Refused(named[1] if named else "the text", error)
        before += piece.count("\n")


def _pieces(text: str) -> Iterator[str]:
    carried = ""
    for piece in _STARTS.split(text):
        decorators = _DECORATORS.search(piece)  # they belong to what follows
        end = decorators.start() if decorators else len(piece)
        yield carried + piece[:end]
        carried = piece[end:]
    yield carried


def _statements(tree: ast.Module) -> Iterator[Part]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield Found(node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            yield node
        elif not (is_text(node) or isinstance(node, (ast.Import, ast.ImportFrom))):
            name = getattr(node, "name", "the text")
            yield Refused(name, ProgramError(f"a function was expected, not {kind_of(node)}", node.lineno))


def _body_or(parts: Iterator[Part]) -> Iterator[Part]:
    """The parts; assignments alone, of which one sets O, are one function."""
    held: list[ast.Assign | ast.AnnAssign] = []
    for part in parts:
        if not isinstance(part, (ast.Assign, ast.AnnAssign)):
            yield from (*held, part)
            yield from parts
            return
        held.append(part)
    if any([target_of(line) == "O" for line in held]):
        node = ast.parse("def solve(): pass").body[0]
        assert isinstance(node, ast.FunctionDef)
        node.body, node.lineno = [*held], held[0].lineno
        yield Found(node, whole=True)
    else:
        yield from held


def target_of(line: ast.stmt) -> str | None:
    """The one name that an assignment gives a value, or None."""
    if isinstance(line, ast.Assign):
        target = line.targets[0] if len(line.targets) == 1 else None
    else:
        target = line.target if isinstance(line, ast.AnnAssign) and line.value is not None else None
    return target.id if isinstance(target, ast.Name) else None


def is_text(node: ast.stmt) -> bool:
    """Whether the node is a docstring."""
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def kind_of(node: ast.AST) -> str:
    """The kind of a part of a text, for messages."""
    return f"`{type(node).__name__}`"
