"""The converter of the LoCoMo benchmark, on a dialogue of our own."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.locomo import convert, score

DIALOGUE = {
    "sample_id": "conv-1",
    "conversation": {
        "session_1_date_time": "1:56 pm on 8 May, 2023",
        "session_1": [
            {"speaker": "Ada", "dia_id": "D1:1", "text": "I bought\na boat."},
            {"speaker": "Bob", "dia_id": "D1:2", "text": "Nice!", "blip_caption": "a boat"},
        ],
        "session_2_date_time": "9:05 am on 9 May, 2023",
        "session_2": [],
    },
    "qa": [
        {"question": "What did Ada buy?", "category": 4, "evidence": ["D1:1; D1:2", "D9:9"]},
        {"question": "What did Bob buy?", "category": 5},
    ],
}


def test_turns_become_entries_and_evidence_their_places(tmp_path: Path) -> None:
    source = tmp_path / "locomo.json"
    source.write_text(json.dumps([DIALOGUE]), "utf-8")
    convert(source, tmp_path)
    root = tmp_path / "conv-1"
    log = (root / "memory" / "2023-05-08.md").read_text("utf-8")
    assert log == "# 2023-05-08\n\n### 13:56 — Ada\nI bought a boat.\n\n### 13:56 — Bob\nNice!\n[image: a boat]\n"
    places = json.loads((root / "locomo_map.json").read_text("utf-8"))
    assert places["D1:2"] == {"path": "memory/2023-05-08.md", "line": 6, "end_line": 8}
    first, _ = json.loads((root / "questions.json").read_text("utf-8"))
    assert first["evidence"] == ["D1:1", "D1:2"]


def test_scores() -> None:
    places = {f"D1:{n}": {"path": "a.md", "line": 10 * n, "end_line": 10 * n + 1} for n in (1, 2)}
    found = ["a.md:99", "a.md:20", "b.md:10", "c.md:1", "c.md:2", "a.md:11"]
    assert score(found, ["D1:1", "D1:2"], places) == (0.5, 1.0, 0.5)
    assert score([], ["D1:1"], places) == (0.0, 0.0, 0.0)
