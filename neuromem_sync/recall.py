"""Answer a question from the layers: look its terms up in each, score what they hold together, pack the best.

A reading over one connection to the index. Waits for nothing (freshness.py) and notes no touch (memory.py).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence

from neuromem_sync import candidates as pick
from neuromem_sync.candidates import Lookup
from neuromem_sync.joined import joined, named
from neuromem_sync.layers.base import TextLayer, TokenString
from neuromem_sync.layers.graph import Graphs
from neuromem_sync.model import Layer, Problem
from neuromem_sync.pack import Found as Found
from neuromem_sync.pack import choose, hits
from neuromem_sync.preferred import RECALL_S, preferred
from neuromem_sync.query import Query
from neuromem_sync.question import understand
from neuromem_sync.ranking import Candidate, Joined, Ranked, Weights, answers, rank, score_of, weigh
from neuromem_sync.recent import recent, unavailable
from neuromem_sync.sqlite import Reading, T


def recall(
    query: Query,
    layers: Sequence[TextLayer],
    working: Collection[int] = frozenset(),
    graphs: Graphs | tuple[()] = (),
) -> Reading[Found]:
    """The entries that answer a question. `working` are the keys now in working memory; `graphs` are asked too, if any.

    Nothing is found when no entry has a fair share of what is asked (`ranking.COVERED`). A question that says nothing,
    or only names days, gets the latest entries.
    """
    search = Search(query, layers, working, graphs)
    if not search.question.terms or search.question.only_days:
        return (yield from recent(query, layers, working))
    ranked = yield from search.run()
    groups = yield from choose(ranked, query.limit)
    return Found((yield from hits(groups, working)), tuple(search.problems))


class Search:
    """One question on its way through the layers. A layer that fails is named in `problems` and asked no more."""

    def __init__(
        self, query: Query, layers: Sequence[TextLayer], working: Collection[int], graphs: Graphs | tuple[()]
    ) -> None:
        self._text = query.text
        self._graphs: Graphs | tuple[()] = graphs if query.layer in (None, Layer.SEMANTIC) else ()
        self.question = understand(query)
        self.problems: list[Problem] = []
        self._now = query.now
        self._limit = query.limit
        self._layers = [layer for layer in layers if query.layer in (None, Layer.WORKING, layer.layer)]
        self._scoping = pick.scope(query, self.question.tags, working)

    def run(self) -> Reading[list[Ranked]]:
        """Every entry that may be a hit, best first."""
        scope = yield from self._scoping
        lookups = yield from self._each(lambda layer: pick.look_up(layer, self.question, scope))
        weights = self._weigh(lookups.values())
        several = yield from self._each(lambda layer: pick.combine(lookups[layer], weights, scope))
        told = yield from self._told()
        pool = pick.pool(lookups.values(), several.values(), weights, scope)
        strings = yield from self._strings(list(dict.fromkeys((*pool, *told))))
        own = {key: score for key, string in strings.items() if (score := score_of(string, weights))}
        most = max(own.values(), default=0.0)
        both = {
            key: score + told.share(key, score, most) for key in strings if (score := own.get(key, 0.0)) or key in told
        }
        entries = yield from self._with_neighbours(both, strings, weights)
        allowed = {each.key for each in entries if scope.holds(each)}
        if not answers((each for each in entries if each.key in allowed), weights):
            return []
        ranked = rank(self.question, entries, weights, self._now, told)
        return [each for each in ranked if each.candidate.key in allowed]

    def _told(self) -> Reading[Joined]:
        """What the graph has for the question. Only one that names something is worth asking a server."""
        if not self._graphs:
            return Joined()
        entities = yield from named(self._graphs[-1], self._text)
        if not entities:
            return Joined()
        answered = yield from preferred(
            self._graphs, lambda graph: joined(graph, self._text, entities), self._now, RECALL_S
        )
        self.problems.extend(answered.problems)
        return answered.found

    def _weigh(self, lookups: Collection[Lookup]) -> Weights:
        """Over all layers together: raw scores then compare, and no layer's best is a best for being alone there."""
        found = {
            term.token: sum(lookup.found.get(term.token, 0.0) for lookup in lookups) for term in self.question.terms
        }
        entries = sum(lookup.size.entries for lookup in lookups)
        return weigh(self.question.terms, found, entries, sum(lookup.size.tokens for lookup in lookups))

    def _with_neighbours(
        self, own: Mapping[int, float], strings: Mapping[int, TokenString], weights: Weights
    ) -> Reading[list[Candidate]]:
        chosen = yield from pick.best_documents(own, self._limit)
        documents = yield from pick.surroundings(chosen)
        keys = [key for held in documents.values() for key in held]
        missing = yield from self._strings([key for key in keys if key not in strings])
        faded = yield from self._each(lambda layer: layer.faded(keys))
        return (yield from pick.candidates(keys, {**strings, **missing}, set().union(*faded.values()), weights))

    def _strings(self, keys: Sequence[int]) -> Reading[dict[int, TokenString]]:
        found = yield from self._each(lambda layer: layer.token_strings(keys))
        return {key: string for each in found.values() for key, string in each.items()}

    def _each(self, ask: Callable[[TextLayer], Reading[T]]) -> Reading[dict[TextLayer, T]]:
        """What each layer answers; those that fail are dropped."""
        answered: dict[TextLayer, T] = {}
        for layer in tuple(self._layers):
            try:
                answered[layer] = yield from ask(layer)
            except sqlite3.Error as error:
                self._layers.remove(layer)
                self.problems.append(unavailable(layer, error))
        return answered
