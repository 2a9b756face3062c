"""The gate. Every query whose result another viewer sees begins here."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from timebank.core.access import Viewer


class Gate:
    """Whom a viewer may see and who may meet: nothing is held apart yet, so everybody in one community."""

    def visible_to(self, viewer: Viewer, person_id: Any) -> ColumnElement[bool]:
        """Give the condition under which a row about `person_id` (a column) may be shown to the viewer."""
        del viewer, person_id
        return sa.true()

    def may_meet(self, first: uuid.UUID, second: uuid.UUID) -> bool:
        """Tell whether two persons may be brought together."""
        del first, second
        return True


_gate = Gate()


def visible_to(viewer: Viewer, person_id: Any) -> ColumnElement[bool]:
    """Give the condition under which a row about `person_id` (a column) may be shown to the viewer."""
    return _gate.visible_to(viewer, person_id)


def may_meet(first: uuid.UUID, second: uuid.UUID) -> bool:
    """Tell whether two persons may be brought together; asked inside the write that would do it."""
    return _gate.may_meet(first, second)
