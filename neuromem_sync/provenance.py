"""What a title says of where the text under it comes from: a page that was fetched, a mail of a stranger, a tool.

Pure, and blind to the text itself, which is the matter of trust.py. What a title is about stands at its end or before
a preposition: `web page` names a place where others write, `web page layout` a piece of work.
"""

from __future__ import annotations

import re
from functools import lru_cache

from neuromem_sync.trust import BEGUN, MEDIUM, any_of

LONGEST = 300  # characters of a title: what is longer is text
_ABOUT = r"(?=\W*$|\s+(?:from|by|of|via|about|off|at)\b|\s*[(\[:;–—|#→\"“]|\s+\d|\s+-)"
"""After the noun that a title is about."""
_UP_TO = r"(?:[\w-]+\s+){0,3}?"
_TEXTS = any_of(
    "e-?mails? mails? messages? letters? posts? comments? articles? texts? contents? documents? pages? pdfs? files?",
    "threads? snippets? excerpts? passages? quotes? sources? materials? inputs? outputs? results? data newsletters?",
    "attachments? adverts? ads? flyers? leaflets? circulars? brochures? notes? replies reply reviews? transcripts?",
    r"captions? voice\s?mails? sms dms? calls? senders? callers? numbers? origin persons? visitors? authors?",
    r"web\s?(?:page|site)s? urls? links? html requests? submissions? payloads? responses? readmes? chats? tickets?",
    "issues? forms?",
)
_MAILS = any_of("e-?mails? mails? messages? replies reply posts? letters? texts? comments?")
_TOOLS = (
    r"(?:tool|command|shell|terminal|script|console|model|llm)[ -]?outputs?\b",
    r"std(?:out|err)\b",
    rf"(?:tool|command|shell|script)[ -]?(?:results?|responses?|calls?|repl(?:y|ies)|logs?){_ABOUT}",
    rf"(?:model|llm|api)[ -]?(?:responses?|repl(?:y|ies)){_ABOUT}",
)
_TAKEN = (
    (
        r"(?:fetch(?:ed)?|scrap(?:ed?|ing)|crawl(?:ed)?|past(?:ed?|ing)|clip(?:ped|pings?|board)|forwarded|quoted|copied"
        rf"|downloaded|imported|captured|retrieved)(?:{_ABOUT}|\s+(?:[\w-]+\s+)?(?:{_TEXTS})\b)"
    ),
    (
        rf"(?:kept|saved|taken|lifted|grabbed|pulled|got|read|found|seen|heard|stored)\s+(?:from|on|off|at|in)\s+{_UP_TO}"
        rf"(?:{_TEXTS}|{MEDIUM}|forums?|clipboard|elsewhere|somewhere)\b"
    ),
    r"(?:read|found|seen|heard|saw|saved|taken|pulled|got)\b.*\bonline\b",
    (
        "(?:scrapings?|excerpts?|extracts?|cuttings?|screenshots?|transcripts?|printouts?|dumps?|captures?) (?:of|from)"
        rf" (?:an?\b|{_UP_TO}(?:{MEDIUM})\b)"
    ),
)
_OUTSIDE = (
    rf"(?:external|third[ -]party|foreign|unknown|outside|inbound|incoming)\s+(?:[\w-]+\s+)?(?:{_TEXTS}){_ABOUT}",
    rf"(?:unread|new|some|an?)\s+(?:[\w-]+\s+)?(?:{_MAILS}|newsletters?|circulars?){_ABOUT}",
    r"(?:untrusted|anonymous|unsolicited|phishing)\b",
    rf"(?:spam|junk)(?:\s+(?:{_TEXTS}))?{_ABOUT}",
    rf"(?:{_MAILS}) (?:from|by) (?!us\b|me\b)",
    rf"(?:comments?|posts?|replies|reply|reviews?) (?:on|in|under) {_UP_TO}(?:{MEDIUM}|issues?|sites?|articles?)\b",
    r"(?:calls?|notes?|answers?) (?:from|by|of) (?:an? |some )?(?:somebody|someone|unknown|strangers?|visitors?)\b",
    r"not (?:ours|from us|by us)\b",
    r"ext\. ",
)
_WEB = (
    r"(?:from|on|off|over|in) (?:the )?(?:web|internet|net|outside)\b",
    rf"web(?:[ -]?(?:page|search|result|content|fetch|text|clip)s?)?{_ABOUT}",
    rf"search(?:es)?(?:\s+results?\b|{_ABOUT})",
    (
        r"(?:search engine|browser|browsing|surfing|googled?|looked up|lookup|rss|feed|forum|reddit|stack ?overflow"
        r"|wikipedia|youtube|twitter|facebook|linkedin|mailing list)"
        rf"(?:\s+(?:threads?|posts?|comments?|answers?|replies|groups?))?{_ABOUT}"
    ),
)
_ALONE = rf"^\W*(?:online|quotes?|newsletters?){_ABOUT}"
_MARKED = r"https?:|\(ext(?:ernal)?\.?\)"
_ARTICLE = re.compile(r"\W*(?:(?:the|an?|this|some|another)\s+)?")
_FOREIGN = re.compile(rf"{BEGUN}(?:{'|'.join((*_TOOLS, *_TAKEN, *_OUTSIDE, *_WEB))})|{_ALONE}|{_MARKED}")


@lru_cache(maxsize=8192)
def foreign(title: str) -> bool:
    """Whether a heading, or an item with items under it, names a place where others write: anywhere, or as what it
    begins with where it is a whole sentence, since that speaks of many things."""
    named = title[:LONGEST].casefold()
    begun = _ARTICLE.match(named)
    found = _FOREIGN.match(named, begun.end() if begun else 0) if title[-1:] in ".!" else _FOREIGN.search(named)
    return found is not None
