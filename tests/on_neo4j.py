"""A plugin: every test with its graph on a real Neo4j. `pytest -p tests.on_neo4j`, alone or with on_redis."""

from __future__ import annotations

import pytest

from tests.served import everywhere


def pytest_configure(config: pytest.Config) -> None:
    everywhere(config, "neo4j")
