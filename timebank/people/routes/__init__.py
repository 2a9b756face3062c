"""Pages of signing in, joining, and one's own place. Each shows a person only themselves."""

from timebank.people.routes.blueprint import people

from timebank.people.routes import doors, joining, own_place  # isort: skip - they register on the blueprint

__all__ = ["doors", "joining", "own_place", "people"]
