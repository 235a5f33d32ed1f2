"""What it costs: a workspace made to measure on, the measures, and the floors each is held against.

Measures speed and memory; how good answers are on people's dialogues is a question of its own.
"""
