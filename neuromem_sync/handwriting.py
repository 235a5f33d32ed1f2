"""Writes a text down as a person would have: a timed heading for a log, a list item for the inbox.

What would begin another entry, hide what stands around it or leave something open is escaped, and no word is lost.
What is marked private stays private. Touches no file (logbook.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from neuromem_sync.errors import NeuromemError

LONGEST_TITLE = 80
"""Characters of a first line that can be a heading; a longer one is the first sentence of a text."""

LEVEL = 3
"""Of an entry's heading: below the day's and the section's."""

_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TAG = re.compile(r"[\w/-]*[^\W\d_][\w/-]*")
_ANCHORED = re.compile(r"(?:^|\s)\^[A-Za-z0-9-]+$")

_HEADING = re.compile(r"#{1,6}[ \t]+(?=\S)")
# What a heading would take its form from: quotes, rows, tags, code, lists, fields, and what is private.
_SHAPED = re.compile(r"[>|<`~]|\*\*|[-*+][ \t]|\d{1,9}[.)][ \t]|.*::(?:\s|$)|.*private>", re.I)

# At the beginning of a line, be it code or not: an end of frontmatter, a side of a merge conflict.
_BORDER = re.compile(r"(?:-{3}|\.{3})[ \t]*$|(?:<{7}|={7}|\|{7}|>{7})(?=[ \t]|$)")
# And outside of code: a heading, a fence, raw HTML.
_OPENING = re.compile(
    rf"#{{1,6}}(?=[ \t]|$)|`{{3,}}|~{{3,}}|<(?:pre|script|style|textarea)(?=[\s>]|$)|{_BORDER.pattern}", re.I
)
_FENCE = re.compile(r"(?P<before>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(?P<fence>`{3,}(?=[^`]*$)|~{3,})")
# Not of the text: what other tools and we ourselves mark stretches and lines of a file with.
_MACHINE = re.compile(r"<(?=!--[ \t]*(?:neuromem:(?![ \t]*private)|nm:|openclaw:dreaming))", re.I)
_CONTEXT = re.compile(r"(?<!`)</?claude-mem-context>", re.I)
_UNENDED = re.compile(r"<(?=!--(?!.*-->))")
# As generous as it is read (parsers/regions.py).
_PRIVATE = re.compile(r"<(?!(?<=`<)[^<>`\n]*>`)[ \t]?(?P<end>/?)[ \t]?private(?:[ \t][^<>\n]*)?>", re.I)
_PRIVATE_SECTION = re.compile(r"<!--\s*neuromem:[ \t]*private\b", re.I)
# What would be a field: `key:: value` anywhere, and `**Key:** value` at the beginning of a line.
_DOUBLE_FIELD = re.compile(r"(?<=[\w-])::(?=\s|$)")
_BOLD_FIELD = re.compile(r"^([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)\*\*(?=[^*\n:]{1,80}?(?::\*\*|\*\*[ \t]*:))", re.M)
# What would be one below a heading of its own, even inside of code.
_SUBHEADING = re.compile(r"^(?=#{2,6}[ \t])", re.M)
# As `**Timezone:**` it would be the zone of the whole document.
_ZONE = re.compile(r"\*\*(Timezone):\*\*", re.I)


def log_entry(
    text: str,
    at: datetime,
    importance: float | None = None,
    tags: Sequence[str] = (),
    *,
    zoned: bool = False,
    level: int = LEVEL,
) -> str:
    """`### 14:02 — Title`, a blank line, the rest of the text, its tags; the last line is ended.

    The first line is the title if it is short and stands alone. `at` is local time; its offset is written too if it is
    `zoned`, and in an hour that the clock shows for the second time.
    """
    title, body = _titled(_plain(text))
    clock = f"{at:%H:%M}{' ' + at.isoformat()[-6:] if zoned or at.fold else ''}"
    paragraphs = (
        f"{'#' * min(level, LEVEL)} {clock}{title and ' — ' + contained(title)}",
        contained(body),
        _marks(importance, tags),
    )
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def record(title: str, fields: Mapping[str, str], text: str = "") -> str:
    """A text for `log_entry` that is a record: its title, its fields as a list, and below it a text that has none.

    Fields are written in their order, as `- key:: value`; one without a value is left out.
    """
    lines = (f"- {key}:: {unfielded(value)}" for key, value in fields.items() if value)
    return "\n\n".join(filter(None, (unfielded(title), "\n".join(lines), unfielded(text).strip("\n"))))


def unfielded(text: str) -> str:
    """The text so that nothing in it is a field or hides one: rendered it is the same, and in code all but the same."""
    text = _BOLD_FIELD.sub(r"\1\\*\\*", _DOUBLE_FIELD.sub(r":\\:", _unix(text)))
    return _PRIVATE_SECTION.sub(lambda found: f"<\\{found[0][1:]}", _SUBHEADING.sub(r"\\", text))


