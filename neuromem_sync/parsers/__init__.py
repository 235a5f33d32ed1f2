"""From the bytes of a document to its entries: `parse` it whole, then `reparse` its next version.

Reads no file, keeps no state, and loads markdown-it and YAML only when something is parsed.
"""

from __future__ import annotations

from neuromem_sync.parsers.document import Document, Parsed

__all__ = ["Document", "Parsed", "parse", "reparse"]


def parse(document: Document) -> Parsed:
    """The entries and problems of a document: its `.result`. No bytes make it raise."""
    from neuromem_sync.parsers import reading

    return reading.parse(document)


def reparse(previous: Parsed, data: bytes) -> Parsed:
    """The same document with new bytes: equal to a full parse, at the cost of what changed."""
    from neuromem_sync.parsers import splice

    return splice.reparse(previous, data)
