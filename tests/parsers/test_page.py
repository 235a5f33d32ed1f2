"""docs/grammar.md is true: each form of its tables, as it stands there, is parsed and becomes what the row says."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from neuromem_sync.model import Entry
from neuromem_sync.parsers import Document, parse
from neuromem_sync.workspace import route
from tests.transcript import ROOT

PAGE = (ROOT / "docs/grammar.md").read_text(encoding="utf-8")


def rows(section: str) -> list[list[str]]:
    """The cells of the rows of a section's first table, but for its header."""
    text = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def entries(text: str, path: str = "notes/thing.md") -> tuple[Entry, ...]:
    found = parse(Document(path, text.encode(), route(path))).result.entries
    assert found is not None
    return found


def only(text: str) -> Entry:
    (entry,) = entries(text)
    return entry


# --- which file is which

FILES = [(code, means) for file, means in rows("Which file is which") for code in re.findall(r"`([^`]+)`", file)]
LAYERED = [(file, means.split("(")[-1].rstrip(")")) for file, means in FILES if means.endswith(")")]


def example(file: str) -> str:
    return (f"{file}x.md" if file.endswith("/") else file).replace("*", "x")


@pytest.mark.parametrize(("file", "layer"), [each for each in LAYERED if each[0] != "memory/"])
def test_a_file_is_of_the_layer_that_the_page_says(file: str, layer: str) -> None:
    path = example(file)
    assert route(path) is route(path.upper().replace(".MD", ".md"))
    assert {entry.layer.value for entry in entries("The kettle is blue.\n", path)} == {layer}


@pytest.mark.parametrize("file", [file for file, means in FILES if means == "nothing" and file != ".neuromemignore"])
def test_a_file_that_becomes_nothing(file: str) -> None:
    assert not entries("The kettle is blue.\n", example(file))


# --- forms inside a line: each code of the left column, in a document, and what is to be seen of it


def value(entry: Entry) -> str:
    return entry.attributes.get("key", "")


FORMS: dict[str, tuple[str, Callable[[Entry], object], object]] = {
    "**Key:** value": ("{}", value, "value"),
    "- **Key:** value": ("{}", value, "value"),
    "Key:: value": ("{}", value, "value"),
    "key: value": ("---\n{}\n---\n", value, "value"),
    "[[Target]]": ("See {}.", lambda entry: entry.links, ("Target",)),
    "[[Target#Heading]]": ("See {}.", lambda entry: entry.links, ("Target#Heading",)),
    "[[Target#^block]]": ("See {}.", lambda entry: entry.links, ("Target#^block",)),
    r"[[Target\|shown]]": ("See {}.", lambda entry: entry.links, ("Target",)),
    "![[Target]]": ("See {}.", lambda entry: entry.links, ("Target",)),
    "- depends on [[Gateway]] (since May)": (
        "# Proxy\n\n{}",
        lambda entry: [(each.kind, each.object, each.context) for each in entry.relations],
        [("depends on", "gateway", "since May")],
    ),
    '- "is part of" [[Atlas]]': (
        "# Proxy\n\n{}",
        lambda entry: [(each.kind, each.object) for each in entry.relations],
        [("is part of", "atlas")],
    ),
    "- [idea] text #tag (context)": (
        "{}",
        lambda entry: (entry.kind.value, entry.attributes.get("category"), entry.attributes.get("context"), entry.tags),
        ("observation", "idea", "context", ("tag",)),
    ),
    "[certain]": ("{} It rains.", lambda entry: entry.attributes["certainty"], "certain"),
    "[likely]": ("{} It rains.", lambda entry: entry.attributes["certainty"], "likely"),
    "[assumption]": ("{} It rains.", lambda entry: entry.attributes["certainty"], "assumption"),
    "[unknown]": ("{} It rains.", lambda entry: entry.attributes["certainty"], "unknown"),
    "- [ ]": ("{} buy milk", lambda entry: (entry.kind.value, entry.attributes["state"]), ("task", "open")),
    "- [x]": ("{} buy milk", lambda entry: (entry.kind.value, entry.attributes["state"]), ("task", "done")),
    "- [/]": ("{} buy milk", lambda entry: (entry.kind.value, entry.attributes["state"]), ("task", "in progress")),
    "- [-]": ("{} buy milk", lambda entry: (entry.kind.value, entry.attributes["state"]), ("task", "cancelled")),
    "#tag": ("Milk {}", lambda entry: entry.tags, ("tag",)),
    "#area/sub": ("Milk {}", lambda entry: entry.tags, ("area/sub",)),
    "^name": ("Milk {}", lambda entry: entry.source.anchor, "name"),
    "> [!warning]": ("{}\n> The door is open.", lambda entry: entry.tags, ("warning",)),
    "@ana": ("Told {} so.", lambda entry: [(each.name, each.type) for each in entry.entities], [("ana", "person")]),
    "`code`": ("It is `#tag` here.", lambda entry: entry.tags, ()),
    "%% … %%": ("It is %% #tag %% here.", lambda entry: entry.tags, ()),
    "<!-- … -->": ("It is <!-- #tag --> here.", lambda entry: entry.tags, ()),
    "> quoted": ("> Key:: value", value, ""),
}
MENTIONED = {"shown", "(context)", "warning", "[!quote]", "[!cite]"}
"""What the page names beside the forms."""


