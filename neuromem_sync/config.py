"""Settings: defaults, the user's `config.toml`, a workspace's `.neuromem.toml`, the environment; later wins.

Does not decide which agent is meant (agents.py) and writes nothing.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any

from neuromem_sync.allowed import FORM
from neuromem_sync.errors import ConfigError
from neuromem_sync.files import reason
from neuromem_sync.servers import Layers, short_variable
from neuromem_sync.values import checked, literal, require_known

WORKSPACE_FILE = ".neuromem.toml"
PREFIX = "NEUROMEM_"
# Variables that are no settings: where things are, who is meant, what time it is.
PLACES = frozenset({"NEUROMEM_CONFIG", "NEUROMEM_STATE", "NEUROMEM_AGENT", "NEUROMEM_NOW"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A registered agent: its root as it was given, and the IANA zone of times that name none.

    `readonly`: the root belongs to another program; nothing is ever written there.
    """

    root: Path
    zone: str = "UTC"
    readonly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """When an edit is believed, in milliseconds or seconds (docs/freshness.md, docs/speed.md).

    `settle_ms`: quiet after a close or a move; `open_ms`: after an event that leaves a file open; no edit
    waits longer than `longest_ms`. `scan_s`: between stat scans.
    """

    settle_ms: int = 4
    open_ms: int = 50
    longest_ms: int = 500
    scan_s: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """Working memory: its budget in tokens, and for how many seconds a touch counts."""

    tokens: int = 8000
    ttl_s: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Episodic:
    """Days after which an entry that is neither important nor recalled is archived in the index; its file stays."""

    retention_days: int = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """At most `limit` hits; `fresh_ms` for a daemon to prove freshness."""

    limit: int = 10
    fresh_ms: int = 2000


CLOCK_TIME = {"form": r"([01][0-9]|2[0-3]):[0-5][0-9]|", "hint": 'write it like "03:30", or "" for never'}


@dataclass(frozen=True, slots=True, kw_only=True)
class Consolidate:
    """When the daemon consolidates: `at` that time of the agent's day ("": never), and after that many new or
    changed entries (0: never). What it may fill: `items` and `tokens` of the managed region (docs/consolidation.md).
    """

    at: str = field(default="03:30", metadata=CLOCK_TIME)
    after: int = 500
    items: int = 100
    tokens: int = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Writeback:
    """Seconds for which MEMORY.md has to be untouched before it is written (docs/writeback.md)."""

    quiet_s: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The tokens of what an agent reads when it wakes, and of a context where no budget is given."""

    tokens: int = 2000


FINGERPRINTS = {"form": FORM, "hint": "neuromem secrets --allow PATH:LINE writes it as it has to be"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Redact:
    """What looks like a secret and is none: fingerprints (allowed.py). Only the user may say so, no workspace."""

    allow: tuple[str, ...] = field(default=(), metadata=FINGERPRINTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting, and `agents` by name."""

    agents: Mapping[str, Agent] = field(default_factory=lambda: MappingProxyType({}))
    sync: Sync = Sync()
    working: Working = Working()
    episodic: Episodic = Episodic()
    recall: Recall = Recall()
    consolidate: Consolidate = Consolidate()
    writeback: Writeback = Writeback()
    redact: Redact = Redact()
    session: Session = Session()
    layers: Layers = field(default_factory=Layers)


# What a workspace may say of itself. It may come from a stranger: nothing here opens a file or a connection.
HARMLESS = frozenset({"sync", "working", "episodic", "recall", "consolidate", "writeback", "session"})
SECTIONS = (
    *(section.name for section in fields(Settings) if section.name not in ("agents", "layers")),
    *(f"layers.{layer.name}" for layer in fields(Layers)),
)
"""As they are named to people: `working`, `layers.working`."""


def config_path() -> Path:
    """`config.toml`: `NEUROMEM_CONFIG` (the file, or the folder it is in), else the platform's place."""
    given = os.environ.get("NEUROMEM_CONFIG")
    if given:
        path = Path(os.path.expanduser(given))
        return path if path.suffix == ".toml" else path / "config.toml"
    import platformdirs

    return platformdirs.user_config_path("neuromem") / "config.toml"


def state_home() -> Path:
    """The folder of state folders: `NEUROMEM_STATE`, else the platform's place."""
    given = os.environ.get("NEUROMEM_STATE")
    if given:
        return Path(os.path.realpath(os.path.expanduser(given)))
    import platformdirs

    return platformdirs.user_state_path("neuromem")


