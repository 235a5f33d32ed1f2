"""A workspace as it was laid out says nothing, and nobody's own line is taken for a template's."""

from __future__ import annotations

from pathlib import Path

import pytest

import neuromem_sync
from neuromem_sync.parsers import Document, parse
from neuromem_sync.parsers.nothing import blank, main, nothing, sign, signs
from neuromem_sync.workspace import route

TEMPLATES = Path(neuromem_sync.__file__).parent / "templates" / "workspace"
PATHS = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.md"))


@pytest.mark.parametrize("path", PATHS)
def test_a_template_gives_no_entry_as_it_was_filled_in(path: str) -> None:
    text = (TEMPLATES / path).read_text("utf-8").replace("{zone}", "Europe/Berlin")
    if path == "memory/YYYY-MM-DD.md":
        path, text = "memory/2026-03-01.md", text.replace("YYYY-MM-DD", "2026-03-01")
    assert parse(Document(path, text.encode(), route(path), "Europe/Berlin")).result.entries == ()


@pytest.mark.parametrize(
    "line", ["", "  ", "---", "* * *", "- ", "> ", "1. ", "- [ ] ", "- **Key:** ", "Key::", "NO_REPLY"]
)
def test_lines_that_say_nothing_anywhere(line: str) -> None:
    assert blank(line)


@pytest.mark.parametrize("line", ["- x", "🎉", "- [ ] x", "**Key:** x", "std::vector", "_italics_", "2026-03-01", "C#"])
def test_lines_that_say_something(line: str) -> None:
    assert not nothing("UTC").lines(line)


def test_a_line_is_known_again_by_its_words_whatever_its_indent_and_dates() -> None:
    assert sign("# 2026-03-01 ") == sign("  # YYYY-MM-DD\r")
    assert sign("# 2026-03-01") != sign("# 2026-03-01 Monday")


def test_placeholders_are_known_in_cells_and_fields() -> None:
    placeholder = sign("_what it is_")
    assert placeholder in set(signs("- **Key:** _what it is_"))
    assert placeholder in set(signs("| _what it is_ | |"))
    assert placeholder in set(signs("key:: _what it is_"))


def test_the_list_keeps_what_was_ever_shipped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "NEW.md").write_text("A line that no template has yet.\n", "utf-8")
    main(tmp_path)
    printed = capsys.readouterr().out.split()
    assert sign("A line that no template has yet.") in printed
    assert sign("# Decisions") in printed, "a line of the templates of today"
    assert printed == sorted(set(printed))
