"""Evidence recall on LoCoMo: turn a user's own copy of the dialogues into workspaces, ask every question, score.

    python -m benchmarks.locomo convert locomo10.json FOLDER
    python -m benchmarks.locomo run FOLDER [run.jsonl]

LoCoMo (Maharana et al., ACL 2024) is CC BY-NC 4.0 and no part of this project. Each conversation becomes one workspace
of daily logs, each turn one entry. Questions without evidence and adversarial ones (category 5) are not scored.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from neuromem_sync.memory import Memory

LIMIT = 10
ADVERSARIAL = 5

_SESSION = re.compile(r"session_(\d+)")
_EVIDENCE = re.compile(r"D:?(\d+):(\d+)")

Places = dict[str, dict[str, Any]]  # turn -> path, line, end_line


def convert(source: Path, folder: Path) -> None:
    """Write a workspace, its map of turns and its questions for each conversation in LoCoMo's own file."""
    for sample in json.loads(source.read_text("utf-8")):
        root = folder / sample["sample_id"]
        (root / "memory").mkdir(parents=True, exist_ok=True)
        places = _write_logs(root, sample["conversation"])
        questions = [
            {
                "id": f"{sample['sample_id']}/q{number}",
                "question": asked["question"],
                "category": asked["category"],
                "evidence": _evidence(asked.get("evidence", ()), places),
            }
            for number, asked in enumerate(sample["qa"])
        ]
        (root / "locomo_map.json").write_text(json.dumps(places), "utf-8")
        (root / "questions.json").write_text(json.dumps(questions), "utf-8")


def _write_logs(root: Path, conversation: Mapping[str, Any]) -> Places:
    logs: dict[str, list[str]] = {}
    places: Places = {}
    for time, turns in _sessions(conversation):
        path = f"memory/{time.date()}.md"
        lines = logs.setdefault(path, [f"# {time.date()}"])
        for turn in turns:
            entry = _entry(time, turn)
            places[turn["dia_id"]] = {"path": path, "line": len(lines) + 2, "end_line": len(lines) + 1 + len(entry)}
            lines += ["", *entry]
    for path, lines in logs.items():
        (root / path).write_text("\n".join(lines) + "\n", "utf-8")
    return places


def _sessions(conversation: Mapping[str, Any]) -> Iterator[tuple[datetime, Sequence[Mapping[str, Any]]]]:
    numbers = sorted(int(found[1]) for name in conversation if (found := _SESSION.fullmatch(name)))
    for number in numbers:
        said = conversation[f"session_{number}_date_time"]
        yield datetime.strptime(said, "%I:%M %p on %d %B, %Y"), conversation[f"session_{number}"]


def _entry(time: datetime, turn: Mapping[str, Any]) -> list[str]:
    image = [f"[image: {turn['blip_caption']}]"] if turn.get("blip_caption") else []
    return [f"### {time:%H:%M} — {turn['speaker']}", " ".join(turn["text"].split()), *image]


def _evidence(given: Sequence[str], places: Places) -> list[str]:
    """The turns named; the file writes several in one string, and some that do not exist."""
    named = [f"D{session}:{turn}" for text in given for session, turn in _EVIDENCE.findall(text)]
    return [turn for turn in dict.fromkeys(named) if turn in places]


async def run(folder: Path, out: Path) -> None:
    """Index each conversation, ask its questions with default settings, write the hits and print the scores."""
    scores: list[tuple[float, float, float]] = []
    with out.open("w", encoding="utf-8") as lines:
        for root in sorted(path.parent for path in folder.glob("*/questions.json")):
            places = json.loads((root / "locomo_map.json").read_text("utf-8"))
            async with Memory.open(agent=str(root)) as memory:
                await memory.wait()
                for asked in json.loads((root / "questions.json").read_text("utf-8")):
                    hits = (await memory.recall(asked["question"], limit=LIMIT, stale_ok=True)).hits
                    found = [f"{hit.path}:{hit.line}" for hit in hits]
                    lines.write(json.dumps({"id": asked["id"], "hits": found}) + "\n")
                    if asked["evidence"] and asked["category"] != ADVERSARIAL:
                        scores.append(score(found, asked["evidence"], places))
    print(f"{len(scores)} questions: r@5 {{:.3f}}, r@10 {{:.3f}}, MRR {{:.3f}}".format(*_means(scores)))


def score(found: Sequence[str], evidence: Sequence[str], places: Places) -> tuple[float, float, float]:
    """Share of the evidence turns among the first 5 and 10 hits, and 1 / rank of the first hit with evidence."""
    ranks = [rank for turn in evidence if (rank := _rank(found, places[turn])) is not None]
    at = [sum(rank <= k for rank in ranks) / len(evidence) for k in (5, 10)]
    return at[0], at[1], 1 / min(ranks) if ranks else 0.0


def _rank(found: Sequence[str], place: Mapping[str, Any]) -> int | None:
    for rank, hit in enumerate(found, 1):
        path, _, line = hit.rpartition(":")
        if path == place["path"] and place["line"] <= int(line) <= place["end_line"]:
            return rank
    return None


def _means(scores: Sequence[tuple[float, ...]]) -> list[float]:
    return [statistics.fmean(column) for column in zip(*scores, strict=True)]


def main(arguments: Sequence[str]) -> None:
    match arguments:
        case ["convert", source, folder]:
            convert(Path(source), Path(folder))
        case ["run", folder, *rest]:
            with tempfile.TemporaryDirectory() as state:
                os.environ["NEUROMEM_STATE"] = state
                asyncio.run(run(Path(folder), Path(rest[0] if rest else "run.jsonl")))
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
