"""Places that exist to hold credentials: sections and files whose name says so.

Looks at names and at the form of a text; redact.py decides what is left out.
"""

from __future__ import annotations

import re

_CREDENTIALS = frozenset(
    """
    credential credentials creds secret secrets password passwords passphrase passphrases token tokens login logins pins
    passwort passwörter kennwörter zugangsdaten contraseñas senhas identifiants
    """.split()
)
_KEYS = frozenset({"key", "keys", "code", "codes"})
_OF_KEYS = frozenset(
    """
    api ssh access private encryption signing license service recovery backup
    """.split()
)
_BESIDE = frozenset(
    """
    my our the shared all and und y et or server servers service services system admin user users team agent agents
    account accounts auth environment production prod staging test info details list store for of other external
    internal personal home office family work ci cd vpn mail email router nas site sites website websites social media
    computer laptop phone old new misc important github gitlab aws azure google bank wifi wlan
    local private cloud web app apps bot database db current active access
    """.split()
)
_UNSPACED = re.compile("密码|密碼|凭证|憑證|密钥|口令|パスワード|認証情報|비밀번호")
_WORD = re.compile(r"[^\W\d_]+")
# What documents about software are about as well: a section "Tokens" may tell what tokens are.
_TOPICS = frozenset("credential secret secrets token tokens login passphrase password".split())
_RECORD = re.compile(
    r"^[^\w\n]*[\w .@()/-]{1,40}?[ *_`]*(?:[:=|]|[-–—](?=\s))[ *_`]*[^\s|]{1,80}(?:[ |/,;]+[^\s|]{1,80}){0,3}[ |]*$",
    re.MULTILINE,
)


def names_credentials(title: str) -> bool:
    """Whether a title is a name for credentials: "API keys & logins"."""
    words = _words(title)
    mentioned = _mentions(words) or _UNSPACED.search(title) is not None
    return mentioned and all(word in _CREDENTIALS | _KEYS | _OF_KEYS | _BESIDE for word in words if word.isascii())


def mentions_credentials(title: str) -> bool:
    """Whether a title as much as mentions them: "GitHub token for the build"."""
    return _mentions(_words(title)) or _UNSPACED.search(title) is not None


def is_topic(title: str) -> bool:
    """Whether a name for credentials may as well name what a document explains: "Tokens"."""
    words = _words(title)
    return not (_CREDENTIALS - _TOPICS).intersection(words) and _KEYS.isdisjoint(words) and not _UNSPACED.search(title)


def holds_record(text: str) -> bool:
    """Whether a line is a name, a separator and a few words: the form credentials are noted in."""
    return _RECORD.search(text) is not None


def _words(title: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(title)]


def _mentions(words: list[str]) -> bool:
    return not _CREDENTIALS.isdisjoint(words) or not (_KEYS.isdisjoint(words) or _OF_KEYS.isdisjoint(words))
