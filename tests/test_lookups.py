"""A resolver that hangs: names of servers are looked up, and no answer comes. Nobody waits for it to the end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.workshop import Workshop

HANGS = 60.0
"""Seconds for which a name is looked up: as a resolver does that asks several servers that are away."""
MACHINE = 10.0
"""Seconds that processes take on a machine that is busy: one is enough on another."""
PROGRAM = f"""
import socket, sys, time
known = socket.getaddrinfo
def asked(host, *rest, **wanted):
    if host == "db.example":
        time.sleep({HANGS})
    return known(host, *rest, **wanted)
socket.getaddrinfo = asked
sys.argv[0] = "neuromem"
from neuromem_sync.cli import main
main()
"""
SERVERS = {
    "redis": {"NEUROMEM_REDIS_URL": "redis://db.example"},
    "neo4j": {"NEUROMEM_NEO4J_URL": "bolt://db.example", "NEUROMEM_NEO4J_PASSWORD": "p"},
}
COMMANDS = {
    "recall PATH caddy": 0.5,
    "related PATH Gateway": 0.5,
    "stats PATH": 0.5,
    "sync PATH": 5.0,
    "project PATH --seconds 2": 2.0,
    "health PATH": 10.0,
}
"""What a person types, and the seconds that it may wait for a server."""


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    shop = Workshop(tmp_path)
    shop.write("notes/gateway.md", "# Gateway\n\n- [[Gateway]] uses [[Caddy]]\n")
    shop.sync()
    return shop


def typed(shop: Workshop, server: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words],
        env={**os.environ, **SERVERS[server], "NEUROMEM_STATE": str(shop.home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.embedded
@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize(
    "command", [each if "health" not in each else pytest.param(each, marks=pytest.mark.long) for each in COMMANDS]
)
def test_a_command_ends_in_its_time(command: str, server: str, shop: Workshop) -> None:
    began = time.monotonic()
    process = typed(shop, server, *command.replace("PATH", str(shop.root)).split())
    said, _ = process.communicate(timeout=HANGS)
    assert time.monotonic() - began < COMMANDS[command] + MACHINE
    assert process.returncode in (0, 1), said
    assert "defect" not in said


@pytest.mark.embedded
@pytest.mark.parametrize("server", SERVERS)
def test_a_daemon_stops_at_once(server: str, shop: Workshop) -> None:
    process = typed(shop, server, "watch", str(shop.root))
    assert process.stdout is not None
    assert any(" event=fresh " in line for line in process.stdout)
    time.sleep(1.0)  # it is looking the name up, or is about to
    began = time.monotonic()
    process.terminate()
    process.communicate(timeout=HANGS)
    assert time.monotonic() - began < 1.0 + MACHINE
