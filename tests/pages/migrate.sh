python3 -m tests.predecessor .neuro-memory
