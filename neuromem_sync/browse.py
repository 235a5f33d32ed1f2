"""Look around in a memory without asking it anything: what is there, and when, and of what.

Looking is not recalling: nothing here touches an entry. One file a subject: show, timeline, tags, entities, related.
"""

from __future__ import annotations

from neuromem_sync import recall as asking
from neuromem_sync.answer import Doors, with_degraded
from neuromem_sync.clock import today
from neuromem_sync.entities import Entities as Entities
from neuromem_sync.entities import Portrait as Portrait
from neuromem_sync.entities import entities as entities
from neuromem_sync.entities import portrait as portrait
from neuromem_sync.query import Answer, Query
from neuromem_sync.show import Shown as Shown
from neuromem_sync.show import show as show
from neuromem_sync.tags import Tags as Tags
from neuromem_sync.tags import tags as tags
from neuromem_sync.timeline import Timeline as Timeline
from neuromem_sync.timeline import timeline as timeline


async def recent(doors: Doors, *, since: float, limit: int = 1000) -> Answer:
    """The dated entries from `since` on (POSIX seconds) by their own time, latest first.

    What is planned for later is not recent; what is dated later today is, for agents write times of other zones.
    """
    freshness = await doors.prove()
    _, until = today(doors.clock.now(), doors.workspace.zone)
    working = await doors.working()
    query = Query(text="", since=since, until=until, limit=limit)
    found = await doors.read(asking.recall(query, doors.layers, working.keys()))
    return Answer(hits=found.hits, freshness=freshness, problems=await with_degraded(doors, found.problems))
