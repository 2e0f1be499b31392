"""Program text -> calls. The text is parsed and checked; nothing of it is executed.

Accepted: functions whose lines assign one call (nested calls allowed) to a variable, and which end with a
`return` or an assignment to O; a file of such lines alone. Parameters are S, I and C; other names stand for
I, S, C in this order, or for their default. Arguments are variables, inputs, words, integers, truth values,
and tuples of literals, also by keyword. Words are primitives, constants, their names in dialects
(`dialects`), and the other functions of the texts. Anything else is a `ProgramError` with its line.
"""

import ast
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from kaggle_batt.dsl import PRIMITIVES, lookup
from kaggle_batt.dsl.values.constants import CONSTANTS
from kaggle_batt.dsl.values.sets import weigh
from kaggle_batt.errors import LimitError, ProgramError
from kaggle_batt.programs.dialects import ALIASES, KEYWORDS
from kaggle_batt.programs.graph import INPUTS, Call, Kind, Lit, Ref, literal
from kaggle_batt.programs.texts import MAX_TEXT, Found, Part, Refused, is_text, kind_of, parts_of, target_of

MAX_LITERAL = 2**31  #: largest magnitude of an integer literal
MAX_DEPTH = 100  #: deepest nesting of calls and literals in a line, and of definitions in each other
MAX_CALLS = 100_000  #: calls of one function, those of definitions in it counted at each use
_MODULES = frozenset({"dsl", "constants"})  #: modules whose names may precede a word
#: what a text defines comes first on its line, or after `def`
_DEFINED, _WORD = re.compile(r"^(?:def[\s\\]+)?(\w+)", re.MULTILINE), re.compile(r"\w+")


class UnknownWords(ProgramError):
    """Words, with their lines, that are neither set before nor in the language."""

    def __init__(self, words: Mapping[str, int]) -> None:
        verb = "is neither" if len(words) == 1 else "are neither"
        names = ", ".join(map(repr, words))
        super().__init__(f"{names} {verb} set before nor in the language", min(words.values()))


class BadDefinition(ProgramError):
    """A function of the texts that is no word, as it can't be read; `cause` says why."""

    def __init__(self, name: str, cause: str, line: int) -> None:
        self.cause = cause
        super().__init__(f"{name} cannot be read: {cause}", line)


class Parsed(NamedTuple):
    """A function of the text: its name, its calls as written, and what it returns."""

    name: str
    calls: list[Call]
    result: Ref
    kind: Kind


class Definition(NamedTuple):
    """A function as a word of others: its parameters, the calls on them, the result."""

    params: tuple[str, ...]
    calls: list[Call]
    result: Ref


Place = tuple[int, str]  #: the number of a text, a name that it defines
Meaning = Ref | ast.FunctionDef  #: what it defines by the name


@dataclass
class Words:
    """What the texts add to the language: values, and functions, read when they are first used.

    `homes` has what a name means in each text that defines it, `unlike` what a text defines in two ways,
    `used` the functions that others call, `hidden` the names that are not read yet.
    """

    hidden: Container[str] = ()
    homes: defaultdict[str, dict[int, Meaning]] = field(default_factory=lambda: defaultdict(dict))
    unlike: set[Place] = field(default_factory=set)
    used: set[Place] = field(default_factory=set)
    depth: int = 0
    _read: dict[Place, Definition | str] = field(default_factory=dict)  # or why it can't be read

    def define(self, name: str, text: int, meaning: Meaning) -> None:
        """Take what a text defines."""
        homes = self.homes[name]
        if text in homes and (text, name) not in self.unlike and not _alike(homes[text], meaning):
            self.unlike.add((text, name))
        homes[text] = meaning

    def find(self, name: str, text: int, line: int) -> tuple[Place, Meaning] | None:
        """Where a text finds a name: in itself, else, if the language lacks it, in another; what it means."""
        homes = self.homes.get(name, {})
        is_word = name in CONSTANTS or name in ALIASES or lookup(name) is not None
        if not homes or (text not in homes and is_word):
            return None
        home = text if text in homes else next(iter(homes))
        if text not in homes and len(homes) > 1:
            where = f"in {len(homes)} other texts, which may mean unlike things"
        elif (home, name) in self.unlike:
            where = "twice in one text, in unlike ways"
        else:
            return (home, name), homes[home]
        raise ProgramError(f"{name} is defined {where}: give one of them another name", line)

    def definition(self, place: Place, node: ast.FunctionDef, line: int) -> Definition:
        """The definition there. Raises `BadDefinition` where it can't be read or contains itself."""
        self.used.add(place)
        if place not in self._read:
            self._read[place] = "it is defined by itself"
            self.depth += 1
            try:
                if self.depth > MAX_DEPTH:
                    raise ProgramError("definitions are nested too deeply")
                self._read[place] = _defined(node, self, place[0])
            except ProgramError as error:
                self._read[place] = error.cause if isinstance(error, BadDefinition) else str(error)
            self.depth -= 1
        found = self._read[place]
        if isinstance(found, str):
            raise BadDefinition(place[1], found, line)
        return found


