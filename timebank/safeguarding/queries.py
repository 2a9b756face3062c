"""The gate. Every query whose result another viewer sees begins here."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from timebank.core.access import Viewer
from timebank.core.database import db
from timebank.core.errors import NotFound
from timebank.core.words import N_
from timebank.people.models import Membership
from timebank.people.rules import Standing


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


def somebody(viewer: Viewer, public_id: str) -> Membership:
    """Give somebody with a place here, asked for or held, whom the viewer looks after; raises NotFound."""
    found = db.session.scalar(
        sa.select(Membership).where(
            Membership.community_id == viewer.community_id,
            Membership.public_id == public_id,
            Membership.standing != Standing.LEFT,
            visible_to(viewer, Membership.person_id),
        )
    )
    if found is None:
        raise NotFound(N_("There is nobody like that here."))
    return found
