"""Of our part of MEMORY.md older versions are kept: no secret of people may get into it, nor into a difference."""

from __future__ import annotations

import pytest

from neuromem_sync.allowed import Allowed, fingerprint
from neuromem_sync.errors import WriteConflict
from neuromem_sync.redact import hidden
from neuromem_sync.rewrite import body

WORD = "hunter" + "22x"
MEMORY = """# Memory

wifi password: {beside}

## Learned

<!-- neuromem:begin memory v=1 sha256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 -->
- tea

- the alarm password is {within}
<!-- neuromem:end memory kept= gone= -->
"""


def test_a_secret_in_our_part_holds_writes_back_and_is_not_repeated() -> None:
    data = MEMORY.format(beside="none", within=WORD).encode()
    with pytest.raises(WriteConflict, match=r"MEMORY.md:10 holds a secret") as raised:
        body("MEMORY.md", data)
    assert WORD not in f"{raised.value} {raised.value.hint}"
    assert WORD.encode() in body("MEMORY.md", data, Allowed([fingerprint(WORD)]))


def test_a_secret_beside_it_is_nobodys_concern() -> None:
    assert body("MEMORY.md", MEMORY.format(beside=WORD, within="required").encode())
    assert body("MEMORY.md", MEMORY.format(beside=WORD, within="").partition("## Learned")[0].encode()) == b""


def test_a_difference_is_shown_without_secrets() -> None:
    diff = f"--- a\n+++ a\n@@ -1 +1 @@\n wifi password: {WORD}\n-old\n+new"
    assert hidden(diff) == diff.replace(WORD, "[secret]")
