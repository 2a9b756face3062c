"""Pages of exchanges."""

from timebank.exchanges.routes.blueprint import exchanges

from timebank.exchanges.routes import beginning, moving, showing  # isort: skip - they register on the blueprint

__all__ = ["beginning", "exchanges", "moving", "showing"]
