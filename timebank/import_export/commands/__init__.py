"""`timebank import`: a first pass judges every row, a second one brings them along."""

from timebank.import_export.commands.importing import import_from

__all__ = ["import_from"]
