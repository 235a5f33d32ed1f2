"""Lives from the words of four authors who knew neither this project nor its own generator, in the layouts of three.

Imports nothing of the package, and shares with `benchmarks.lives` only dice, templates and truth.
"""
