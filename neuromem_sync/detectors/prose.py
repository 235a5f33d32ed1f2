"""Secrets that only the words around them give away: "the password is …", `api_key = …`, headers, command lines.

Patterns run on the lower-case text, as long as the text itself, and values are cut from the text: a pattern that
ignores case takes five times as long. Whether a value looks chosen or merely written is harmless.py's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from neuromem_sync.detectors.base import Found
from neuromem_sync.detectors.harmless import is_chosen, is_key, is_placeholder, is_plain, is_random, is_word

_PW = r"pw(?<![a-z0-9+/]pw)(?![a-z0-9+/])"
_PASSWORD = (
    rf"pass[ _-]?words?|passwd|pass[ _-]?phrase|pass[ _-]?code|passwort|passe\b|pwd|pswd|{_PW}|kennwort"
    r"|contraseña|senha|wachtwoord|lösenord|adgangskode|passord|salasana|hasło|heslo|jelszó|parola|şifre"
    r"|mật khẩu|пароль|密码|密碼|口令|パスワード|비밀번호"
)
_WORD = rf"(?P<word>(?P<password>{_PASSWORD})|(?P<pin>pin|code)|(?P<key>key(?:[ _-]?id)?|secret|token|密钥|令牌|pass))"
_SUFFIX = r"s?(?:[_-]\w{1,20}){0,3}"
_OF = (
    r"(?: ?\([^()\n]{1,30}\))?(?: (?:number|(?:for|to|of|on|at|in|für|vom|von|pour|de|du|do|da|del|para|per|voor"
    r"|van|för|от|для) [^\n:=|.]{1,40}?))?"
)
_SIGN = (
    r"[\"'`*_\])]{0,4}(?P<sign>[ \t]*(?:=>|:=|::?|==?|：|→|->)[*_]{0,2}[ \t]*)"
    r"(?:\n[ \t]*(?:[-*>][ \t]+)?)?"
)
_VERB = (
    r"[\"'`*_]{0,3}(?P<verb>(?:'s|[ \t]+(?:(?:is now |was |has been )?(?:set|changed|reset) to"
    r"|(?:is|was)(?: now| still)?|lautet|(?P<loose>to|auf|geändert auf|ist|es|est|é|è|är|er|je|это|[-–—])))[ \t]+"
    r"|(?:是|为|は|은|는)[ \t]*)"
)
_VALUE = r"(?:(?P<quote>\"|'|`+|\*\*)(?P<quoted>[^\"'`\n]{3,200}?)(?P=quote)|[\"']?(?P<bare>[^\s\"'`|]\S{0,500}))"
# Where a phrase may begin: a plain choice of words is found ten times as fast as the phrase.
_STEM = re.compile(rf"{_PASSWORD}|pass|pin|code|key|secret|token|密钥|令牌")
_SAID = re.compile(rf"{_WORD}{_SUFFIX}(?:{_OF}(?:{_SIGN}|{_VERB})|[ \t]+){_VALUE}")
# "key" and "code" alone are no word for a secret, "api key" and "door code" are.
_OWNER = re.compile(
    r"(?:api|access|secret|private|signing|encrypt(?:ion)?|auth|master|account|service|licen[sc]e|client|bot|app|deploy|consumer"
    r"|(?P<door>door|gate|alarm|safe|unlock|entry|backup|recovery|2fa))[ _-]?(?:access[ _-]?)?$"
)
_AS = re.compile(
    r" (?:as|is) (?:the|my|his|her|their|our|your|its|a) (?:[\w-]+ ){0,2}?"
    rf"(?:{_PASSWORD}|api key|token)\b"
)
_BESIDE = re.compile(rf" \((?:(?:the|my|our) )?(?:[\w-]+ ){{0,2}}?(?:{_PASSWORD}|api key|token)\)")
_LOGIN = re.compile(
    r"(?:credentials?|creds|log ?in|logged in|sign in|user(?:name)?|account|basic auth|wi-?fi|wlan)\b"
    r"(?: for [^\n:=/]{1,40}(?=[:=]))?[*_]{0,2}[ \t]*(?:[:=]|is|with|as)?[*_]{0,2}[ \t]*"
    r"[\"'`]?[\w.@+-]{2,40}[\"'`]?(?:[ \t]+[/|][ \t]+|:|[ \t]+with[ \t]+(?=[^\s]{8}))[\"'`]?(?P<bare>[^\s\"'`|]+)"
)
_LOGINS = ("login", "log in", "cred", "user", "account:", "basic auth", "wifi", "wi-fi", "wlan")
_PASSPHRASE = re.compile(
    r"\bpass[ _-]?phrase\b[^\n:=]{0,40}[:=][ \t]*[\"'`]?(?P<bare>[^\W\d_]+(?:[ -][^\W\d_]+){2,11})[\"'`.]?[ \t]*$",
    re.MULTILINE,
)
_SEED = re.compile(
    r"(?:(?:seed|recovery|backup)[ _-]phrase|mnemonic)[^\n:=]{0,20}(?:[:=]|is)\s*[\"'`]?"
    r"(?P<bare>[a-z]+(?:[ ,]+[a-z]+){9,24})"
)
_TYPED = re.compile(
    rf"(?:{_PASSWORD})\b[^\n.]{{0,40}}?\b(?:typed|entered)[ \t]+[\"'`]?(?P<bare>(?=[^\s\"'`]*\d)[^\s\"'`]{{6,}})"
)
# Each runs only where its fragment occurs.
_FIXED = (
    (
        "authorization header",
        "authorization",
        re.compile(r"\bauthorization\W{0,6}[:=]\W{0,3}(?:bearer|basic|token|digest|apikey)\s+(?P<bare>[^\s\"'`]{6,})"),
    ),
    ("authorization header", "bearer ", re.compile(r"\bbearer\s+(?P<bare>(?=[^\s\"'`]*\d)[\w.~+/=-]{16,})")),
    ("session cookie", "cookie:", re.compile(r"(?m)^[ \t>*-]*(?:set-)?cookie:\s*(?P<bare>[^\s=]+=[^\s]{12,}.*)$")),
    ("password", "curl ", re.compile(r"\bcurl\b[^\n]*?\s(?:-u|--user)[ =]?[\"']?[^\s:\"']+:(?P<bare>[^\s\"'`]+)")),
    ("password", "sshpass", re.compile(r"\bsshpass\s+-p\s*[\"']?(?P<bare>[^\s\"'`]+)")),
    ("password", " typed ", _TYPED),
    ("password", " entered ", _TYPED),
    ("seed phrase", "phrase", _SEED),
    ("seed phrase", "mnemonic", _SEED),
    (
        "key in an address",
        "://",
        re.compile(r"[?&](?:[\w-]*(?:token|key|secret|password)|sig|signature|auth)=(?P<bare>[^&\s\"'`)>\]]{8,})"),
    ),
)
_NAMES = re.compile(
    rf"pass|{_PW}|pwd|secret|token|pin\b| code\b|key\b|key[_\"'`*]|creds|credentials|bearer|kennwort|contraseña|senha"
    r"|wachtwoord|lösenord|adgangskode|salasana|hasło|heslo|jelszó|parola|şifre|mật khẩu|пароль"
    r"|密码|密碼|口令|パスワード|비밀번호|密钥|令牌"
)
# Pictures, and public keys of OpenSSH, are as random as keys.
_RUN = re.compile(r"(?<![\w/.+-])(?<!base64,)(?!AAAA[A-Z][23][A-Za-z]{4,5}1)[A-Za-z0-9+/_=-]{20,}(?![\w/.])")
_OPTION = re.compile(r"(?<!\S)--[\w-]*$")
_VAGUE = frozenset(("to", "auf", "-", "–", "—"))
_PIN = re.compile(r"\d{4,10}#?|\d{3,6}(?:-\d{3,6}){1,3}")
_NAME = re.compile(rf"(?P<before>.*?[ _-])??{_WORD}s?(?:_\d+)?")
# What follows a verb without a space between is a sentence as likely as a word.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_AROUND = " \t*_\"'`"
_TRAILING = ".,;:)]}*_\"'`|!?>"


def find(text: str) -> Iterator[Found]:
    lowered = lower(text)
    for kind, fragment, pattern in _FIXED:
        if fragment in lowered:
            for match in pattern.finditer(lowered):
                if not is_placeholder(_value(match, text)):
                    yield _found(match, text, kind)
    if names_secret(lowered):
        yield from _said(text, lowered)
        yield from _random(text, lowered)
        if " as " in lowered or " is " in lowered:
            yield from _said_before(text, _AS.finditer(lowered))
        yield from _said_before(text, _BESIDE.finditer(lowered))
    if any(fragment in lowered for fragment in _LOGINS):
        for match in _LOGIN.finditer(lowered):
            if is_key(_value(match, text), 5):
                yield _found(match, text, "password")
    if "phrase" in lowered:
        for match in _PASSPHRASE.finditer(lowered):
            if all(map(is_word, match["bare"].split())):
                yield _found(match, text, "pass phrase")


def lower(text: str) -> str:
    """The text in lower case, character for character."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := character.lower()) == 1 else character for character in text)


