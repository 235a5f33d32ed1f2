"""Which lines are nothing: what a template ships, empty fields, rulers, and words said only to say nothing.

Knows lines and values, not entries. `python -m neuromem_sync.parsers.nothing FOLDER` prints the list of template lines
with the lines of FOLDER added to it; lines once shipped are kept for ever, since people's files keep them too.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path

LIST = "template_lines.txt"
LONGEST = 250
"""Templates have no longer lines; those of logs mostly are, and need not be looked up."""
DATE = "YYYY-MM-DD"

_DATED = re.compile(r"\d{4}-\d\d-\d\d")
_BARE = re.compile(r"[\s\-*_=|:>~#+.`\\]*+(?:\d{1,9}[.)]\s*+)?(?:\[.\]\s*+)?")
_EMPTY = re.compile(
    r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:\*\*[^*\n]{1,80}?(?::\*\*|\*\*[ \t]*:)|[^\W\d_][\w -]{0,60}::)[ \t]*"
)
_SILENT = frozenset(("HEARTBEAT_OK", "NO_REPLY", DATE))
_VALUE = re.compile(r"(?:\*\*|:):?[ \t]+(.*)$")


def blank(line: str) -> bool:
    """True for a line that says nothing in any workspace: a ruler, an empty item, field or row, a word of silence."""
    if _BARE.fullmatch(line) or line.strip() in _SILENT:
        return True
    return (":**" in line or "::" in line or "**:" in line) and _EMPTY.fullmatch(line) is not None


class Nothing:
    """What is nothing in the documents of an agent, whose zone `init` filled into the templates."""

    def __init__(self, zone: str) -> None:
        self._zone = zone

    def line(self, line: str) -> bool:
        return blank(line) or self._shipped(line)

    def lines(self, text: str) -> bool:
        """True if every line of the text is nothing."""
        return all(map(self.line, text.split("\n")))

    def value(self, value: str) -> bool:
        """True for a cell or a field's value that is empty or as the template ships it."""
        value = value.strip()
        return not value or value == DATE or (value[0] == "_" == value[-1] and self._shipped(value))

    def _shipped(self, line: str) -> bool:
        if len(line) > LONGEST:
            return False
        known = _known()
        return sign(line) in known or (self._zone in line and sign(line.replace(self._zone, "{zone}", 1)) in known)


@cache
def nothing(zone: str) -> Nothing:
    return Nothing(zone)


def sign(line: str) -> str:
    """BLAKE2b-64 of a line, whatever its indent, line ending and dates (`YYYY-MM-DD` is one)."""
    line = line.strip()
    if "-" in line:
        line = _DATED.sub(DATE, line)
    return blake2b(line.encode(errors="surrogatepass"), digest_size=8).hexdigest()


@cache
def _known() -> frozenset[str]:
    listed = files("neuromem_sync.parsers").joinpath(LIST)
    return frozenset(listed.read_text("ascii").split()) if listed.is_file() else frozenset()


def signs(text: str) -> Iterator[str]:
    """What makes a template's lines, and the placeholders in its cells and fields, known again."""
    for line in text.splitlines():
        if not blank(line):
            yield sign(line)
        for value in (*line.strip(" |").split("|"), *_VALUE.findall(line)):
            if value.strip()[:1] == "_" == value.strip()[-1:]:
                yield sign(value)


def main(folder: Path) -> None:
    """Print the list of today and the signs of every template below `folder`."""
    texts = (path.read_text("utf-8") for path in sorted(folder.rglob("*.md")))
    print("\n".join(sorted({*_known(), *(found for text in texts for found in signs(text))})))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
