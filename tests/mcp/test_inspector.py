"""The server seen by somebody else's eyes: the protocol's own inspector, which is a program of node."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.mcp.serving import environment
from tests.workshop import Workshop

PROGRAM = "mcp-inspector"
HINT = f"{PROGRAM} is not installed: npm install --global @modelcontextprotocol/inspector"


@pytest.fixture(scope="module")
def inspector() -> str:
    found = shutil.which(PROGRAM)
    if found is None:
        pytest.skip(HINT)
    return found


def test_the_inspector_understands_the_server(inspector: str, tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    shop.write("a.md", "The gateway is behind the proxy.\n")

    def inspected(*words: str) -> dict[str, Any]:
        given = [part for name, value in environment(shop).items() for part in ("-e", f"{name}={value}")]
        command = [inspector, "--cli", *given, sys.executable, "-m", "neuromem_sync", "mcp", str(shop.root), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        found = json.loads(done.stdout)
        assert isinstance(found, dict)
        return found

    calls = (
        ("--method", "tools/list"),
        ("--method", "tools/call", "--tool-name", "recall", "--tool-arg", "query=gateway", "--tool-arg", "limit=1"),
        ("--method", "tools/call", "--tool-name", "recall"),
        ("--method", "resources/list"),
        ("--method", "resources/read", "--uri", "neuromem://ava/a.md#L1"),
    )
    with ThreadPoolExecutor(2) as threads:
        tools, found, refused, listed, page = threads.map(lambda words: inspected(*words), calls)
    assert {tool["name"] for tool in tools["tools"]} >= {"session", "recall", "remember", "task"}
    assert all(tool["outputSchema"]["type"] == "object" for tool in tools["tools"])
    assert found["structuredContent"]["entries"][0]["path"] == "a.md"
    assert (refused["isError"], refused["content"][0]["text"]) == (True, "query: Field required")
    assert [resource["uri"] for resource in listed["resources"]] == ["neuromem://ava/a.md"]
    assert page["contents"][0]["text"] == "The gateway is behind the proxy."
