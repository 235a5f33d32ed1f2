"""`mind/RECALL.md`: which questions it asks, and which of them a change would break."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from neuromem_sync import index
from neuromem_sync.model import Route
from neuromem_sync.rehearsal import HITS, PATH, Ask, Question, broken, questions
from neuromem_sync.sqlite import read
from neuromem_sync.workspace import route
from tests.workshop import Workshop

PAGE = """\
# What must stay known

| Must not contain | Question | must CONTAIN |
|---|---|---|
| 12 April | when is the launch | 1 May |
| | who is on call | Hamza; `rota.md` |
| SQLite | which database | |

- where do the backups go
  - must contain: the second disk; Graz
  - Must not contain: "the cloud"
- a list item that only people read

```
| question | must contain |
|---|---|
| not | this |
```

| Person | Role |
|---|---|
| Ana | owner |
"""


def test_the_document_has_a_route_of_its_own() -> None:
    assert route(PATH) is Route.REHEARSAL


def test_questions_stand_in_tables_and_lists() -> None:
    asked, problems = questions(PAGE.encode())
    assert asked == (
        Question(text="when is the launch", line=5, wanted=("1 May",), unwanted=("12 April",)),
        Question(text="who is on call", line=6, wanted=("Hamza", "rota.md")),
        Question(text="which database", line=7, unwanted=("SQLite",)),
        Question(text="where do the backups go", line=9, wanted=("the second disk", "Graz"), unwanted=("the cloud",)),
    )
    assert problems == ()


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_endings_and_marks_of_order_make_no_difference(ending: str) -> None:
    data = b"\xef\xbb\xbf" + PAGE.replace("\n", ending).encode()
    assert questions(data) == questions(PAGE.encode())


@pytest.mark.parametrize(
    ("row", "message"),
    [("| when | | |", "nothing is demanded of the answer"), ("| | May | |", "there is no question in this row")],
)
def test_a_row_that_is_no_question_is_told(row: str, message: str) -> None:
    table = f"| question | must contain | must not contain |\n|---|---|---|\n{row}\n| | | |\n| a | b | |\n"
    asked, (problem,) = questions(table.encode())
    assert [question.text for question in asked] == ["a"]
    assert (str(problem), problem.code) == (f"{PATH}:3: {message}", "rehearsal")
    assert problem.hint


@pytest.mark.parametrize("data", [b"\xff", b"a\0b"])
def test_what_is_no_text_is_told(data: bytes) -> None:
    asked, (problem,) = questions(data)
    assert asked == ()
    assert problem.unverified


@pytest.mark.parametrize("data", [b"", b"# Nothing yet\n", b"| question | answer |\n|---|---|\n| a | b |\n"])
def test_a_document_may_ask_nothing(data: bytes) -> None:
    assert questions(data) == ((), ())


def answering(answers: Mapping[str, Sequence[str]]) -> Ask:
    return lambda question: answers.get(question, ())


WHEN = Question(text="when", line=1, wanted=("1 May", "noon"), unwanted=("12 April",))


@pytest.mark.parametrize(
    ("hits", "faults"),
    [
        (["The launch is on 1  MAY.", "At noon."], ()),
        (["The launch is on\n1 May at noon"], ()),
        (["The launch is on 1 May."], ("no hit holds 'noon'",)),
        (["1 May at noon, not 12 April"], ("a hit holds '12 April'",)),
        ([], ("no hit holds '1 May'", "no hit holds 'noon'")),
        ([*["chaff"] * HITS, "1 May at noon"], ("no hit holds '1 May'", "no hit holds 'noon'")),
        (["1 May at noon", *["chaff"] * HITS, "12 April"], ()),
    ],
)
def test_what_is_wrong_with_an_answer(hits: list[str], faults: tuple[str, ...]) -> None:
    assert WHEN.faults(hits) == faults


def test_broken_is_what_held_before_and_would_not_after() -> None:
    good, bad = ["1 May at noon"], ["12 April"]
    cases = {"good, good": (good, good), "good, bad": (good, bad), "bad, bad": (bad, bad), "bad, good": (bad, good)}
    asked = [Question(text=name, line=1, wanted=WHEN.wanted, unwanted=WHEN.unwanted) for name in cases]
    before = answering({name: first for name, (first, _) in cases.items()})
    after = answering({name: second for name, (_, second) in cases.items()})
    (one,) = broken(asked, before, after)
    assert one.question.text == "good, bad"
    assert one.faults == ("no hit holds '1 May'", "no hit holds 'noon'", "a hit holds '12 April'")


def test_what_did_not_hold_is_not_asked_again() -> None:
    def blow_up(question: str) -> Sequence[str]:
        raise AssertionError(question)

    assert broken([WHEN], answering({}), blow_up) == ()


def test_a_row_with_more_cells_than_columns_is_told_and_asked_all_the_same() -> None:
    table = "| question | must contain |\n|---|---|\n| who | Ana | Bo |\n| when | May | |\n"
    asked, (problem,) = questions(table.encode())
    assert [question.text for question in asked] == ["who", "when"]
    assert str(problem).startswith(f"{PATH}:3: this row has more cells")


def test_what_is_wrong_with_it_is_among_the_problems_of_the_index(tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    shop.write(PATH, "| question | must contain |\n|---|---|\n| when | |\n| | May |\n| who | Ana |\n")
    shop.sync()
    with closing(shop.engine()) as engine:
        assert [str(problem) for problem in read(engine.connection, index.problems())] == [
            f"{PATH}:3: nothing is demanded of the answer",
            f"{PATH}:4: there is no question in this row",
        ]
    shop.write(PATH, "| question | must contain |\n|---|---|\n| who | Ana |\n")
    shop.sync()
    with closing(shop.engine()) as engine:
        assert read(engine.connection, index.problems()) == ()
    assert not shop.verify().differences
