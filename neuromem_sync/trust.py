"""Who may be believed: what the structure and the wording of a line say about where it comes from.

Pure functions of one line. Judges no claim true or false, and knows no corpus.
"""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u00ad\U000e0000-\U000e007f\x00-\x08\x0b-\x1f\x7f]"
)
_STORES = (
    "s3|gs|hdfs|rediss?|postgres(?:ql)?|mysql|mariadb|mongodb|sqlite|bolt|neo4j|amqps?|nats|kafka|mqtts?|ldaps?|nfs|smb"
)
"""Schemes of addresses that no reader follows."""
# The patterns from here to _SHOUT are in small letters, for a folded text: five times as fast as to ignore case.
_LIVE = re.compile(rf"\b(?!(?:{_STORES})://)[a-z][a-z0-9+.-]{{1,20}}://|\bwww\.|\]\(\s*(?:javascript|data):")
_HTML = re.compile(r"<(?:/?[a-z][^<>\n]*|!--)")
_CODE = re.compile(r"`[^`\n]*`")
_PLACEHOLDER = re.compile(
    r"<(?!(?:system|sys|assistant|developer|user|human|tool|ai|llm|model|bot|root|prompt|admin|script|style|img|svg|iframe"
    r"|object|embed|form|input|body|html|meta|link|base|instructions?|override|memory|important)\b)[a-z][\w-]{0,24}>"
)
_OWN = re.compile(r"\b(?!(?:https?|ftp|file|javascript|data|vscode|ms-[a-z]+):)[a-z][a-z0-9+.-]*://")
"""Schemes that only a program of one's own opens."""
_SPEAKS = (
    r"(?:system|sys|assistant|developer|user|human|tool|ai|llm|model|bot|root|prompt|admin(?:istrator)?)"
    r"\s*(?:\(\w+\)|prompt|message|msg|note|notice|alert|override|update|directive|instruction|command|bulletin)?s?"
    r"\s*(?:[:>\]]|//|→)"
)
_ROLE = re.compile(
    rf"\W*(?:{_SPEAKS}"
    r"|(?:assistant|agent|ai|bot|model)s?,? (?:must|should|shall|will|always|never|please)\b"
    r"|override\b|system prompt\b)"
)
"""At the beginning of a line."""
_MARKED = re.compile(
    rf"(?:[\"“]|(?<!\w)['‘])\s*{_SPEAKS}|[\"']role[\"']\s*:|\[(?:inst|system|sys)\b|\[/\w+\]|<\|\w+\|>|\bneuromem:(?:begin|end)\b|\bnm:[0-9a-f]{{6,}}"
)
_LOUD_ROLE = re.compile(r"\W*(?:(?!The )[@\w-]+ )?(?:SYSTEM|ASSISTANT|DEVELOPER|PROMPT|OVERRIDE)\b(?=.*[a-z])")
"""At the beginning of a line whose other words are small, or behind the name of who writes."""
_MARK = re.compile(r"[:<\[\]\"“]")
"""What _LIVE but for `www.`, _HTML and _MARKED have some of."""
_SECRET = re.compile(
    r"\b(?:pass(?:word|phrase|code|wd)|secret|api[ _-]?key|access[ _-]?key|private[ _-]?key|token|credential"
    r"|pin(?: code)?(?! (?:this|that|it)\b)|otp)\b[^.;,\n]{0,30}?(?:\bis\b|[:=])"
)
_QUOTED = re.compile(r"(?<![\w.,;!?)])[\"“„«](?:[^\s\"”»“]+\s+){4,}[^\"”»“]*(?:[\"”»“]|$)")
_QUOTED_SINGLY = re.compile(r"(?<![^\s(—–-])['‘](?:(?:[^\s'’‘]|\b['’]\b)+\s+){5,}(?:[^'’]|\b['’]\b)*['’](?!\w)")
"""By marks that are apostrophes as well."""


def any_of(*listed: str) -> str:
    return "|".join("|".join(words.split()) for words in listed)


