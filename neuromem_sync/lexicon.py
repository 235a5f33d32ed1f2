"""Closed classes of English words by which the form of a sentence is known, as data, and how they are found in it.

Few words and no topics: modals, doubt, tenses, pronouns, words of change. Judges nothing (claims.py).

A phrase is words in a row; `a|b` is either, `^` the beginning of the sentence, `…` up to four words of any kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, product

GAP = 4
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[:?→]")

HEDGES = """
    maybe, perhaps, might, could, would, may be|have, probably, possibly, presumably, seem|seems|seemed|seemingly,
    apparently, appears|appear to|that|as, arguably, conceivably, potentially, tentative|tentatively,
    unclear|unsure|uncertain|undecided|unconfirmed, not sure|certain|clear|decided|confirmed|settled, not yet
    sure|certain|clear|decided|confirmed|settled, i|we
    think|guess|suppose|suspect|wonder|assume|believe|imagine|bet|doubt|hope, wonder|wonders|wondered|wondering,
    guess|guesses|guessed|guessing, suspect|suspects|suspected, suppose|supposedly,
    assume|assumes|assumed|assuming|assumption, imagine|imagines|imagined|imagining, only|just a|an
    thought|idea|guess, hunch, speculation|speculate|speculating|speculated|speculative,
    hypothetical|hypothetically|hypothesis, theoretically, in theory, theory is|:,
    rumour|rumours|rumoured|rumor|rumors|rumored, gossip, word is, heard that|a|from, hearsay, allegedly|reportedly,
    consider|considers|considered|considering, contemplating|contemplates|contemplated,
    ponder|pondering|pondered|mulling|mulls|mulled, toying|toyed, thinking|thought about|of, dreaming|dreams|dreamt
    of|about, what if, how about, one day, someday, some day, eventually, wild|crazy idea, idea|proposal :,
    propose|proposes|proposed|proposing, brainstorm|brainstormed|brainstorming, floated|pitched, worth a try, worth
    trying|exploring|considering|checking|asking, looks|sounds|feels like, chances are, likely|unlikely, in case,
    who knows, we'll see, half-remember|half-remembered|half-heard, if memory serves, open question, should|shall
    we, let's see, tbd|tbc, a|the|my feeling, feels like|as, ought to be|have, half remember, inclined to|towards,
    mistaken, no idea|proof|clue, don't quote, perchance, i|we gather, i|we forget, wouldn't it, better
    check|ask|verify|confirm, sleep on it, a mind to, supposing, don't|doesn't|didn't know|remember|recall, as far
    as i, from memory, off the top, not|never discussed|agreed|checked, didn't discuss|decide, have|has been|heard
    told, rings a bell, for all i know, i|we hear, nobody|no-one|none knows|said|could|would, fancies, is said to,
    are said to, what about, my guess, by the look|looks of, could be wrong|mistaken, may well, iirc, afaik, imo, if
    i recall|remember, don't hold|pin me, grain|pinch of salt, on the fence, leaning|leans|tempted|inclined
    to|towards|toward, so i'm|we're told, so they say, has it that, rumour|rumor|word has, my gut, gut says|feeling,
    vaguely, pretty|fairly|almost|reasonably|quite|nearly sure|certain, to the best of, to be
    confirmed|verified|decided|discussed|checked|agreed|seen, under discussion|consideration|review, in talks,
    playing|flirting with, muse|muses|mused|musing, if only, or was|is it, can't|cannot|couldn't
    remember|recall|swear|vouch, wouldn't swear|bet|rely, slipped my|our mind, guesstimate, needs|need
    confirming|confirmation|verification, double-check|doublecheck, don't|doesn't think|believe, i|we reckon,
    daydreams|daydreaming, fantasises|fantasizes, remains to be, up in the, not set|cast in, or so i|we|he|she,
    speculates, supposed to be, believed|thought|rumoured|rumored to, some day soon, possible|impossible that, one
    could|might, ask me again, sort|kind of remember|recall
