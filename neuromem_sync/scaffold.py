"""Lay out `templates/workspace/`: what a folder lacks of it, and the files that fill the gap.

Never opens a file that is there, registers nobody (agents.py) and asks nobody (cli/init.py).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from neuromem_sync.config import is_zone
from neuromem_sync.errors import WorkspaceError
from neuromem_sync.files import create, reason
from neuromem_sync.model import Route
from neuromem_sync.workspace import route

TEMPLATES = Path(__file__).parent / "templates" / "workspace"
DAY = "memory/YYYY-MM-DD.md"
# The same document in another tool's place: having one is having the other.
ELSEWHERE = {"mind/memory.md": "memory.md"}
# Where Obsidian keeps its settings: a vault is a workspace as it is, and no place for a layout nobody asked for.
VAULT = ".obsidian"
# What may stand in a folder that nobody has begun to fill.
EMPTY = frozenset({".git", ".DS_Store", ".gitignore", ".gitattributes"})
_LINK = Path("/etc/localtime")
_NAMED = Path("/etc/timezone")
_ZONE_PATH = re.compile(r"/zoneinfo[^/]*/(?:posix/|right/)?(.+)")


def is_new(root: Path) -> bool:
    """Whether nobody has put anything there yet. Raises WorkspaceError if that cannot be seen."""
    try:
        return all(entry.name in EMPTY for entry in os.scandir(root))
    except FileNotFoundError:
        return True
    except OSError as error:
        raise WorkspaceError(f"{root}: {reason(error)}", "name a folder of yours") from error


def layout(day: date) -> dict[str, Path]:
    """Every file of a workspace by its path, with the template it is made from."""
    files = {path.relative_to(TEMPLATES).as_posix(): path for path in TEMPLATES.rglob("*") if path.is_file()}
    return dict(sorted({**files, f"memory/{day.isoformat()}.md": TEMPLATES / DAY}.items()))


def missing(root: Path, day: date) -> tuple[str, ...]:
    """What `root` lacks of the layout, by path; capital letters make no difference, as on many disks.

    Today's log counts as missing only where there is no log at all: an old workspace is complete without it.
    """
    present = {path.lower() for path in _paths(root)}
    logs = any(route(path) is Route.LOG for path in present)
    wanted = (path for path, template in layout(day).items() if not (logs and _is_log(path, template)))
    return tuple(path for path in wanted if not {path.lower(), ELSEWHERE.get(path.lower())} & present)


def lay_out(root: Path, paths: Iterable[str], day: date, zone: str) -> tuple[str, ...]:
    """Make these files of the layout; returns those made, leaving out what has come to stand there meanwhile.

    `zone` stands for a template's `{zone}`, and `day` for the `YYYY-MM-DD` of today's log: nothing else is filled in,
    so that a copy of the templates is a workspace too. Raises WorkspaceError where a folder cannot be made, or is a
    link that leads out of the root.
    """
    templates = layout(day)
    texts = {path: templates[path].read_text(encoding="utf-8").replace("{zone}", zone) for path in paths}
    for path in texts:
        if _is_log(path, templates[path]):
            texts[path] = texts[path].replace("YYYY-MM-DD", day.isoformat())
    return tuple(path for path, text in texts.items() if _make(root, path, text))


def _make(root: Path, path: str, text: str) -> bool:
    place = root / path
    if not place.parent.resolve().is_relative_to(root.resolve()):
        raise WorkspaceError(f"{place.parent} leads out of the workspace", "put a folder in the link's place")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(f"{place.parent}: {reason(error)}", "make room for a folder of that name") from error
    return create(place, text.encode())


def _is_log(path: str, template: Path) -> bool:
    return template == TEMPLATES / DAY and path != DAY


def _paths(root: Path) -> Iterator[str]:
    """What stands in the layout's own folders; others may be large, and are left alone."""
    folders = {Path(path).parent.as_posix().lower() for path in layout(date.min)}
    for place, below, names in os.walk(root):
        folder = Path(os.path.relpath(place, root))
        below[:] = [name for name in below if _is_ours((folder / name).as_posix().lower(), folders)]
        yield from ((folder / name).as_posix() for name in names)


def _is_ours(folder: str, folders: set[str]) -> bool:
    return folder in folders or folder.startswith("memory/")


def local_zone(environment: Mapping[str, str] = os.environ) -> str:
    """The IANA name of this system's zone: of TZ, /etc/localtime or /etc/timezone; UTC if they name none."""
    given = environment.get("TZ", "").removeprefix(":")
    return next(filter(is_zone, (_zone_in(given) or given, _zone_in(os.path.realpath(_LINK)), _named_zone())), "UTC")


def _zone_in(path: str) -> str:
    """`Europe/Vienna` of `/usr/share/zoneinfo/Europe/Vienna`; empty if the path is none of a zone."""
    found = _ZONE_PATH.search(path)
    return found[1] if found else ""


def _named_zone() -> str:
    try:
        return _NAMED.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
