"""What kind of sentence it is: a standing claim, or a guess, a question, a joke, a remark about a day, a deed done.

Judges the wording of one sentence by the closed classes of lexicon.py. A sentence of another language has none of
their marks and stays what its structure makes it. Knows no corpus.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import IntFlag
from functools import lru_cache

from neuromem_sync import lexicon
from neuromem_sync.tenses import ends_past, verbs


class Form(IntFlag):
    """What a sentence's wording says of it."""

    HEDGE = 1
    WITHDRAWN = 2
    QUESTION = 4
    JOKE = 8
    DAY = 16  # words that point to the day of writing
    TICKET = 32
    STANDING = 64  # present tense
    RULE = 128  # modal, negation, or a word of always and never
    DEED = 256  # what somebody did, once
    CHANGE = 512  # says that something is other than it was
    DECISION = 1024
    PREFERENCE = 2048
    LESSON = 4096
    SAID = 8192  # somebody with a name says so
    MARKED = 16384  # its writer marked it as worth keeping
    DANGLING = 32768  # leans on a sentence before it
    STUB = 65536
    RETRACTS = 131072  # takes back what stands before it
    INTRODUCED = 262144  # words before a colon announce it
    PASSING = 524288  # the progressive: what is going on just then
    OURS = 1048576  # speaks of us, of me, of what is ours
    COPULA = 2097152  # says what something is
    NOTED = 4194304  # words before it announce it as worth keeping


TOPIC = 2  # words of a label that names what is spoken of, and does not lead up to it
FEWEST = 3  # words that mean something, below which a sentence is a stub


def _table(**classes: Form) -> lexicon.Table:
    return lexicon.table((form.value, lexicon.PHRASES[name]) for name, form in classes.items())


_ASSURED = _table(assurance=Form.HEDGE)
_DOUBTS: Mapping[str, Form] = {
    "hedge": Form.HEDGE, "retraction": Form.RETRACTS, "joke": Form.JOKE, "asked": Form.QUESTION,
}  # fmt: skip
_KINDS: Mapping[str, Form] = {
    "day": Form.DAY, "rule": Form.RULE, "change": Form.CHANGE, "decision": Form.DECISION,
    "preference": Form.PREFERENCE, "lesson": Form.LESSON, "mark": Form.NOTED, "ours": Form.OURS,
}  # fmt: skip
_DOUBTFUL = sum(form.value for form in _DOUBTS.values())
_CLASSES = _table(**_DOUBTS, **_KINDS)
_MARK = _table(mark=Form.NOTED)
_COPULAS = frozenset(("is", "are", ":", "→"))
_UNTIL = (["until"], ["till"])
_LASTING = Form.DECISION.value
_RETRACTS, _QUESTION = Form.RETRACTS.value, Form.QUESTION.value
_STANDING, _DEED = Form.STANDING.value, Form.DEED.value

