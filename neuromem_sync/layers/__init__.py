"""The layers: one file per store, each behind a protocol of base.py."""
