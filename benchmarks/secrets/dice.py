"""Random pieces, always the same for a seed, put together so that no scanner of repositories takes a file for a leak.

Knows no format of a secret.
"""

from __future__ import annotations

import random
import string
from collections.abc import Sequence

BASE62 = string.ascii_letters + string.digits
URL_SAFE = BASE62 + "-_"
HEX = "0123456789abcdef"
BASE32 = string.ascii_uppercase + "234567"
SYMBOLS = "!@#%&*+="

Part = str | int


class Dice(random.Random):
    """A generator of the standard library with words for what is needed here."""

    def run(self, alphabet: str, length: int) -> str:
        return "".join(self.choices(alphabet, k=length))

    def made(self, alphabet: str, parts: Sequence[Part]) -> str:
        """A word stands for itself, a number for as many random characters."""
        return "".join(self.run(alphabet, part) if isinstance(part, int) else part for part in parts)

    def password(self) -> str:
        """As people choose one: a word in capitals or not, digits, mostly a symbol."""
        word = self.choice(
            ("Sunflower", "otter", "Lisboa", "granite", "Merlin", "teapot", "Kranich", "walnut", "Ahorn")
        )
        tail = self.choice(("", *SYMBOLS))
        return f"{word}{self.choice(('', '-', '_', '.'))}{self.randrange(10, 9999)}{tail}"

    def key(self, length: int = 0) -> str:
        """A key without a format of its own: letters of both cases and digits, never all of one kind."""
        run = self.run(BASE62, length or self.randrange(20, 44))
        return run if any(map(str.isdigit, run)) and not (run.islower() or run.isupper()) else self.key(length)
