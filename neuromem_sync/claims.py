"""What kind of sentence it is: a standing claim, or a guess, a question, a joke, a remark about a day, a deed done.

Judges the wording of one sentence by closed classes of English words: modals, tenses, pronouns, words of doubt. A
sentence of another language has none of these marks and stays what it is. Knows no corpus.
"""

from __future__ import annotations

import re
from enum import IntFlag


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


_HEDGE = re.compile(
    r"\b(?:maybe|perhaps|might|could(?! ?n[o']t)|would(?! ?n[o']t)|may be|may have|probably|possibly|presumably|seems?|seemed|seemingly|apparently"
    r"|appears?|arguably|conceivably|potentially|tentative(?:ly)?|unclear|unsure|uncertain|undecided|unconfirmed|not (?:yet )?(?:sure|certain|clear|decided|confirmed|settled)"
    r"|i (?:think|guess|suppose|suspect|wonder|assume|believe|imagine|bet|doubt|hope)|we (?:think|guess|suspect|wonder|assume|hope)"
    r"|wonder(?:s|ed|ing)?|guess(?:es|ed|ing)?|suspect(?:s|ed|ing)?|suppos(?:e|edly)|assum(?:e|es|ed|ing|ption)|imagin(?:e|es|ed|ing)|(?:only|just) (?:a|an) (?:thought|idea|guess)|hunch|speculat\w*|hypothe\w*|theor(?:y|etically|ise|ize)"
    r"|in theory|rumou?r(?:s|ed)?|gossip|word is|heard (?:that|a|from)|hearsay|allegedly|reportedly|consider(?:s|ed|ing)?|contemplat\w*|ponder\w*|mull(?:s|ed|ing)?|toying|toyed"
    r"|thinking (?:about|of)|thought (?:about|of)|dream(?:s|ed|ing)? (?:about|of)|what if|how about|would(?:n't)? (?:be|it|like to try|love|mind|prefer if|rather we)|if (?:we|i|they|it|he|she|the|this|that)\b.*\b(?:would|could|might)"
    r"|it would|would have|that would|one day|some ?day|eventually|wild idea|crazy idea|idea:|proposal:|proposed|propos(?:es|al)|brainstorm\w*|floated|pitched|worth (?:a try|trying|exploring|considering|looking|checking|asking)"
    r"|looks like|sounds like|feels like|chances are|could well|likely|unlikely|in case|who knows|we'll see|not (?:100|entirely|fully)|half-?(?:remember|heard)\w*|if memory serves|don't quote|open question"
    r"|should we|shall we|let'?s see|tbd|tbc|to be (?:decided|confirmed))\b",
    re.I,
)
_RETRACTS = re.compile(
    r"^\W*(?:(?:please|ok|okay|so|well|no|actually|correction|update|edit|sorry)\W+){0,2}(?:forget|scrap|scratch|strike|disregard|ignore|retract\w*|withdraw\w*|tak(?:e|ing) back|unsay|cross out|delete|discard|drop) (?:that|this|what|the|my|it|all|about|everything|yesterday|earlier|previous|last)\b"
    r"|\b(?:never ?mind|false alarm|tak(?:e|es|ing|en) (?:that|this|it|what|the) .{0,30}?back|tak(?:e|es|ing|en) back|retract\w*|withdraw(?:n|s|ing|al)?|withdrew|(?:was|were|is|are|that'?s|got (?:that|it|this)) (?:all |simply |just |plain |completely |quite )?(?:wrong|mistaken|nonsense|untrue|not true|a misunderstanding|a mistake|an error|a mix-?up)"
    r"|after all|turn(?:s|ed) out (?:to be )?(?:wrong|false|not|untrue|nothing)|mixed (?:that |it |this |them )?up|misheard|misread|misunderst\w+|mis-?remembered|i was mistaken|correction|on second thou?ghts?|nothing came of|never happened|did(?:n't| not) happen|fell through|off the table|called off|not happening"
    r"|(?:was|were) (?:only |just )?(?:joking|kidding|a joke|in jest)|mistyped|(?:is|was|be) void|does not hold|do(?:es)?n't hold|no truth|not the case|undo that)\b",
    re.I,
)
_JOKE = re.compile(
    r"\b(?:ha(?:ha)+|he(?:he)+|lol|lmao|rofl|jk|j/k|just kidding|kidding|jok(?:e|es|ed|ing|ingly)|in jest|tongue[- ]in[- ]cheek|sarcas\w*|ironic(?:ally)?|prank\w*|april fool\w*|pun|teas(?:ed|ing)|banter|quipp?ed|deadpan\w*)\b"
    r"|[😀-😆🤣😂😉😜😝😛🤪🙃🤡]|(?<!\S)[;:]-?[)PDp](?!\w)|(?<!\S)/s\b|\bxd\b",
    re.I,
)
_QUESTION = re.compile(r"\?[\"'”’)\s]*$|^\W*(?:who|what|when|where|which|why|how|does|do|did|is|are|can|could|should|shall|would|will|has|have|any)\b[^.]*\?|？", re.I)
_DAY = re.compile(
    r"\b(?<!since )(?<!from )(?<!as of )(?:today|tonight|tomorrow|yesterday|(?:this|last|next|earlier this|later this) (?:morning|afternoon|evening|night|noon|week|weekend|month|round|time|sprint)|right now|just now|at the moment|for the moment|for now"
    r"|a moment ago|(?:minutes?|hours?|days?|weeks?) ago|so far|still waiting|meanwhile|in the meantime|after lunch|before lunch|over lunch|this once|for once|by noon|end of (?:the )?day|eod|overnight|currently|momentarily|temporarily"
    r"|again|another|first thing|back to|afterwards|briefly|for a (?:while|bit|moment)|half an hour|quick(?:ly)?|just (?:\w+ed|got|had|saw|sent|ran)|later on|earlier)\b",
    re.I,
)
_PRESENT = re.compile(
    r"\b(?:is|are|am|isn't|aren't|has|have|hasn't|haven't|does|do|doesn't|don't|must|mustn't|should|shouldn't|can|cannot|can't|will|won't|may|needs?|wants?|prefers?|likes?|means?|counts?|goes|go|stays?|belongs?|lives?|runs?|gets?|takes?|comes?|holds?|sits?|works?|uses?"
    r"|'s|’s)\b",
    re.I,
)
_THIRD = re.compile(r"\b(?!(?:the|an?|our|my|your|his|her|its|their|of|and|or|in|on|at|to|for|from|with|by|no|all|some|many|few|these|those|two|three|mostly)\b)(?:[a-zà-ÿ]{2,}|[A-Z]\w+)\s+(?:\w+ly\s+|only\s+|also\s+|now\s+|never\s+|always\s+)?[a-zà-ÿ]{3,}(?<![suy])s\b")
_RULE = re.compile(
    r"\b(?:must(?:n't)?|shall|should(?:n't)?|never|always|every|each|only|no|none|not|no one|nobody|all|any|without|unless|until|by default|as a rule|in principle|whenever|cannot|can't|don't|doesn't|isn't|aren't|won't|may not"
    r"|at (?:most|least|the latest)|no (?:more|later|earlier|longer) than|daily|weekly|monthly|yearly|annually|nightly|usually|normally|generally|standing|permanent(?:ly)?|from (?:now|here|\w+) on(?:wards?)?|require[sd]?|allow(?:ed|s)?|forb(?:ids?|idden)|banned|mandatory|default|rule|policy|per (?:day|week|month|year|person|head))\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days\b",
    re.I,
)
_PAST_FORMS = (
    "ran sent wrote made took got met spent went had did saw found built put cut set read held left paid bought "
    "sold told spoke drove ate slept woke began brought caught chose drew fell felt gave grew heard hid kept knew "
    "lost meant rang rode rose sat shot shut sang stood stuck swept taught thought threw understood won wore was "
    "were came became let hung dug fed led laid lent lit swapped redid rewrote reran rebuilt reset undid forgot "
    "broke froze stole flew blew drank swam overslept burnt burned spilt bit shook tore wound bent sought fought "
    "split spread hit hurt quit"
).split()
_PAST = frozenset(_PAST_FORMS)
_FIRST_DEED = re.compile(
    r"^\W*(?:(?:i|we|he|she|they|also|then|finally|first|so|and|but|eventually|briefly|quickly|manually|successfully|just|only|later|spontaneously)\s+)*"
    r"(?P<verb>[a-zà-ÿ]+)\b",
    re.I,
)
_NOT_FINITE = frozenset("set put cut read let shut hit hurt quit split spread left felt light wound".split())
_FINITE_PAST = re.compile(
    r"(?<!\bis )(?<!\bare )(?<!\bbe )(?<!\bbeen )(?<!\bget )(?<!\bgets )(?<!\bhas )(?<!\bhave )(?<!\bthe )(?<!\ban )(?<!\ba )(?<!\bnot )(?<!\bonly )(?<!\bstay )(?<!\bstays )"
    r"\b(?:[a-z]{3,}ed|" + "|".join(sorted(set(_PAST_FORMS) - _NOT_FINITE)) + r")\b",
    re.I,
)
_CHANGE = re.compile(
    r"\b(?:no longer|not any ?more|any ?more|instead of|rather than|in place of|used to|formerly|previously|until now|(?:is|are|has|have|will|goes|go|uses?|runs?|lives?|works?|happens?|sits?|comes?|takes?|stays?|starts?|ships?|meets?|gets?|costs?|holds?|does|do|means?|belongs?|needs?|owns?|leads?|keeps?|reads?|we|they|it|he|she) now|now \w+s\b|(?:from|as of|since|starting|beginning|effective)"
    r" (?:now|today|this|next|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december|the|\d)"
    r"|left|(?:moved|slid) (?:\w+ ){0,4}?(?:to|from|into|over|out of)|moves? (?:to|from)|switch(?:ed|es|ing)? (?:\w+ ){0,4}?(?:to|from|over)|switched|migrated|changed|changes? (?:to|from)|replac(?:es|ed|ing|ement)|(?:went|gone) from|shifted|transferred|took over|takes over|taken over|handed over|hands over"
    r"|hand(?:ed)? .{1,30} (?:over )?to|retired|retires|dropped|drops|abandoned|gave up|given up|stopped|stops|ended|phased out|deprecat\w+|superseded?s?|obsolete|outdated|former|swapped|raised (?:\w+ ){0,3}to|lowered (?:\w+ ){0,3}to|cut (?:\w+ ){0,3}to|extended (?:\w+ ){0,3}to"
    r"|(?:went|goes|gone|came|comes) (?:up|down) (?:to|from)|bumped|upgraded|downgraded|reduced|increased|shortened|renamed|relocated|brought forward|pushed back|postponed|rescheduled|was a mistake|reversed|revoked|overturned|revised|updated? to|new(?:ly)? .{1,30} (?:is|are)|in favou?r of|→|->|=>)(?!\w)",
    re.I,
)
_DECISION = re.compile(
    r"\b(?:decid(?:ed|es)|decision|agreed (?:to|that|on)|agree(?:s|ment)|settled (?:on|for|that)|chose|chosen|opted|approved|adopted|resolved (?:to|that)|ruled (?:that|out)|voted|committed to|we go with|going with|went with|we(?:'ll| will) (?:use|go|keep|stay|stick)|signed off|concluded)\b",
    re.I,
)
_PREFERENCE = re.compile(
    r"\b(?:prefer(?:s|red|ence|ences)?|likes?|loves?|hates?|dislikes?|favou?rs?|favou?rites?|enjoys?|wants?|insists?|rather (?:have|not|than)|can(?:'t|not) stand|allergic|vegetarian|vegan|fond of|keen on|appreciates?|detests?|avoids?|does(?:n't| not) (?:like|want|eat|drink))\b",
    re.I,
)
_LESSON = re.compile(
    r"\b(?:lessons?|learn(?:ed|t|ing)?|root cause|the cause|caused by|culprit|next time|in hindsight|turn(?:s|ed) out|takeaway|post-?mortem|never again|to avoid|to prevent|prevents?|because|otherwise|or else|gotcha|pitfall|beware|breaks? (?:when|if)|fails? (?:when|if|unless)|mistake)\b",
    re.I,
)
_SAID = re.compile(
    r"(?:^|[:(,—–] ?)(?P<who>[A-ZÀ-Þ][\w’'-]+(?: [A-ZÀ-Þ][\w’'-]+)?)(?:,[^,]{1,40},)? (?:said|says|told|tells|confirm(?:ed|s)|explain(?:ed|s)|mention(?:ed|s)|remind(?:ed|s)|stress(?:ed|es)|asked|asks|wants|wanted|insist(?:ed|s)|reported|noted|repeated|emphasi[sz]ed|announced|clarified|pointed out|requested|wrote)\b"
    r"|\b(?:per|according to|says|said|told by|confirmed by|agreed with|checked by|via) (?P<by>[A-ZÀ-Þ][\w’'-]+)"
)
_MARK = re.compile(
    r"^\W*(?:note(?: to self)?|remember|reminder|important|nb|n\.b\.|rule|fact|preference|decision|decided|agreed|settled|confirmed|noted|lesson|learned|learnt|til|key|for the record|takeaway|memo|insight|policy|constraint|convention|principle)\b\s*[:—–-]",
    re.I,
)
_PASSING = re.compile(r"(?:\b(?:is|are|am|was|were)|['’](?:s|re|m)) (?:still |also |now |slowly |\w+ly )?(?!going to|missing|nothing|anything|something|everything|during|morning|evening|building|meeting|ceiling|spring|string)[a-z]{2,}ing\b", re.I)
_OURS = re.compile(r"\b(?:we|our|ours|us|I|my|mine|me)\b")
_LASTING = re.compile(f"{_CHANGE.pattern}|{_DECISION.pattern}|\\bborn\\b", re.I)
_LEAD = re.compile(r"^\W*(?:(?:as|also|besides|anyway|by the way|btw|again|moreover|in addition|furthermore|further|finally|so|and|to repeat|to be clear|once more|like|for the record|in short)\b[^,:.]{0,40}[,:]\s+)+", re.I)
_THAT = re.compile(r"^[A-ZÀ-Þ][\w’'-]+(?: and [A-ZÀ-Þ][\w’'-]+)? (?:\w+ ){1,3}that\s+(?=\S+\s+\S+)")
_SAYING = r"(?:says|said|told|confirmed|confirms|agreed|agrees|checked|reports|reported|noted|notes|according to|reminded|repeated|wrote|mentioned|via|per)"
TAIL = re.compile(
    rf"\s*(?:[,;(—–]|\s-)\s*(?:as )?(?:(?:[\w’']+ )?{_SAYING}\b(?: \w+){{0,2}} [A-ZÀ-Þ][\w’'-]+|[A-ZÀ-Þ][\w’'-]+ (?:\w+ )?{_SAYING}\b(?: \w+){{0,2}})\)?\s*[.!]?\s*$"
)
"""Who said it, put after what was said: no part of the claim."""
_LABEL = re.compile(r"^\W*(?P<label>[^\W\d_][^:.;!?\n]{1,38}):\s+(?P<rest>(?:\S+\s+)+\S.*)$", re.S)
_FIELD = re.compile(r"^\W*[^:.;!?\n]{2,60}:\s+\S")
_IMPERATIVE = re.compile(
    r"^\W*(?:please\s+|so\s+|and\s+)?(?:add|address|always|answer|ask|avoid|bake|be|block|book|brew|bring|buy|call|cancel|charge|check|choose|clean|close|connect|contact|cook|copy|count|cut|delete|do|don't|draw|drive|eat|ensure|expect|feed|file|find|fold|follow|get|give|go|hand"
    r"|hang|hold|ignore|include|keep|label|leave|let|limit|list|lock|look|make|mark|measure|name|never|offer|open|order|park|pay|phone|pick|plan|point|pour|prefer|preheat|press|print|pull|push|put|quote|reach|read|record|remember|remove|replace|report|reserve|restart|return|ring|rinse|run|save"
    r"|schedule|send|serve|set|show|sign|speak|start|stay|stick|stop|store|submit|switch|tag|take|talk|tell|test|treat|try|turn|use|wait|wash|watch|water|wear|work|wrap|write)\b(?!\s*:)",
    re.I,
)
_DANGLING = re.compile(
    r"^\W*(?:it|its|it's|this|that|that's|these|those|he|she|they|his|her|their|them|him|there|then|same|both|which|who|such|here|the (?:former|latter|same|other)|one of|another|because|otherwise|either|neither|yes|no,|ok|okay|done|after that|as above|see above|see below)\b",
    re.I,
)


