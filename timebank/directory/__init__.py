"""Finding each other: the members of a community, as the viewer may see them."""
