"""A sentence taken apart: typed values, names, forms; what kind of sentence it is."""

from __future__ import annotations

import marshal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuromem_sync import measures
from neuromem_sync.claims import Form, form_of, peeled, told
from neuromem_sync.passages import Shape, passages, plain, sentences
from neuromem_sync.units import units
from neuromem_sync.wording import former, wording
from tests.consolidation.logs import day, unit


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("two weeks", {"days=14"}),
        ("a fortnight", {"days=14"}),
        ("8 working hours", {"seconds=28800"}),
        ("a 30-day trial", {"days=30"}),
        ("booked in 6-minute steps", {"seconds=360"}),
        ("14 days", {"days=14"}),
        ("at 9 pm, not 4.10 pm", {"clock=21:00", "clock=16:10"}),
        ("by noon", {"clock=12:00"}),
        ("on Tuesdays in March", {"weekday=tue", "month=mar"}),
        ("€1,450 or 1.450 euros", {"€=1450"}),
        ("£2.35, that is 2.35 pounds", {"£=2.35"}),
        ("at most 8 km/h w/o a load", {"km=8"}),
        ("240 °C, 240 degrees", {"°=240"}),
        ("Python 3.13 needs two approvals", {"version=3.13", "approv=2"}),
        ("in bay 14 — good", {"bai=14"}),
        ("read `/srv/logs/app` on db-3.example.internal", {"id=/srv/logs/app", "id=db-3.example.internal"}),
        ("ABC-12 and #99 at 4f2a9c1", set()),
    ],
)
def test_values_are_typed_by_their_unit(text: str, values: set[str]) -> None:
    assert {*wording(text).values} == values


def test_one_value_written_in_many_ways_is_one() -> None:
    assert {measures.value("clock", written) for written in ("21:00", "9 pm", "9:00 PM")} == {"clock=21:00"}


def test_form_masks_what_varies() -> None:
    one, other = (
        wording("Merged 12 pull requests with Mira in ABC-1."),
        wording("Merged 7 pull requests with Jo in QA-12."),
    )
    assert one.form == other.form == ("merged", "0", "pull", "requests", "with", "N", "in", "T")


def test_code_says_what_its_words_say_without_the_marks() -> None:
    assert wording("`NCCL_ALGO=Ring` cures it").stems == wording("NCCL_ALGO=Ring cures it").stems
    assert "id=ops/rewind.sh" in wording("run `ops/rewind.sh --tenant ID`").values
    assert wording("in `docs/postmortems/`").values == wording("in docs/postmortems").values


def test_marks_inside_code_are_what_is_read() -> None:
    assert plain("files: `name__act__01` are **never** *old* ones") == "files: `name__act__01` are never old ones"
    assert plain("`a` and **`b__c__d`** `#tag`") == "`a` and `b__c__d` `#tag`"


def test_a_change_names_what_was() -> None:
    assert former("Backups no longer start at 02:30; the dump fires at 04:20.") == ("start", "clock=02:30")
    assert former("Instead of Kontor Nord, our accountant is Papadakis.") == ("kontor", "nord")
    assert former("Ravi carries the weekend pager now, Lena stopped.") == ("lena",)
    assert former("New supplier signed: Corvid. Brightmark delivers nothing further.") == ("brightmark",)
    assert former("Felix took over the pager of the depot from Rafael.") == ("rafael",)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("The gateway listens on port 8443.", Form.STANDING),
        ("Order flour from Weizenhof only.", Form.STANDING | Form.RULE),
        ("We never deploy on a Friday.", Form.RULE | Form.OURS),
        ("Fixed the printer with Mira.", Form.DEED),
        ("Hannah wore two different shoes.", Form.DEED),
        ("Mira is learning the cello.", Form.PASSING),
        ("Right now the form is broken.", Form.DAY),
        ("We moved the standup to nine.", Form.CHANGE),
        ("It must stay below ninety.", Form.DANGLING),
        ("We agreed on passkeys.", Form.DECISION),
    ],
)
def test_the_form_of_a_sentence(text: str, form: Form) -> None:
    assert Form(form_of(text, 9)) & form == form


def test_a_change_since_today_is_no_remark_about_today() -> None:
    assert not form_of("The standup is at ten since today.", 9) & Form.DAY


def test_labels_introduce_sentences_and_name_values() -> None:
    assert peeled("Note: The rent is paid on Mondays.") == ("Note", "The rent is paid on Mondays.")
    assert peeled("Mira told me: Note: The rent is due.") == ("Mira told me: Note", "The rent is due.")
    assert peeled("Dentist: Dr. Yilmaz in Elm Street") == ("", "Dentist: Dr. Yilmaz in Elm Street")


def test_who_says_so_is_no_part_of_the_claim() -> None:
    assert told("Mira confirmed that the rent is due on Monday.") == "the rent is due on Monday."
    assert told("The rent is due on Monday (told by Mira).") == "The rent is due on Monday"


def test_sentences_end_where_people_end_them() -> None:
    text = "Mira, e.g. today, met Dr. Yilmaz. The rent is 1,450 euros. J. Kern knows. 明日は休み。次は月曜。"
    assert list(sentences(text)) == [
        "Mira, e.g. today, met Dr. Yilmaz.",
        "The rent is 1,450 euros.",
        "J. Kern knows.",
        "明日は休み。",
        "次は月曜。",
    ]


def test_passages_know_what_is_closed() -> None:
    text = "First line\nand second\n- item\n  more\n> quote\n\n```\ncode\n```\n| a | b |"
    found = [(passage.shape, passage.text) for passage in passages(text)]
    assert found == [
        (Shape.PARAGRAPH, "First line and second"),
        (Shape.ITEM, "item more"),
        (Shape.CLOSED, "> quote"),
        (Shape.CLOSED, "```\ncode\n```\n| a | b |"),
    ]


def test_marks_are_not_read() -> None:
    assert plain("**Rent** is _due_ on [[Monday|the day]] #rent ^r1") == "Rent is due on the day"


def test_a_unit_packs_as_it_is() -> None:
    found = unit("The gateway listens on port 8443.")
    assert type(found)(*marshal.loads(marshal.dumps(tuple(found)))) == found


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_makes_it_raise(text: str) -> None:
    for entry in day(0, text.replace("\x00", "")):
        for found in units(entry):
            assert len(found.text) <= 300


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("Enough of Linear. Tasks are in Todoist from today.", "linear"),
        ("Moved every board out of Linear; Todoist is the tracker now.", "linear"),
        ("Todoist has taken the place of Linear.", "linear"),
        ("We swapped Linear for Todoist.", "linear"),
        ("Goodbye Linear, hello Todoist.", "linear"),
        ("Linear gave way to Todoist.", "linear"),
        ("The limit is 75 euro now, 40 was silly.", "€=40"),
        ("The rent is 910 now, up from 880.", "number=880"),
        ("Rent (was 880): 910.", "number=880"),
        ("880 -> 910 for the rent.", "number=880"),
        ("Hamid inherited the books from Elsa.", "elsa"),
        ("Elsa handed the books over to Hamid.", "elsa"),
    ],
)
def test_what_was_is_named_in_many_ways(line: str, what: str) -> None:
    assert what in former(line)


@pytest.mark.parametrize(
    "line", ["Keep mussels away from Leonie.", "The tents moved into the old shed.", "`npm run build` → `dist/app.js`"]
)
def test_what_only_sounds_like_it_names_nothing_former(line: str) -> None:
    assert former(line) == ()
