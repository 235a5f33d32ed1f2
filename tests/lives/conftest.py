"""Lives that several tests look at."""

from __future__ import annotations

from functools import cache

import pytest

from tests.lives.makers import MAKERS


@pytest.fixture(scope="session")
def lives(tmp_path_factory):
    """The workspace and the truth of a seed of a bank or an author, each made once."""

    @cache
    def made(name, seed):
        root = tmp_path_factory.mktemp(f"{name}-{seed}") / "workspace"
        return root, MAKERS[name](root, name, seed)

    return made