"""
ASKED = """
    wants|wanted|needs|has to know, who|someone|somebody|anyone|anybody|does would|can|could|will know|tell,
    somebody|someone|anybody|anyone please|know|knows, ^ whether, must|need|have|has|try|tries|want|wants to find
    out, must find out, wondering, ^ where|why|how|what|when|which
    is|are|was|were|did|does|do|would|could|should|has|have, ^ who|whose
    is|are|was|were|did|does|do|left|took|put|ordered|moved, ^ is|are|was|were|did|does|has|hasn't|isn't|doesn't,
    how many|much|long|often did|do|does|is|are|was|were, what on earth, no answer|reply, still to be|find
    answered|asked|out, curious if|whether|about|what|who|when|where|how|why, anyone|anybody got|know|seen,
    does|do|can|could|will|would anyone|anybody|somebody|someone, asks|asked|asking
    if|whether|what|who|when|where|how|why, figure out, question for|to|is|:, unanswered, need|needs an answer,
    couldn't|could not|can't|cannot tell|say|find out, remind me what|who|where|when|which|how, tell me again, never
    found out, not sure who|what|when|where|which|whether|if|how
"""
RETRACTIONS = """
    ^ forget|scrap|scratch|strike|disregard|ignore|retract|withdraw|discard|drop
    that|this|what|the|my|it|all|about|everything|yesterday|yesterday's|earlier|previous|last, ^ taking|take back, ^
    withdrawing|retracting, ^ please|ok|so|well forget|scrap|scratch|strike|disregard|ignore
    that|this|what|the|my|it, never mind, nevermind, false alarm, take|takes|taking|taken back,
    take|takes|taking|taken … back, retract|retracts|retracted|retracting,
    withdraw|withdrew|withdrawn|withdrawal|withdrawing, was|were|is|are|that's
    all|simply|just|plain|completely|quite wrong|mistaken|nonsense|untrue, was|were|is|are|that's
    wrong|mistaken|nonsense|untrue, was|is not true, a|an misunderstanding|mix-up, was a mistake|an error, after
    all, turned|turns out wrong|false|not|untrue, turned|turns out to be wrong|false|untrue, mixed … up, misheard,
    misread, misunderstood|misunderstanding, misremembered, correction, on second thought|thoughts, nothing came of,
    never happened, didn't|not happen, fell through, is|are|was off the table, called off, not happening, was|were
    joking|kidding, was|were only|just joking|kidding, mistyped, is|was|be void, does|do not hold, doesn't|don't
    hold, no truth, not the case, undo that, my mistake, was|is|all|only|just hot air, pulling my|our|your leg,
    having … on, nothing is|was settled|decided|agreed, wishful, : not so, strike it|that, nothing to do with each,
    i was wrong, wrong about, stays|remains|is as|what it|they was|were, taken back, isn't|aren't|not … any … after
    all, only a|an rumour|rumor|joke|idea|mistake|draft|typo, was a typo|prank|slip|bluff|joke|hoax|rumour|rumor,
    misspoke|mistook, i|we confused|garbled, isn't|not happening, won't happen, came|comes to nothing, no such
    thing, null and void, nothing has|have changed, all as before, i take it, my error|bad|fault|slip, ^
    scrub|delete that, cross|crossed that|this out, i|we got … wrong, jumped the gun, spoke too soon, read it wrong,
    misquoted
"""
JOKES = """
    haha|hahaha|hehe|lol|lmao|rofl|jk, just kidding, kidding, joke|jokes|joked|joking|jokingly, in jest,
    tongue-in-cheek, sarcasm|sarcastic|sarcastically, ironic|ironically, prank, april fool|fools, pun,
    teased|teasing, banter, quipped, deadpan|deadpanned, xd, laughter, effective never
"""
DAYS = """
    today|tonight|tomorrow|yesterday, this|last|next|earlier|later
    morning|afternoon|evening|night|noon|week|weekend|month|round|time|sprint, right|just now, at|for the moment, for
    now, moment|minute|minutes|hour|hours|day|days|week|weeks ago, so far, still waiting, meanwhile, in the meantime,
    after|before|over lunch, this once, for once, by noon, end of day, end of the day, eod, overnight, currently,
    momentarily, temporarily, again, another, first thing, back to, afterwards, briefly, for a while|bit|moment, half
    an hour, quick|quickly, later on, earlier, later today
"""
RULES = """
    must|mustn't, shall, should|shouldn't, never, always, every, each, only, no, none, not, nowhere, nobody, all,
    any, without, unless, until, by default, as a rule, in principle, whenever,
    cannot|can't|don't|doesn't|isn't|aren't|won't, may not, at most|least, at the latest, no|not
    more|later|earlier|longer than, daily|weekly|monthly|yearly|annually|nightly, usually|normally|generally,
    standing, permanent|permanently, from … on|onwards, require|requires|required, allow|allows|allowed,
    forbid|forbids|forbidden|banned, mandatory, default, rule, policy, per day|week|month|year|person|head,
    mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays
