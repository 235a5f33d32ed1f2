"""Asks some agents of a configuration, in a process of its own, for canaries of everybody: `… SEED CALLS NAME…`.

Prints what came out as JSON: `foreign` are private canaries of others, which there must be none of.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable

from neuromem_sync import Memory
from neuromem_sync.layers.asking_neo4j import Asking
from neuromem_sync.related import related
from neuromem_sync.way import way
from tests.machines import patiently
from tests.test_isolation import CANARY, NAMES, by_api, canary, foreign, question

TASKS = 2  # of one agent at once


def common(name: str, number: int) -> str:
    """What an agent shares."""
    return f"common{name}y{number}"


async def asked(memory: Memory, chance: random.Random, canaries: int) -> tuple[object, str]:
    """An answer without the names it was asked for, and the store of the graph that gave it, "" for other questions."""
    match chance.randrange(10):
        case 0:
            name = chance.choice(("gateway", common(chance.choice(NAMES), chance.randrange(3))))
            around = await related(memory._doors, name, hops=chance.randrange(1, 5), limit=chance.choice((30, 200)))
            return (around.facts, around.things, around.entries, around.similar), around.store
        case 1:
            start = chance.choice((common(chance.choice(NAMES), 0), "gateway"))
            found = await way(memory._doors, start, canary(chance.choice(NAMES), chance.randrange(canaries)))
            return (found.steps, [each.similar for each in found.strangers]), found.store
        case _:
            return await by_api(memory, chance, question(chance, canaries)), ""


async def ask(name: str, seed: str, calls: int, canaries: int) -> Counter[str]:
    counts = Counter[str]()

    async def several(task: int) -> None:
        chance = random.Random(f"{seed} {name} {task}")
        for _ in range(calls // TASKS):
            result, store = await asked(memory, chance, canaries)
            said = str(result)
            counts.update({"asked": 1, f"by {store}": bool(store), "own": CANARY.search(said) is not None})
            counts["shared"] += any(f"common{other}y" in said for other in NAMES if other != name)
            counts.update(f"foreign {other}" for other in foreign(name, said))

    async with Memory.open(name) as memory:
        await asyncio.gather(*map(several, range(TASKS)))
    return counts


async def everybody(names: Iterable[str], seed: str, calls: int, canaries: int) -> Counter[str]:
    return sum(await asyncio.gather(*(ask(name, seed, calls, canaries) for name in names)), Counter[str]())


if __name__ == "__main__":
    Asking.begin = patiently  # type: ignore[method-assign]
    seed, calls, canaries, *names = sys.argv[1:]
    print(json.dumps(asyncio.run(everybody(names, seed, int(calls), int(canaries)))))
