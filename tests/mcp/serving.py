"""A server in a process of its own, and the SDK's client at the other end of its pipes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import CallToolResult

from tests.transcript import servers
from tests.workshop import Workshop


def environment(shop: Workshop) -> dict[str, str]:
    """What a server has to know besides what it inherits."""
    return {"NEUROMEM_STATE": str(shop.home), "NEUROMEM_CONFIG": os.environ["NEUROMEM_CONFIG"], **servers()}


def command(root: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "neuromem_sync", "mcp", str(root), *more]


def client(shop: Workshop) -> Client:
    """To be entered: starts the server of the workspace, and ends it."""
    program, *words = command(shop.root)
    return Client(stdio_client(StdioServerParameters(command=program, args=words, env=environment(shop))))


def text(result: CallToolResult) -> str:
    """What a model reads of a result."""
    assert not result.is_error, result
    return "\n".join(said(result))


def refusal(result: CallToolResult) -> str:
    """What a model reads of a call that was refused."""
    assert result.is_error, result
    return "\n".join(said(result))


def told(result: CallToolResult) -> dict[str, Any]:
    """What a program reads of a result."""
    assert not result.is_error, result
    assert isinstance(result.structured_content, dict)
    return result.structured_content


def said(result: CallToolResult) -> Iterable[str]:
    for block in result.content:
        assert block.type == "text"
        yield block.text
