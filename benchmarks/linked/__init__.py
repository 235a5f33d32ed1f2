"""What the graph adds to recall: questions about entities and how they hang together, over linked notes."""
