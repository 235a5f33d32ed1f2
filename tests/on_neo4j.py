"""A plugin: every test with its graph on a real Neo4j.

`python -m pytest -p tests.on_neo4j`, alone or with on_redis.
"""

from __future__ import annotations

import pytest

from tests.served import everywhere, pytest_runtest_setup

__all__ = ["pytest_runtest_setup"]


def pytest_configure(config: pytest.Config) -> None:
    everywhere(config, "neo4j")
