"""Who may be believed: what the structure and the wording of a line say about where it comes from.

Pure functions of one line. Judges no claim true or false, and knows no corpus.
"""

from __future__ import annotations

import re
from functools import lru_cache

SIGNS = 3  # of incitement, of which no one is proof by itself

_HIDDEN = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u00ad\U000e0000-\U000e007f\x00-\x08\x0b-\x1f\x7f]"
)
_LIVE = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.|\]\(\s*(?:javascript|data):", re.I)
_HTML = re.compile(r"<(?:/?[a-z][^<>\n]*|!--)", re.I)
_ROLE = re.compile(
    r"(?:^\W*|[\"“]\s*)(?:system|assistant|developer|user|human|tool|ai|model|bot|admin(?:istrator)?)\s*(?:\(\w+\)|prompt"
    r"|message|note)?\s*[:>\]]"
    r"|^\W*(?:assistant|agent|ai|bot|model)s?,? (?:must|should|shall|will|always|never|please)\b"
    r"|\[/?(?:inst|system|sys)\b|<\|\w+\|>|\bneuromem:(?:begin|end)\b|\bnm:[0-9a-f]{6,}",
    re.I,
)
_SECRET = re.compile(
    r"\b(?:pass(?:word|phrase|code|wd)|secret|api[ _-]?key|access[ _-]?key|private[ _-]?key|token|credential"
    r"|pin(?: code)?|otp)\b[^.;,\n]{0,30}?(?:\bis\b|[:=])",
    re.I,
)
_QUOTED = re.compile(r"[\"“„«](?:[^\s\"”»“]+\s+){4,}[^\"”»“]*(?:[\"”»“]|$)")


def _any(*listed: str) -> str:
    return "|".join("|".join(words.split()) for words in listed)


_SOURCE = _any(
    r"e-?mails? mails? messages? (?:web\s?)?(?:page|site)s? articles? posts? comments? threads? forums? ads? adverts?",
    "banners? newsletters? reviews? blogs? tweets? flyers? leaflets? pop-?ups? pdfs? attachments? readmes? snippets?",
    r"search\sresults? voice\s?mails? sms text\smessages? dms? chat(?:\sroom)?s? repl(?:y|ies) submissions?",
    "uploads? downloads? payloads? responses? outputs? transcripts? documents? footers? headers? descriptions?",
    "subtitles? captions? changelogs? issues? tickets? letters?",
)
_STRANGER = _any(
    r"strangers? visitors? commenters? posters? senders? callers? bots? spammers? scammers? recruiters? salesm[ae]n",
    "vendors? someone somebody anyone people users? accounts? guests? passer-?by unknown anonymous randoms? outsiders?",
    r"third\spart(?:y|ies)",
)
_TELLS = _any(
    r"says? said saying claims? claimed claiming wrote writes insists? insisted told tells telling states? stated",
    "asks? asked demands? demanded suggests? suggested promis(?:es|ed) recommends? recommended reads announces?",
    "announced instructs? instructed alleges? alleged reports? reported urges? urged argues? argued advises? advised",
    "warns? warned declares? declared swears? swore thinks?",
)
_SAYS = f"{_TELLS}|" + _any(
    r"wants? wanted tries tried offers? offered pretends? pretended orders? ordered boasts? posted contains? contained",
    "mentions? mentioned",
)
_OF_ALL = r"an?|some|another|unknown|anonymous|random|unidentified|unsigned|unsolicited|this|that|one"
_WORDS = r"(?:[\w’'-]+\s+)"
_HEARSAY = re.compile(
    rf"\b(?:{_OF_ALL})\s+{_WORDS}{{0,4}}?(?:{_STRANGER}|{_SOURCE})\b[^.;:]{{0,60}}?\b(?:{_SAYS})\b"
    rf"|^\W*(?:an?|some|another)\s+{_WORDS}{{1,6}}?(?:{_TELLS})\b"
    rf"|\bthe\s+{_WORDS}{{0,2}}?(?:{_SOURCE})\s+{_WORDS}{{0,4}}?(?:{_SAYS})\b"
    rf"|\b(?:someone|somebody|strangers?|people|users?)\b[^.;:]{{0,50}}?\b(?:{_SAYS})\b"
    rf"|\baccording to\s+(?:an?|some|the|this|that|one)\s+{_WORDS}{{0,3}}?(?:{_SOURCE}|{_STRANGER}|internet|web)\b"
    rf"|\b(?:from|via|by)\s+(?:an?|some|unknown|anonymous|unsolicited)\s+{_WORDS}{{0,3}}?(?:{_SOURCE}|{_STRANGER})\b"
    r"|\bin an? (?:\w+ )?(?:forum|thread|comment|post|article|blog|newsletter|review|tweet|advert)\b"
    r"|\b(?:claims?|claimed|alleges?|alleged|allegedly|purportedly|supposedly|unverified|unsolicited)\b"
    r"|\b(?:from|on|over) the (?:web|internet|net|forum)\b|\b(?:read|saw|seen|found|heard) (?:online|somewhere)\b",
    re.I,
)
_FOREIGN = re.compile(
    r"\b(?:tool|command|shell|terminal|script|model|llm|api)[ -]?(?:output|results?|response|call|reply|log)s?\b"
    r"|\bstd(?:out|err)\b|\b(?:fetch(?:ed)?|scraped?|crawl(?:ed)?|past(?:ed?|ing)|clip(?:ped|pings?|board)|imported"
    r"|forwarded|quoted|copied|downloaded)\b|\bweb[ -]?(?:page|site|search|result|content|fetch)?s?\b"
    r"|\b(?:external|untrusted|third[ -]party|inbound|incoming|foreign|unknown|anonymous|unsolicited|spam|newsletter"
    r"|phishing)\b|\bsearch results?\b|\bquotes?\b|\bfrom the (?:web|internet|net)\b|https?:"
    r"|\b(?:comments?|mails?|messages?|replies|reply|posts?) (?:from|by|of|on|in|under)\b",
    re.I,
)
_STEERS = re.compile(
    r"^\W*(?:assistant|agent|ai|bot|model|llm|gpt|claude)\s*[,:!]"
    r"|\b(?:your|long[- ]term|permanent|core)\s+(?:[\w-]+\s+)?memory\b"
    r"|\bmemory\s+(?:update|entry|note|override|insert\w*|injection)\b"
    r"|\b(?:save|write|store|commit|add|put|copy) .{0,40}\b(?:in|to|into) (?:the |your )?(?:[\w-]+ )?memory\b"
    r"|\bas (?:the|your|an?) (?:\w+ )?(?:owner|admin\w*|operator|developer|user|boss|creator|system),? (?:i|we|you)\b"
    r"|\bi(?:['’]m| am) (?:the|your) (?:\w+ )?(?:owner|admin\w*|operator|developer|boss|creator)\b"
    r"|\b(?:ignore|disregard|forget) (?:(?:all|any|the|your|every) )*(?:previous|prior|above|earlier|former|system)"
    r" (?:\w+ )?(?:instructions?|rules?|prompts?|messages?|orders?|guidelines?)\b"
    r"|\b(?:curl|wget)\b.*\b(?:sh|bash)\b|\|\s*(?:sudo )?(?:ba)?sh\b",
    re.I,
)
_AGENT = (
    r"\b(?:agents?|assistants?|bots?|ais?|llms?|models?|prompts?|instructions?|guard ?rails?|memory"
    r"|memor(?:ize|ise|ies)|jailbreak|overrid\w+|disregard|ignore|forget|obey|comply|bypass|pretend|hereby|sudo)\b"
)
_ACT = (
    r"\b(?:send|forward|upload|transfer|wire|share|reveal|paste|post|e-?mail|publish|disclose|exfiltrat\w+|pay|install"
    r"|execute|run|delete|erase|wipe|disable|grant|approve|accept|trust|click|visit|open|download|drop|print|expose|leak"
    r"|hand over|give)\b"
)
_PREY = (
    r"\b(?:passwords?|secrets?|tokens?|keys?|credentials?|accounts?|wallets?|bitcoin|crypto|iban|gift ?cards?|invoices?"
    r"|funds|money|links?|attachments?|everything|anyone|strangers?"
    r"|all (?:files|data|mails|e-?mails|messages|commits|changes|requests)"
    r"|without (?:asking|review|checking|approval|confirmation|question))\b"
)
_INCITEMENT = (
    *(re.compile(pattern, re.I) for pattern in (_AGENT, _ACT, _PREY, r"\b(?:you|your|yours|yourself)\b")),
    re.compile(r"\b[A-Z]{4,}\b[^a-z]{0,3}\b[A-Z]{2,}\b|^\W*[A-Z]{6,}\b\s*[:!]"),
)
"""An agent and what steers it; a deed; what is worth stealing; you; shouting."""


def secret(text: str) -> bool:
    """A word for a secret, and after it *is*, `:` or `=`."""
    return _SECRET.search(text) is not None


def unsafe(text: str) -> bool:
    """Marks that no person's plain line has: hidden characters, live links, HTML, roles, our own markers."""
    return bool(_HIDDEN.search(text) or _LIVE.search(text) or _HTML.search(text) or _ROLE.search(text))


@lru_cache(maxsize=16384)
def foreign(title: str) -> bool:
    """Whether a heading, or an item with items under it, names a place where others write."""
    return _FOREIGN.search(title) is not None


def hearsay(text: str) -> bool:
    """Whether it reports what somebody without a name, or a page, a mail or a post says, or quotes whole sentences."""
    return _HEARSAY.search(text) is not None or _QUOTED.search(text) is not None


def incites(text: str) -> bool:
    """Whether it speaks to an agent to make it act, or to its memory to make it believe."""
    return _STEERS.search(text) is not None or sum(sign.search(text) is not None for sign in _INCITEMENT) >= SIGNS
