"""An agent's day: it boots, recalls, remembers, starts a task; the daemon is killed and the client restarted; the task
is resumed and completed, and the next morning knows what was learned.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.mcp.serving import client, text, told
from tests.workshop import Workshop

DECISIONS = """# Decisions

### 2026-03-01 — The gateway moves behind the proxy

- **Decision:** Caddy in front of everything
"""


def end(daemon: subprocess.Popen[str]) -> None:
    """With SIGKILL, as a crash or a lack of memory would."""
    daemon.kill()
    daemon.wait()
    assert daemon.stdout is not None
    daemon.stdout.close()


async def test_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Workshop(tmp_path)
    shop.write("mind/DECISIONS.md", DECISIONS)
    monkeypatch.setenv("NEUROMEM_STATE", str(shop.home))
    daemon = shop.start()
    try:
        async with client(shop) as morning:
            assert "Caddy in front of everything" in text(await morning.call_tool("session"))
            found = told(await morning.call_tool("recall", {"query": "what is in front of the gateway"}))
            assert found["entries"][0]["path"] == "mind/DECISIONS.md"
            await morning.call_tool("remember", {"text": "The owner wants login by Friday", "tags": ["login"]})
            await morning.call_tool("task", {"action": "start", "name": "login", "text": "Implement user auth"})
            end(daemon)
            progress = {"action": "update", "name": "login", "progress": "50%", "text": "JWT is signed"}
            assert not (await morning.call_tool("task", progress)).is_error
        async with client(shop) as afternoon:
            assert "login" in text(await afternoon.call_tool("session"))
            (task,) = told(await afternoon.call_tool("task", {"action": "list"}))["tasks"]
            assert (task["name"], task["progress"], task["note"]) == ("login", "50%", "JWT is signed")
            (task,) = told(await afternoon.call_tool("task", {"action": "resume", "name": "login"}))["tasks"]
            assert task["note"] == "JWT is signed"
            learned = "Refresh tokens must rotate, or a stolen one lives forever"
            await afternoon.call_tool("task", {"action": "complete", "name": "login", "text": learned})
            assert told(await afternoon.call_tool("task", {"action": "list"}))["tasks"] == []
            found = told(await afternoon.call_tool("recall", {"query": "what did we learn about refresh tokens"}))
            assert learned in found["entries"][0]["text"]
            assert found["freshness"]["state"] == "fresh"
    finally:
        end(daemon)
    assert shop.verify().equal
