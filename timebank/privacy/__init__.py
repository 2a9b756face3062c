"""Privacy: leaving a community, quietly and at once."""