def _alike(one: object, other: object) -> bool:
    """Whether two definitions of a name are the same."""
    if not (isinstance(one, ast.AST) and isinstance(other, ast.AST)):
        return repr(one) == repr(other)
    try:
        return ast.dump(one) == ast.dump(other)
    except RecursionError:  # no definition that can be read is so deep
        return False


def read_texts(
    texts: Sequence[str], parts: Iterable[Iterable[Part]] | None = None, left_out: Sequence[str] = ()
) -> list[list[Parsed | Refused]]:
    """What is in each of the texts, whose functions are words of each other; or in their `parts` alone.

    A name means what its own text defines, else the language's word, else what another text defines. Where
    `left_out` is not empty, the texts have further functions, whose names are no words. A function that
    others call is left out of the result unless its name begins with "solve".
    """
    words, known = Words(), _called(texts)
    parts = map(parts_of, texts) if parts is None else parts
    found = [[_first_try(words, known, text, part) for part in some] for text, some in enumerate(parts)]
    words.hidden = known - words.homes.keys() if left_out else ()
    again = [
        [_tried(one, words, text) if isinstance(one, Found) else one for one in some]
        for text, some in enumerate(found)
    ]
    return [
        [one for one in some if one and ((text, one.name) not in words.used or one.name.startswith("solve"))]
        for text, some in enumerate(again)
    ]


def _called(texts: Sequence[str]) -> set[str]:
    """The names that the texts define and have elsewhere, too: functions may mean these."""
    short = [text for text in texts if isinstance(text, str) and len(text) <= MAX_TEXT]
    read = [unicodedata.normalize("NFKC", text) for text in short]  # the form that Python gives to names
    defined = {name for text in read for name in _DEFINED.findall(text)}
    words = chain.from_iterable(map(_WORD.findall, read))  # faster than by matches
    mentions = Counter(filter(defined.__contains__, words))
    return {name for name in defined if mentions[name] > 1}


def _first_try(words: Words, known: set[str], text: int, part: Part) -> Parsed | Refused | Found | None:
    """A part of a text, read without the words of the texts; those that need them as they are."""
    if isinstance(part, Refused):
        return part
    if isinstance(part, (ast.Assign, ast.AnnAssign)):
        return _value_beside(part, words, text)
    if not part.whole and part.node.name in known:  # nodes take much memory
        words.define(part.node.name, text, part.node)
    one = _tried(part, Words(known), text)
    return part if isinstance(one, Refused) and isinstance(one.error, UnknownWords) else one


def _value_beside(line: ast.Assign | ast.AnnAssign, words: Words, text: int) -> Refused | None:
    """Take the value that a line beside the functions names."""
    name = target_of(line)
    with suppress(ProgramError):
        if name is not None and line.value is not None:
            words.define(name, text, _literal(line.value))
            return None
    error = ProgramError(f"a function was expected, not {kind_of(line)}", line.lineno)
    return Refused(name or "the text", error)


def _tried(found: Found, words: Words, text: int) -> Parsed | Refused:
    """The function, or why it can't be read."""
    node = found.node
    try:
        variables = {name: name for name in INPUTS} if found.whole else _inputs(node)
        reader = _Reader(node.name, variables, words, text)
        result = reader.body(node)
    except ProgramError as error:
        return Refused(node.name, error)
    reads_c = "C" in variables.values() and not found.whole
    is_differ = node.name.startswith("differ") or (reads_c and not node.name.startswith("solve"))
    return Parsed(node.name, reader.calls, result, "differ" if is_differ else "solver")


