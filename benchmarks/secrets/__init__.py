"""How many secrets are seen, and how much harmless text is taken for one; all made up at run time, from a seed."""
