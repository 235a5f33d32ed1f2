"""What holds for every test: the user's own configuration and state are out of reach."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def _nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("NEUROMEM_")]:
            patch.delenv(name)
        patch.setenv("NEUROMEM_CONFIG", str(tmp_path_factory.mktemp("config")))
        patch.setenv("NEUROMEM_STATE", str(tmp_path_factory.mktemp("state")))
        yield