def load(root: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings, for the workspace at `root` if given.

    Raises ConfigError with the place, the key and the nearest name of what is unknown or malformed.
    """
    path = config_path()
    settings = users(table_of(path), path)
    if root is not None:
        own = root / WORKSPACE_FILE
        settings = _apply(settings, table_of(own), own, tuple(name for name in SECTIONS if name in HARMLESS))
    return _from_environment(settings, environment)


def users(table: Mapping[str, Any], path: Path) -> Settings:
    """The settings that `config.toml` at `path` gives by saying this. Raises ConfigError as `load`."""
    return _apply(Settings(), table, path, tuple(section.name for section in fields(Settings)))


def table_of(path: Path) -> dict[str, Any]:
    """What a file of settings says, nothing of it checked; {} if there is none. Raises ConfigError."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(f"{path}: {reason(error)}", "make it readable, or move it away") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8", "save it as UTF-8, or move it away") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {error}", "mend the file, or move it away") from error


def _apply(settings: Settings, table: Mapping[str, Any], path: Path, allowed: tuple[str, ...]) -> Settings:
    changes: dict[str, Any] = {}
    for name, given in table.items():
        require_known(name, allowed, str(path))
        if not isinstance(given, dict):
            raise ConfigError(f"{path}: {name} is no section", f"write [{name}] on a line of its own")
        if name == "agents":
            found = {agent: _agent(agent, keys, path) for agent, keys in given.items()}
            changes[name] = MappingProxyType(found)
        elif name == "layers":
            changes[name] = _layers(settings.layers, given, path)
        else:
            changes[name] = _section(getattr(settings, name), given, f"{path}: {name}")
    return replace(settings, **changes)


def _layers(held: Layers, given: Mapping[str, Any], path: Path) -> Layers:
    changes = {}
    for name, keys in given.items():
        require_known(name, tuple(layer.name for layer in fields(held)), f"{path}: layers")
        if not isinstance(keys, dict):
            raise ConfigError(f"{path}: layers.{name} is no section", f"write [layers.{name}] on a line of its own")
        changes[name] = _section(getattr(held, name), keys, f"{path}: layers.{name}")
    return replace(held, **changes)


def _section(defaults: Any, given: Mapping[str, Any], place: str) -> Any:
    known = {key.name: key for key in fields(defaults)}
    changes = {}
    for name, new in given.items():
        require_known(name, tuple(known), place)
        changes[name] = checked(known[name], new, f"{place}.{name}")
    return replace(defaults, **changes)


def _agent(name: str, given: Any, path: Path) -> Agent:
    place = f"{path}: agents.{name}"
    if not isinstance(given, dict):
        raise ConfigError(f"{place} is no section", f"write [agents.{name}] on a line of its own")
    for key in given:
        require_known(key, ("root", "zone", "readonly"), place)
    root, zone = given.get("root"), given.get("zone", "UTC")
    if not isinstance(root, str) or not isinstance(zone, str) or "\0" in root:
        raise ConfigError(f"{place}: root and zone are words", f'write root = "/path/of/{name}"')
    if not is_zone(zone):
        raise ConfigError(f"{place}: there is no zone {zone!r}", 'write its IANA name: zone = "Europe/Vienna"')
    readonly = given.get("readonly", False)
    if not isinstance(readonly, bool):
        raise ConfigError(f"{place}.readonly is true or false, not {readonly!r}", "the default is false")
    return Agent(root=Path(os.path.expanduser(root)), zone=zone, readonly=readonly)


def is_zone(name: str) -> bool:
    """Whether this is the IANA name of a zone that this system knows."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return bool(name) and ZoneInfo(name) is not None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _from_environment(settings: Settings, environment: Mapping[str, str]) -> Settings:
    known = {each: (part, key) for part in SECTIONS for key in keys_of(part) for each in variables(part, key)}
    for variable, text in sorted(environment.items()):
        if not variable.startswith(PREFIX) or variable in PLACES:
            continue
        require_known(variable, (*known, *PLACES), "environment")
        part, key = known[variable]
        value = checked(key, text if isinstance(key.default, str) else literal(text), variable)
        settings = _with(settings, part, {key.name: value})
    return settings


def keys_of(section: str) -> tuple[Field[Any], ...]:
    """The settings of a section."""
    return fields(section_of(Settings(), section))


def section_of(settings: Settings, section: str) -> Any:
    return attrgetter(section)(settings)


def variables(section: str, key: Field[Any]) -> tuple[str, ...]:
    """The variables of the environment that give a setting; the last one wins."""
    long = f"{PREFIX}{section}_{key.name}".replace(".", "_").upper()
    short = short_variable(key)
    return (long, short) if short else (long,)


def _with(held: Any, section: str, changes: Mapping[str, Any]) -> Any:
    name, _, rest = section.partition(".")
    inner = getattr(held, name)
    return replace(held, **{name: _with(inner, rest, changes) if rest else replace(inner, **changes)})
