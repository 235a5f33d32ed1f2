"""Words by which sentences, headings and fields are known: English, and few.

Holds no patterns and no code that reads a document.
"""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(word.strip() for word in listed.replace("\n", " ").split(","))


COMMON = _words(
    """a, about, after, again, all, also, although, always, am, an, and, another, any, are, as, at, back, be, because,
    been, before, being, best, both, but, by, bye, can, cannot, come, could, day, days, did, do, does, done, don't,
    during, each, either, else, even, every, everyone, everything, few, finally, first, for, from, gave, get, gets,
    getting, give, glad, go, goes, going, gonna, good, got, great, had, happy, has, have, having, he, he's, hello, help,
    her, here, here's, hey, hi, him, his, hope, how, however, i, i'd, i'll, i'm, i've, if, in, instead, into, is, isn't,
    it, it's, its, just, keep, know, last, later, let, let's, like, look, looks, made, make, many, may, maybe, me,
    might, more, most, much, must, my, need, never, next, nice, no, none, nope, not, nothing, now, of, off, oh, ok,
    okay, on, once, one, only, or, other, our, out, over, own, please, really, right, said, same, saw, say, see, seems,
    set, she, she's, should, since, so, some, someone, something, sometimes, soon, sorry, still, such, sure, take, talk,
    tell, than, thank, thanks, that, that's, the, their, them, then, there, there's, these, they, they're, thing,
    things, think, this, those, though, three, through, till, time, to, today, together, tomorrow, tonight, too,
    totally, try, two, under, until, up, us, use, used, very, wait, want, was, wasn't, way, we, we'll, we're, we've,
    well, went, were, what, what's, whatever, when, whenever, where, wherever, which, while, who, whole, why,
    will, wish, with, without, won't, work, would, wow, yeah, yep, yes, yesterday, yet, you, you'd, you'll, you're,
    you've, your,
    monday, tuesday, wednesday, thursday, friday, saturday, sunday, january, february, march, april, june, july,
    august, september, october, november, december,
    added, asked, built, called, changed, checked, created, deployed, discussed, fixed, found, met, moved, removed, ran,
    started, stopped, tested, todo, tried, updated, wrote, note, status"""
)
"""A capitalised word of these is the beginning of a sentence, not a name."""

GENERIC = _words(
    """about, active, background, basics, configuration, config, contact, context, current, details, done, events,
    facts, history, identity, in force, info, information, key facts, links, log, metadata, metrics, misc,
    miscellaneous, notes, observations, open, overview, patterns, people, plan, preferences, profile, projects,
    properties, references, related, relations, scope, see also, settings, setup, status, summary, tasks, todo, tools,
    waiting"""
)
"""Headings that name a part of what the file is about, not a thing of its own."""

TRACKER_SECTIONS = GENERIC | _words(
    """archive, archived, backlog, blocked, closed, completed, future, goals, ideas, in progress, later, long term,
    long-term, loops, milestones, next, now, past, paused, roadmap, short term, short-term, someday, stale, themes,
    this month, this quarter, this week, this year, upcoming"""
)
"""Headings of trackers that sort what they track."""

STEP_SECTIONS = _words("steps, procedure, checklist, instructions, how to, how, when to use, trigger")
"""Headings that hold a part of the procedure named above them."""

DECISION_FIELDS = _words(
    "context, options, decision, rationale, reason, impact, consequences, confidence, status, alternatives"
)
ERROR_FIELDS = _words(
    "mistake, what_happened, error, root_cause, cause, how_to_avoid, prevention, prevention_rule, lesson, fix"
)
TELLING_ERROR_FIELDS = ERROR_FIELDS - _words("error, cause, fix")
"""Those of which one must be there for an entry of another route to be an error."""

PROCEDURE_FIELDS = _words("trigger, when, when_to_use, use_when, successes, failures")
LOG_FIELDS = _words("task, state, progress, procedure, outcome, took, reason, successes, failures")
"""Fields of tasks and outcomes, which may follow other words on their line."""