def names_secret(lowered: str) -> bool:
    """Whether a word for passwords, keys or tokens occurs in lower-case text."""
    return _NAMES.search(lowered) is not None


def is_secret_attribute(name: str, value: str) -> bool:
    """Whether `name` (a field's or a column's) says that its value is a secret, and the value is no remark on one."""
    named = _NAME.fullmatch(name.lower())
    if named is None or not _is_owned(named, name.lower()):
        return False
    return _is_secret(named, value.strip(_AROUND), sign=":", alone=True)


def _said(text: str, lowered: str) -> Iterator[Found]:
    at = 0
    while stem := _STEM.search(lowered, at):
        match = _SAID.match(lowered, stem.start())
        at = match.end("word") if match else stem.start() + 1
        if not match:
            continue
        if _is_owned(match, lowered) and _is_said(match, text):
            yield _found(match, text, "password" if match["password"] else "PIN" if match["pin"] else "key")
            at = match.end()


def _is_owned(match: re.Match[str], lowered: str) -> bool:
    """Whether the word stands alone, or behind what makes it a word for a secret."""
    start, word = match.start("word"), match["word"]
    owner = _OWNER.search(lowered, max(0, start - 20), start)
    if word == "code":
        return owner is not None and bool(owner["door"])
    if word.startswith("key") and not match.string.startswith("key_", start):
        return owner is not None
    before = lowered[start - 1 : start]
    return bool(match["password"]) or owner is not None or not ("a" <= before <= "z") or word in ("token", "secret")


