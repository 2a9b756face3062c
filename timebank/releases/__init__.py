"""Releases: what funders see of a community, once a quarter: frozen, fixed, fuzzy, rounded. Nobody is found in it."""
