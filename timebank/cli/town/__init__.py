"""An invented town: its people and words, a plan of what they do day by day, and the walk of that plan by the actions.

The same seed and day give the same town, ending the day before.
"""