_SOURCE = any_of(
    r"e-?mails? mails? messages? (?:web\s?)?(?:page|site)s? articles? posts? comments? threads? forums? ads? adverts?",
    "banners? newsletters? reviews? blogs? tweets? flyers? leaflets? pop-?ups? pdfs? attachments? readmes? snippets?",
    r"search\sresults? voice\s?mails? sms text\smessages? dms? chat(?:\sroom)?s? repl(?:y|ies) submissions?",
    "uploads? downloads? payloads? responses? outputs? transcripts? documents? footers? headers? descriptions?",
    "subtitles? captions? changelogs? issues? tickets? letters? leaflets? brochures? pamphlets? horoscopes?",
    "circulars? handbills? placards? posters? graffiti post-its? magazines? tabloids?",
    "reddit twitter facebook instagram tiktok youtube chatbots? influencers? hotlines? spam boards? feeds? podcasts?",
    "videos? channels? billboards? stickers?",
)
MEDIUM = any_of(
    r"e-?mails? web\s?(?:page|site)s? articles? (?:blog\s)?posts? forums? blogs? tweets? leaflets? brochures?",
    r"pamphlets? newsletters? voice\s?mails? spam adverts? horoscopes? chat\s?bots? message\sboards? comments? pdfs?",
    r"pop-?ups? flyers? podcasts? (?<!code\s)reviews? threads? screenshots? captions? subtitles? attachments? readmes?",
    r"sms text\smessages? dms? circulars? handbills? placards? graffiti post-its? magazines? tabloids?",
    r"linkedin facebook reddit twitter instagram tiktok youtube whatsapp telegram",
)
"""Where strangers write: as the label before a colon it says who speaks."""
_NAMELESS = (
    r"unsigned|anonymous(?:ly)?|number withheld|withheld|caller id|unidentified|unnamed|unknown|no name|without a name"
    r"|(?:nobody|no one|no-one|none of us|i (?:do not|don['’]t)|we (?:do not|don['’]t)) (?:knows?|recogni[sz]es?)"
    r"|never (?:met|seen|heard of)|drive-by|unsolicited|not signed|of unknown origin"
)
_STRANGER = any_of(
    "firms? compan(?:y|ies) agenc(?:y|ies) prospects?",
    r"strangers? visitors? commenters? posters? senders? callers? bots? spammers? scammers? recruiters? salesm[ae]n",
    r"vendors? someone somebody anyone people users? accounts?(?!\snumbers?) guests? passer-?by unknown anonymous",
    "randoms? outsiders? consultants? competitors? rivals? brokers? analysts? pundits? maintainers? fans?",
    r"third\spart(?:y|ies) temps? drivers? truckers? couriers? porters? reps? sellers? traders? hawkers?",
    "shoppers? passengers? commuters? tourists? voices? commentators? bloggers? vloggers? influencers? youtubers?",
    "redditors? trolls? bystanders? onlookers? punters? drunks? leafleters? canvassers?",
)
_INTRUDER = any_of("callers? commenters? recruiters? scammers? spammers? canvassers? hawkers? trolls? leafleters?")
"""Who is a stranger even as `the caller`."""
_FOLK = any_of(
    "man men woman women guys? blokes? chaps? fell(?:a|ow)s? lads? lass(?:es)? kids? boys? girls? dudes? persons?",
    "folks? lady ladies gentlem[ae]n geezers? gals? youths? strangers? passer-?by passers-?by hitch-?hikers?",
)
"""Somebody of whom no more is known."""
_TELLS = any_of(
    r"says? said saying claims? claimed claiming wrote writes insists? insisted told tells telling states? stated",
    r"asks? asked(?![^.:;,]{0,40}(?:;|,\s(?:and|so)\s))",
    "demands? demanded suggests? suggested promis(?:es|ed) recommends? recommended reads announces?",
    "announced instructs? instructed alleges? alleged reports? reported urges? urged argues? argued advises? advised",
    "warns? warned declares? declared swears? swore thinks? reckons? reckoned posts? believes? maintains? maintained",
    "shouts? shouted tips? tipped hints? hinted assures? assured whispers? whispered explains? explained asserts?",
    "asserted avers? averred contends? contended opines? opined proclaims? proclaimed avows? remarks? remarked adamant",
    r"(?:is|are|was|were)\s(?:sure|certain|positive) tells?\s(?:everybody|everyone)",
    r"knows\sthat answer(?:s|ed)\sthat telling convinced muttered muttering bellowed confided volunteered",
    r"texted mailed e-?mailed phoned rang messaged commented replied believes",
    r"informs\s(?:us|me|you|all|everyone) informed (?:of|under)\sthe\s(?:opinion|view|impression|belief)",
)
_SAYS = f"{_TELLS}|" + any_of(
    r"wants? wanted tries tried offers? offered pretends? pretended orders? ordered boasts? posted contains? contained",
    "mentions? mentioned advertises? advertised",
)
_OF_ALL = r"an?|some|another|unknown|anonymous|random|unidentified|unsigned|unsolicited|this|that|one"
_WORDS = r"(?:[\w’'-]+\s+)"
_ITSELF = r"(?<!being )(?<!been )(?<!are )(?<!is )(?<!be )"
"""Before a word of telling: nobody tells where somebody is told."""
_SOME = r"an?|some|another|one|two|three|several|random|agency|(?:a|one of the|one of those|a few|a couple of)"
BEGUN = r"\b(?=\w)"
"""Once for all that begins with a word: to look for it before each takes three to seven times as long."""
_AND_IT = r"(?:(?!\b(?:when|if|once|until|unless|because|while|so|don['’]t|do not)\b)(?:[^.;:]|\.(?=\w))){0,60}?"
"""Up to what somebody does that a sentence began with: no clause of its own between."""
_CLAIMS = (
    r"(?<!insurance )(?<!expense )(?<!warranty )(?<!damage )(?<!travel )(?<!all )(?<!new )(?<!for )(?<!of )(?<!the )"
    r"(?<!our )(?<!accepts )(?<!accept )(?<!files )(?<!file )(?<!sends )(?<!send )(?<!^)(?<!\] )(?<!: )claims"
    r"(?! (?:are|is|must|need|should|may|can|go|forms?|handlers?|desk|department|only|under|above|with|against)\b)"
)
"""Somebody claims; what is sent to an insurer are claims as well."""
_HEARSAY = re.compile(
    rf"^(?:\W*(?:an?|some|another|one of (?:the|those))\s+{_WORDS}{{1,10}}?{_ITSELF}(?:{_TELLS})\b"
    rf"|\W*(?:an?|some|another)\b[^:.]{{0,60}}?\b(?:{_NAMELESS})\b"
    rf"|\W*(?:{_SOME}) {_WORDS}{{0,3}}?(?:{_STRANGER}|{_FOLK})\b[^.;:]{{0,60}}?{_ITSELF}\b(?:{_SAYS})\b"
    rf"|\W*(?:{_STRANGER}|{_SOURCE}|{_FOLK})\b[^.;:,\]]{{0,40}}?{_ITSELF}\b(?!ask|want)(?=\w+[sd]\b)(?:{_TELLS})\b"
    rf"|\W*(?:mr|mrs|ms|miss|herr|frau|monsieur|madame|señora?)\.? [\w’'-]+(?: [\w’'-]+)? (?:{_TELLS})\b"
    rf"|\W*(?:an? |another )?(?:{_STRANGER}) (?:believes|offers)\b"
    rf"|\W*(?:the|[\w’']+ [\w-]+[’']s) (?:{_FOLK})\b[^.;:,\]]{{0,40}}?{_ITSELF}\b(?!ask|want|tell)(?:{_TELLS})\b"
    r"|\W*(?:customers?|clients?|buyers?|readers?) (?:on|at|from|in) [^.;:]{0,30}?"
    r"\b(?:insist|maintain|swear|allege|reckon)s?\b(?! on)"
    rf"|\W*(?:wikipedia|google|chatgpt|gemini|siri|alexa|yelp|tripadvisor) (?:has|{_TELLS})\b"
    r"|\W*on (?:facebook|reddit|twitter|instagram|tiktok|youtube|linkedin|telegram|nextdoor|the (?:internet|web)),?"
    r" (?:they|people|some\w+|every\w+|it|folks)\b"
    rf"|\W*(?:an?|the|another|some) [\"“„](?:\w+ )?\w+[\"”] (?:{_SAYS})\b"
    r"|\W*according to (?:mr|mrs|ms|miss|herr|frau|the|a|an|some)\b"
    rf"|according to [^.:;,]{{0,30}}?\b(?:{MEDIUM})\b)"
    rf"|{BEGUN}(?:"
    rf"(?:{_OF_ALL})\s+{_WORDS}{{0,4}}?(?:{_STRANGER}|{_SOURCE})\b{_AND_IT}\b(?:{_SAYS})\b"
    rf"|overheard\b|it (?:says|said|is said|was said|claims|states) (?:so )?(?:in|on) (?:{_SOME}|the)\b"
    r"|swears? (?:on|by|to|blind|that|the|it|he|she|they|we|our)\b|(?:tells|told|telling) (?:everybody|everyone)\b"
    rf"|the\s+{_WORDS}{{0,2}}?(?:{_SOURCE}|{_INTRUDER})\s+{_WORDS}{{0,4}}?(?:{_SAYS})\b"
    rf"|(?:someone|somebody|strangers?|people|users?)\b[^.;:,]{{0,50}}?\b(?!ask|want)(?:{_SAYS})\b"
    rf"|according to\s+(?:an?|some|the|this|that|one)\s+{_WORDS}{{0,3}}?(?:{_SOURCE}|{_STRANGER}|internet|web)\b"
    rf"|(?:from|via|by)\s+(?:an?|some|unknown|anonymous|unsolicited)\s+{_WORDS}{{0,3}}?(?:{_SOURCE}|{_STRANGER})\b"
    r"(?!, \w+(?: \w+)?\.?$)"
    r"|in an? (?:\w+ )?(?:forum|thread|comment|post|article|blog|newsletter|review|tweet|advert)\b"
    r"|(?:hidden|invisible) (?:text|layer|comment|line|field|font)s?\b|contain(?:s|ed) white text\b"
    r"|claim (?:that|they|their|its|it|his|her|to)\b"
    rf"|(?:{_CLAIMS}|claimed|alleges?|alleged|allegedly|purportedly|supposedly|unverified)\b"
    r"|(?<!nowhere )(?<!never )(?:from|on|over) the (?:web|internet|net|forum)\b"
    r"|(?:read|saw|seen|found|heard) (?:online|somewhere)\b"
    rf"|(?:read|saw|seen|found|heard) (?:on|in|at) (?:an?|the|some)? ?(?:\w+ )?(?:{MEDIUM}) that\b"
    r")|[,;] (?:or )?(?:so )?(?:he|she|they|it|one) (?:says|said|say|claims?|claimed|swears?|swore|reckons?)\W*$"
)
_NO_PART = rf"\b(?![’'-]\w|\s+(?!(?:{_SAYS}|again|online|today|here|below|above|yesterday|received)\b)[\w-]+\s*(?::|→))"
"""After a noun, that it is not the first of two: a `newsletter date` is no newsletter."""
_LABEL = re.compile(
    rf"^[^:→]{{0,60}}?\b(?:(?:{MEDIUM}){_NO_PART}[^:→]{{0,40}}|(?:{_NAMELESS})\b[^:→]{{0,30}})(?::| ?→)\s"
    rf"|^\W*{_WORDS}{{0,2}}(?:{MEDIUM}); "
    rf"|^\W*(?:{_STRANGER})[’'s]* (?:mails?|letters?|messages?|texts?|calls?|ads?|adverts?)\s*(?::| ?→)\s"
    r"|^\W*(?:\w+ ){0,2}(?:mails?|letters?|messages?|texts?|calls?|fax(?:es)?|notes?) (?:from|by)"
    r" (?:[\"“„«]|an? |some )[^:→]{0,60}(?::| ?→)\s"
    rf"|^\W*(?:(?:(?:{_SOME}) {_WORDS}{{0,3}}?(?:{_STRANGER}|{_FOLK})|{_WORDS}{{0,2}}(?:{_FOLK}))\b(?![’'])"
    rf"|(?:{_STRANGER}) (?:from|at|in|on|near) (?:elsewhere|the|a|an|some)\b)[^:→]{{0,40}}?(?::| ?→)\s"
    r"|^\W*(?:\w+ )?(?:read|saw|seen|found|heard|overheard|spotted|copied|pasted|clipped|picked up|came across)\b"
    r"(?! (?:it|out|why|how|that)\b)[^:]{0,40}?\b(?:on|in|at|from|off|by|under|through|across|online|somewhere)\b"
    r"[^:]{0,40}:\s"
)
"""Words before a colon that name a place where strangers write, or somebody without a name."""
_PASSED_ON = re.compile(
    r"\W*(?:quoted|pasted|forwarded|copied|fwd|transcribed)\b[^:]{0,60}:\s"
    r"|\W*(?:[\w-]+ )?(?:e-?mail|mail|message|sms|form|remark|chat|review|pdf|scan|letter|invite|page|post|slip"
    r"|leaflet|attachment|code|window)s?\b[^:]{0,40}\b(?:subject|field|quoted|body|header|footer|signature|metadata"
    r"|transcri\w+|extra line|small print|hidden|white on white)\b[^:]{0,40}:\s"
)
"""At the beginning of a line, a label that names a part of what others wrote."""
_ADDRESSED = re.compile(r"\W*(?:from )?\S+@\S+\.\w+\W{0,2}(?::|\s(?:" + _SAYS + r")\b)")
"""There, who writes by address alone."""
_RENEWED = re.compile(
    r"\W{0,3}i(?:['’]m| am) [\w’-]+,? (?:with |from |on |using )?(?:an? |my )?new (?:phone|number|address|account)\b"
)
_SCARED = re.compile(
    r"[\"“](?:knows?|knew|heard|confirms?|confirmed|proves?|proved|reveals?|revealed|discovered|found out)[\"”]"
)
"""A verb in quotes: whoever quotes it does not believe it."""
_CITED = re.compile(r"(?:\d\d[:.]?\d\d )?> ")
"""At the beginning, a sign of quoting, or behind the time."""
_FORGED = re.compile(r"\((?:verified|authenticated|forged|faked?|spoofed|phishing|spam)\b")
_SIGNED = re.compile(r", signed [A-ZÀ-Þ]\w+\W*$")
_SPLIT = re.compile(r"(?<!\d)\"")
_ASIDE = re.compile(
    rf"\((?:[^()]*\b(?:{_NAMELESS}|no idea who|forged|faked?|spoofed|phishing)\b"
    rf"|(?:text|found|came|read|seen|printed|written|pasted|copied)\b[^()]*\b(?:{MEDIUM}|forms?|remarks?|slips?|footers?)\b)"
)
_LOGGED = re.compile(
    r"(?:WARN|ERROR|FATAL|DEBUG|TRACE) (?=[a-z])|[A-Z]\w*(?:Error|Exception)(?:: | ['\"]| in \S+ line)"
    r"|[Ss]earch results? for |\w+\[\d+\]: |curl: \(\d|Traceback\b"
    r"|\[(?:warn|warning|error|fatal|debug|info)\] (?=[\w./-]+: )"
    r"|\[[^\]]{1,30}\] (?:WARN|ERROR|FATAL|DEBUG|TRACE|INFO)\b"
    r"|[^.!?]{3,60}: (?:(?:4\d\d|5\d\d)(?:, retry| [A-Z])|200 OK\b|\d+ (?:results|new|deleted|items)\b)"
)
"""How what a program prints begins."""


