"""Where a sentence has its verbs, and whether they are past or present, by closed classes and endings.

Knows no corpus, and judges no sentence (claims.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from neuromem_sync import lexicon


def verbs(written: Sequence[str], lower: Sequence[str]) -> tuple[int, int]:
    """Where the first past and the first present verb stand; the number of words where there is none."""
    past = present = third = len(lower)
    for at in range(len(lower) - 1, 0, -1):
        word, before = lower[at], lower[at - 1]
        if word in lexicon.PRESENT or (before in lexicon.MANY and _bare(word)):
            present = at
        elif word in lexicon.PAST or (at > 1 and ends_past(word)):
            past = past if before in lexicon.BEFORE_PARTICIPLE else at
        elif word in lexicon.UNCHANGED and at > 1 and _single(written[at - 2], before):
            past = at
        elif word[-1] == "s" and at > 1 and _third(written[at - 1], before):
            third = at
    if present == len(lower) and third + 1 != past:
        present = third
    if min(past, present) == len(lower) and _many(lower):
        present = 2
    return past, present


def ends_past(word: str) -> bool:
    """Whether it ends as a past verb does: `tried` and `agreed`, and not `speed` or `linseed`."""
    return len(word) > 4 and word[-2:] == "ed" and (word[-3] != "e" or word[-4:] == "reed")


def _bare(word: str) -> bool:
    """Whether a word after *we* or *you* can be a verb in the present."""
    return not (word in lexicon.PAST or word in lexicon.FUNCTION_WORDS or word.endswith(("ed", "ly", "ing", "s")))


def _many(lower: Sequence[str]) -> bool:
    """Whether it begins with several things and what they do: `Backups run at`."""
    return (
        len(lower) > 3
        and lower[1][-1] == "s"
        and lower[1][-2:] not in ("ss", "us", "is")
        and _bare(lower[2])
        and lower[3] in lexicon.AFTER_VERB
    )


def _single(word: str, lower: str) -> bool:
    """Whether a word names one, so that a verb after it must end in *s* to be present."""
    return lower in lexicon.ONE or (word[0].isupper() and not word.isupper() and lower[-1] != "s")


def _third(word: str, before: str) -> bool:
    """Whether a word can be a verb of the third person: `the settings` is none, nor `mails` before a verb."""
    return (
        len(word) > 3
        and word[-1] == "s"
        and word[-2] not in "suyi'"
        and word[0].islower()
        and len(before) > 1
        and before not in lexicon.NO_SUBJECT
    )
