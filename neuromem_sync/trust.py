"""Who may be believed: what the structure and the wording of a line say about where it comes from.

Pure functions of one line and the lines above it. Judges no claim true or false, and knows no corpus.
"""

from __future__ import annotations

import re
from functools import lru_cache

_HIDDEN = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u00ad\U000e0000-\U000e007f\x00-\x08\x0b-\x1f\x7f]"
)
_LIVE = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.|\]\(\s*(?:javascript|data):", re.I)
_HTML = re.compile(r"<(?:/?[a-z][^<>\n]*|!--)", re.I)
_ROLE = re.compile(
    r"(?:^\W*|[\"“]\s*)(?:system|assistant|developer|user|human|tool|ai|model|bot|admin(?:istrator)?)\s*(?:\(\w+\)|prompt|message|note)?\s*[:>\]]"
    r"|\[/?(?:inst|system|sys)\b|<\|\w+\|>|\bneuromem:(?:begin|end)\b|\bnm:[0-9a-f]{6,}",
    re.I,
)
_SECRET = re.compile(
    r"\b(?:pass(?:word|phrase|code|wd)|secret|api[ _-]?key|access[ _-]?key|private[ _-]?key|token|credential|pin(?: code)?|otp)\b"
    r"[^.;,\n]{0,30}?(?:\bis\b|[:=])",
    re.I,
)

_SOURCE = (
    r"e-?mails?|mails?|messages?|(?:web ?)?(?:page|site)s?|articles?|posts?|comments?|threads?|forums?|ads?|adverts?|banners?"
    r"|newsletters?|reviews?|blogs?|tweets?|flyers?|leaflets?|pop-?ups?|pdfs?|attachments?|readmes?|snippets?|search results?"
    r"|voice ?mails?|sms|text messages?|dms?|chat(?: room)?s?|repl(?:y|ies)|submissions?|uploads?|downloads?|payloads?|responses?"
    r"|outputs?|transcripts?|documents?|footers?|headers?|descriptions?|subtitles?|captions?|changelogs?|issues?|tickets?|letters?"
)
_STRANGER = (
    r"strangers?|visitors?|commenters?|posters?|senders?|callers?|bots?|spammers?|scammers?|recruiters?|salesm[ae]n|vendors?"
    r"|someone|somebody|anyone|people|users?|accounts?|guests?|passer-?by|unknown|anonymous|randoms?|outsiders?|third part(?:y|ies)"
)
_SAYS = (
    r"says?|said|saying|claims?|claimed|claiming|wrote|writes|insists?|insisted|told|tells|telling|states?|stated|stating|asks?|asked|asking"
    r"|demands?|demanded|suggests?|suggested|promis(?:es|ed|ing)|recommends?|recommended|reads|announces?|announced|instructs?"
    r"|instructed|alleges?|alleged|reports?|reported|wants?|wanted|urges?|urged|argues?|argued|advises?|advised|tries|tried|offers?|offered"
    r"|pretends?|pretended|orders?|ordered|warns?|warned|boasts?|declares?|declared|posted|contains?|contained|mentions?|mentioned"
)
_HEARSAY = re.compile(
    rf"\b(?:an?|some|another|unknown|anonymous|random|unidentified|unsigned|unsolicited|this|that|one)\s+(?:[\w’'-]+\s+){{0,4}}?(?:{_STRANGER}|{_SOURCE})"
    rf"\b(?:[^.;:]{{0,60}}?)\b(?:{_SAYS})\b"
    rf"|\bthe\s+(?:[\w’'-]+\s+){{0,2}}?(?:{_SOURCE})\s+(?:[\w’'-]+\s+){{0,4}}?(?:{_SAYS})\b"
    rf"|\b(?:someone|somebody|strangers?|people|users?)\b[^.;:]{{0,50}}?\b(?:{_SAYS})\b"
    rf"|\baccording to\s+(?:an?|some|the|this|that|one)\s+(?:[\w’'-]+\s+){{0,3}}?(?:{_SOURCE}|{_STRANGER}|internet|web)\b"
    rf"|\b(?:from|via|by)\s+(?:an?|some|unknown|anonymous|unsolicited)\s+(?:[\w’'-]+\s+){{0,3}}?(?:{_SOURCE}|{_STRANGER})\b"
    r"|\bin an? (?:\w+ )?(?:forum|thread|comment|post|article|blog|newsletter|review|tweet|advert)\b"
    r"|\b(?:claims?|claimed|alleges?|alleged|allegedly|purportedly|supposedly)\b"
    r"|\bfrom the (?:web|internet|net)\b|\bon the (?:web|internet|forum)\b|\bunverified\b|\bunsolicited\b",
    re.I,
)
_QUOTED = re.compile(r"[\"“„«](?:[^\s\"”»“]+\s+){4,}[^\"”»“]*(?:[\"”»“]|$)")
_FOREIGN = re.compile(
    r"\b(?:tool|command|shell|terminal|script|model|llm|api)[ -]?(?:output|results?|response|call|reply|log)s?\b|\bstd(?:out|err)\b"
    r"|\b(?:fetch(?:ed)?|scraped?|crawl(?:ed)?|past(?:ed?|ing)|clip(?:ped|pings?|board)|imported|forwarded|quoted|copied|downloaded)\b"
    r"|\bweb[ -]?(?:page|site|search|result|content|fetch)?s?\b|\b(?:external|untrusted|third[ -]party|inbound|incoming|foreign)\b"
    r"|\bunknown\b|\banonymous\b|\bunsolicited\b|\bspam\b|\bnewsletter\b|\bphishing\b|\bsearch results?\b|\bquotes?\b"
    r"|\b(?:comments?|mails?|messages?|replies|reply|posts?|repl(?:y|ies)) (?:from|by|of|on|in|under)\b|\bfrom the (?:web|internet|net)\b|https?:",
    re.I,
)
_AGENT = re.compile(
    r"\b(?:agents?|assistants?|bots?|ais?|llms?|models?)\b|\b(?:prompts?|instructions?|guard ?rails?|memory|memor(?:ize|ise|ies)|jailbreak"
    r"|override|overrid\w+|disregard|ignore|forget|obey|comply|bypass|pretend|hereby|root access|sudo)\b",
    re.I,
)
_REACH = re.compile(
    r"\b(?:send|forward|upload|transfer|wire|share|reveal|paste|post|e-?mail|publish|disclose|exfiltrat\w+|pay|install|execute|run|delete"
    r"|erase|wipe|disable|grant|approve|accept|trust|click|visit|open|download|drop|print|expose|leak|hand over|give)\b",
    re.I,
)
_TARGET = re.compile(
    r"\b(?:passwords?|secrets?|tokens?|keys?|credentials?|accounts?|wallets?|bitcoin|crypto|iban|gift ?cards?|invoices?|funds|money|links?"
    r"|attachments?|everything|all (?:files|data|mails|e-?mails|messages|commits|changes|requests)|anyone|strangers?|without (?:asking|review|checking|approval|confirmation|question))\b",
    re.I,
)
_YOU = re.compile(r"\b(?:you|your|yours|yourself|thou)\b", re.I)
_SHOUT = re.compile(r"\b[A-Z]{4,}\b[^a-z]{0,3}\b[A-Z]{2,}\b|^\W*[A-Z]{6,}\b\s*[:!]")


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
    """Whether it speaks to an agent to make it act: three signs of six, none of which is proof by itself."""
    signs = (_AGENT, _REACH, _TARGET, _YOU, _SHOUT)
    return sum(sign.search(text) is not None for sign in signs) >= 3
