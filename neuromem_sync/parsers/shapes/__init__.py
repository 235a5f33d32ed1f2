"""One file a shape of document, and the table that gives each route its shape.

A new shape is one file and one row here. A route without a row gives no entries.
"""

from __future__ import annotations

from neuromem_sync.model import Route
from neuromem_sync.parsers.shape import Shape
from neuromem_sync.parsers.shapes import (
    decisions,
    errors,
    inbox,
    instructions,
    log,
    memory,
    note,
    own,
    procedures,
    profile,
    shared,
    snapshot,
    trackers,
)

SHAPES: dict[Route, Shape] = {
    Route.LOG: log.SHAPE,
    Route.INBOX: inbox.SHAPE,
    Route.CONTEXT: snapshot.SHAPE,
    Route.MEMORY: memory.SHAPE,
    Route.OWN: own.SHAPE,
    Route.DECISIONS: decisions.SHAPE,
    Route.ERRORS: errors.SHAPE,
    Route.PROCEDURES: procedures.SHAPE,
    Route.LOOPS: trackers.LOOPS,
    Route.GOALS: trackers.GOALS,
    Route.PROJECTS: trackers.PROJECTS,
    Route.ROADMAP: trackers.ROADMAP,
    Route.PROFILE: profile.SHAPE,
    Route.SHARED: shared.SHAPE,
    Route.INSTRUCTIONS: instructions.SHAPE,
    Route.NOTE: note.SHAPE,
}
