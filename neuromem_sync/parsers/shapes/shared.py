"""What other agents may see; sections for credentials are never read."""

from __future__ import annotations

import re

from neuromem_sync.model import Kind, Layer, Origin
from neuromem_sync.parsers.shape import Shape

CREDENTIALS = re.compile(
    r"credential|secret|password|passphrase|\b(?:api|access|private)[ -]?keys?\b|\btokens?\b|\bkeys\b", re.I
)

SHAPE = Shape(
    layer=Layer.SEMANTIC,
    kind=Kind.STATEMENT,
    record=Kind.STATEMENT,
    origin=Origin.SHARED,
    scope="shared",
    hidden=CREDENTIALS,
)