_NAME = r"[A-ZÀ-ÖØ-Þ][\w’'-]+"
_SAYING = (
    r"(?:says?|said|tells?|told|confirm(?:s|ed)|explain(?:s|ed)|mention(?:s|ed)|remind(?:s|ed)|stress(?:es|ed)|asks?|asked"
    r"|wants?|wanted|insist(?:s|ed)|report(?:s|ed)|notes?|noted|repeat(?:s|ed)|announce[sd]|clarifie[sd]|requested|wrote"
    r"|agree[sd]?|checked|according to|via|per)"
)
_SOMEBODY_SAYS = rf"{_NAME}(?: {_NAME})?(?:,[^,]{{1,40}},)? {_SAYING}\b"
_SAYS = re.compile(_SOMEBODY_SAYS)
_SAID = re.compile(
    rf"[:(,—–] ?{_SOMEBODY_SAYS}"
    rf"|\b(?:per|according to|says|said|told by|confirmed by|agreed with|checked by|via) {_NAME}"
)
_ASIDE = re.compile(r"[,;(—–-]")
"""What _TAIL begins with."""
_TAIL = re.compile(
    rf"\s*(?:[,;(—–]|\s-)\s*(?:as )?(?:(?:[\w’']+ )?{_SAYING}\b(?: \w+){{0,2}} {_NAME}"
    rf"|{_NAME} (?:\w+ )?{_SAYING}\b(?: \w+){{0,2}})\)?\s*[.!]?\s*$"
)
_LEAD = re.compile(
    r"^\W*(?:(?:as(?! (?:of|to|for|from|long|soon|far|an?|the)\b)|also|besides|anyway|by the way|btw|again|moreover"
    r"|in addition|furthermore|further|finally|to repeat|to be clear|once more|for the record|in short)\b"
    r"[^,:.\d`]{0,32}[,:]\s+)+",
    re.I,
)
_THAT = re.compile(rf"^{_NAME}(?: and {_NAME})? (?:\w+ ){{1,3}}that\s+(?=\S+\s+\S+)")
_LABEL = re.compile(r"^\W*(?P<label>[^\W\d_][^:.;!?\n—]{1,90})(?::| —)\s+(?P<rest>(?:\S+\s+)+\S.*)$", re.S)
_FIELD = re.compile(r"^\W*[^:.;!?\n]{2,60}(?::| [–—=→])\s+\S")
_SMILES = re.compile(r"[😀-😆🤣😂😉😜😝😛🤪🙃🤡]|(?<!\S)[;:]-?[)PDp](?!\w)|(?<!\S)/s\b|, ha\W*$")
_DENIED = re.compile(
    r"\b(?:(?:is|are|does|was|were|has|have|will)(?:n['’]t| not))\b[^,;]*[,;]\s*(?:it|i|that|this|they|he|she|the \w+)"
    r" (?:was|were|had|mis\w+)\b",
    re.I,
)
"""A denial and how it came that it had to be denied."""
_ANSWERED = re.compile(
    r"\b(?:[Aa]sks?|[Aa]sked)\b[^:;?]{3,80}"
    r"(?:[:;] |,? and (?:(?:the answer|it) is|[A-Z][\w’'-]+ (?:says?|said)) )\S+ \S[^?]*$"
)
"""What was asked, and the answer to it."""
_HEADED = re.compile(
    r"^\W*(?:where|how|who|why|what|when)\b[^:?]{3,60}(?:: |\? ?(?:->|→|[–—]) ?)\S[^?]*$",
    re.I,
)
"""What is asked as a heading, and behind it what is so."""
_HOURS = re.compile(r"^(?:un)?till? \d|\bsince (?:about |around )?\d{1,2}[:.]\d\d", re.I)
"""What lasts some hours of its day."""
_PROGRESSIVE = re.compile(
    r"(?:\b(?:is|are|am|was|were)|['’](?:s|re|m)) (?:\w+ly |still |also |now )?"
    r"(?!going to|missing|nothing|anything|something|everything|during|morning|evening|building|meeting|ceiling|spring)"
    r"[a-z]{2,}ing\b",
    re.I,
)


def form_of(text: str, meaning: int, *, tickets: bool = False) -> int:
    """The form of a sentence, as the bits of `Form`; `meaning` is how many of its words mean something."""
    core = told(text)
    written = lexicon.words(core)
    lower = ["^", *map(str.lower, written)]
    found = list(lexicon.classes([*lower, "$"], _CLASSES))
    if core == text:
        form = _doubt(text, lower, found)
    else:
        whole = ["^", *map(str.lower, lexicon.words(text))]
        form = _doubt(text, whole, lexicon.classes([*whole, "$"], _CLASSES))
    form |= _kind(lower, found)
    form |= _tense(core, written, lower, form)
    if " " in text and (_SAYS.match(text) or (not text[1:].islower() and _SAID.search(text))):
        form |= Form.SAID.value
    if tickets:
        form |= Form.TICKET.value
    if ("since" in lower or lower[1:2] in _UNTIL) and _HOURS.search(core):
        form |= Form.DAY.value
    if not _COPULAS.isdisjoint(lower) or "=" in core:
        form |= Form.COPULA.value
    if meaning < FEWEST:
        form |= Form.STUB.value
    if len(lower) > 1 and lower[1] in lexicon.LEANING:
        form |= Form.DANGLING.value
    return form


@lru_cache(maxsize=64)
def told(text: str) -> str:
    """What is claimed, without who says so and without the words that lead up to it."""
    core = _THAT.sub("", _LEAD.sub("", text, count=1), count=1)
    return (_TAIL.sub("", core) if _ASIDE.search(core) else core) or text


def peeled(text: str) -> tuple[str, str]:
    """The words before a colon that introduce a whole sentence, and that sentence: `Note: The …`. Else "" and all.

    Words that name what a value is of (`Dentist: Dr. Yilmaz in Elm Street`) introduce no sentence, and stay; so do one
    or two that name a topic (`Choir rehearsal: Pia has to be there at four`).
    """
    found = _LABEL.match(text) if ": " in text else None
    if not found:
        return "", text
    label, rest = found["label"], found["rest"]
    if not (marked(label) or (_leads_up(label) and _begun(rest))):
        return "", text
    further, rest = peeled(rest)
    return (f"{label}: {further}" if further else label), rest


