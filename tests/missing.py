"""Servers that are not to be had: the tests that need one are left out, and one line says which, and what to install.

Under CI=true nothing is left out: it is an error.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NoReturn

import pytest

WANTED = "it needs what is not here: "
"""How the reason of a test begins that was left out for want of something; what to install follows."""


def left_out(packages: str) -> NoReturn:
    """End a test that needs a server."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{WANTED}apt-get install {packages}", pytrace=False)
    pytest.skip(f"{WANTED}apt-get install {packages}")


def is_left_out(report: pytest.TestReport) -> bool:
    return report.skipped and isinstance(report.longrepr, tuple) and WANTED in report.longrepr[2]


def told(left_out: Sequence[pytest.TestReport]) -> str:
    """One line about these: how many, which files, what to install."""
    files = sorted({report.nodeid.partition("::")[0] for report in left_out})
    reasons = [report.longrepr[2] for report in left_out if isinstance(report.longrepr, tuple)]
    packages = sorted({word for reason in reasons for word in reason.rpartition("apt-get install ")[2].split()})
    return (
        f"{len(left_out)} tests on servers did not run ({', '.join(files)}): "
        f"apt-get install {' '.join(packages)}, or name servers (CONTRIBUTING.md)"
    )
