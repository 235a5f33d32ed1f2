"""The picture of the README: it shows what the commands print, and fetches nothing."""

from __future__ import annotations

import re

from tests.picture import svg, told
from tests.transcript import ROOT

PICTURE = ROOT / "docs/picture.svg"


def test_the_picture_shows_what_the_commands_print() -> None:
    drawn = told(PICTURE.read_text(encoding="utf-8"))
    assert drawn == told(svg()), "draw it anew: python -m tests.picture > docs/picture.svg"


def test_the_picture_says_something() -> None:
    drawn = told(PICTURE.read_text(encoding="utf-8"))
    assert len([line for line in drawn if line.startswith("$ neuromem")]) >= 4
    assert not any("Traceback" in line or line.startswith("error") for line in drawn)


def test_the_picture_fetches_nothing() -> None:
    text = PICTURE.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.findall(r"https?://\S+|@font-face|@import|<script|href=", text)