"""
CHANGES = """
    no longer, not … any more|anymore, any more, anymore, instead of, rather than, in place of, used to,
    formerly|previously, until now, from|since|starting|beginning|effective
    now|today|this|next|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday,
    from|since|starting|beginning|effective
    january|february|march|april|may|june|july|august|september|october|november|december, as of,
    has|have|had|we|they|he|she left, left the|our team|company|firm|project|board,
    moved|slid|shifted|switched|transferred … to|from|into|over|out, moves to|from, switched|switches|migrated,
    changed, change|changes to|from, replace|replaces|replaced|replacing|replacement, went|gone from,
    took|takes|taken over, hands|handed over, retired|retires, dropped|drops|abandoned, gave|given up,
    stopped|stops, ended, phased out, deprecated, supersedes|superseded, obsolete|outdated, former, swapped,
    raised|lowered|cut|extended … to, goes|comes up|down to|from, bumped|upgraded|downgraded,
    reduced|increased|shortened, renamed, relocated, brought forward, pushed back, postponed|rescheduled,
    reversed|revoked|overturned|revised, updated to, in favour|favor of, →, is|are|was|were before|history|gone,
    is|are dead|struck|scrapped|retired|unplugged, strike|scratch, corrected, become|becomes|became, till|until|up
    to now, hitherto, formerly, passed from, not … but, comes|came|taken off, put an end to, gone|goes over to, once
    it was, before|after that it was, no more|further, has|have been
    dropped|struck|retired|scrapped|replaced|unplugged|renamed|upgraded, which|who|that was|were, new|old :
"""
DECISIONS = """
    decided|decides|decision, agreed, agreement, settled on|for|that, chose|chosen, opted, approved|adopted, resolved
    to|that, ruled that|out, voted, committed to, we go with, going|went with, we'll|will use|go|keep|stay|stick,
    signed off, concluded
"""
PREFERENCES = """
    prefer|prefers|preferred|preference|preferences, like|likes, love|loves, hate|hates, dislike|dislikes,
    favour|favours|favor|favors, favourite|favorite, enjoy|enjoys, want|wants, insists, rather have|not|than,
    can't|cannot stand, allergic, vegetarian, vegan, fond of, keen on, appreciates, detests, avoids
"""
LESSONS = """
    lesson|lessons, learned|learnt|learning, root cause, the cause, caused by, culprit, next time, in hindsight,
    takeaway, post-mortem|postmortem, never again, to avoid|prevent, prevents, because, otherwise, or else,
    gotcha|pitfall|beware, breaks|fails when|if|unless, mistake
"""
MARKS = """
    ^ note|remember|reminder|important|nb|rule :, ^ fact|preference|decision|decided|agreed|settled|confirmed :, ^
    noted|lesson|learned|learnt|til|key :, ^ takeaway|memo|insight|policy|constraint|convention|principle :, ^ note to
    self :, ^ for the record :