def _is_said(match: re.Match[str], text: str) -> bool:
    end_of_line = text.find("\n", match.end())
    rest = text[match.end() : end_of_line if end_of_line >= 0 else len(text)]
    value = _value(match, text)
    option = _OPTION.search(text, max(0, match.start() - 20), match.start())
    if not (match["sign"] or match["verb"] or option or match["word"] == "code") and is_plain(value):
        return False
    return _is_secret(
        match,
        value,
        sign=match["sign"] or "",
        verb=bool(match["verb"]),
        loose=match["loose"] or "",
        quoted=bool(match["quote"]),
        alone=(match["bare"] or " ")[-1] in ".,;!" or not rest.strip(_TRAILING + " \t"),
    )


def _is_secret(
    named: re.Match[str],
    value: str,
    *,
    sign: str,
    verb: bool = False,
    loose: str = "",
    quoted: bool = False,
    alone: bool = False,
) -> bool:
    """`loose` is a verb that says as often what becomes of a password, or what it is like, as which it is."""
    stated = bool(sign) or verb
    if named["pin"]:
        return (stated or named["word"] == "code") and _PIN.fullmatch(value) is not None
    if named["key"]:
        return is_key(value, 5 if named["word"] == "pass" else 8 if stated else 16)
    if len(value) < 4 or " " in value:
        return False
    if not stated:
        return is_key(value, 6)
    # `PASSWORD=word` is a setting, `password = word` may be code.
    if is_chosen(value):
        return loose not in _VAGUE or is_key(value, 8)
    told = quoted or sign == "=" or (alone and "=" not in sign)
    return told and is_word(value) and not loose and not (verb and _UNSPACED.search(value))


def _said_before(text: str, matches: Iterable[re.Match[str]]) -> Iterator[Found]:
    """`… hunter2 as the password`, `hunter2 (the password)`."""
    for match in matches:
        word = text[max(0, match.start() - 200) : match.start()].rpartition(" ")[2].strip(_AROUND)
        if is_key(word, 5):
            start = text.rindex(word, 0, match.start())
            yield Found(start=start, end=start + len(word), kind="password")


def _random(text: str, lowered: str) -> Iterator[Found]:
    for run in _RUN.finditer(text):
        if is_random(run[0]):
            line = slice(text.rfind("\n", 0, run.start()) + 1, text.find("\n", run.end()) % (len(text) + 1))
            if names_secret(lowered[line]):
                yield Found(start=run.start(), end=run.end(), kind="key")


def _span(match: re.Match[str], text: str) -> tuple[int, int]:
    if match.re is _SAID and match["quoted"] is not None:
        return match.span("quoted")
    start, end = match.span("bare")
    return start, start + len(text[start:end].rstrip(_TRAILING))


def _value(match: re.Match[str], text: str) -> str:
    return text[slice(*_span(match, text))]


def _found(match: re.Match[str], text: str, kind: str) -> Found:
    start, end = _span(match, text)
    return Found(start=start, end=end, kind=kind)
