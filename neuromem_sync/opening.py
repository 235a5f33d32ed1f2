"""Which memory a program means, and how to open it; makes no doors itself, and opens none."""

from __future__ import annotations

from collections.abc import Callable

from neuromem_sync import agents, app
from neuromem_sync.clock import clock_from_environment
from neuromem_sync.config import load
from neuromem_sync.doors import BlockingDoors


def doors_of(agent: str | None) -> Callable[[], BlockingDoors]:
    """What makes the doors of an agent's memory, as often as they are needed.

    `agent` is a registered name or a path; without one it is found as a command finds it. Raises WorkspaceError naming
    the agents there are, ConfigError for settings that are wrong.
    """
    workspace, _ = agents.one(agent, (), agents.registered(load()), agents.here())
    settings = load(workspace.require().root)
    clock = clock_from_environment()
    return lambda: app.doors(workspace, settings, clock)