def inbox_item(text: str, importance: float | None = None, tags: Sequence[str] = ()) -> str:
    """`- text`, the lines after the first one indented, tags at the end; the last line is ended.

    Raises NeuromemError for a text that is private as a section: the section would be the inbox.
    """
    plain = _plain(text)
    if _PRIVATE_SECTION.search(plain):
        raise NeuromemError("a private section cannot go to the inbox", "put <private> and </private> around the text")
    first, *rest = contained(plain).split("\n")
    first = f"\\{first}" if not first.strip("- \t") else first  # `- ---` is a ruler
    marks = _marks(importance, tags)
    if marks and (rest or _ANCHORED.search(first)):
        rest.append(marks)
    elif marks:
        first = f"{first} {marks}"
    return "\n".join((f"- {first}", *(line and f"  {line}" for line in rest))) + "\n"


def weight(importance: float) -> int:
    """0 to 1 as the 1 to 10 of the annotation. Raises NeuromemError for anything else."""
    if not 0 <= importance <= 1:
        raise NeuromemError(f"an importance of {importance:g} is not from 0 to 1", "write it like 0.8")
    return max(1, int(importance * 10 + 0.5))


def _marks(importance: float | None, tags: Sequence[str]) -> str:
    annotation = () if importance is None else (f"<!-- importance: {weight(importance)} -->",)
    return " ".join((*(f"#{_tag(tag)}" for tag in tags), *annotation))


def _tag(word: str) -> str:
    name = word.removeprefix("#")
    if not _TAG.fullmatch(name):
        raise NeuromemError(f"{word!r} is no tag", "use letters, digits, -, _ and /, at least one letter")
    return name


def _plain(text: str) -> str:
    """The text with `\\n` alone between its lines, nothing around it, and nothing on lines that say nothing."""
    plain = "\n".join(line.rstrip() for line in _unix(text).split("\n")).strip()
    if not plain:
        raise NeuromemError("there is nothing to write down", "say it after the command, or - to read it from stdin")
    if found := _UNWRITABLE.search(plain):
        raise NeuromemError(f"the text holds U+{ord(found[0]):04X}, which is no text", "leave control characters out")
    return plain


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _titled(text: str) -> tuple[str, str]:
    """Title and body; no title if the first line is no heading or goes on in the next one."""
    first, _, rest = text.partition("\n")
    heading = _HEADING.match(first)
    title = first[heading.end() :] if heading else first
    alone = bool(heading) or not rest or rest.startswith("\n")
    if not alone or len(title) > LONGEST_TITLE or _SHAPED.match(title):
        return "", text
    return title, rest.strip("\n")


def contained(text: str) -> str:
    """The text so that nothing in it reaches beyond it: no heading, no open fence, no comment or mark of ours."""
    text = _ZONE.sub(r"**\1**:", _CONTEXT.sub(r"`\g<0>`", _MACHINE.sub(r"<\\", text)))
    return "\n".join(_lines(_private(text).split("\n")))


def _private(text: str) -> str:
    """An end without a beginning is shown as text; every beginning without an end gets one: nothing comes out."""
    pieces, at, depth = list[str](), 0, 0
    for mark in _PRIVATE.finditer(text):
        if mark["end"] and not depth:
            pieces += (text[at : mark.start()], f"`{mark[0]}`")
            at = mark.end()
        depth = max(0, depth + (-1 if mark["end"] else 1))
    return "".join((*pieces, text[at:], "\n</private>" * depth))


def _lines(lines: Sequence[str]) -> Iterator[str]:
    """Every line outside of code escaped; code stays as it is, if its fence is closed."""
    at, unclosed = 0, set[str]()
    while at < len(lines):
        fence = _FENCE.match(lines[at])
        end = _fence_end(lines, at, fence, unclosed) if fence else None
        if fence is None or end is None:
            yield _escaped(lines[at], fence)
            at += 1
            continue
        yield lines[at]
        shelter = _escaped if fence["before"] else _coded
        yield from map(shelter, lines[at + 1 : end])
        yield lines[end]
        at = end + 1


def _fence_end(lines: Sequence[str], at: int, fence: re.Match[str], unclosed: set[str]) -> int | None:
    """The line that closes a fence. One that does not begin its line is closed by one that does not either."""
    mark = fence["fence"]
    indent = r"[ \t>]+" if fence["before"] else " {0,3}"
    if (kind := indent + mark) in unclosed:
        return None
    close = re.compile(f"{indent}{mark}{mark[0]}*[ \\t]*")
    found = next((number for number in range(at + 1, len(lines)) if close.fullmatch(lines[number])), None)
    if found is None:
        unclosed.add(kind)
    return found


def _escaped(line: str, fence: re.Match[str] | None = None) -> str:
    line = _UNENDED.sub(r"<\\", line)
    at = fence.start("fence") if fence else 0
    return f"{line[:at]}\\{line[at:]}" if fence or _OPENING.match(line) else line


def _coded(line: str) -> str:
    return f" {line}" if _BORDER.match(line) else line
