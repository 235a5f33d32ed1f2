"""Whether a line speaks to an agent, to make it act, or to its memory, to make it believe.

Pure functions of one line. Who says it is the matter of trust.py.
"""

from __future__ import annotations

import re

from neuromem_sync.trust import BEGUN

SIGNS = 3  # of incitement, of which no one is proof by itself

_DUTY = (
    "must|shall|should|will|have to|has to|need to|hold|obey|comply|remember|record|store"
    "|(?:is|are)(?: hereby)? (?:to|required|instructed|ordered|told|asked|obliged|commanded|expected|bound)"
)
_STEERS = re.compile(
    r"^\W*(?:(?:assistant|agent|ai|bot|model|llm|gpt|claude|copilot)s?\s*(?:[,:!>]|//|→|->)"
    r"|(?:store|memori[sz]e)\s*:)"
    rf"|{BEGUN}(?:"
    r"(?:your|long[- ]term|permanent|core)\s+(?:[\w-]+\s+)?memory\b"
    r"|memory(?:\.md)?\s+(?:update|entry|note|override|insert\w*|injection)\b"
    r"|(?:save|write|store|commit|add|put|copy) .{0,40}\b(?:in|to|into) (?:the |your )?(?:[\w-]+ )?memory\b"
    r"|as (?:the|your|an?) (?:\w+ )?(?:owner|admin\w*|operator|developer|user|boss|creator|system),? (?:i|we|you)\b"
    r"|(?:i(?:['’]m| am)|this is) (?:the|your) (?:\w+ )?(?:owner|admin\w*|operator|developer|boss|creator)\b"
    r"|(?:ignore|disregard|forget) (?:(?:all|any|the|your|every) )*(?:previous|prev|prior|above|earlier|former"
    r"|system)"
    r" (?:\w+ )?(?:instructions?|rules?|prompts?|messages?|orders?|guidelines?)\b"
    r"|(?:ignore|disregard|forget|override|bypass) (?:all |any |every )?(?:of )?your (?:\w+ )?(?:instructions?|rules?"
    r"|prompts?|orders?|guidelines?|training|limits?)\b"
    r"|(?:previous|prior|earlier|former|existing|other|old) (?:instructions?|prompts?|orders?|directives?"
    r"|guidelines?)"
    r" (?:are|is|were|was|have|has)\b"
    r"|(?:all|any|every|each|whichever) (?:[\w-]+ ){0,2}(?:agents?|assistants?|ais?|bots?|models?|llms?"
    rf"|copilots?|readers|helpers)\b,?(?: [^.;:]{{0,50}}?)? (?:{_DUTY})\b"
    r"|(?:agents|assistants|ais|bots|models|llms|copilots) (?:comply|obey|must|shall|are to)\b"
    r"|you (?:are|act|will act|shall act)(?: now)?(?: as)? (?:an?|the|our|my) (?:[\w-]+ ){0,3}?(?:assistant|agent"
    r"|ai|bot"
    r"|model|helper|llm|copilot)\b|you (?:will|shall|must) (?:\w+ )?(?:remember|store|record|save|keep|obey"
    r"|memori[sz]e)\b"
    r"|(?:reading|parsing|processing|perusing|ingesting|indexing|summari[sz]ing|scanning) (?:this|these|the|my|our)"
    r" (?:notes?|logs?|file|text|page|documents?|message|line|memory|diary|journal)\b.{0,200}?(?:[:,;→]|\b(?:must|shall"
    r"|should|will|are|is)\b)"
    r"|(?:artificial|automated) (?:assistants?|agents?|helpers?|readers?|intelligences?|minds?|systems? reading)\b"
    r"|(?:be|been) (?:stored|remembered|recorded|memori[sz]ed|retained|saved|kept) (?:as such|for ?ever|permanently"
    r"|for all time|for good|in memory|in your)\b|(?:remember|stor|sav|keep|record)\w*\b.{0,200}\bfor all (?:time"
    r"|eternity)\b|never be forgotten\b"
    r"|(?:by|on) (?:the )?(?:order|orders|authority|command|decree) of (?:the |your )?(?:[\w-]+ )?(?:system|admin\w*"
    r"|owner|operator|developer|root|provider|creator|vendor|management)\b|(?:is|was|been|hereby) decreed\b"
    r"|(?:safety|security) (?:checks?|rules?|filters?|limits?|guard ?\w*|measures?|protocols?) (?:have been"
    r"|has been|are"
    r"|is|were|was)? ?(?:now )?(?:retired|disabled|lifted|off|suspended|removed|void|waived|obsolete|switched off)\b"
    r"|overwrite (?:the )?(?:rest|everything|previous|prior|all|any|older?)\b"
    r"|(?:always|must|shall|please|only|to) obey\b"
    r"|treat .{0,60} as (?:the|your) (?:owner|admin\w*|operator|system)\b"
    r"|you (?:(?:only|solely) (?:answer|report|listen) to|(?:answer|report|listen) (?:only|solely) to)\b"
    r"|(?:important|message|note|notice|word|reminder|instructions?|memo|hint)(?: is)? (?:for|to) "
    r"(?:the|your) (?:[\w-]+ )?(?:assistant|ai|bot|model"
    r"|computer|robot)s?\b"
    r"|(?:save|store|note|write|record|keep) (?:this|it|that) (?:down )?as (?:an? |the )?(?:permanent )?(?:rule|fact"
    r"|preference|policy|decision)\b"
    r"|(?:who(?:so)?ever|(?:any|every)(?:one|body)(?: who)?) (?:is )?read(?:s|ing)? this\b"
    r"|(?:hey|hi|hello|ok|okay),? (?:assistant|agent|ai|bot|model|llm|copilot|claude|gpt)s?\b\W"
    r"|as an? (?:ai|llm|language model|chat ?bot|artificial)\b"
    r"|(?:remember|keep in mind|bear in mind|memori[sz]e) that (?:[^.;]{1,120}\s)?\S+@\S+\.\w"
    r"|(?:print|dump|reveal|send|mail|export|leak|share|publish|forward|delete|wipe) (?:\w+ ){0,3}?(?:memory|user|soul"
    r"|agents|identity)\.md\b|your (?:developers?|creators?|operators?|administrators?)\b"
    r"|(?:tell|inform) (?:nobody|no one|no-one|none)\b|without telling\b"
    r"|(?:curl|wget)\b.{0,200}\b(?:sh|bash)\b"
    r"|pipe (?:it|that) (?:in)?to\b|whenever you (?:wake|start|boot|run|load)\b"
    r"|(?:(?:attention|calling|notice to|(?:instructions?|messages?|orders?) (?:to|for)) (?:all|any|every|each)"
    r"|which(?:so)?ever|whatever) (?:[\w-]+ )?(?:agents?|assistants?|ais?|bots?|models?|helpers?|llms?)\b"
    r"|(?:to|dear|attention|hey|hello|hi|note (?:to|for)|instructions? (?:to|for)) (?:the |any |all |every )?"
    r"(?:[\w-]+ )?(?:ai|llm|language model|chat ?bot|bot)s?\b[^:,;→]{0,30}[:,;→]|dear (?:agent|assistant|model)\b"
    r"|(?:rewrite|overwrite|erase|wipe|replace) your\b"
    r"|amend your (?!notes\b|records\b|diar|calendars?\b|cop(?:y|ies)\b|lists?\b)"
    r"|(?:store|save|keep|remember|memori[sz]e|record|retain|note)(?: \w+){0,2} (?:permanently|for ?ever)\b"
    r"|(?:store|save|remember|memori[sz]e|record|retain)(?: \w+){0,2} for good\b"
    r"|(?:permanent|eternal|immutable) (?:record|memory|fact|note|knowledge)\b"
    r"|(?:maintenance|developer|debug|admin|root|god|override|training) mode (?:is |now )*(?:on|active|enabled)\b"
    r"|authori[sz]es? you\b|you (?:are|were|have been|['’]ve been) (?:hereby |now )?(?:upgraded|authori[sz]ed|told"
    r"|instructed|reprogrammed|reset|updated|permitted|an ai)\b"
    r"|(?:owner|operator|admin\w*|user|developer|boss)(?: \w+)? (?:wish|want|order|allow|permit|require|approve)"
    r"e?[sd] you\b"
    r"|(?:full|complete|unlimited|total|unrestricted) (?:authority|access|control|rights?|permissions?|power)\b"
    r"|(?:take|accept|follow) (?:\w+ )?(?:orders|instructions|commands) from\b"
    r"|(?:refunds?|payments?|transfers?|invoices?|salar(?:y|ies)|payouts?|donations?|fees?)\b.{0,200}\b(?:account|iban"
    r"|wallet"
    r"|card) (?:no\.? |number )?[a-z]{0,2}\d[\d -]{5,}"
    r"|(?:every|all|each|any) (?:future|further|coming) (?:summar|answer|repl|response|message|mail|log|note|output)"
    r")|\|\s*(?:sudo )?(?:ba)?sh\b"
)
_AGENT = (
    r"\b(?:agents?|assistants?|bots?|ais?|llms?|models?|prompts?|instructions?|guard ?rails?|memory"
    r"|memor(?:ize|ise|ies)|jailbreak|overrid\w+|disregard|ignore|forget|obey|comply|bypass|pretend|hereby|sudo)\b"
)
_ACT = (
    r"\b(?:send|forward|upload|transfer|wire|share|reveal|paste|post|e-?mail|publish|disclose|exfiltrat\w+|pay|install"
    r"|execute|run|delete|erase|wipe|disable|grant|approve|accept|trust|click|visit|open|download|drop|print|expose"
    r"|leak"
    r"|hand over|give)\b"
)
_PREY = (
    r"\b(?:passwords?|secrets?|tokens?|keys?|credentials?|accounts?|wallets?|bitcoin|crypto|iban|gift ?cards?|invoices?"
    r"|funds|money|links?|attachments?|everything|anyone|strangers?"
    r"|all (?:files|data|mails|e-?mails|messages|commits|changes|requests)"
    r"|without (?:asking|review|checking|approval|confirmation|question))\b"
)
_INCITEMENT = tuple(map(re.compile, (_AGENT, _ACT, _PREY, r"\b(?:you|your|yours|yourself)\b")))
"""An agent and what steers it; a deed; what is worth stealing; you."""
_STIRRING = frozenset(
    "agen assi bot bots ai ais llm llms mode prom inst guar memo jail over disr igno forg obey comp bypa pret"
    " here sudo you your gpt gpts clau chat owne admi oper deve user boss crea syst curl wget pipe when stor help"
    " ever good fore perm eter immu auth acce cont righ powe orde comm acco iban wall card futu furt comi copi arti aut"
    "o"
    " robo writ note impo mess word"
    " read pars proc peru inge inde summ scan decr safe secu keep tell info dire guid reme reco reta save kept "
    "|".split()
)
"""How the words begin (their first letters) of which one stands in whatever steers, or names an agent or you."""
_BEGINNING = re.compile(r"(\||[a-z]{1,4})[a-z]*")
_LOUD = re.compile(r"[A-Z][A-Z]{3}")
_SHOUT = re.compile(r"\b[A-Z]{4,}\b[^a-z]{0,3}\b[A-Z]{2,}\b|^\W*[A-Z]{6,}\b\s*[:!]")


def incites(text: str) -> bool:
    """Whether it speaks to an agent to make it act, or to its memory to make it believe."""
    small = text.casefold()
    shouts = _LOUD.search(text) is not None and _SHOUT.search(text) is not None
    if not shouts and _STIRRING.isdisjoint(_BEGINNING.findall(small)):
        return False  # nearly every line ends here, at a fifth of the cost
    small = small.replace("_", " ")  # the name of a file can speak, too
    signs = sum(sign.search(small) is not None for sign in _INCITEMENT)
    return _STEERS.search(small) is not None or signs + shouts >= SIGNS
