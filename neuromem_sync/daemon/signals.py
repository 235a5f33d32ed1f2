"""What the watching thread says to the loop. Values only; nothing here does anything."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Hint:
    """A path, relative to the root, where something happened. `gone`: it was deleted or moved away;
    `closed`: it is whole now, because its writer closed it or it was moved here."""

    path: str
    gone: bool = False
    closed: bool = False


class Pulse(Enum):
    """A touch that came back: of the root by anyone, or of the daemon's own mark."""

    ROOT = auto()
    MARK = auto()


@dataclass(frozen=True, slots=True)
class Doubt:
    """Events were lost, so only a scan can tell; `lasting`: more will be lost until the watch is made anew."""

    reason: str
    lasting: bool = False


Signal: TypeAlias = Hint | Pulse | Doubt