"""
OURS = "we|our|ours|us|i|my|mine|me|we're|we've|i'm|i've"

PRESENT = frozenset(
    """
    is are am isn't aren't has have hasn't haven't does do doesn't don't must mustn't should shouldn't can cannot can't
    will won't may need needs want wants prefers likes means counts goes go stays belongs lives runs gets takes comes
    holds sits works uses it's that's there's he's she's what's
    """.split()
)
PAST = frozenset(
    """
    ran sent wrote made took got met spent went had did saw found built held paid bought sold told spoke drove ate
    slept woke began brought caught chose drew fell gave grew heard hid kept knew lost meant rang rode rose sat shot
    sang stood stuck swept taught thought threw understood won wore was were came became hung dug fed led laid lent lit
    swapped redid rewrote reran rebuilt reset undid forgot broke froze stole flew blew drank swam overslept burnt spilt
    bit shook tore bent sought fought
    """.split()
)
PAST_FIRST = PAST | frozenset("set put cut read let shut hit hurt quit split spread left felt wound".split())
"""At the beginning of a sentence a form that could be present is a deed too: `Set the table`, `Cut bread`."""
UNCHANGED = frozenset("set put cut let shut hit hurt quit split spread read bet burst cast cost forecast beat".split())
"""Forms that are past after one that is spoken of: `Ann put`; the present would be `Ann puts`."""
WISHED = frozenset("like love appreciate prefer grateful".split())
"""After *would* they wish, and doubt nothing."""
SINCE_THEN = frozenset("now → instead longer anymore".split())
"""Words by which a deed is told for what holds since."""
ARE = frozenset("is are must may can has have".split())
MANY = frozenset("i you we they y'all one".split())
AFTER_VERB = frozenset("at on in to from by through with off under into via until the a an".split())
ONE = frozenset("he she it somebody someone everybody everyone nobody".split())
BEFORE_PARTICIPLE = frozenset(
    """
    is are be been being get gets has have the an a not only stay stays stayed remain remains must can as so when if
    well newly already two three four five six every each any after upon these those
    """.split()
)
NO_SUBJECT = frozenset(
    """
    the a an our my your his her its their of and or in on at to for from with by no all some many few these those two
    three mostly
    """.split()
)
NOT_NOW = frozenset(
    """
    right just by for until and from ^
    """.split()
)
SINCE = frozenset(
    """
    since from of starting effective
    """.split()
)
OPENERS = frozenset(
    """
    i we he she they also then finally first so and but eventually briefly quickly manually successfully just only
    later spontaneously
    """.split()
)
LEANING = frozenset(
    """
    it its it's this that that's these those he she they his her their them him there then same both which who such
    here because otherwise either neither yes ok okay done
    """.split()
)
IMPERATIVES = frozenset(
    """
    add address always answer ask avoid bake be block book brew bring buy call cancel charge check choose clean close
    connect contact cook copy count cut delete do don't draw drive eat ensure expect feed file find fold follow get
    give go hand hang hold include keep label leave let limit list lock look make mark measure name never offer open
    order park pay phone pick plan point pour prefer preheat press print pull push put quote reach read record remember
    remove replace report reserve restart return ring rinse run save schedule send serve set show sign speak start stay
    stick stop store submit switch tag take talk tell test treat try turn use wait wash watch water wear work wrap
    write
    """.split()
)
ASKING = frozenset(
    """
    who what when where which why how does do did is are can could should shall would will has have any
    """.split()
)

FUNCTION_WORDS = frozenset(
    """
    a about above after again all also am an and any are as at be because been before being below between both but by
    can cannot could did do does doing down during each either else ever every few for from further get gets got had
    has have having he her here hers him his how however i if in into is it its itself just ll may me might more most
    much must my no nor not now of off on once only or other our ours out over own per quite rather re s same shall she
    should since so some still such t than that the their theirs them then there these they this those though through
    to too under until up upon us ve very via was we were what when where whether which while who whom whose why will
    with within without would yet you your yours don doesn didn isn aren wasn weren won can't couldn wouldn shouldn
    hasn haven hadn im never always use used uses using make makes made go goes keep keeps kept one thing things way
    please today tomorrow yesterday tonight like need needs want wants new day days week weeks month months year years
    hour hours minute minutes time times know knows known good everyone everybody stand stands remain remains remained
    stay stays stayed become becomes say says said tell tells told confirm confirms confirmed agree agrees agreed
    settle settled learn learned note noted
    """.split()
)
"""Words without a subject of their own: they link no two sentences. Other languages are kept apart by rarity."""

Table = Mapping[str, Sequence[tuple[int, tuple[str, ...]]]]
"""Phrases by their first two words, or by the first alone where it stands alone or before a gap."""


def words(text: str) -> list[str]:
    """The words of a sentence as written, with `:`, `?` and `→` as words."""
    return [word.replace("’", "'") for word in _WORD.findall(text)]


def table(listed: Iterable[tuple[int, str]]) -> Table:
    """Phrases, each with the number of its class."""
    found: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for number, phrases in listed:
        for phrase in phrases.replace("\n", " ").split(","):
            for spelt in product(*(place.split("|") for place in phrase.split())):
                begun = 1 if spelt[1:2] in ((), ("…",)) else 2
                found.setdefault(" ".join(spelt[:begun]), []).append((number, spelt[begun:]))
    return found


def classes(told: Sequence[str], phrases: Table) -> Iterator[tuple[int, int]]:
    """The classes of which a sentence has a phrase, and where it begins. `told` are its words, small, after `^`."""
    for at, word in enumerate(told):
        for number, rest in phrases.get(word, ()):
            if not rest or _follows(told, at + 1, rest):
                yield number, at
    for at, pair in enumerate(map(" ".join, pairwise(told))):
        for number, rest in phrases.get(pair, ()):
            if not rest or _follows(told, at + 2, rest):
                yield number, at


def _follows(told: Sequence[str], at: int, rest: Sequence[str]) -> bool:
    for place, word in enumerate(rest):
        if word == "…":
            return any(_follows(told, at + skip, rest[place + 1 :]) for skip in range(GAP + 1))
        if at >= len(told) or told[at] != word:
            return False
        at += 1
    return True
