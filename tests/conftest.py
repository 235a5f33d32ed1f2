"""What holds for every test: the settings and state of whoever runs them are out of reach, the servers too."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import missing
from tests.machines import alone_on_servers
from tests.neo4j_server import neo4j_server
from tests.rights import NOBODY
from tests.served import neo4j_stand, pytest_generate_tests, redis_stand, stores

__all__ = ["alone_on_servers", "neo4j_server", "neo4j_stand", "pytest_generate_tests", "redis_stand", "stores"]
NO_SERVER = "without a server"
"""What pytest counts a test as that was left out for want of one."""


@pytest.fixture(autouse=True, scope="session")
def _nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("NEUROMEM_")]:
            patch.delenv(name)
        patch.setenv("NEUROMEM_CONFIG", str(tmp_path_factory.mktemp("config")))
        patch.setenv("NEUROMEM_STATE", str(tmp_path_factory.mktemp("state")))
        yield


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    return (NO_SERVER, "s", "LEFT OUT") if missing.is_left_out(report) else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if left_out := terminalreporter.stats.get(NO_SERVER):
        terminalreporter.write_line(missing.told(left_out))


@pytest.fixture
def somebody() -> Iterator[Path]:
    """A folder of a user who is not root, in which they may do as they like."""
    folder = Path(tempfile.mkdtemp(prefix="somebody-"))
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)
