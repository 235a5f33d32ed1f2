"""Where secrets stand in the files of a workspace, and how its owner says that something is none.

Keeps no value and tells none: what is listed is found again in the file, and forgotten with the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from neuromem_sync import configure
from neuromem_sync.address import PLACE, inside
from neuromem_sync.allowed import Allowed, fingerprint
from neuromem_sync.answer import Doors
from neuromem_sync.config import load
from neuromem_sync.errors import NeuromemError
from neuromem_sync.files import Content, stable_read
from neuromem_sync.parsers import Document, parse
from neuromem_sync.plan import UNNAMED
from neuromem_sync.query import Freshness
from neuromem_sync.redact import SECTION, Secret, secrets_of
from neuromem_sync.sqlite import Reading
from neuromem_sync.workspace import Workspace, route

NAME = "name of a file"
"""The kind of a secret in a path: the file is not read, and the path told without it."""
LISTED = "neuromem secrets lists what there is"
# What a format begins with for everybody says which key is meant, and nothing of it.
_COMMON = re.compile(
    r"gh[opusr]_|github_pat_|gl[a-z]{2,5}-|xox[a-z]-|xapp-|[sr]k_(?:live|test)_|sk-(?:ant-|proj-)?|whsec_|AKIA|ASIA|AIza"
    r"|npm_|pypi-|SG\.|eyJ|AGE-SECRET-KEY-|hf_|shp[a-z]{2}_|do[opr]_v1_|AccountKey="
    r"|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """A secret at `path:line`. `hint` is what may be told of it: how its kind begins, and how long it is.

    `kept`: its place is named for credentials, and is left out as a whole.
    """

    path: str
    line: int
    kind: str
    hint: str
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosures:
    """By path and line."""

    found: tuple[Disclosure, ...]
    freshness: Freshness


async def disclosures(doors: Doors) -> Disclosures:
    """Every secret in the files as they are now."""
    freshness = await doors.prove()
    allowed = Allowed(doors.settings.redact.allow)
    named = map(_named, await doors.read(_unnamed()))
    paths = await doors.read(_documents())

    def reading(workspace: Workspace) -> list[Disclosure]:
        return [_told(secret) for path in paths for secret in _secrets(workspace, path, allowed)]

    found = (*named, *await doors.files(reading))
    ordered = sorted(found, key=lambda one: (one.path, one.line, one.kind, one.hint))
    return Disclosures(found=tuple(ordered), freshness=freshness)


def allow(workspace: Workspace, place: str) -> int:
    """What is found at `path:line` is no secret from now on: fingerprints of it go into `config.toml`; how many.

    Raises NeuromemError for a place where nothing is found, or a section that is left out for its name.
    """
    named = PLACE.fullmatch(place)
    if not named:
        raise NeuromemError(f"{place!r} is no place", f"name it as path:line; {LISTED}")
    path, line = inside(workspace.root, named["path"]), int(named["line"])
    known = load(environment={}).redact.allow
    at = [secret for secret in _secrets(workspace, path, Allowed(known)) if secret.line == line]
    values = sorted({secret.value for secret in at if secret.value})
    if not values:
        raise _nothing(place, at)
    configure.set_value("redact.allow", ",".join((*known, *map(fingerprint, values))))
    return len(values)


def _nothing(place: str, at: list[Secret]) -> NeuromemError:
    if at:
        return NeuromemError(f"{place} is left out for the name of its section", "give its heading another name")
    return NeuromemError(f"nothing at {place} looks like a secret", LISTED)


def _secrets(workspace: Workspace, path: str, allowed: Allowed) -> tuple[Secret, ...]:
    content = stable_read(workspace.root, path)
    if not isinstance(content, Content):
        return ()
    parsed = parse(Document(path, content.data, route(path), workspace.zone)).result
    return secrets_of(parsed.entries or (), route(path), allowed)


def _documents() -> Reading[list[str]]:
    rows = yield "SELECT DISTINCT path FROM problems WHERE code = 'secret' ORDER BY path", ()
    return [path for (path,) in rows]


def _unnamed() -> Reading[list[str]]:
    rows = yield "SELECT path FROM problems WHERE message = ? ORDER BY path", (UNNAMED,)
    return [path for (path,) in rows]


def _named(path: str) -> Disclosure:
    return Disclosure(path=path, line=1, kind=NAME, hint="", kept=False)


def _told(secret: Secret) -> Disclosure:
    kept = secret.kind == SECTION
    hint = "" if kept else mask(secret.value)
    return Disclosure(path=secret.path, line=secret.line, kind=secret.kind, hint=hint, kept=kept)


def mask(value: str) -> str:
    """`ghp_…(40)`: how such a key always begins, and how many characters it has."""
    begin = _COMMON.match(value)
    return f"{begin[0] if begin else ''}…({len(value)})"
