"""Lives from the words and layouts of three authors who knew neither this project nor its own generator.

Imports nothing of the package, and shares with `benchmarks.lives` only dice, templates and truth.
"""
