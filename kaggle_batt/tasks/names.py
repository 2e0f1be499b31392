"""Task ids and other names of any length and letters: on a line of text, and as names of files."""

import hashlib
import re

MOST_SHOWN = 64  #: most characters of an id on a line
_SAFE = re.compile(r"[A-Za-z0-9_-]{1,64}")


def shown(id: str) -> str:
    """The id on one line: long ones cut, with escapes for what is not printable; an empty one as ''."""
    text = id if id.isprintable() else repr(id)[1:-1]
    return "''" if not text else text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"


def printable(text: str) -> str:
    """The text with control characters and marks of direction as escapes; line breaks and tabs stay."""
    lines = text.expandtabs().split("\n")
    return "\n".join([line if line.isprintable() else "".join(map(_escaped, line)) for line in lines])


def _escaped(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()


def safe_name(id: str) -> str:
    """The id as part of a file's name: 1 to 64 letters, digits, _ or -; another is cut, with a digest."""
    if _SAFE.fullmatch(id):
        return id
    digest = hashlib.md5(id.encode(errors="surrogatepass"), usedforsecurity=False).hexdigest()[:12]
    slug = re.sub(r"[^A-Za-z0-9_-]+", "-", id)[:48].strip("-")
    return f"{slug or 'task'}-{digest}"
