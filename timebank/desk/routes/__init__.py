"""Pages of the desk."""

from timebank.desk.routes.blueprint import desk

from timebank.desk.routes import how_we_work, on_paper, people, waiting  # isort: skip - they register on the blueprint

__all__ = ["desk", "how_we_work", "on_paper", "people", "waiting"]
