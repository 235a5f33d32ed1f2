"""A plugin: every test with its working memory on a real Redis.

`python -m pytest -p tests.on_redis`, alone or with on_neo4j.
"""

from __future__ import annotations

import pytest

from tests.served import everywhere, pytest_runtest_setup

__all__ = ["pytest_runtest_setup"]


def pytest_configure(config: pytest.Config) -> None:
    everywhere(config, "redis")