@pytest.mark.parametrize("told", ["`db-3.example`", "`pip install x` and start again", "see `make fix`"])
def test_a_field_keeps_the_code_in_its_value(told: str) -> None:
    assert value(only(f"- **Key:** {told}\n")) == told


def test_every_form_of_the_page_is_tried() -> None:
    codes = {
        code.strip()
        for row in rows("Forms inside a line")
        for code in re.findall(r"`` ?(.+?) ?``|`([^`]+)`", row[0])
        for code in code
    }
    assert codes - {""} - MENTIONED == set(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_means_what_the_page_says(form: str) -> None:
    document, seen, expected = FORMS[form]
    assert seen(only(document.replace("{}", form.replace(r"\|", "|")) + "\n")) == expected


STATES = dict(zip("🟢🟡🔴✅⬜❌", ("active", "in progress", "blocked", "done", "open", "failed"), strict=True))


def test_signs_of_a_state() -> None:
    (row,) = (row for row in rows("Forms inside a line") if "🟢" in row[0])
    assert row[0].split(" at ")[0].split() == list(STATES)
    assert row[1] == f"state: {', '.join(STATES.values())}"
    for sign, state in STATES.items():
        assert only(f"- **Status:** {sign} so\n").attributes["state"] == state


# --- tables


@pytest.mark.parametrize("row", rows("Tables")[:-1], ids=lambda row: row[0])
def test_a_table_is_known_by_its_header(row: list[str]) -> None:
    header, means, dated = row
    needed, _, more = header.partition(" (")
    columns = [*needed.split(", "), *filter(None, more.removesuffix(")").split(", "))]
    days = {column: f"2026-01-{number:02}" for number, column in enumerate(columns, 1)}
    cells = {column: days[column] if _is_day(column) else f"the {column.lower()}" for column in columns}
    text = "\n".join(f"| {' | '.join(line)} |" for line in (columns, ["---"] * len(columns), list(cells.values())))
    entry = only(f"# Thing\n\n{text}\n")
    assert entry.kind.value == re.split(r"^an? |,| of ", means)[1]
    state = means.partition(", ")[2]
    assert not state or state in entry.attributes.values()
    assert (entry.at or "")[:10] == (days[dated.split(",")[0]] if dated else "")


def _is_day(column: str) -> bool:
    return column in {"Opened", "Last Touch", "Blocked Since", "Closed", "Date", "Completed", "Last Update"}
