"""What a setting may be: its type, its form, and the nearest name of one that does not exist.

Reads no file and no environment (config.py).
"""

from __future__ import annotations

import re
from dataclasses import Field
from typing import Any

from neuromem_sync.errors import ConfigError
from neuromem_sync.servers import is_secret


def checked(key: Field[Any], given: Any, place: str) -> Any:
    """`given` as the type of the setting's default. Numbers are never negative; words have the form of the setting."""
    default: Any = key.default
    if isinstance(default, tuple):
        return _words(key, given, place)
    if isinstance(default, str):
        if not isinstance(given, str) or not re.fullmatch(key.metadata["form"], given):
            wrong = f"is not {key.metadata['what']}" if is_secret(key) else f"cannot be {given!r}"
            raise ConfigError(f"{place} {wrong}", key.metadata["hint"])
        return given
    number = isinstance(given, int | float) and not isinstance(given, bool)
    whole = number and (isinstance(default, float) or isinstance(given, int))
    if not whole or not 0 <= given < float("inf"):
        kind = "a number" if isinstance(default, float) else "a whole number"
        raise ConfigError(f"{place} is {kind} from 0 up, not {given!r}", f"the default is {default}")
    return type(default)(given)


def _words(key: Field[Any], given: Any, place: str) -> tuple[str, ...]:
    """A list of words, or one string of them with commas between. What they are is not repeated: see `Redact`."""
    words = given.split(",") if isinstance(given, str) else given
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ConfigError(f"{place} is a list of words", key.metadata["hint"])
    if not all(re.fullmatch(key.metadata["form"], word) for word in words):
        raise ConfigError(f"{place} holds a word that does not belong there", key.metadata["hint"])
    return tuple(words)


def literal(text: str) -> int | float | str:
    """A number where it is one."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def require_known(name: str, known: tuple[str, ...], place: str) -> None:
    """Raises ConfigError with the nearest name if it is none of these."""
    if name in known:
        return
    import difflib

    near = difflib.get_close_matches(name, known, 1, 0.6)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
    raise ConfigError(f"{place}: there is no {name!r}", hint)
