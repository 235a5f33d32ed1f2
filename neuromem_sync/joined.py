"""What the graph says to a question: entries that name what is asked by another name, or that join what is asked.

Finds entities by their names alone, reads no text, and ranks nothing (ranking.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from neuromem_sync.layers.graph import CO_OCCURS, Catalogue, Edge, Graph
from neuromem_sync.layers.terms import asked, words
from neuromem_sync.model import entity_key
from neuromem_sync.question import STOP_WORDS
from neuromem_sync.ranking import Joined
from neuromem_sync.sqlite import Reading

LONGEST = 4  # words of a name that is looked for
ENTITIES = 4  # named in one question; more are a list
LEGS = 4  # of a way that still is a connection
DEGREE = 50
TOLD = 10  # entries of one edge
EVIDENCE = 64  # latest entries of an entity that has several names


def named(graph: Catalogue, text: str) -> Reading[list[str]]:
    """The entities a question names, in its order; of names within names the longest."""
    spoken = words(text)
    spans = [(place, size) for size in range(LONGEST, 0, -1) for place in range(len(spoken) - size + 1)]
    names = {span: entity_key(" ".join(spoken[span[0] : sum(span)])) for span in spans}
    known = yield from graph.known(sorted({name for name in names.values() if name not in STOP_WORDS}))
    taken: dict[int, str] = {}
    for place, size in spans:
        key = known.get(names[place, size])
        if key is not None and not any(other in taken for other in range(place, place + size)):
            taken.update(dict.fromkeys(range(place, place + size), key))
    return list(dict.fromkeys(taken[place] for place in sorted(taken)))[:ENTITIES]


def joined(graph: Graph, text: str, entities: Sequence[str]) -> Reading[Joined]:
    """The entries that the graph has for a question that names these."""
    links, others = set[int](), set[int]()
    for start, goal in combinations(entities, 2):
        legs = (yield from graph.path(start, goal, stated=True)) or ()
        if 1 < len(legs) <= LEGS:
            links |= yield from _said(graph, [leg.edge for leg in legs])
    asked_for = {token for word in words(text) if word.casefold() not in STOP_WORDS for token in asked(word)}
    for key in entities:
        edges = yield from graph.edges(key, DEGREE)
        links |= yield from _said(graph, [edge for edge in edges if _is_asked(edge, asked_for)])
        if (yield from graph.aliases(key)):
            others.update((yield from graph.evidence(key, EVIDENCE)))
    return Joined(frozenset(links), frozenset(others - links))


def _is_asked(edge: Edge, tokens: set[str]) -> bool:
    """Whether the words of a relation are among those of the question."""
    kind = [word for word in words(edge.kind) if word not in STOP_WORDS]
    return edge.kind != CO_OCCURS and bool(kind) and all(tokens.intersection(asked(word)) for word in kind)


def _said(graph: Graph, edges: Sequence[Edge]) -> Reading[set[int]]:
    told = yield from graph.told(edges, TOLD)
    return {each.key for some in told.values() for each in some if each.key is not None}
