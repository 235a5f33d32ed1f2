"""The tests are documents: transcripts, fixtures, contracts, state machines."""
