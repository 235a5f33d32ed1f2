"""A folder of Markdown as a memory that works like a mind: four layers, always in step with the files.

Importing this package loads nothing else: the names below are fetched when they are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neuromem_sync.blocking import BlockingMemory as BlockingMemory
    from neuromem_sync.memory import Memory as Memory
    from neuromem_sync.model import Layer as Layer
    from neuromem_sync.query import Answer as Answer
    from neuromem_sync.query import Hit as Hit

__version__ = "0.1.0"
__all__ = ["Answer", "BlockingMemory", "Hit", "Layer", "Memory", "__version__"]

_HOMES = {"Memory": "memory", "BlockingMemory": "blocking", "Layer": "model", "Hit": "query", "Answer": "query"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
