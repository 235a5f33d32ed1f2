"""What the graph adds to an answer: entries that join what is asked, or call it by another name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workshop import Workshop


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    shop = Workshop(tmp_path)
    shop.write("Nadia.md", "# Nadia\n\n- works on [[Atlas]]\n")
    shop.write("Atlas.md", "# Atlas\n\n- changes [[Ledger]]\n")
    shop.write("Ledger.md", "# Ledger\n\n- depends on [[pg]]\n")
    shop.write("PostgreSQL.md", "---\naliases: [pg]\n---\n\n# PostgreSQL\n\nRun by us.\n")
    for day in range(1, 29):
        talk = f"Nadia and PostgreSQL came up, number {day}; what depends on the weather was not said."
        shop.write(f"memory/2026-02-{day:02}.md", f"# 2026-02-{day:02}\n\n### 09:00\n\n{talk}\n")
    shop.sync()
    return shop


def places(shop: Workshop, question: str) -> list[str]:
    return [f"{hit.path}:{hit.line}" for hit in shop.recall(question)]


def test_a_connection_is_answered_by_every_leg_of_the_way(shop: Workshop) -> None:
    found = places(shop, "how is Nadia connected to PostgreSQL")
    assert {"Nadia.md:3", "Atlas.md:3", "Ledger.md:3"} <= set(found[:3])


def test_a_relation_is_found_by_another_name_of_its_end(shop: Workshop) -> None:
    assert places(shop, "what depends on PostgreSQL")[0] == "Ledger.md:3"


def test_the_share_of_the_graph_is_told(shop: Workshop) -> None:
    best = next(iter(shop.recall("how is Nadia connected to PostgreSQL")))
    assert best.why["graph"] > best.why["text"]


def test_a_question_that_names_nothing_has_no_share_of_it(shop: Workshop) -> None:
    assert all("graph" not in hit.why for hit in shop.recall("what was not said of the weather"))
