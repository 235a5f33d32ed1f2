"""Places that exist to hold credentials: sections and files whose name says so.

Looks at names and at whether a text only talks about credentials; redact.py decides what is left out.
"""

from __future__ import annotations

import re

_CREDENTIALS = frozenset(
    """
    credential credentials creds secret secrets password passwords passphrase passphrases token tokens login logins pins
    passwort passwörter kennwörter zugangsdaten contraseñas senhas identifiants
    """.split()  # noqa: SIM905
)
_KEYS = frozenset({"key", "keys", "code", "codes"})
_OF_KEYS = frozenset(
    """
    api ssh access private encryption signing license service recovery backup
    """.split()  # noqa: SIM905
)
_BESIDE = frozenset(
    """
    my our the shared all and und y et or server servers service services system admin user users team agent agents
    account accounts auth environment production prod staging test info details list store for of other external
    internal personal bank wifi local private cloud web app apps bot database db current active access
    """.split()  # noqa: SIM905
)
_UNSPACED = re.compile("密码|密碼|凭证|憑證|密钥|口令|パスワード|認証情報|비밀번호")
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCES = re.compile(r"[^:=|`\"'\d@/]*")


def names_credentials(title: str, *, anyhow: bool = False) -> bool:
    """Whether a title is a name for credentials ("API keys & logins"), or with `anyhow` as much as mentions them."""
    words = [word.lower() for word in _WORD.findall(title)]
    keyed = not _KEYS.isdisjoint(words) and not _OF_KEYS.isdisjoint(words)
    if not keyed and _CREDENTIALS.isdisjoint(words):
        return _UNSPACED.search(title) is not None
    return anyhow or all(word in _CREDENTIALS | _KEYS | _OF_KEYS | _BESIDE for word in words)


def only_tells(text: str) -> bool:
    """Whether a text is plain sentences, with nothing in it that could be a value."""
    return len(text) > 40 and _SENTENCES.fullmatch(text) is not None
