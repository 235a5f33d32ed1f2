"""What a word becomes in the index, and that a question asks for the same."""

from __future__ import annotations

import re
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuromem_sync.layers.terms import TOKEN_MARKS, asked, tag_token, token_string, words


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("fixed auth_gateway.py today", "gateway"),
        ("fixed auth_gateway.py today", "auth_gateway.py"),
        ("the OAuth2Client class", "client"),
        ("see https://example.org/docs/start", "example.org/docs"),
        ("running late", "run"),
        ("Caroline's plan", "caroline"),
        ("l’homme", "homme"),
        ("Café Ünïcode", "cafe"),
        ("cafe\u0301", "CAFÉ"),
        ("Straße", "STRASSE"),
        ("ｆｕｌｌ ｗｉｄｔｈ", "full"),
        ("使用数据库编程", "数据库"),
        ("使用数据库编程", "数"),
        ("ガギグ", "ガギ"),
        ("데이터베이스를", "데이터"),
        ("written in C++ and C#", "c++"),
        ("at 10.0.0.1:8080", "8080"),
        ("version 3.12.1", "3.12.1"),
    ],
)
def test_is_found_by(text: str, query: str) -> None:
    held = token_string([text])
    looked_up = [token for word in words(query) for token in asked(word)]
    missing = [token for token in looked_up if f" {token} " not in held]
    assert missing in ([], looked_up[:1] if len(looked_up) > 1 else [])  # an identifier in part: its parts are enough


@pytest.mark.parametrize(("text", "query"), [("ガギグ", "カキ"), ("gateway", "gate"), ("3.12", "3.13"), ("C++", "C#")])
def test_is_not_found_by(text: str, query: str) -> None:
    held = token_string([text])
    assert not any(f" {token} " in held for word in words(query) for token in asked(word) if token != "3")


def test_counts_are_exact_for_neighbouring_tokens() -> None:
    assert token_string(["run run run"]).count(" run ") == 3


def test_a_tag_holds_its_parents() -> None:
    assert token_string([], ["work/infra"]).split() == [tag_token("work"), tag_token("work/infra")]


def test_a_long_token_is_cut_alike_on_both_sides() -> None:
    blob = "a1" * 500
    assert f" {asked(blob)[0]} " in token_string([blob])


@given(st.text())
def test_every_word_of_a_text_finds_it(text: str) -> None:
    held = token_string([text])
    for word in words(text):
        assert any(f" {token} " in held for token in asked(word)) or not word.strip("_")


@given(st.text())
def test_fts5_splits_a_token_string_at_its_spaces_and_nowhere_else(text: str) -> None:
    held = token_string([text])
    index = sqlite3.connect(":memory:")
    index.execute(f"""CREATE VIRTUAL TABLE t USING fts5(terms, tokenize="ascii tokenchars '{TOKEN_MARKS}'")""")
    index.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, row)")
    index.execute("INSERT INTO t VALUES (?)", (held,))
    found = {term for (term,) in index.execute("SELECT term FROM v")}
    index.close()
    assert found == set(re.findall(" ([^ ]+) ", held))
