"""L1 on Redis, the part that is no file: touches shared by all processes and machines of an agent.

A touch goes to the server at once and to the embedded table always, so that a server that is away costs nothing but
what other machines touched meanwhile. One that was emptied, or knows the agent by another name, is told those of this
machine again. Heat is the table's alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from neuromem_sync.clock import Clock
from neuromem_sync.errors import LayerUnavailable, NeuromemError
from neuromem_sync.layers.base import Heat, Touches
from neuromem_sync.layers.projection import Breaker, lacking
from neuromem_sync.layers.resp import Conversation
from neuromem_sync.layers.scripts_redis import DROP, TOUCH, TOUCHED, Script, key
from neuromem_sync.layers.touches_sqlite import ENOUGH
from neuromem_sync.layers.working_sqlite import CHARACTERS
from neuromem_sync.model import Problem


class RedisTouches:
    """Touches of `agent` on the server of a conversation, beside those of the embedded `table`.

    `epoch` tells that of the index, "" before there is one; `ttl` in seconds; `budget` in tokens.
    """

    def __init__(
        self,
        table: Touches,
        conversation: Conversation,
        circuit: Breaker,
        clock: Clock,
        *,
        agent: str,
        epoch: Callable[[], str],
        ttl: float,
        budget: int,
    ) -> None:
        self._table = table
        self._conversation = conversation
        self._circuit = circuit
        self._clock = clock
        self._agent = agent
        self._epoch = epoch
        self._ttl = ttl
        self._room = budget * CHARACTERS
        self.problems: tuple[Problem, ...] = ()

    def touch(self, ids: Collection[str], at: float, *, written: bool = False) -> None:
        self._table.touch(ids, at, written=written)
        if ids:
            knew_nothing = self._tell(dict.fromkeys(ids, at), at, ENOUGH if written else 1)
            if knew_nothing:
                self._tell_again(at, ids)

    def touched(self, now: float) -> Sequence[str]:
        """From the server where it answers, else those of this machine; `problems` then says so."""
        said: list[str] | None = self._ask(TOUCHED, self._keys(), (repr(now - self._ttl), str(ENOUGH)))
        if said is None:
            return self._table.touched(now)
        if not said:
            self._tell_again(now)
            return self._table.touched(now)
        found = zip(said[::2], said[1::2], strict=True)
        return [each for each, _ in sorted(found, key=lambda pair: (-float(pair[1]), pair[0]))]

    def heat(self, ids: Collection[str]) -> Mapping[str, Heat]:
        return self._table.heat(ids)

    def often(self, days: int) -> Sequence[str]:
        return self._table.often(days)

    def idle(self, before: float) -> Sequence[str]:
        return self._table.idle(before)

    def drop(self, ids: Collection[str]) -> None:
        self._table.drop(ids)
        if ids:
            self._ask(DROP, self._keys(), tuple(ids))

    def _tell_again(self, now: float, but: Collection[str] = ()) -> None:
        """One that knows of no touch was emptied, or knew us by another name."""
        ids = [each for each in self._table.touched(now) if each not in but]
        if ids:
            self._tell({each: heat.last for each, heat in self._table.heat(ids).items()}, now, ENOUGH)

    def _tell(self, moments: Mapping[str, float], now: float, counts: int) -> bool:
        """Whether it knew of no touch before."""
        facts = (repr(now - self._ttl), int(self._ttl * 1000) or 1, counts, ENOUGH, self._room)
        told = [value for each, moment in moments.items() for value in (each, repr(moment))]
        keys = (key(self._agent, "entries", self._epoch()), *self._keys())
        return bool(self._ask(TOUCH, keys, (*map(str, facts), *told)))

    def _keys(self) -> tuple[str, str]:
        return key(self._agent, "touched"), key(self._agent, "streaks")

    def _ask(self, script: Script, keys: tuple[str, ...], values: tuple[str, ...]) -> Any:
        """What the server gives; None if it is not asked or does not answer."""
        now = self._clock.now()
        if not self._circuit.closed(now):
            self._say(self._circuit.known.message, self._circuit.known.hint)
            return None
        try:
            said = self._conversation.run(script, keys, values)
        except LayerUnavailable as error:
            self._circuit.broke(now, error)
            self._say(error.message, error.hint)
        except NeuromemError as error:
            self._say(error.message, error.hint)
        else:
            self._circuit.worked()
            self.problems = ()
            return said
        return None

    def _say(self, message: str, hint: str) -> None:
        self.problems = (lacking("redis", message, hint),)

    def close(self) -> None:
        self._conversation.close()