def form_of(text: str, words: int, *, tickets: bool = False) -> Form:
    """The form of a sentence with `words` words that mean something."""
    doubt = _doubt(text)
    core = told(text)
    form = doubt | _kind(core) | _tense(core)
    if len(core) < len(text) and _SAID.search(text):
        form |= Form.SAID
    if tickets:
        form |= Form.TICKET
    if words < 3:
        form |= Form.STUB
    if _DAY.search(core):
        form |= Form.DAY
    if _DANGLING.match(core):
        form |= Form.DANGLING
    return form


def _doubt(text: str) -> Form:
    form = Form(0)
    if _HEDGE.search(text):
        form |= Form.HEDGE
    if _RETRACTS.search(text):
        form |= Form.RETRACTS
    if "~~" in text:
        form |= Form.WITHDRAWN
    if _JOKE.search(text):
        form |= Form.JOKE
    if ("?" in text or "？" in text) and _QUESTION.search(text):
        form |= Form.QUESTION
    return form


def _kind(text: str) -> Form:
    form = Form(0)
    for flag, pattern in _KINDS:
        if pattern.search(text):
            form |= flag
    return form


_KINDS = (
    (Form.CHANGE, _CHANGE),
    (Form.DECISION, _DECISION),
    (Form.PREFERENCE, _PREFERENCE),
    (Form.LESSON, _LESSON),
    (Form.SAID, _SAID),
    (Form.MARKED, _MARK),
    (Form.RULE, _RULE),
    (Form.PASSING, _PASSING),
    (Form.OURS, _OURS),
)


