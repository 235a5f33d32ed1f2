"""Made-up and hand-written lives, and how well consolidation finds in them what lasts.

Part of no installed package.
"""
