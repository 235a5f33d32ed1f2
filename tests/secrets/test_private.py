"""What is marked private never enters the index, however the mark is written and whenever it comes."""

from __future__ import annotations

import pytest

from benchmarks.secrets.score import strings
from neuromem_sync.changes import FileState
from neuromem_sync.files import Content
from neuromem_sync.intake import Intake
from neuromem_sync.model import ParseResult

HIDDEN = {
    "lines": "<private>\nzebra\n</private>\n",
    "one line": "before <private>zebra</private> after\n",
    "left open": "<private>\nzebra\n\n# Still\n\nzebra\n",
    "nested": "<private>\n<private>\nzebra\n</private>\nzebra\n</private>\n",
    "opened twice": "<private>\n<private>\nzebra\n</private>\nzebra\n",
    "mixed case": "<pRiVate>\nzebra\n</PRIVATE>\n",
    "room in the mark": "< private >\nzebra\n</ private>\n",
    "attributes": '<private reason="family">\nzebra\n</private>\n',
    "behind code": "`run`<private>zebra</private>\n",
    "closed in code only": "<private>\n`</private>` ends it: zebra\n</private>\n",
    "windows": "<private>\r\nzebra\r\n</private>\r\n",
    "list item": "- bread\n- <private> zebra </private>\n- milk\n",
    "across a list": "- bread <private>\n- zebra\n- milk </private>\n",
    "table row": "| a | b |\n|---|---|\n| c | <private>zebra</private> |\n",
    "in a fence": "```\n<private>\nzebra\n</private>\n```\n",
    "around a fence": "<private>\n```\nzebra\n```\n</private>\n",
    "quote": "> <private>\n> zebra\n> </private>\n",
    "comment": "<!-- <private> zebra </private> -->\n",
    "frontmatter": "---\ntitle: a\n<private>\nname: zebra\n</private>\n---\n\ntext\n",
    "section": "# Home\n\n<!-- neuromem:private -->\n\nzebra\n\n## Below\n\nzebra\n",
    "section, small": "# Home\n\n<!--NEUROMEM:PRIVATE-->\n\nzebra\n",
    "section, in words": "# Home\n\n<!-- neuromem: private, for the family -->\n\nzebra\n",
    "section, on lines": "# Home\n\n<!--\nneuromem:private\n-->\n\nzebra\n",
    "section, mark last": "# Home\n\nzebra\n\n<!-- neuromem:private -->\n",
    "section, mark never closed": "# Home\n\nzebra\n\n<!-- neuromem:private\n",
    "section, in a list": "# Home\n\n- bread\n  <!-- neuromem:private -->\n- zebra\n",
    "section, quoted": "# Home\n\n> <!-- neuromem:private -->\n> zebra\n",
    "section of a heading like a secret": "# zebra\n\n<!-- neuromem:private -->\n",
    "record": "### 2026-01-05 09:00 — zebra\n\nzebra\n\n<!-- neuromem:private -->\n",
    "file": "<!-- neuromem:private -->\n\nzebra\n\n# Home\n\nzebra\n",
    "file, below a frontmatter": "---\nname: zebra\n---\n\n<!-- neuromem:private -->\n\n# Home\n\nzebra\n",
    "file, in the frontmatter": "---\nname: zebra\n# <!-- neuromem:private -->\n---\n\n# Home\n\nzebra\n",
}
PATHS = (
    "notes/a.md",
    "memory/2026-01-05.md",
    "mind/DECISIONS.md",
    "mind/SHARED.md",
    "skills/a/SKILL.md",
    "mind/LOOPS.md",
)


def taken(intake: Intake, path: str, text: str) -> ParseResult:
    data = text.encode()
    state = FileState(path=path, dev=0, ino=0, size=len(data), mtime_ns=0, ctime_ns=0)
    return intake.parse(Content(data=data, state=state))


def told(result: ParseResult) -> str:
    return "\n".join(strings((result.entries, result.problems)))


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("path", PATHS)
def test_nothing_private_is_read(name: str, path: str) -> None:
    assert "zebra" not in told(taken(Intake("UTC"), path, HIDDEN[name]))


@pytest.mark.parametrize("name", HIDDEN)
def test_nor_while_it_is_typed(name: str) -> None:
    """A daemon parses an edit from where it is: what is written behind a mark that came last is private at once."""
    text = HIDDEN[name] if HIDDEN[name].startswith(("---", "<!--")) else "# Home\n\nBread and milk.\n\n" + HIDDEN[name]
    intake = Intake("UTC", 1 << 20)
    for end in range(1, len(text) + 1, 3):
        taken(intake, "notes/a.md", text[:end])
        whole = taken(Intake("UTC"), "notes/a.md", text[:end])
        assert taken(intake, "notes/a.md", text[:end]) == whole
    assert "zebra" not in told(taken(intake, "notes/a.md", text))


@pytest.mark.parametrize(
    "mark",
    ["`<private>`", "a private matter", "`<!-- neuromem:begin x -->` and privately", "<privateer>", "</private>"],
)
def test_what_only_speaks_of_it_is_read(mark: str) -> None:
    assert "zebra" in told(taken(Intake("UTC"), "notes/a.md", f"# Home\n\n{mark}\n\nzebra\n"))


def test_what_is_told_behind_it_is_read_again() -> None:
    text = "<private>\nlion\n</private>\n\nzebra\n\n# Home\n\n<!-- neuromem:private -->\n\nlion\n\n# Work\n\nzebra\n"
    assert told(taken(Intake("UTC"), "notes/a.md", text)).count("zebra") == 2
    assert "lion" not in told(taken(Intake("UTC"), "notes/a.md", text))