def _tense(text: str) -> Form:
    """Present or past: a sentence that begins with a past verb, or has no present one, tells a deed."""
    if _IMPERATIVE.match(text):
        return Form.STANDING | Form.RULE
    begun = _FIRST_DEED.match(text)
    verb = begun["verb"].lower() if begun else ""
    present = _PRESENT.search(text)
    if verb in _PAST or (verb.endswith("ed") and len(verb) > 4) or (verb.endswith("ing") and len(verb) > 5):
        return Form.STANDING if _LASTING.search(text) else Form.DEED
    if _FIELD.match(text):
        return Form.STANDING
    past = _FINITE_PAST.search(text)
    third = None if present else _THIRD.search(text)
    if past and not _stands(text, present, third, past):
        return Form.STANDING if _LASTING.search(text) else Form.DEED
    return Form.STANDING if present or third else Form(0)


def _stands(text: str, present: re.Match[str] | None, third: re.Match[str] | None, past: re.Match[str]) -> bool:
    """Whether the first verb is in the present; `mails went` is a noun with a verb after it."""
    if present:
        return present.start() < past.start()
    return third is not None and third.end() < past.start() and " " in text[third.end() : past.start()].strip()


def told(text: str) -> str:
    """What is claimed, without who says so and without the words that lead up to it."""
    core = _LEAD.sub("", text, count=1)
    core = _THAT.sub("", core, count=1)
    return TAIL.sub("", core) or text


def peeled(text: str) -> tuple[str, str]:
    """The words before a colon that introduce a whole sentence, and that sentence: `Note: The …`. Else "" and all.

    Words that name what a value is of (`Dentist: Dr. Yilmaz in Elm Street`) introduce no sentence, and stay.
    """
    found = _LABEL.match(text)
    if not found:
        return "", text
    label, rest = found["label"], found["rest"]
    capital = rest.lstrip("\"“(`*")[:1].isupper()
    if not (_MARK.match(label + ":") or (capital and _verbal(rest))):
        return "", text
    further, rest = peeled(rest)
    return (f"{label}: {further}" if further else label), rest


def _verbal(text: str) -> bool:
    return bool(_FIELD.match(text) or _PRESENT.search(text) or _THIRD.search(text) or _FINITE_PAST.search(text) or _IMPERATIVE.match(text))


def speaker(text: str) -> str:
    """The name of who is quoted, or nothing."""
    found = _SAID.search(text)
    return (found["who"] or found["by"] or "") if found else ""