def _defined(node: ast.FunctionDef, words: Words, text: int) -> Definition:
    names, defaults = _arguments(node)
    params = {name: f"${number}" for number, name in enumerate(names)}
    reader = _Reader(node.name, {**params, **defaults}, words, text)
    result = reader.body(node)
    return Definition(tuple(names), reader.calls, result)


def _arguments(node: ast.FunctionDef) -> tuple[list[str], dict[str, Ref]]:
    """The names of the parameters, and the defaults of those that have one and are no input."""
    args = node.args
    if args.vararg or args.kwarg or node.decorator_list:
        raise ProgramError("plain parameters out of S, I, C were expected", node.lineno)
    names = [arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
    values = [*args.defaults, *args.kw_defaults]
    pairs = zip(names[len(names) - len(values) :], values, strict=True)
    # a parameter that is None by default is an input like the others
    given = [(name, value) for name, value in pairs if value and ast.unparse(value) != "None"]
    defaults = {name: _literal(value) for name, value in given if name not in INPUTS}
    return [name for name in names if name not in defaults], defaults


def _inputs(node: ast.FunctionDef) -> dict[str, Ref]:
    """What each parameter stands for."""
    names, variables = _arguments(node)
    free = [name for name in ("I", "S", "C") if name not in names]
    others = [name for name in names if name not in INPUTS]
    if len(others) > len(free):
        raise ProgramError(f"at most S, I and C are given, not {len(names)} parameters", node.lineno)
    variables.update(zip(others, free, strict=False))
    variables.update({name: name for name in names if name in INPUTS})
    return variables


class _Reader:
    """Reads the lines of one function of a text into calls."""

    def __init__(self, name: str, variables: Mapping[str, Ref], words: Words, text: int) -> None:
        self.own, self.text = name, text
        self.calls: list[Call] = []
        self.variables: dict[str, Ref] = dict(variables)
        self.words = words
        self.unknown: dict[str, int] = {}
        self.depth = 0

    def body(self, node: ast.FunctionDef) -> Ref:
        """Read the lines; what the function returns, by default O."""
        for line in node.body:
            if isinstance(line, ast.Return):
                if line.value is None:
                    raise ProgramError("a value was expected after `return`", line.lineno)
                result = self.ref(line.value)
                break
            if not (is_text(line) or isinstance(line, (ast.Import, ast.ImportFrom))):
                self.assign(line)
        else:
            if "O" not in self.variables:
                raise ProgramError(f"{node.name} neither returns nor sets O", node.lineno)
            result = self.variables["O"]
        if self.unknown:
            raise UnknownWords(self.unknown)
        return result

    def assign(self, line: ast.stmt) -> None:
        name = target_of(line)
        if name is None or not isinstance(line, (ast.Assign, ast.AnnAssign)) or line.value is None:
            raise ProgramError(f"`variable = call` was expected, not {kind_of(line)}", line.lineno)
        if name in INPUTS or name in CONSTANTS or name in PRIMITIVES:
            raise ProgramError(f"{name!r} is a name of the language and cannot be set", line.lineno)
        self.variables[name] = self.ref(line.value)

    def ref(self, node: ast.expr) -> Ref:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ProgramError(f"calls are nested deeper than {MAX_DEPTH}", node.lineno)
        if isinstance(node, ast.Call):
            found: Ref = self.call(node)
        else:
            name = _word(node)
            found = _literal(node) if name is None else self.name(name, node)
        self.depth -= 1
        return found

    def name(self, name: str, node: ast.expr) -> Ref:
        if name in self.variables:
            return self.variables[name]
        _, meaning = self.find(name, node.lineno) or (None, None)
        if isinstance(meaning, ast.FunctionDef):
            raise ProgramError(f"{name} is a function of the text: it is called, not passed on", node.lineno)
        if meaning is not None:
            return meaning
        word = name if name in CONSTANTS or lookup(name) is not None else ALIASES.get(name)
        if word is not None and (name not in self.words.hidden or name == self.own):
            return word
        if name in INPUTS:
            raise ProgramError(f"{name} is read but is not among the parameters", node.lineno)
        self.unknown.setdefault(name, node.lineno)
        return "identity"

    def find(self, name: str, line: int) -> tuple[Place, Meaning] | None:
        """What the texts define. The function's own name means the language's word if there is one."""
        itself = name == self.own and lookup(name) is not None
        return None if itself else self.words.find(name, self.text, line)

    def call(self, node: ast.Call) -> Ref:
        name, line = _word(node.func), node.lineno
        if any([isinstance(arg, ast.Starred) for arg in node.args]):
            raise ProgramError("plain arguments were expected", line)
        found = self.find(name, line) if name and name not in self.variables else None
        if name and found and isinstance(found[1], ast.FunctionDef):
            word = self.words.definition(found[0], found[1], line)
            return self.inlined(word, self.ordered(node, word.params, name), line)
        if name is None and not isinstance(node.func, ast.Call):
            raise ProgramError(f"a function's name was expected, not {kind_of(node.func)}", line)
        function = self.ref(node.func)
        if name in self.unknown:
            self.unnamed(node)
            return 0
        primitive = lookup(function) if isinstance(function, str) else None
        if primitive is None and not isinstance(function, int):
            raise ProgramError(f"{name or function!r} is not a function", line)
        args = self.ordered(node, primitive.names, primitive.name) if primitive else self.unnamed(node)
        if primitive is None and not 1 <= len(args) <= 4:
            raise ProgramError(f"a function takes 1 to 4 arguments, not {len(args)}", line)
        return self.add(Call(function, tuple(args)), line)

    def add(self, call: Call, line: int) -> int:
        if len(self.calls) >= MAX_CALLS:
            raise ProgramError(f"a function of over {MAX_CALLS} calls", line)
        self.calls.append(call)
        return len(self.calls) - 1

    def inlined(self, found: Definition, args: Sequence[Ref], line: int) -> Ref:
        """The calls of a definition, made on the arguments of one call."""
        given = {f"${number}": arg for number, arg in enumerate(args)}
        first: list[Ref] = []

        def placed(ref: Ref) -> Ref:
            if isinstance(ref, int):
                return first[ref]
            return ref if isinstance(ref, Lit) else given.get(ref, ref)

        for call in found.calls:
            made = Call(placed(call.function), tuple(map(placed, call.args)))
            first.append(self.add(made, line))
        return placed(found.result)

    def unnamed(self, node: ast.Call) -> list[Ref]:
        """The arguments of a call of a function whose parameters have no names."""
        if node.keywords and not self.unknown:
            raise ProgramError("plain arguments were expected", node.lineno)
        return [self.ref(arg) for arg in (*node.args, *[keyword.value for keyword in node.keywords])]

    def ordered(self, node: ast.Call, names: Sequence[str], function: str) -> list[Ref]:
        """The arguments in the order of the parameters' names; keywords may be those of a dialect."""
        given: dict[str, ast.expr] = dict(zip(names, node.args, strict=False))
        for keyword in node.keywords:
            fitting = [keyword.arg, *KEYWORDS.get(keyword.arg or "", ())]
            name = next((name for name in fitting if name in names and name not in given), None)
            if name is None:
                expected = f"{function} takes {', '.join(names)}"
                raise ProgramError(f"{keyword.arg or '**'}: {expected}, each once", node.lineno)
            given[name] = keyword.value
        if len(given) != len(names) or len(node.args) > len(names):
            count = len(node.args) + len(node.keywords)
            raise ProgramError(f"{function} takes {len(names)} arguments, not {count}", node.lineno)
        return [self.ref(given[name]) for name in names]


def _word(node: ast.expr) -> str | None:
    """The word of a node, with or without the name of a module before it."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr if node.value.id in _MODULES else f"{node.value.id}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else None


def _literal(node: ast.expr) -> Ref:
    """The literal, which is no larger or deeper than any value of the language."""
    value = _value(node)
    try:
        weigh(value)
    except LimitError as error:
        raise ProgramError(f"{error} cannot be written", node.lineno) from None
    return literal(value)


def _value(node: ast.expr, depth: int = 0) -> Any:
    if depth > MAX_DEPTH:
        raise ProgramError(f"a literal is nested deeper than {MAX_DEPTH}", node.lineno)
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        if node.value > MAX_LITERAL:
            raise ProgramError(f"an integer beyond {MAX_LITERAL}", node.lineno)
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _value(node.operand, depth + 1)
        if type(inner) is int:
            return -inner
    if isinstance(node, ast.Tuple):
        return tuple([_value(part, depth + 1) for part in node.elts])
    if isinstance(node, ast.Name) and (name := ALIASES.get(node.id, node.id)) in CONSTANTS:
        return CONSTANTS[name]
    raise ProgramError(f"a variable, a call or a literal was expected, not {kind_of(node)}", node.lineno)
