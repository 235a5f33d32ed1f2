"""Which values contradict each other, in workspaces as people write them, and what is asked about them once."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from neuromem_sync.contradictions import BY_DESIGN, MOST, Contradiction, contradictions, inbox_item, unasked
from neuromem_sync.model import Source, Span
from neuromem_sync.sqlite import connect, read
from tests.workshop import Workshop

PROJECTS = "# Projects\n\n## Active\n\n### Lighthouse\n\n- **Status:** active\n- **Budget:** 5000 EUR\n"
MEMORY = "# Memory\n\n## Lighthouse\n\n- **Budget:** 7000 EUR\n"
LEARNED = f"{MEMORY.strip()} <!-- nm:0123456789 -->\n"
REGION = f"<!-- neuromem:begin memory v=1 sha256=0 -->\n{LEARNED}<!-- neuromem:end memory -->\n"


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def found(shop: Workshop, **documents: str) -> list[Contradiction]:
    """After these documents were written; `mind__MEMORY` is `mind/MEMORY.md`."""
    for name, text in documents.items():
        shop.write(f"{name.replace('__', '/')}.md", text)
    shop.sync(confirm_loss=True)
    with closing(connect(shop.workspace.state / "index.db", readonly=True)) as connection:
        return read(connection, contradictions())


def said(shop: Workshop, **documents: str) -> list[tuple[str, str, list[str]]]:
    return [(one.subject, one.name, [value for value, _ in one.values]) for one in found(shop, **documents)]


def test_two_documents_that_disagree(shop: Workshop) -> None:
    (one,) = found(shop, mind__PROJECTS=PROJECTS, mind__MEMORY=MEMORY)
    assert (one.subject, one.name) == ("lighthouse", "budget")
    assert [(value, str(source)) for value, source in one.values] == [
        ("7000 EUR", "mind/MEMORY.md:5"),
        ("5000 EUR", "mind/PROJECTS.md:5"),
    ]


@pytest.mark.parametrize(
    "documents",
    [
        {"mind__PROFILE": "# P\n\n## Person\n\n- **Home:** Graz\n", "USER": "# U\n\n- **Home:** Vienna\n"},
        {"mind__PROJECTS": PROJECTS, "notes__Lighthouse": "---\nbudget: 9000 EUR\n---\n# Lighthouse\n\nA tower.\n"},
        {"notes__Lighthouse": "---\nbudget: 1 EUR\n---\n# Lighthouse\n\n**Budget:** 2 EUR\n"},
        {"mind__MEMORY": "# M\n\n## Gateway\n\nPort:: 80\n\n## Facts\n\n### Gateway\n\nPort:: 90\n"},
        {"mind__MEMORY": "# M\n\n## Atlas\n\nLead:: [[Ana]]\n", "notes__Atlas": "---\nlead: Ben\n---\nText.\n"},
        {"mind__MEMORY": MEMORY, "MEMORY": "# M\n\n## Lighthouse\n\n- **Budget:** 1 EUR\n"},
    ],
)
def test_what_is_a_contradiction(shop: Workshop, documents: dict[str, str]) -> None:
    assert len(said(shop, **documents)) == 1


@pytest.mark.parametrize(
    "documents",
    [
        {"mind__PROJECTS": PROJECTS, "mind__MEMORY": MEMORY.replace("7000 EUR", "**5000** eur.")},
        {"mind__PROJECTS": PROJECTS, "mind__MEMORY": MEMORY.replace("7000 EUR", "5000 EUR a year")},
        {"mind__PROJECTS": PROJECTS, "mind__MEMORY": MEMORY.replace("Lighthouse", "Lighthouse (2026-02-01)")},
        {"mind__MEMORY": "# M\n\n## Gateway\n\n- **Port:** 80\n- **Port:** 90\n"},
        {"mind__MEMORY": "# M\n\n## Gateway\n\n- **Port:** 80\n\n## Gateway\n\n- **Port:** 90; 91\n"},
        {"mind__MEMORY": "# M\n\n## Atlas\n\n### Stack\n\nDB:: Redis\n\n## Borealis\n\n### Stack\n\nDB:: SQLite\n"},
        {"mind__MEMORY": "# M\n\n## Atlas\n\nTags:: a\n", "notes__Atlas": "---\ntags: b\n---\nText.\n"},
        {"mind__MEMORY": "# M\n\n## Atlas\n\nLead:: Ana\n", "notes__Atlas": "---\nlead: '[name]'\n---\nText.\n"},
        {"notes__a": "# A\n\n## Server\n\nPort:: 80\n", "notes__b": "# B\n\n## Server\n\nPort:: 90\n"},
        {"work__plan": "---\nowner: Ana\n---\nText.\n", "home__plan": "---\nowner: Ben\n---\nText.\n"},
        {"TOOLS": "# T\n\n## Printer\n\n- **Port:** 80\n\n## Camera\n\n- **Port:** 90\n"},
        {"notes__prices": "# Prices\n\n| Item | Price |\n|---|---|\n| tea | 3 |\n| tea | 4 |\n"},
        {f"memory__2026-03-0{day}": f"# D\n\n## Gateway\n\nPort:: {day}\n" for day in (1, 2)},
        {"mind__PROJECTS": PROJECTS, "mind__MEMORY": REGION},
        {"mind__PROJECTS": PROJECTS, "mind__MEMORY": MEMORY.replace("# Memory", "# Imported from a web page")},
        {"mind__PROJECTS": PROJECTS, "AGENTS": MEMORY, "mind__SHARED": MEMORY, "mind__TEMPLATES__memory": MEMORY},
        {"mind__PROJECTS": PROJECTS, "mind__MEMORY": f"<<<<<<< a\n{MEMORY}=======\n{MEMORY}>>>>>>> b\n"},
    ],
)  # fmt: skip
def test_what_is_none(shop: Workshop, documents: dict[str, str]) -> None:
    """Agreement, a later date, several values below each other, parts of pages, other things of that name, no voice."""
    assert said(shop, **documents) == []


def test_equal_dates_contradict_each_other_and_a_later_one_settles_it(shop: Workshop) -> None:
    dated = MEMORY.replace("Lighthouse", "Lighthouse (2026-02-01)")
    other = PROJECTS.replace("Lighthouse", "Lighthouse (2026-02-01)")
    assert said(shop, mind__MEMORY=dated, mind__PROJECTS=other) == [("lighthouse", "budget", ["7000 EUR", "5000 EUR"])]
    assert said(shop, mind__MEMORY=dated.replace("02-01", "02-02")) == []


def test_a_name_that_many_things_have_twice_is_used_for_two_things(shop: Workshop) -> None:
    def vault(size: int) -> dict[str, str]:
        return {f"dex__n{at}": f"---\nheight: {at} m\n---\n# N\n\n**Height:** {at}00 cm\n" for at in range(size)}

    assert len(said(shop, **vault(BY_DESIGN))) == BY_DESIGN
    assert said(shop, **vault(BY_DESIGN + 1)) == []


@pytest.mark.parametrize("settled", ["", "## Lighthouse\n\n- **Budget:** 5,000 EUR\n".replace(",", "")])
def test_a_contradiction_ends_where_its_files_agree(shop: Workshop, settled: str) -> None:
    assert found(shop, mind__PROJECTS=PROJECTS, mind__MEMORY=MEMORY)
    assert not found(shop, mind__MEMORY=f"# Memory\n\n{settled}")


def test_the_question(shop: Workshop) -> None:
    (one,) = found(shop, mind__PROJECTS=PROJECTS, notes__Lighthouse="---\nbudget: 9 `EUR`\n---\n# L\n\nText.\n")
    assert inbox_item(one) == (
        "- [ ] Which holds for `lighthouse`, `budget`: `5000 EUR` ([mind/PROJECTS.md:5](PROJECTS.md)) or "
        "`9 'EUR'` ([notes/Lighthouse.md:1](../notes/Lighthouse.md))? Correct, date or remove the others. "
        f"^{one.anchor}\n"
    )


def test_the_question_is_one_open_task_and_no_evidence(shop: Workshop) -> None:
    (one,) = found(shop, mind__PROJECTS=PROJECTS, mind__MEMORY=MEMORY)
    assert found(shop, mind__INBOX=inbox_item(one)) == [one]
    (item,) = (entry for entry in shop.entries() if entry.source.path == "mind/INBOX.md")
    assert (item.kind, item.source.anchor) == ("task", one.anchor)
    assert item.attributes == {"state": "open"}


@pytest.mark.parametrize("mark", [" ", "x"])
def test_what_is_asked_is_not_asked_again(shop: Workshop, mark: str) -> None:
    all_found = found(shop, mind__PROJECTS=PROJECTS, mind__MEMORY=MEMORY)
    (one,) = unasked(all_found, b"# Inbox\n", ())
    assert one == all_found[0]
    inbox = inbox_item(one).replace("[ ]", f"[{mark}]").encode()
    assert unasked(all_found, inbox, ()) == ()
    assert unasked(all_found, b"", {one.anchor}) == (), "dismissed"


def test_the_anchor_does_not_hang_on_places_and_spelling(shop: Workshop) -> None:
    (one,) = found(shop, mind__PROJECTS=PROJECTS, mind__MEMORY=MEMORY)
    (moved,) = found(
        shop, mind__PROJECTS=PROJECTS, mind__MEMORY="Hello.\n\n" + MEMORY.replace("7000 EUR", "7000 *eur*")
    )
    assert moved.anchor == one.anchor
    (other,) = found(shop, mind__MEMORY=MEMORY.replace("7000", "8000"))
    assert other.anchor != one.anchor


def contradiction(number: int) -> Contradiction:
    sources = [Source(path=f"{at}.md", span=Span(start=0, end=1, line=1, end_line=1)) for at in "ab"]
    return Contradiction(subject=f"s{number}", name="n", values=(("1", sources[0]), ("2", sources[1])))


def test_a_few_at_a_time() -> None:
    many = [contradiction(number) for number in range(12)]
    asked: set[str] = set()
    for size in (MOST, MOST, 2, 0):
        new = unasked(many, b"", asked)
        assert len(new) == size
        asked |= {one.anchor for one in new}