def secret(text: str) -> bool:
    """A word for a secret, and after it *is*, `:` or `=`; or where one was cut out."""
    return "[secret " in text or _SECRET.search(text.casefold()) is not None


def unsafe(text: str) -> bool:
    """Marks that no person's plain line has: hidden characters, live links, HTML, roles, our own markers."""
    small = text.casefold()
    if _HIDDEN.search(text) or _ROLE.match(small) or _LOUD_ROLE.match(text):
        return True
    if not _MARK.search(small) and "www." not in small:
        return False  # nearly every line
    said = _CODE.sub(_inert, small)
    return bool(_LIVE.search(said) or _HTML.search(said) or _MARKED.search(small))


def _inert(code: re.Match[str]) -> str:
    """Code without its placeholders and without addresses of its own: `feature/<ticket>`, `user://saves`."""
    return _OWN.sub("", _PLACEHOLDER.sub("", code[0]))


_CREDITED = re.compile(
    r"[,;(—–] ?(?:as )?(?:says|said|according to|via|per|(?:told|confirmed) by) [A-ZÀ-Þ][\w’'-]+\W*$"
)
"""The name of who says it, at the end."""
_PRINTED = re.compile(r"`[^`\n]*\s[^`\n]*`(?:(?: [^\s:]+)?: [-+\d][\d.,%]*(?: \w+)?)?\W*")
"""Nothing but code, or a command and the number it printed."""
_UNLABELLED = frozenset(":;→")


