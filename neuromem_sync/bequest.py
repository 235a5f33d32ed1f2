"""What the predecessor's `config.json` says: whose workspace is where, and which settings have a counterpart here.

Sets nothing: what a person wants to keep, they set themselves.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from neuromem_sync.config import Settings

CONFIG = "config.json"
_DAY = 86400
# What its sections call a thing -> the setting that means it here, and how much of it one of theirs is.
_COUNTERPARTS: Mapping[str, tuple[str, float]] = {
    "hierarchy.working.max_tokens": ("working.tokens", 1),
    "hierarchy.working.tokens": ("working.tokens", 1),
    "hierarchy.working.token_budget": ("working.tokens", 1),
    "hierarchy.working.ttl": ("working.ttl_s", 1),
    "hierarchy.working.ttl_s": ("working.ttl_s", 1),
    "hierarchy.working.ttl_seconds": ("working.ttl_s", 1),
    "hierarchy.working.ttl_minutes": ("working.ttl_s", 60),
    "hierarchy.working.ttl_hours": ("working.ttl_s", 3600),
    "hierarchy.episodic.retention": ("episodic.retention_days", 1),
    "hierarchy.episodic.retention_days": ("episodic.retention_days", 1),
    "hierarchy.episodic.retention_seconds": ("episodic.retention_days", 1 / _DAY),
    "lifecycle.retention_days": ("episodic.retention_days", 1),
    "lifecycle.archive_after_days": ("episodic.retention_days", 1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bequest:
    """`agents`: workspaces by name. `settings`: those that differ from ours, by our name. `left`: keys without one.

    `fault` says why there is nothing to read, "" if there is.
    """

    agents: Mapping[str, Path] = field(default_factory=dict)
    settings: Mapping[str, int] = field(default_factory=dict)
    left: tuple[str, ...] = ()
    fault: str = ""


def read(folder: Path) -> Bequest:
    """What stands in the configuration of this folder; nothing if it has none."""
    try:
        config = json.loads((folder / CONFIG).read_bytes())
    except FileNotFoundError:
        return Bequest()
    except (OSError, ValueError, RecursionError) as error:
        return Bequest(fault=f"{CONFIG} cannot be read: {error}")
    if not isinstance(config, dict):
        return Bequest(fault=f"{CONFIG} holds no object")
    keys = dict(_flat({name: value for name, value in config.items() if name != "agents"}))
    settings, left = dict[str, int](), list[str]()
    for key, value in keys.items():
        setting, scale = _COUNTERPARTS.get(key.removeprefix("memory."), ("", 0.0))
        if setting and isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9:
            settings[setting] = round(value * scale)
        else:
            left.append(key)
    kept = {setting: value for setting, value in settings.items() if value != _default(setting)}
    return Bequest(agents=_agents(config.get("agents")), settings=kept, left=tuple(left))


def _agents(said: object) -> dict[str, Path]:
    agents = said.items() if isinstance(said, dict) else ()
    found = ((name, each.get("workspace")) for name, each in agents if isinstance(each, dict))
    return {name: Path(os.path.expanduser(path)) for name, path in found if isinstance(path, str) and path}


def _flat(table: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _default(setting: str) -> object:
    section, _, key = setting.partition(".")
    return getattr(getattr(Settings(), section), key)
