"""Consolidation: what lasts of what was written."""
