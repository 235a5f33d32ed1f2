"""Tokens: estimated on the safe side, counted where a vocabulary lies at hand, never fetched."""

from __future__ import annotations

import base64
import hashlib
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuromem_sync import tokens

# What the vocabularies o200k_base and cl100k_base make of these, the greater of the two.
COUNTED = [
    ("Hamza takes the weekend; if the disk has less than ten percent left, tell operations at once.", 21),
    ("- 14:02 Deployed the gateway behind the proxy, see [[Gateway]] #ops/incident", 21),
    ("| Loop | Last Touch | Next Action |\n|---|---|---|\n| Invoice | 2026-02-20 | call the bank |\n", 31),
    ("def fold(word: str) -> str:\n    return word.lower() if word.isascii() else word.casefold()\n", 24),
    ("https://api.example.com/users/list/v3?id=5ccd&ref=mail#L3", 20),
    ("a81bc81b-dead-4e5d-abff-90865d1e13b1", 23),
    ("今天我们决定把网关移到代理服务器后面,因为证书在三月底到期。", 29),
    ("今日はゲートウェイをプロキシの後ろに移すことに決めました。", 28),
    ("오늘 우리는 게이트웨이를 프록시 뒤로 옮기기로 결정했습니다.", 32),
    ("Heute haben wir beschlossen, das Gateway hinter den Proxy zu stellen.", 15),
    ("Сегодня мы решили перенести шлюз за прокси.", 21),
    ("🟢 active 🔴 blocked ✅ done 🚀🎉👍🏽", 22),
]


@pytest.fixture(autouse=True)
def _afresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    tokens._counter.cache_clear()
    yield
    tokens._counter.cache_clear()


@pytest.mark.parametrize(("text", "counted"), COUNTED, ids=[text[:12] for text, _ in COUNTED])
def test_the_estimate_is_on_the_safe_side(text: str, counted: int) -> None:
    assert counted <= tokens.estimate(text) <= 3 * counted


@given(st.text(), st.text())
def test_a_whole_is_estimated_at_no_more_than_its_lines(one: str, other: str) -> None:
    assert tokens.estimate(f"{one}\n{other}") <= tokens.estimate(f"{one}\n") + tokens.estimate(other)


@given(st.text(min_size=1))
def test_what_is_longer_costs_no_less(text: str) -> None:
    assert tokens.estimate(text + "x") >= tokens.estimate(text)


def test_without_a_vocabulary_it_is_an_estimate() -> None:
    assert tokens.counter_name() == "estimate"
    assert tokens.count("a b") == tokens.estimate("a b") == 2


class Encoding:
    """Stands in for tiktoken's: a token for each character."""

    def __init__(self, name: str, **given: object) -> None:
        assert given["mergeable_ranks"] == {b"a": 0, b"b": 1}

    def encode_ordinary(self, text: str) -> list[str]:
        return list(text)


@pytest.fixture
def vocabulary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A cached vocabulary of two letters, beside a tiktoken that would fail on any other call."""
    module = ModuleType("tiktoken")
    module.Encoding = Encoding  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tiktoken", module)
    data = b"".join(base64.b64encode(letter) + b" %d\n" % rank for rank, letter in enumerate((b"a", b"b")))
    monkeypatch.setattr(tokens, "DIGEST", hashlib.sha256(data).hexdigest())
    place = tmp_path / hashlib.sha1(tokens.ADDRESS.encode()).hexdigest()
    place.write_bytes(data)
    return place


def test_a_cached_vocabulary_is_counted_with(vocabulary: Path) -> None:
    assert tokens.counter_name() == "tiktoken o200k_base"
    assert tokens.count("abba") == 4


def test_a_damaged_vocabulary_is_neither_used_nor_replaced(vocabulary: Path) -> None:
    vocabulary.write_bytes(b"YQ== 0\n")
    assert tokens.counter_name() == "estimate"
    assert vocabulary.read_bytes() == b"YQ== 0\n"


def test_a_vocabulary_without_a_tokenizer_is_no_use(vocabulary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tiktoken", None)
    assert tokens.counter_name() == "estimate"


def test_nothing_is_looked_for_where_caching_is_off(vocabulary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    assert tokens.counter_name() == "estimate"


def test_the_network_is_never_asked(vocabulary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    vocabulary.unlink()
    assert tokens.count("a") == 1
