"""Every row of the grammar, as documents and what they become (fixtures/*.md)."""

from __future__ import annotations

import pytest

from .fixtures import Fixture, load, render


@pytest.mark.parametrize("fixture", list(load()), ids=str)
def test_a_document_becomes_these_entries(fixture: Fixture) -> None:
    assert render(fixture.result(), fixture.expected) == fixture.expected
