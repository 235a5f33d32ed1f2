"""The daemon: one file per stage, from an event to a settled batch to a cycle to a released query."""
