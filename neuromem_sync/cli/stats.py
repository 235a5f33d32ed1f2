"""`neuromem stats`: how much there is, in each layer."""

from __future__ import annotations

import click

from neuromem_sync.answer import Counts, count, run_blocking
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.columns import table
from neuromem_sync.cli.hits import show_doubts
from neuromem_sync.cli.options import agent_option, agents_and_folders, doors_of, json_option, only_agent
from neuromem_sync.cli.output import LayersJson, StatsJson
from neuromem_sync.cli.plain import plain_freshness
from neuromem_sync.cli.stores import answering, plain_store
from neuromem_sync.cli.terminal import emit
from neuromem_sync.model import Layer


@click.command(short_help=COMMANDS["stats"])
@agent_option
@json_option(StatsJson)
@click.argument("words", nargs=-1, metavar="[AGENT]", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, words: tuple[str, ...]) -> None:
    """Count files, entries and layers, and say which store answers where a server is named.

    What is in working memory is counted in its own layer too.

    \b
    neuromem stats
    neuromem stats ava --json
    """
    workspace = only_agent(agent, words)
    with doors_of(workspace) as doors:
        counts = run_blocking(count(doors))
    if as_json:
        layers = LayersJson(
            working=counts.layers[Layer.WORKING],
            episodic=counts.layers[Layer.EPISODIC],
            semantic=counts.layers[Layer.SEMANTIC],
            procedural=counts.layers[Layer.PROCEDURAL],
        )
        emit(
            StatsJson(
                agent=workspace.agent,
                files=counts.files,
                entries=counts.entries,
                layers=layers,
                stores=[plain_store(stored) for stored in counts.stores],
                freshness=plain_freshness(counts.freshness),
            )
        )
    else:
        _show(counts)
        show_doubts(counts.freshness)


def _show(counts: Counts) -> None:
    rows = [("files", counts.files), ("entries", counts.entries), *counts.layers.items()]
    served = {stored.layer.value: answering(stored) for stored in counts.stores if stored.server}
    table([(*row, served.get(row[0], "")) for row in rows] if served else rows)
