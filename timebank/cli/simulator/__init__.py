"""A simulator: a town lives by the real actions while clocks, lines and processes fail, and its books are looked at.

The same seed gives the same history, to the last hash. What it finds is told with the seed, to be had again.
"""
