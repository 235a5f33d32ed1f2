"""What its owner says is no secret, known again by a fingerprint: nothing of the value itself is kept.

Decides nothing about where the fingerprints are kept (config.py), and finds no secret.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

FORM = r"[0-9a-f]{16}:[0-9a-f]{32}"
"""A fingerprint: a salt of its own and a BLAKE2b-128 keyed with it, so that no table made beforehand has it."""


class Allowed:
    """The values with one of these fingerprints: `value in allowed`."""

    def __init__(self, fingerprints: Iterable[str] = ()) -> None:
        self.fingerprints = tuple(sorted(set(fingerprints)))
        self._salted = [tuple(each.split(":")) for each in self.fingerprints]

    def __contains__(self, value: str) -> bool:
        return any(_hashed(value, salt) == told for salt, told in self._salted)

    @property
    def digest(self) -> str:
        """Equal for equal lists; "" for an empty one."""
        if not self.fingerprints:
            return ""
        return blake2b(" ".join(self.fingerprints).encode(), digest_size=8).hexdigest()


NOTHING = Allowed()


def fingerprint(value: str) -> str:
    """A new one of this value: no two are alike."""
    import secrets

    salt = secrets.token_hex(8)
    return f"{salt}:{_hashed(value, salt)}"


def _hashed(value: str, salt: str) -> str:
    return blake2b(value.encode(errors="surrogatepass"), digest_size=16, key=bytes.fromhex(salt)).hexdigest()
