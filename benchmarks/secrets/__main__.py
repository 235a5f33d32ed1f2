"""`python -m benchmarks.secrets [FOLDER]`: the table; of the Markdown of a folder, how many lines are cut."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.secrets.harmless import lines
from benchmarks.secrets.score import false_alarms, scores
from benchmarks.secrets.seeds import seeds


def main(folders: list[str]) -> None:
    print("| class | secrets | seen | recall |\n|---|---|---|---|")
    for kind, score in scores(seeds()).items():
        print(f"| {kind} | {score.seeds} | {score.seeds - len(score.leaked)} | {score.recall:.1%} |")
        for seed in score.leaked:
            print(f"  missed: {seed.name} in {seed.place}: {seed.path}", file=sys.stderr)
    told = list(lines())
    _alarms("10,000 made-up lines", told)
    for folder in folders:
        texts = (path.read_text("utf-8", errors="replace") for path in sorted(Path(folder).rglob("*.md")))
        _alarms(folder, [line for text in texts for line in text.splitlines() if line.strip()])


def _alarms(name: str, told: list[str]) -> None:
    found = false_alarms(told)
    count = sum(found.values())
    print(f"\n{name}: {count} of {len(told):,} harmless lines cut ({count / len(told):.2%})")
    for line, times in found.most_common(40):
        print(f"  {times} × {line[:160]}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
