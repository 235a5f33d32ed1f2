"""Documents as resources: whole or by lines, as the index has them, and nothing else of any disk."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from mcp import Client, MCPError

from neuromem_sync import Memory
from neuromem_sync.mcp import Server
from tests.mcp.serving import client
from tests.workshop import Workshop

LOG = """# 2026-03-01

### 09:00 — The gateway

It moved behind the proxy.
The password: hunter2-Zx81-quartz

<private>
Nobody else's business.
</private>

### 10:00 — Lunch

At the harbour.
"""
SHOWN = {
    3: "### 09:00 — The gateway",
    5: "It moved behind the proxy.",
    12: "### 10:00 — Lunch",
    14: "At the harbour.",
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    shop = Workshop(tmp_path)
    shop.write("memory/2026-03-01.md", LOG)
    shop.write("a folder/ä note.md", "Something noted.\n")
    shop.write("mind/SHARED.md", "# Shared\n\n## Credentials\n\n- **API key:** sk-live-0123456789abcdef\n")
    (tmp_path / "outside.md").write_text("Outside of the root.\n", encoding="utf-8")
    monkeypatch.setenv("NEUROMEM_STATE", str(shop.home))
    return shop


async def read(ava: Client, uri: str) -> str:
    (content,) = (await ava.read_resource(uri)).contents
    assert content.mime_type == "text/markdown"
    return content.text  # type: ignore[union-attr]


async def test_documents_over_pipes(shop: Workshop) -> None:
    async with client(shop) as ava:
        listed = {resource.name: str(resource.uri) for resource in (await ava.list_resources()).resources}
        assert set(listed) == {"memory/2026-03-01.md", "a folder/ä note.md"}
        assert await read(ava, listed["a folder/ä note.md"]) == "Something noted."
        log = (await read(ava, listed["memory/2026-03-01.md"])).split("\n")
        assert {number: log[number - 1] for number in SHOWN} == SHOWN
        assert "hunter2" not in "\n".join(log)
        assert "business" not in "\n".join(log)
        assert await read(ava, f"{listed['memory/2026-03-01.md']}#L12-L14") == "### 10:00 — Lunch\n\nAt the harbour."
        assert await read(ava, f"{listed['memory/2026-03-01.md']}#L5") == SHOWN[5]
        templates = (await ava.list_resource_templates()).resource_templates
        assert [template.uri_template for template in templates] == [
            "neuromem://ava/{+path}",
            "neuromem://ava/{+path}#{lines}",
        ]


class Address(NamedTuple):
    uri: str
    says: str


REFUSED = [
    Address("neuromem://ava/nothing.md", "nothing.md: no such document in the index"),
    Address("neuromem://ava/memory/2026-03-01.md#top", "'top' names no lines"),
    Address("neuromem://ava/../outside.md", "Unknown resource"),
    Address("neuromem://ava/%2e%2e/outside.md", "Unknown resource"),
    Address("neuromem://ava//etc/passwd", "Unknown resource"),
    Address("neuromem://ava/mind/../../outside.md", "Unknown resource"),
    Address("neuromem://bob/memory/2026-03-01.md", "Unknown resource"),
    Address("file:///etc/passwd", "Unknown resource"),
]


@pytest.mark.parametrize("address", REFUSED, ids=lambda address: address.uri)
async def test_what_is_no_document_of_this_agent_is_refused(shop: Workshop, address: Address) -> None:
    async with Memory.open(str(shop.root)) as memory, Client(Server(memory)) as ava:
        with pytest.raises(MCPError, match=address.says):
            await ava.read_resource(address.uri)


async def test_a_credential_section_of_a_shared_file_is_in_no_resource(shop: Workshop) -> None:
    async with Memory.open(str(shop.root)) as memory, Client(Server(memory)) as ava:
        assert "sk-live" not in await read(ava, "neuromem://ava/mind/SHARED.md")


async def test_lines_beyond_the_end_are_no_lines(shop: Workshop) -> None:
    async with Memory.open(str(shop.root)) as memory, Client(Server(memory)) as ava:
        assert await read(ava, "neuromem://ava/memory/2026-03-01.md#L90-L99") == ""