def hearsay(text: str) -> bool:
    """Whether it reports what somebody without a name, or a page, a mail, a program or a post says, or quotes whole
    sentences, or begins to."""
    small = _CREDITED.sub("", text).casefold()
    if not _UNLABELLED.isdisjoint(small) and (_LABEL.search(small) or _PASSED_ON.match(small)):
        return True
    if _HEARSAY.search(small) or _LOGGED.match(text) or _passed_on(text, small):
        return True
    if _QUOTED.search(text) or _halved(text) or (("'" in text or "‘" in text) and _QUOTED_SINGLY.search(text)):
        return True
    return text[:1] == "`" and _PRINTED.fullmatch(text) is not None


def _passed_on(text: str, small: str) -> bool:
    """Whether somebody else's hand shows: an address that tells, a signature, a mark of quoting or of forgery."""
    if _CITED.match(small) or ": > " in small or ("@" in small and _ADDRESSED.match(small)):
        return True
    if ("(" in small and _FORGED.search(small)) or (" new " in small and _RENEWED.match(small)):
        return True
    if ('"' in small or "“" in small) and _SCARED.search(small):
        return True
    return "signed" in small and _SIGNED.search(text) is not None


def aside(text: str) -> bool:
    """Whether it is in brackets and says that what stands before it comes from a stranger."""
    return text[:1] == "(" and _ASIDE.match(text.casefold()) is not None


def _halved(text: str) -> bool:
    """Whether a quote begins and does not end in it, or ends and did not begin. Inches are none."""
    straight = '"' in text and len(_SPLIT.findall(text)) % 2 == 1
    return straight or text.count("“") > text.count("”")
