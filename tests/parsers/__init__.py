"""The grammar, form by form (fixtures/) and as laws that hold for every document."""
