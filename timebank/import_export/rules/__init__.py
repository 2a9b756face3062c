"""How files from elsewhere are read and judged, and which ids and limits follow. Nothing here is stored or posted."""

from timebank.import_export.rules.cells import Moment
from timebank.import_export.rules.course import Course, Reach
from timebank.import_export.rules.records import LONGEST_LINE, Line, Record
from timebank.import_export.rules.rows import (
    POT,
    BroughtListing,
    BroughtPerson,
    BroughtTransfer,
    Here,
    listing_id,
    transfer_id,
)
from timebank.import_export.rules.sources import SOURCES, NoHeader, Row, Source, read

__all__ = [
    "LONGEST_LINE",
    "POT",
    "SOURCES",
    "BroughtListing",
    "BroughtPerson",
    "BroughtTransfer",
    "Course",
    "Here",
    "Line",
    "Moment",
    "NoHeader",
    "Reach",
    "Record",
    "Row",
    "Source",
    "listing_id",
    "read",
    "transfer_id",
]
