"""L4: success rates counted from outcomes, and which decisions are over."""

from __future__ import annotations

from contract import TableContract, World, entry

from neuromem_sync.layers.base import Rate
from neuromem_sync.layers.procedural_sqlite import ProceduralTable, last, listed, rates
from neuromem_sync.model import Entry, Kind, Layer, Procedure, Relation
from neuromem_sync.sqlite import read

TABLE = ProceduralTable()


def outcome(result: str, line: int) -> Entry:
    attributes = {"procedure": "Deploy Gateway", "outcome": result}
    return entry(f"outcome:: {result}", line, kind=Kind.OUTCOME, attributes=attributes)


def decision(title: str, line: int, at: str | None, supersedes: str = "") -> Entry:
    relations = (Relation(subject=title, kind="supersedes", object=supersedes),) if supersedes else ()
    return entry(
        f"## {title}", line, layer=Layer.PROCEDURAL, kind=Kind.DECISION, title=title, at=at, relations=relations
    )


DEPLOY = entry(
    "deploy the gateway", 5, layer=Layer.PROCEDURAL, kind=Kind.PROCEDURE,
    procedure=Procedure(name="deploy_gateway", successes=3, failures=1),
)  # fmt: skip


class TestProcedural(TableContract):
    table = TABLE
    samples = (DEPLOY, outcome("success", 6), decision("Use SQLite", 7, None, "use redis"))

    def test_outcomes_count_on_top_of_the_starting_counts(self, world: World) -> None:
        world.put(DEPLOY, outcome("success", 6), outcome("failure", 7))
        assert read(world.connection, rates(["Deploy gateway"])) == {"Deploy gateway": Rate(4, 2)}
        assert Rate(4, 2).total == 6

    def test_without_outcomes_there_is_no_rate(self, world: World) -> None:
        world.put(outcome("success", 1))
        assert read(world.connection, rates(["unknown"]))["unknown"].total == 0

    def test_procedures_are_listed_by_name_and_place(self, world: World) -> None:
        zebra, second = (
            entry(name, line, layer=Layer.PROCEDURAL, kind=Kind.PROCEDURE, procedure=Procedure(name=name))
            for name, line in (("Zebra", 1), ("Deploy gateway", 9))
        )
        keys = world.put(zebra, second, DEPLOY)
        assert read(world.connection, listed()) == [keys[2], keys[1], keys[0]]

    def test_the_last_outcome_is_the_latest_that_went_well_or_not(self, world: World) -> None:
        keys = world.put(outcome("success", 6), outcome("failure", 7), outcome("unknown", 8))
        assert read(world.connection, last(["deploy_gateway", "other"])) == {"deploy_gateway": keys[1]}

    def test_a_later_decision_of_the_same_title_ends_the_earlier(self, world: World) -> None:
        keys = world.put(
            decision("Storage", 1, "2026-01-01T00:00:00+00:00"), decision("storage", 2, "2026-02-01T00:00:00+00:00")
        )
        assert read(world.connection, TABLE.faded(keys)) == {keys[0]}

    def test_a_decision_that_names_another_ends_it(self, world: World) -> None:
        first, second = decision("Use Redis", 1, None), decision("Use SQLite", 2, None, "use redis")
        keys = world.put(first, second)
        assert read(world.connection, TABLE.faded(keys)) == {keys[0]}
        world.edit(keys[1], second, None)
        assert read(world.connection, TABLE.faded(keys)) == set()

    def test_undated_decisions_of_one_title_stand_side_by_side(self, world: World) -> None:
        keys = world.put(decision("Storage", 1, None), decision("Storage", 2, None))
        assert read(world.connection, TABLE.faded(keys)) == set()