def _leads_up(label: str) -> bool:
    return label.count(" ") >= TOPIC or not label[0].isupper()


def _begun(rest: str) -> bool:
    """Whether a sentence begins here, written as one."""
    return rest.lstrip('"“(`*')[:1].isupper() and _verbal(rest.split(", ", 1)[0])


def marked(label: str) -> bool:
    """Whether the words before a colon mark what follows as worth keeping."""
    lower = ["^", *lexicon.words(label.lower()), ":"]
    return any(number == Form.NOTED for number, _ in lexicon.classes(lower, _MARK))


def _doubt(text: str, lower: Sequence[str], found: Iterable[tuple[int, int]]) -> int:
    """Doubt, asking, jokes and withdrawals, in what is left of a sentence without turns that only sound like them."""
    form = 0
    if any(number & _DOUBTFUL for number, _ in found):
        left = [*lexicon.without(lower, _ASSURED), "$"]
        for number, at in lexicon.classes(left, _CLASSES):
            if left[at] != "would" or lexicon.WISHED.isdisjoint(left[at + 1 : at + 3]):
                form |= number & _DOUBTFUL
    if "~~" in text:
        form |= Form.WITHDRAWN.value
    if (":" in text or ";" in text or "/s" in text or ", ha" in text or not text.isascii()) and _SMILES.search(text):
        form |= Form.JOKE.value
    if ("not" in lower or "n't" in text or "n’t" in text) and _DENIED.search(text):
        form |= Form.RETRACTS.value
    if ("?" in text or "？" in text) and _asks(text, lower):
        form |= Form.QUESTION.value
    if form & _QUESTION and (("sk" in text and _ANSWERED.search(text)) or _HEADED.match(text)):
        form &= ~_QUESTION
    return form & ~_RETRACTS if form & _QUESTION else form


def _asks(text: str, lower: Sequence[str]) -> bool:
    return text.rstrip("\"'”’) ").endswith(("?", "？")) or (len(lower) > 1 and lower[1] in lexicon.ASKING)


def _kind(lower: Sequence[str], found: Iterable[tuple[int, int]]) -> int:
    form = 0
    for number, at in found:
        if number & _DOUBTFUL:
            continue
        if number != Form.DAY or lower[at - 1] not in lexicon.SINCE:
            form |= number
    if "now" in lower and lower[lower.index("now") - 1] not in lexicon.NOT_NOW:
        form |= Form.CHANGE.value
    return form


def _tense(text: str, written: Sequence[str], lower: Sequence[str], form: int) -> int:
    """Present or past: a sentence that begins with a past verb, or whose first verb is past, tells a deed."""
    first = next((word for word in lower[1:] if word not in lexicon.OPENERS), "")
    if first in lexicon.IMPERATIVES and lower[1] == first and ":" not in lower[2:4]:
        return Form.STANDING.value | Form.RULE.value
    passing = Form.PASSING.value if "ing" in text and _PROGRESSIVE.search(text) else 0
    lasting = form & _LASTING or _now(lower)
    past, present = verbs(written, lower)
    if (
        first in lexicon.PAST_FIRST
        or (ends_past(first) and lexicon.ARE.isdisjoint(lower[2:5]))
        or (first.endswith("ing") and _doing(first, lower, past < present or present == len(lower)))
    ):
        return passing | (_STANDING if lasting else _DEED)
    if _FIELD.match(text):
        return passing | _STANDING
    if past < present:
        return passing | (_STANDING if lasting else _DEED)
    return passing | (_STANDING if present < len(lower) else 0)


def _doing(first: str, lower: Sequence[str], unsaid: bool) -> bool:
    """Whether a first word in *-ing* is what somebody does (`Checking the inbox`), and not what is spoken of
    (`Parking is free`); `unsaid`: nothing is said of it in the present."""
    if len(first) < 6 or first in lexicon.NOT_DOING:
        return False
    after = lower[lower.index(first) + 1 :][:3]
    return not lexicon.AFTER_DOING.isdisjoint(after[:1]) or (unsaid and ":" not in after)


def _now(lower: Sequence[str]) -> bool:
    """Whether what was done is said to hold since."""
    return not lexicon.SINCE_THEN.isdisjoint(lower)


def _verbal(text: str) -> bool:
    written = lexicon.words(text)
    lower = ["^", *map(str.lower, written)]
    if lower[1:2] and (lower[1] in lexicon.IMPERATIVES or lower[1] in lexicon.PAST_FIRST or lower[1].endswith("ed")):
        return True
    return (": " in text and _FIELD.match(text) is not None) or min(verbs(written, lower)) < len(lower)
